//! The codes of a format.

use super::facts::Overflow;
use super::{Code, Format};

impl Format {
    /// A mask of all bits of a code: `2^width - 1`.
    #[must_use]
    pub const fn code_mask(&self) -> Code {
        self.code_mask
    }

    /// The top bit of a code.
    #[must_use]
    pub const fn top_bit(&self) -> Code {
        1 << (self.facts.width - 1)
    }

    /// The canonical NaN: quiet, positive, no payload. `None` in a format without NaN.
    #[must_use]
    pub const fn nan(&self) -> Option<Code> {
        self.nan
    }

    /// The infinity of a sign. `None` if the format does not have it.
    #[must_use]
    pub const fn infinity(&self, negative: bool) -> Option<Code> {
        match self.facts.overflow {
            Overflow::Infinity if !negative => Some(self.largest[0] + 1),
            Overflow::Infinity if self.is_signed() => Some(self.encode(true, self.largest[0] + 1)),
            _ => None,
        }
    }

    /// The finite value of largest magnitude of a sign; for `negative` in an unsigned format, its smallest value.
    #[must_use]
    pub const fn largest(&self, negative: bool) -> Code {
        if negative && !self.is_signed() {
            0
        } else {
            self.encode(negative, self.largest_magnitude(negative))
        }
    }

    /// The largest finite magnitude code of a sign.
    #[must_use]
    pub const fn largest_magnitude(&self, negative: bool) -> u64 {
        self.largest[negative as usize]
    }

    /// By how much the magnitude codes of this format lie below those of the corresponding format with zero and subnormals:
    /// `2^(p-1)` in a format without them, 0 otherwise.
    #[inline(always)]
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether a magnitude code represents a nonzero finite number.
    #[inline(always)]
    pub(crate) const fn is_number(&self, magnitude: u64) -> bool {
        // One comparison: in a format with a zero, magnitude code 0 wraps to the top.
        let first = self.facts.subnormals as u64;
        magnitude.wrapping_sub(first) <= self.largest[1] - first
    }

    /// Splits a code into its sign (true if negative) and its magnitude code. Bits above the width are ignored.
    #[must_use]
    #[inline(always)]
    pub const fn split(&self, code: Code) -> (bool, u64) {
        let code = code & self.code_mask;
        if self.twos_complement {
            return self.split_twos_complement(code);
        }
        (code & self.sign_bit != 0, code & !self.sign_bit)
    }

    #[cold]
    const fn split_twos_complement(&self, code: Code) -> (bool, u64) {
        let negative = code & self.top_bit() != 0;
        (negative, if negative { code.wrapping_neg() & self.code_mask } else { code })
    }

    /// The code of a sign and a magnitude code. In a format without minus zero, a zero is positive.
    ///
    /// Precondition: the format has the magnitude code, and in an unsigned format `negative` is set only for zero.
    #[must_use]
    #[inline(always)]
    pub const fn encode(&self, negative: bool, magnitude: u64) -> Code {
        if self.twos_complement {
            return if negative { magnitude.wrapping_neg() & self.code_mask } else { magnitude };
        }
        let signed = negative & (self.negative_zero | (magnitude != 0));
        magnitude | (self.sign_bit & (signed as u64).wrapping_neg())
    }
}
