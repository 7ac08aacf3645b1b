//! Sums of floats, each in an order that is fixed by the length alone; and the largest of them.

use wide::f32x4;

/// Vectors of partial sums.
const VECTORS: usize = 4;

/// Floats that they hold.
const LANES: usize = 4 * VECTORS;

/// The sum of products.
#[inline(always)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [f32x4::ZERO; VECTORS];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        let pairs = a.as_chunks::<4>().0.iter().zip(b.as_chunks::<4>().0);
        for (sum, (a, b)) in sums.iter_mut().zip(pairs) {
            *sum += f32x4::from(*a) * f32x4::from(*b);
        }
    }
    all_lanes(sums) + products(a_rest, b_rest)
}

/// The sum.
pub(crate) fn sum(x: &[f32]) -> f32 {
    let (x, rest) = x.as_chunks::<LANES>();
    let mut sums = [f32x4::ZERO; VECTORS];
    for x in x {
        for (sum, x) in sums.iter_mut().zip(x.as_chunks::<4>().0) {
            *sum += f32x4::from(*x);
        }
    }
    all_lanes(sums) + rest.iter().sum::<f32>()
}

/// The largest of `x` and `least`, whatever is not a number left out. Lane by lane, so that none waits for
/// the one before it.
#[inline(always)]
pub(crate) fn largest(x: &[f32], least: f32) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [least; LANES];
    let (x, rest) = x.as_chunks::<LANES>();
    for x in x {
        let pairs = lanes.iter_mut().zip(x);
        pairs.for_each(|(lane, &x)| *lane = larger(*lane, x));
    }
    for half in [8, 4, 2, 1] {
        let (first, second) = lanes.split_at_mut(half);
        let pairs = first.iter_mut().zip(second);
        pairs.for_each(|(a, b)| *a = larger(*a, *b));
    }
    rest.iter().copied().fold(lanes[0], larger)
}

/// For the few floats that fill no vector.
pub(crate) fn products(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The sum of a vector's lanes.
fn lanes(x: f32x4) -> f32 {
    let [a, b, c, d] = x.to_array();
    (a + c) + (b + d)
}

fn all_lanes([a, b, c, d]: [f32x4; VECTORS]) -> f32 {
    lanes((a + c) + (b + d))
}
