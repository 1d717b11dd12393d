//! Slices of numbers as slices of their codes.

use super::{FloatFormat, Minifloat};

impl<F: FloatFormat> Minifloat<F> {
    /// The codes of a slice of numbers, in the same memory.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    ///
    /// let numbers = [1.0, 448.0].map(F8E4M3FN::from_f32);
    /// assert_eq!(F8E4M3FN::codes(&numbers), [0x38, 0x7e]);
    /// ```
    #[must_use]
    pub const fn codes(numbers: &[Self]) -> &[F::Storage] {
        // SAFETY: a number is `repr(transparent)` over its storage, so the layouts are the same.
        unsafe { core::slice::from_raw_parts(numbers.as_ptr().cast(), numbers.len()) }
    }

    /// The mutable codes of a slice of numbers. Precondition: bits above the format's width remain zero; otherwise [`Minifloat::to_bits`] returns them.
    pub(crate) const fn codes_mut(numbers: &mut [Self]) -> &mut [F::Storage] {
        // SAFETY: as above; every pattern of the storage's bits is a value of the type, so no write can make an invalid one.
        unsafe { core::slice::from_raw_parts_mut(numbers.as_mut_ptr().cast(), numbers.len()) }
    }
}
