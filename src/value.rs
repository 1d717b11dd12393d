//! Values of codes and results of operations. Two separate number types rule out double rounding: operations take
//! [`Exact`] and return [`Real`], and only [`round`](crate::round()) takes `Real`.

use crate::format::facts::{Nans, Overflow};
use crate::format::{Code, Format};

/// A nonzero finite value of a code: `(-1)^negative * significand * 2^exponent`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exact {
    /// Whether the number is below zero.
    pub negative: bool,
    /// Exponent of the significand's last bit.
    pub exponent: i32,
    /// At least 1; at most 53 bits, 64 in an integer.
    pub significand: u64,
}

/// A nonzero finite result of an operation: `(-1)^negative * (significand + tail) * 2^exponent`, where `tail`, if set,
/// stands for an unknown amount above 0 and below 1.
///
/// If `tail` is set, the significand has at least 75 bits, enough for any precision with its rounding bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Real {
    /// Whether the number is below zero.
    pub negative: bool,
    /// Exponent of the significand's last bit.
    pub exponent: i32,
    /// At least 1.
    pub significand: u128,
    /// Whether the exact result exceeds the significand by less than one unit (a sticky bit).
    pub tail: bool,
}

/// A NaN. Its sign and payload matter only to total order and to the sign operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nan {
    /// The sign bit.
    pub negative: bool,
    /// Whether it is a signalling NaN. Only formats with the NaN layout of IEEE 754 have them.
    pub signalling: bool,
    /// The trailing significand bits, left-aligned in 64 bits; if the format's NaNs fill more than one binade, all magnitude bits.
    pub payload: u64,
}

impl Nan {
    /// The NaN returned by operations.
    pub const QUIET: Nan = Nan { negative: false, signalling: false, payload: 1 << 63 };
}

/// A value: a nonzero finite number, a zero, an infinity or a NaN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value<T> {
    /// Not a number.
    Nan(Nan),
    /// An infinity.
    Infinite {
        /// Whether it is negative infinity.
        negative: bool,
    },
    /// A zero.
    Zero {
        /// Whether it is minus zero.
        negative: bool,
    },
    /// A nonzero finite number.
    Finite(T),
}

impl Exact {
    /// The same number, as an operation's result.
    #[must_use]
    #[inline(always)]
    pub const fn real(self) -> Real {
        Real {
            negative: self.negative,
            exponent: self.exponent,
            significand: self.significand as u128,
            tail: false,
        }
    }

    /// Exponent of the leading bit: `floor(log2 |x|)`.
    #[must_use]
    pub const fn leading_exponent(self) -> i32 {
        self.exponent + 63 - self.significand.leading_zeros() as i32
    }
}

impl Value<Exact> {
    /// The same value, as an operation's result.
    #[must_use]
    #[inline(always)]
    pub const fn real(self) -> Value<Real> {
        match self {
            Value::Nan(nan) => Value::Nan(nan),
            Value::Infinite { negative } => Value::Infinite { negative },
            Value::Zero { negative } => Value::Zero { negative },
            Value::Finite(x) => Value::Finite(x.real()),
        }
    }

    /// The same value with the given sign; a NaN is unchanged.
    #[must_use]
    pub const fn with_sign(self, negative: bool) -> Value<Exact> {
        match self {
            Value::Nan(nan) => Value::Nan(nan),
            Value::Infinite { .. } => Value::Infinite { negative },
            Value::Zero { .. } => Value::Zero { negative },
            Value::Finite(x) => Value::Finite(Exact { negative, ..x }),
        }
    }

    /// Whether the sign is negative; for a NaN, its sign bit.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        match self {
            Value::Nan(Nan { negative, .. })
            | Value::Infinite { negative }
            | Value::Zero { negative }
            | Value::Finite(Exact { negative, .. }) => negative,
        }
    }
}

/// The value of a code. Bits above the format's width are ignored.
#[must_use]
#[inline(always)]
pub const fn decode(f: &Format, code: Code) -> Value<Exact> {
    if let Some(x) = decode_number(f, code) {
        return Value::Finite(x);
    }
    let (negative, magnitude) = f.split(code);
    if magnitude == 0 { zero_code(f, negative) } else { special(f, negative, magnitude) }
}

/// The same for the codes of finite numbers other than zero.
#[inline(always)]
pub(crate) const fn decode_number(f: &Format, code: Code) -> Option<Exact> {
    let (negative, magnitude) = f.split(code);
    if !f.is_number(magnitude) {
        return None;
    }
    let trailing_bits = f.precision() - 1;
    // In a format without zero and subnormals, field 0 is an ordinary binade, one above.
    let field = (magnitude + f.offset()) >> trailing_bits;
    let normal = (field != 0) as u64;
    let trailing = magnitude & ((1 << trailing_bits) - 1);
    let significand = trailing | normal << trailing_bits;
    Some(Exact { negative, exponent: f.quantum_min() + (field - normal) as i32, significand })
}

const fn zero_code(f: &Format, negative: bool) -> Value<Exact> {
    if negative && matches!(f.facts().nans, Nans::NegativeZero) {
        return Value::Nan(Nan::QUIET);
    }
    Value::Zero { negative }
}

const fn special(f: &Format, negative: bool, magnitude: u64) -> Value<Exact> {
    let infinite = matches!(f.facts().overflow, Overflow::Infinity);
    if infinite && magnitude == f.largest_magnitude(false) + 1 {
        return Value::Infinite { negative };
    }
    let payload = payload(f, magnitude);
    let signalling = f.has_ieee_nans() && payload >> 63 == 0;
    Value::Nan(Nan { negative, signalling, payload })
}

/// The trailing bits; all bits where the format's NaNs fill more than one binade.
const fn payload(f: &Format, magnitude: u64) -> u64 {
    let Nans::Top(count) = f.facts().nans else { return Nan::QUIET.payload };
    let trailing = f.precision() - 1;
    let one_binade = (count - 1) >> trailing == 0;
    match if one_binade { trailing } else { f.facts().magnitude_bits() } {
        0 => Nan::QUIET.payload,
        bits => magnitude << (64 - bits),
    }
}
