//! The first stage: from the codes of the operands to their values.

use halfulp::{Code, Exact, Format, Value, decode};
use serde::{Deserialize, Serialize};

use super::names;

/// How an operand is read.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reading {
    /// The format by which codes are read, if it is another one of the same width.
    #[serde(with = "names::option")]
    pub format: Option<Format>,
    /// What subnormal codes mean.
    pub subnormals: Subnormals,
    /// What NaNs mean.
    pub nans: NanRead,
    /// What the sign means.
    pub sign: SignRead,
    /// Bits that are read as 0.
    pub clear: Code,
    /// Bits that are read as 1.
    pub set: Code,
    /// Whether the bits come in reverse order.
    pub reversed: bool,
    /// Whether the bytes come in reverse order, of a format of whole bytes.
    pub bytes_reversed: bool,
}

/// What a subnormal operand is read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subnormals {
    /// Its value, or zero where the policy flushes operands.
    #[default]
    Kept,
    /// Zero of the same sign (DAZ).
    Zero,
    /// Plus zero.
    PositiveZero,
    /// A number of a binade below the normal ones: exponent field 0 with a hidden 1. Zero stays zero.
    NormalBinade,
    /// The same, and zero too is the power of two of that binade.
    NormalBinadeWithZero,
    /// A number with a hidden 1 in the binade of the smallest normal values. Zero stays zero.
    HiddenOne,
    /// The smallest normal value of the same sign.
    SmallestNormal,
}

/// What a NaN operand is read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NanRead {
    /// NaN.
    #[default]
    Kept,
    /// Zero of the same sign.
    Zero,
    /// Infinity of the same sign.
    Infinity,
}

/// What the sign of an operand is read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignRead {
    /// What it is.
    #[default]
    Kept,
    /// Plus.
    Ignored,
    /// The other sign.
    Inverted,
}

impl Reading {
    /// The format by which the operand is read.
    #[must_use]
    pub fn format<'a>(&'a self, format: &'a Format) -> &'a Format {
        self.format.as_ref().unwrap_or(format)
    }

    /// The code that is seen.
    #[must_use]
    pub fn code(&self, format: &Format, code: Code) -> Code {
        let mask = format.code_mask();
        let code = reordered(code & mask, format.width(), self.reversed, self.bytes_reversed);
        (code & !self.clear | self.set) & mask
    }

    /// The value that is computed with. `flush` is the policy's.
    #[must_use]
    pub fn value(&self, format: &Format, code: Code, flush: bool) -> Value<Exact> {
        let format = self.format(format);
        let code = self.code(format, code);
        let value = match (decode(format, code), self.nans) {
            (Value::Nan(nan), NanRead::Zero) => Value::Zero { negative: nan.negative },
            (Value::Nan(nan), NanRead::Infinity) => Value::Infinite { negative: nan.negative },
            (value, _) => self.subnormal(format, code, value, flush),
        };
        match self.sign {
            SignRead::Kept => value,
            SignRead::Ignored => value.with_sign(false),
            SignRead::Inverted => value.with_sign(!value.is_negative()),
        }
    }

    fn subnormal(&self, format: &Format, code: Code, value: Value<Exact>, flush: bool) -> Value<Exact> {
        let (negative, magnitude) = format.split(code);
        let trailing = 1u64 << (format.precision() - 1);
        match value {
            Value::Finite(x) if x.leading_exponent() < format.tiny_below() => {
                let hidden = Exact { negative, exponent: x.exponent, significand: trailing | magnitude };
                match self.subnormals {
                    Subnormals::Kept if flush => Value::Zero { negative },
                    Subnormals::Kept => value,
                    Subnormals::Zero => Value::Zero { negative },
                    Subnormals::PositiveZero => Value::Zero { negative: false },
                    Subnormals::HiddenOne => {
                        Value::Finite(Exact { exponent: format.quantum_min(), ..hidden })
                    }
                    Subnormals::SmallestNormal => Value::Finite(Exact {
                        negative,
                        exponent: format.quantum_min(),
                        significand: trailing,
                    }),
                    Subnormals::NormalBinade | Subnormals::NormalBinadeWithZero => {
                        Value::Finite(Exact { exponent: format.quantum_min() - 1, ..hidden })
                    }
                }
            }
            Value::Zero { negative } if self.subnormals == Subnormals::NormalBinadeWithZero => {
                Value::Finite(Exact { negative, exponent: format.quantum_min() - 1, significand: trailing })
            }
            _ => value,
        }
    }
}

/// A code with its bits, its bytes, or both in reverse order.
pub(super) fn reordered(code: Code, width: u32, bits: bool, bytes: bool) -> Code {
    let code = if bits { code.reverse_bits() >> (64 - width) } else { code };
    if bytes && width.is_multiple_of(8) { code.swap_bytes() >> (64 - width) } else { code }
}
