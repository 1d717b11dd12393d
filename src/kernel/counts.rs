//! Counts of the exceptional elements of an array.

use core::ops::AddAssign;

/// What happened to the elements of an array that was rounded. One element can count more than once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Numbers beyond the format's range: overflows, and those that it has no value for at all (a negative in an
    /// unsigned format, zero in one without, a number or an infinity that no integer of the range holds).
    pub overflowed: u64,
    /// Numbers other than zero within the range whose result is a zero.
    pub became_zero: u64,
    /// NaNs.
    pub nan: u64,
    /// Results with [`Flags::INEXACT`](crate::Flags::INEXACT): those that differ from the number, overflows included.
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
