//! Exceptions.

use core::fmt;
use core::ops::{BitOr, BitOrAssign};

/// The five exceptions of IEEE 754-2019 clause 7, in Berkeley TestFloat's bit order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(
    feature = "serde",
    derive(::serde::Serialize, ::serde::Deserialize),
    serde(try_from = "u8", into = "u8")
)]
pub struct Flags(u8);

impl TryFrom<u8> for Flags {
    type Error = FlagsError;

    fn try_from(bits: u8) -> Result<Flags, FlagsError> {
        Flags::from_bits(bits).ok_or(FlagsError { bits })
    }
}

/// The error for a byte that is not a valid set of flags.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FlagsError {
    /// The byte.
    pub bits: u8,
}

impl fmt::Display for FlagsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a byte of flags: expected 0 to 31", self.bits)
    }
}

impl core::error::Error for FlagsError {}

impl From<Flags> for u8 {
    fn from(flags: Flags) -> u8 {
        flags.0
    }
}

impl Flags {
    /// No exception.
    pub const NONE: Flags = Flags(0);
    /// The returned result differs from the exact one (7.6).
    pub const INEXACT: Flags = Flags(1);
    /// The result is tiny and inexact, or a tiny result was flushed (7.5).
    pub const UNDERFLOW: Flags = Flags(2);
    /// A finite result, rounded as if the exponent had no upper bound, exceeds the largest finite value (7.4).
    pub const OVERFLOW: Flags = Flags(4);
    /// An exact infinite result from finite operands (7.3).
    pub const DIVIDE_BY_ZERO: Flags = Flags(8);
    /// No usefully definable result (7.2): a signalling NaN operand, `inf - inf`, `0 * inf`, `0 / 0`, `sqrt(-1)`, a NaN in a format
    /// without NaN, a number out of range of an integer format, a negative number in an unsigned format, a zero in a format without zero.
    pub const INVALID: Flags = Flags(16);

    /// All five.
    pub const ALL: Flags = Flags(31);

    /// The flags of a TestFloat byte; `None` unless bits 5 to 7 are clear.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Flags> {
        if bits < 32 { Some(Flags(bits)) } else { None }
    }

    /// TestFloat's byte: bit 0 inexact, 1 underflow, 2 overflow, 3 division by zero, 4 invalid.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether all flags of `other` are raised.
    #[must_use]
    pub const fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    /// The union of both sets.
    #[must_use]
    pub const fn union(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// These flags without those of `other`.
    #[must_use]
    pub const fn without(self, other: Flags) -> Flags {
        Flags(self.0 & !other.0)
    }

    /// These flags if `raised`, otherwise none.
    #[must_use]
    pub const fn when(self, raised: bool) -> Flags {
        // No branch: whether a result is inexact cannot be predicted.
        Flags(self.0 * raised as u8)
    }
}

impl BitOr for Flags {
    type Output = Flags;
    fn bitor(self, other: Flags) -> Flags {
        self.union(other)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Flags) {
        *self = self.union(other);
    }
}

/// Formats the flags as TestFloat does: `v` invalid, `i` infinite (division by zero), `o` overflow, `u` underflow, `x` inexact, and a dot for
/// each flag that is not raised.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters: [u8; 5] =
            core::array::from_fn(|i| if self.0 >> (4 - i) & 1 == 1 { b"vioux"[i] } else { b'.' });
        f.pad(core::str::from_utf8(&letters).unwrap_or("....."))
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Flags({self})")
    }
}
