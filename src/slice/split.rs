//! Splitting of large arrays into parts, each with the index of its first element. With the feature `rayon` the parts are distributed to threads.

use crate::kernel::Counts;

/// Elements that fit the stack and the nearest cache.
pub(super) const BLOCK: usize = 512;

/// Elements of a part that a thread takes.
#[cfg(feature = "rayon")]
const PART: usize = 1 << 16;

/// Calls `f` on parts of two arrays of equal length.
pub(super) fn unary<A: Sync, B: Send>(from: &[A], to: &mut [B], f: impl Fn(usize, &[A], &mut [B]) + Sync) {
    #[cfg(feature = "rayon")]
    if from.len() > PART {
        use rayon::prelude::*;
        let parts = from.par_chunks(PART).zip(to.par_chunks_mut(PART)).enumerate();
        return parts.for_each(|(k, (x, y))| f(k * PART, x, y));
    }
    f(0, from, to);
}

/// Calls `f` on parts of an array.
pub(super) fn in_place<A: Send>(values: &mut [A], f: impl Fn(usize, &mut [A]) + Sync) {
    #[cfg(feature = "rayon")]
    if values.len() > PART {
        use rayon::prelude::*;
        return values.par_chunks_mut(PART).enumerate().for_each(|(k, x)| f(k * PART, x));
    }
    f(0, values);
}

/// Calls `f` on parts of up to three operands and a result; operands may be empty.
pub(super) fn ternary<E: Sync + Send>(
    operands: [&[E]; 3],
    to: &mut [E],
    f: impl Fn(usize, [&[E]; 3], &mut [E]) + Sync,
) {
    #[cfg(feature = "rayon")]
    if to.len() > PART {
        use rayon::prelude::*;
        let part = |x: &'_ [E], from: usize, n: usize| if x.is_empty() { 0..0 } else { from..from + n };
        return to.par_chunks_mut(PART).enumerate().for_each(|(k, y)| {
            let parts = operands.map(|x| &x[part(x, k * PART, y.len())]);
            f(k * PART, parts, y);
        });
    }
    f(0, operands, to);
}

/// Adds up what `f` counts in parts of an array.
pub(super) fn sum<A: Sync>(from: &[A], f: impl Fn(usize, &[A]) -> Counts + Sync) -> Counts {
    #[cfg(feature = "rayon")]
    if from.len() > PART {
        use rayon::prelude::*;
        let add = |mut a: Counts, b: Counts| {
            a += b;
            a
        };
        let parts = from.par_chunks(PART).enumerate();
        return parts.map(|(k, x)| f(k * PART, x)).reduce(Counts::default, add);
    }
    f(0, from)
}
