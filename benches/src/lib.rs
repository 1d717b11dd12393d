//! What the benchmarks share.

use std::ops::{Deref, DerefMut};

/// An array that begins at a page, so that runs can be compared: loads and stores across lines of the cache cost up to a fifth.
#[derive(Debug)]
pub struct Array<T>(Vec<T>, usize);

impl<T: Copy> Array<T> {
    /// `n` copies of an element.
    #[must_use]
    pub fn new(element: T, n: usize) -> Array<T> {
        const PAGE: usize = 4096;
        let all = vec![element; n + PAGE / size_of::<T>()];
        let start = all.as_ptr().align_offset(PAGE);
        let mut array = Array(all, start);
        array.0.truncate(start + n);
        array
    }
}

impl<T> Deref for Array<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0[self.1..]
    }
}

impl<T> DerefMut for Array<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0[self.1..]
    }
}
