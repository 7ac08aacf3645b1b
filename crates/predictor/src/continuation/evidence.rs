//! What tells whether a text that stands near by is what the user is typing.

use crate::evidence::evidence;
use crate::trees::Learnt;

/// How likely a continuation is right as far as it goes.
pub(crate) static TREES: Learnt = Learnt::new(include_str!("trees.txt"), Evidence::NAMES.len());

evidence! {
    /// Tokens before the one that is being typed that stand before it there, too, and the line's beginning; the most of all
    /// places, and the mean.
    same,
    same_mean,
    /// Whether all of the line does.
    whole,
    /// By how much another continuation has more tokens before it; how many begin with another word and have as many or
    /// more, and how many have the most.
    less,
    rivals,
    at_most,
    /// Places where the continuation stands, and the share of all places that go on with the same word.
    count,
    share,
    /// Rows from the cursor to the nearest of them, where it is in the document; and whether it is above.
    distance,
    above,
    /// Where it stands: in the document, in what the newest change took away, in what was changed before.
    in_document,
    in_taken,
    in_changes,
    /// The share of places where it ends the line; where behind it comes what stands behind the cursor.
    ends_line,
    fits,
    /// The share of its places where a longer one goes on in the same way.
    goes_on,
    /// Its tokens and characters, and those of its first word with what is typed of it.
    tokens,
    length,
    word,
    /// Characters of the word that is typed, of the line before the cursor, and of the line behind it.
    partial,
    head,
    rest,
    /// Whether what is typed of the word stands as a word near by; `ABSENT` without one.
    is_word,
    /// What the continuation begins and ends with, what it would follow, and what stands behind the cursor: one of the
    /// classes of characters.
    first,
    last,
    follows,
    before_rest,
    /// Brackets that the line opens and does not close, as it is and with the continuation.
    open,
    open_after,
    /// Of the newest change, if the cursor stands in or behind it: characters and rows up to the cursor, and characters that
    /// it took away.
    typed,
    rows,
    taken,
    /// How many continuations there are.
    among,
}
