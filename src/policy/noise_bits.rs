//! The number of noise bits of a stochastic rounding.

use alloc::string::ToString as _;
use core::fmt;

use super::NameError;

/// The number of noise bits that a stochastic rounding uses, 1 to 32.
///
/// ```
/// use halfulp::NoiseBits;
///
/// assert_eq!(NoiseBits::new(8).map(NoiseBits::get), Some(8));
/// assert!(NoiseBits::new(0).is_none() && NoiseBits::new(33).is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "u32", into = "u32")
)]
pub struct NoiseBits(u8);

impl NoiseBits {
    /// One bit.
    pub const MIN: NoiseBits = NoiseBits(1);
    /// 32 bits.
    pub const MAX: NoiseBits = NoiseBits(32);

    /// Creates a number of noise bits; `None` outside 1 to 32.
    #[must_use]
    pub const fn new(bits: u32) -> Option<NoiseBits> {
        if bits < 1 || bits > 32 { None } else { Some(NoiseBits(bits as u8)) }
    }

    /// Like [`NoiseBits::new`], for constants: the number is known to be in range.
    ///
    /// # Panics
    /// Outside 1 to 32; in a constant this is a compile error.
    #[must_use]
    pub const fn known(bits: u32) -> NoiseBits {
        match NoiseBits::new(bits) {
            Some(bits) => bits,
            None => panic!("stochastic rounding uses 1 to 32 bits of noise"),
        }
    }

    /// The number, 1 to 32.
    #[must_use]
    #[inline(always)]
    pub const fn get(self) -> u32 {
        self.0 as u32
    }

    /// The part of a noise word that is used: the word modulo `2^bits`.
    #[must_use]
    #[inline(always)]
    pub const fn of_word(self, noise: u64) -> u64 {
        noise & ((1 << self.0) - 1)
    }
}

impl TryFrom<u32> for NoiseBits {
    type Error = NameError;

    fn try_from(bits: u32) -> Result<NoiseBits, NameError> {
        NoiseBits::new(bits).ok_or_else(|| NameError {
            text: bits.to_string(),
            kind: "number of noise bits",
            expected: "1 to 32",
        })
    }
}

impl From<NoiseBits> for u32 {
    fn from(bits: NoiseBits) -> u32 {
        bits.get()
    }
}

/// The number.
impl fmt::Display for NoiseBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
