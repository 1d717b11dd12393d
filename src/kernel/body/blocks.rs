//! Arrays in parts: blocks, and what is aligned.

/// Elements of a block that is kept on the stack between two loops.
pub(in crate::kernel) const BLOCK: usize = 512;

/// Elements before the first that is aligned to 64 bytes: a vector across two cache lines costs twice. 0 for short arrays, where computing
/// elements one by one costs more.
pub(super) fn unaligned<T>(x: &[T]) -> usize {
    // By the address, since `align_offset` may give up.
    if x.len() < 4096 { 0 } else { x.as_ptr().addr().wrapping_neg() % 64 / size_of::<T>() }
}

/// Two arrays in two parts.
pub(super) fn from_start<'a, A, B>(
    start: usize,
    from: &'a [A],
    to: &'a mut [B],
) -> [(&'a [A], &'a mut [B]); 2] {
    let ((a, b), (x, y)) = (from.split_at(start), to.split_at_mut(start));
    [(a, x), (b, y)]
}

/// An array in three parts.
pub(super) fn cut<T>(x: &[T], start: usize, whole: usize) -> [&[T]; 3] {
    let (before, rest) = x.split_at(start);
    let (within, after) = rest.split_at(whole);
    [before, within, after]
}
