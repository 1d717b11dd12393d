//! Counts of the exceptional elements of an array.

use core::ops::AddAssign;

/// Counts of exceptional elements in the conversion of an array. An element may be counted more than once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Numbers beyond the format's range: overflows and unrepresentable numbers (negative numbers in an
    /// unsigned format, zero in a format without zero, numbers and infinities out of range of an integer format).
    pub overflowed: u64,
    /// Nonzero numbers within range whose result is zero.
    pub became_zero: u64,
    /// NaNs.
    pub nan: u64,
    /// Results that raise [`Flags::INEXACT`](crate::Flags::INEXACT), including overflows.
    pub inexact: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.overflowed += other.overflowed;
        self.became_zero += other.became_zero;
        self.nan += other.nan;
        self.inexact += other.inexact;
    }
}
