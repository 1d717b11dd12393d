//! `%`: the remainder that keeps the sign of the dividend, as of the language's own floats.

use super::{Flagged, FloatFormat, Minifloat, With, apply, within};
use crate::format::Format;
use crate::format::facts::{Facts, Nans, Overflow, Sign};
use crate::op::{Op, Task};
use crate::policy::Policy;
use crate::value::{Value, decode};

impl<F: FloatFormat> Minifloat<F> {
    /// What `%` gives: `self - n * y` with `n` the quotient `self / y` cut to an integer, as `%` on `f32` (C's
    /// `fmod`). It is always exact; zero has the sign of `self`. [`Minifloat::remainder`] is IEEE 754's, which takes
    /// the nearest integer.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// let (x, y) = (F16::from_f32(5.0), F16::from_f32(3.0));
    /// assert_eq!((x % y).to_f32(), 2.0);
    /// assert_eq!(x.remainder(y).to_f32(), -1.0);
    /// ```
    #[must_use]
    #[inline]
    pub const fn rem(self, y: Self) -> Self {
        self.with(Policy::IEEE).rem(y).value
    }
}

impl<F: FloatFormat> With<F> {
    /// See [`Minifloat::rem`]. Invalid for an infinite number, and for `y` zero.
    pub const fn rem(self, y: Minifloat<F>) -> Flagged<F> {
        const { within::<F>(Op::Remainder) };
        let (x, format) = (self.value(), Minifloat::<F>::FORMAT);
        let signed = const { &signed::<F>() };
        // IEEE 754's remainder, exact, is off by `y` where its sign is not the dividend's.
        let nearest = Task {
            op: Op::Remainder,
            operands: [format; 3],
            result: *signed,
            policy: Policy { flush_results: false, ..self.policy() },
        };
        let near = apply(&nearest, [x.code(), y.code(), 0], 0);
        let negative = x.is_sign_negative();
        let op = match decode(signed, near.code) {
            Value::Finite(r) if r.negative == negative => Op::Convert,
            Value::Finite(_) if y.is_sign_negative() == negative => Op::Add,
            Value::Finite(_) => Op::Sub,
            _ => Op::Convert,
        };
        let exact = Task {
            op,
            operands: [*signed, format, format],
            result: format,
            policy: Policy { flush_operands: false, ..self.policy() },
        };
        let rounded = apply(&exact, [near.code, y.code(), 0], 0);
        Flagged { value: Minifloat::from_code(rounded.code), flags: near.flags.union(rounded.flags) }
    }
}

/// A format with both signs, both zeros and a NaN that holds every remainder of numbers of `F`: those are at most
/// half the divisor, or the dividend itself.
const fn signed<F: FloatFormat>() -> Format {
    let facts = Minifloat::<F>::FORMAT.facts();
    let unsigned = !matches!(facts.sign, Sign::SignMagnitude);
    Format::known(Facts {
        width: facts.width + unsigned as u32,
        precision: facts.precision,
        // A format without subnormals starts one binade lower.
        bias: facts.bias + !facts.subnormals as i32,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        subnormals: true,
    })
}
