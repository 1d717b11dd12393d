//! The constants of a format, as numbers of its type.

use super::{FloatFormat, Minifloat, apply};
use crate::format::{Code, Format};
use crate::op::{Op, Task};
use crate::policy::Policy;

impl<F: FloatFormat> Minifloat<F> {
    /// The largest finite value.
    pub const MAX: Self = Minifloat::from_code(Self::FORMAT.largest(false));

    /// The least finite value: the most negative one, and in a format without signs the smallest.
    pub const MIN: Self = Minifloat::from_code(Self::FORMAT.largest(true));

    /// The smallest positive normal value, as in the standard library. Where no value is normal it is [`SMALLEST`],
    /// and so where none is subnormal (E8M0, MXINT8).
    ///
    /// [`SMALLEST`]: Minifloat::SMALLEST
    pub const MIN_POSITIVE: Self = Minifloat::from_code(min_positive::<F>());

    /// The smallest positive value, subnormal where the format has subnormals.
    pub const SMALLEST: Self = Minifloat::from_code(Self::FORMAT.has_zero() as Code);

    /// Zero. In a format without a zero (E8M0) its use fails the build.
    pub const ZERO: Self = {
        assert!(Self::FORMAT.has_zero(), "this format has no zero");
        Minifloat::from_code(0)
    };

    /// One. In a format without it its use fails the build; every built-in format and all of P3109's have it.
    pub const ONE: Self = match one::<F>() {
        Some(code) => Minifloat::from_code(code),
        None => panic!("this format has no 1"),
    };

    /// The distance from 1 to the next greater value. Where the format does not hold it its use fails the build.
    pub const EPSILON: Self = {
        let next = Self::ONE.with(Policy::IEEE).next_up();
        let distance = next.value.with(Policy::IEEE).sub(Self::ONE);
        assert!(
            distance.flags.bits() == 0 && !next.value.is_infinite(),
            "the format does not hold the distance from 1 to the next value"
        );
        distance.value
    };

    /// The canonical NaN: quiet, positive, without payload. `None` in a format without NaN.
    pub const NAN: Option<Self> = number(Self::FORMAT.nan());

    /// Infinity. `None` in a format without it.
    pub const INFINITY: Option<Self> = number(Self::FORMAT.infinity(false));

    /// Minus infinity. `None` in a format without it.
    pub const NEG_INFINITY: Option<Self> = number(Self::FORMAT.infinity(true));
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

/// The code of 1, if the format holds it: what the integer 1 converts to.
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
