//! Constants of a format, as numbers of its type.

use super::{FloatFormat, Minifloat, apply};
use crate::format::{Code, Format};
use crate::op::{Op, Task};
use crate::policy::Policy;

/// Constants. If the format lacks the number, using the constant is a compile error; [`try_nan`](Minifloat::try_nan) and similar functions
/// return an `Option`.
impl<F: FloatFormat> Minifloat<F> {
    /// The largest finite value.
    pub const MAX: Self = Minifloat::from_code(Self::FORMAT.largest(false));

    /// The least finite value: the most negative one, or the smallest one of an unsigned format.
    pub const MIN: Self = Minifloat::from_code(Self::FORMAT.largest(true));

    /// The smallest positive normal value, as in the standard library. It is [`SMALLEST`] if the format has no normal or no
    /// subnormal values (E8M0, MXINT8).
    ///
    /// [`SMALLEST`]: Minifloat::SMALLEST
    pub const MIN_POSITIVE: Self = Minifloat::from_code(min_positive::<F>());

    /// The smallest positive value, which is subnormal if the format has subnormals.
    pub const SMALLEST: Self = Minifloat::from_code(Self::FORMAT.has_zero() as Code);

    /// Zero. All formats have it except those without subnormals (E8M0).
    pub const ZERO: Self = Self::try_zero().expect("this format has no zero");

    /// One. All built-in formats and all P3109 formats have it.
    pub const ONE: Self = Self::try_one().expect("this format has no 1");

    /// The distance from 1 to the next greater value.
    pub const EPSILON: Self = {
        let next = Self::ONE.with(Policy::IEEE).next_up();
        let distance = next.value.with(Policy::IEEE).sub(Self::ONE);
        assert!(
            distance.flags.bits() == 0 && !next.value.is_infinite(),
            "the format does not hold the distance from 1 to the next value"
        );
        distance.value
    };

    /// The canonical NaN: quiet, positive, and without payload.
    ///
    /// ```compile_fail
    /// let nan = halfulp::typed::F4E2M1::NAN; // this format has no NaN
    /// ```
    pub const NAN: Self = Self::try_nan().expect("this format has no NaN");

    /// Infinity.
    pub const INFINITY: Self = Self::try_infinity().expect("this format has no infinity");

    /// Negative infinity.
    pub const NEG_INFINITY: Self = Self::try_neg_infinity().expect("this format has no minus infinity");
}

/// Constants for code that is generic over the format: `None` if the format lacks the number.
///
/// ```
/// use halfulp::typed::{F4E2M1, F8E5M2, FloatFormat, Minifloat};
///
/// fn or_nan<F: FloatFormat>(x: Option<Minifloat<F>>) -> Option<Minifloat<F>> {
///     x.or(Minifloat::try_nan())
/// }
///
/// assert!(or_nan::<halfulp::typed::marker::E5M2>(None).is_some_and(F8E5M2::is_nan));
/// assert_eq!(F4E2M1::try_nan(), None);
/// ```
impl<F: FloatFormat> Minifloat<F> {
    /// [`ZERO`](Minifloat::ZERO), if the format has it.
    #[must_use]
    pub const fn try_zero() -> Option<Self> {
        if Self::FORMAT.has_zero() { Some(Minifloat::from_code(0)) } else { None }
    }

    /// [`ONE`](Minifloat::ONE), if the format has it.
    #[must_use]
    pub const fn try_one() -> Option<Self> {
        const { number(one::<F>()) }
    }

    /// [`NAN`](Minifloat::NAN), if the format has it.
    #[must_use]
    pub const fn try_nan() -> Option<Self> {
        number(Self::FORMAT.nan())
    }

    /// [`INFINITY`](Minifloat::INFINITY), if the format has it.
    #[must_use]
    pub const fn try_infinity() -> Option<Self> {
        number(Self::FORMAT.infinity(false))
    }

    /// [`NEG_INFINITY`](Minifloat::NEG_INFINITY), if the format has it.
    #[must_use]
    pub const fn try_neg_infinity() -> Option<Self> {
        number(Self::FORMAT.infinity(true))
    }
}

const fn number<F: FloatFormat>(code: Option<Code>) -> Option<Minifloat<F>> {
    match code {
        Some(code) => Some(Minifloat::from_code(code)),
        None => None,
    }
}

const fn min_positive<F: FloatFormat>() -> Code {
    let format = Minifloat::<F>::FORMAT;
    let first = format.has_zero() as Code;
    let normal = 1 << (format.precision() - 1);
    let smallest = Minifloat::<F>::SMALLEST;
    if smallest.is_subnormal() && normal <= format.largest(false) { normal } else { first }
}

/// The code of 1, if the format has it: the conversion of the integer 1.
const fn one<F: FloatFormat>() -> Option<Code> {
    let Ok(integer) = Format::integer(2, false) else {
        return None;
    };
    let task = Task {
        op: Op::Convert,
        operands: [integer; 3],
        result: Minifloat::<F>::FORMAT,
        policy: Policy::IEEE,
    };
    let one = apply(&task, [1, 0, 0], 0);
    if one.flags.bits() == 0 { Some(one.code) } else { None }
}
