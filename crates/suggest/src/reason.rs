//! Why something is not shown.

use std::fmt;

/// Why an answer, or one of its hunks, was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The answer is empty, and the window is not.
    Empty,
    /// The answer is the window.
    Unchanged,
    /// The answer is the window but for repeated line ends.
    LineEnds,
    /// The answer was cut off by the limit on its length.
    Length,
    /// The answer spells a control token, or another thing that only prompts and diffs have, and the
    /// window does not.
    ControlToken,
    /// The answer takes away more than half of the window, or more than 2 KiB.
    Shrinks,
    /// The answer has over 20 lines more than the window.
    Grows,
    /// The answer begins or ends in the middle of the window.
    Misplaced,
    /// The hunk changes nothing but whitespace.
    Whitespace,
    /// The hunk spreads the same words over other lines.
    Reformats,
    /// The hunk goes on after the window's last line, where the document has its own text.
    PastWindow,
    /// The hunk deletes fewer than three characters, and nothing else.
    DeletesLittle,
    /// The hunk adds the same lines for the third time.
    Repeats,
    /// The hunk changes nothing but imports, and such edits are not wanted.
    Imports,
    /// The hunk, or the whole answer, leads back to a text that the document had.
    Reverts,
    /// The answer only inserts something above the cursor, or rewrites much there.
    AboveCursor,
    /// The user has rejected the same suggestion. For callers that remember rejections.
    Rejected,
    /// The suggestion is not the user's newest change made again, and others are not wanted of this model. For callers
    /// that know.
    NoRepetition,
    /// The suggestion breaks the syntax of code that parsed.
    Syntax,
}

impl Reason {
    /// All reasons, in the order in which they are looked for.
    pub const ALL: [Reason; 19] = [
        Reason::Empty,
        Reason::Unchanged,
        Reason::LineEnds,
        Reason::Length,
        Reason::ControlToken,
        Reason::Shrinks,
        Reason::Grows,
        Reason::Misplaced,
        Reason::Whitespace,
        Reason::Reformats,
        Reason::PastWindow,
        Reason::DeletesLittle,
        Reason::Repeats,
        Reason::Imports,
        Reason::Reverts,
        Reason::AboveCursor,
        Reason::Rejected,
        Reason::NoRepetition,
        Reason::Syntax,
    ];

    /// A stable name for programs, in kebab case.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Empty => "empty",
            Reason::Unchanged => "unchanged",
            Reason::LineEnds => "line-ends",
            Reason::Length => "length",
            Reason::ControlToken => "control-token",
            Reason::Shrinks => "shrinks",
            Reason::Grows => "grows",
            Reason::Misplaced => "misplaced",
            Reason::Whitespace => "whitespace",
            Reason::Reformats => "reformats",
            Reason::PastWindow => "past-window",
            Reason::DeletesLittle => "deletes-little",
            Reason::Repeats => "repeats",
            Reason::Imports => "imports",
            Reason::Reverts => "reverts",
            Reason::AboveCursor => "above-cursor",
            Reason::Rejected => "rejected",
            Reason::NoRepetition => "no-repetition",
            Reason::Syntax => "syntax",
        }
    }

    /// One sentence for people.
    pub fn message(self) -> &'static str {
        match self {
            Reason::Empty => "The answer is empty.",
            Reason::Unchanged => "The answer changes nothing.",
            Reason::LineEnds => "The answer only repeats or removes line ends.",
            Reason::Length => "The answer was cut off because it grew too long.",
            Reason::ControlToken => "The answer contains a control token.",
            Reason::Shrinks => "The answer deletes too much of the window.",
            Reason::Grows => "The answer adds too many lines.",
            Reason::Misplaced => "The answer begins or ends in the middle of the window.",
            Reason::Whitespace => "The change touches only whitespace.",
            Reason::Reformats => "The change only lays out the same words anew.",
            Reason::PastWindow => "The change goes on after the end of the window.",
            Reason::DeletesLittle => "The change deletes one or two characters, and nothing else.",
            Reason::Repeats => "The change repeats itself.",
            Reason::Imports => "The change touches only imports.",
            Reason::Reverts => "The change takes back what was just done.",
            Reason::AboveCursor => "The change inserts or rewrites lines above the cursor.",
            Reason::Rejected => "The same suggestion was rejected before.",
            Reason::NoRepetition => {
                "The change is not the newest one made again, and no others are wanted of this model."
            }
            Reason::Syntax => "The change would break code that parses.",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
