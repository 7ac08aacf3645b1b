//! What tells whether the newest change is to be made again at a place.

use crate::evidence::evidence;
use crate::trees::Learnt;

/// How likely a place is right.
pub(crate) static TREES: Learnt = Learnt::new(include_str!("trees.txt"), Evidence::NAMES.len());

evidence! {
    /// Which kind of reading: whole lines 0, names 1, other steps 2, lines that are alike 3, lines put in 4.
    kind,
    /// Where the reading stands among those of the change, from 0.
    order,
    /// Rows of the window in which this reading has places, and these places.
    rows,
    places,
    /// How many of the changes before did the same.
    again,
    /// Rows from the change, negative above it, and without the sign; at most as many as a window has.
    distance,
    distance_either_way,
    /// Blank lines between the change and the row, and whether a line between is indented less than both.
    blank_between,
    shallower_between,
    /// How many rows with places of this reading are nearer to the change.
    nearer,
    /// Places in this row.
    in_row,
    /// How many other readings would change the row in the same way.
    agreeing,
    /// Where the change is, and at the place: code 1, comment or string -1, not known 0.
    code_there,
    code,
    /// Whether the nodes of the syntax tree around the place are called what those around the change are, the innermost
    /// first: 1, else -1, and 0 where it is not known.
    node,
    node_around,
    node_further,
    /// How alike the row is to the line that changed, before and after, from 0 to 1.
    likeness,
    likeness_after,
    /// By how much the row and the line that changed are indented differently.
    indentation,
    /// Characters of what is replaced and of what comes there, and tokens.
    old_length,
    new_length,
    old_tokens,
    new_tokens,
    /// How often what is replaced stands near by, and what comes there.
    old_near,
    new_near,
    /// Of a step: whether it is a name, a plain word, a string; and whether it goes.
    name,
    plain,
    literal,
    goes,
    /// How many steps are done together.
    steps,
    /// Tokens before and behind the place that are those before and behind the change, up to 9, which is also where both
    /// are at the line's end.
    same_before,
    same_behind,
    /// Of lines that are alike: tokens of the one that changed, and pieces that changed in it.
    line_tokens,
    pieces,
    /// Of lines put in: how alike the lines above and below are to those where they were put in.
    above,
    below,
    /// Whether they made a list longer.
    list,
}
