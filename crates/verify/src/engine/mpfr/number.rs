//! MPFR's numbers without allocation: the one file that calls MPFR.
//!
//! A number keeps its limbs in itself, and MPFR gets a header that points to them (its "custom interface"). Results
//! have [`PRECISION`] bits and are rounded to odd: truncated, with the last bit set if MPFR's ternary value says that
//! something was lost. Rounding such a result to [`PRECISION`] - 2 bits or fewer gives what rounding the exact result
//! would have given, in every direction (Boldo and Melquiond, IEEE Transactions on Computers 57(4), 2008).

use std::cmp::Ordering;
use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use gmp_mpfr_sys::gmp;
use gmp_mpfr_sys::mpfr::{self, mpfr_t, rnd_t};

/// Bits of every number here. Two limbs less one bit, as MPFR is fastest where all precisions are alike, between one
/// limb and two.
const PRECISION: i64 = 127;

/// The last of those bits, in the lower limb.
const LAST_BIT: u64 = 2;

const _: () = assert!(gmp::LIMB_BITS == 64 && gmp::NAIL_BITS == 0, "MPFR with limbs of 64 bits");

/// Powers of two beyond this over- or underflow every format; MPFR's own exponents go to `2^30`.
const POWER_LIMIT: i64 = 1 << 25;

/// What MPFR calls a number's kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Nan,
    Infinite,
    Zero,
    Finite,
}

/// One of MPFR's five directions that is used here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Nearest,
    Zero,
    Up,
    Down,
    Away,
}

impl Direction {
    fn mpfr(self) -> rnd_t {
        match self {
            Direction::Nearest => rnd_t::RNDN,
            Direction::Zero => rnd_t::RNDZ,
            Direction::Up => rnd_t::RNDU,
            Direction::Down => rnd_t::RNDD,
            Direction::Away => rnd_t::RNDA,
        }
    }
}

/// A number of MPFR's: NaN, an infinity, a zero, or 127 bits with an exponent.
#[derive(Clone, Copy)]
pub struct Number {
    /// The significand, most significant bit at the top of the second limb. Of no meaning in special kinds.
    limbs: [u64; 2],
    exponent: i64,
    sign: c_int,
}

/// A number cut to 64 bits or fewer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    /// The significand, most significant bit at the top; 0 is zero.
    pub limb: u64,
    /// Exponent of the leading bit.
    pub leading: i64,
    /// Whether something was lost.
    pub inexact: bool,
}

impl Number {
    /// `significand * 2^exponent`; a significand of 0 is a zero.
    pub fn new(negative: bool, significand: u64, exponent: i64) -> Number {
        let mut number = Number::operate(|x| {
            // SAFETY: `x` is a number that MPFR may write; nothing else is read.
            unsafe { mpfr::set_uj_2exp(x, significand, exponent, rnd_t::RNDZ) }
        });
        number.sign = if negative { -1 } else { 1 };
        number
    }

    pub fn nan() -> Number {
        Number::special(mpfr::NAN_KIND, false)
    }

    pub fn infinite(negative: bool) -> Number {
        Number::special(mpfr::INF_KIND, negative)
    }

    fn special(kind: c_int, negative: bool) -> Number {
        let mut limbs = [0; 2];
        let x = header(kind, negative, &mut limbs, PRECISION);
        Number { limbs, exponent: x.exp, sign: x.sign }
    }

    /// Runs one MPFR function that writes its argument, rounding toward zero, and returns the ternary value.
    fn operate(function: impl FnOnce(*mut mpfr_t) -> c_int) -> Number {
        let mut limbs = [0; 2];
        let mut x = header(mpfr::ZERO_KIND, false, &mut limbs, PRECISION);
        let ternary = function(&raw mut x);
        let (exponent, sign) = (x.exp, x.sign);
        if ternary != 0 {
            limbs[0] |= LAST_BIT;
        }
        Number { limbs, exponent, sign }
    }

    /// MPFR's header of this number, for reading: it is valid as long as `self` stays where it is.
    fn view(&self) -> mpfr_t {
        mpfr_t { prec: PRECISION, sign: self.sign, exp: self.exponent, d: NonNull::from(&self.limbs).cast() }
    }

    pub fn kind(&self) -> Kind {
        let x = self.view();
        // SAFETY: `x` is a valid header of `self`'s limbs.
        match unsafe { mpfr::custom_get_kind(&raw const x) }.abs() {
            mpfr::NAN_KIND => Kind::Nan,
            mpfr::INF_KIND => Kind::Infinite,
            mpfr::ZERO_KIND => Kind::Zero,
            _ => Kind::Finite,
        }
    }

    pub fn is_negative(&self) -> bool {
        self.sign < 0
    }

    pub fn with_sign(mut self, negative: bool) -> Number {
        self.sign = if negative { -1 } else { 1 };
        self
    }

    /// Exponent of the leading bit. Precondition: finite and not zero.
    pub fn leading(&self) -> i64 {
        self.exponent - 1
    }

    /// The significand, most significant bit at the top. Precondition: finite and not zero.
    pub fn significand(&self) -> u128 {
        u128::from(self.limbs[1]) << 64 | u128::from(self.limbs[0])
    }

    /// The number that was cut; the sign is given.
    pub fn from_cut(negative: bool, cut: Cut) -> Number {
        Number::new(negative, cut.limb, cut.leading - 63)
    }

    /// Rounded to 64 bits or fewer by MPFR. Precondition: finite, not zero, `precision` from 1 to 64.
    pub fn cut(&self, precision: i64, direction: Direction) -> Cut {
        let op = self.view();
        let mut limbs = [0; 2];
        let mut x = header(mpfr::ZERO_KIND, false, &mut limbs, precision);
        // SAFETY: `x` is a header of `precision` bits over two limbs, enough for 128; `op` views `self`.
        let ternary = unsafe { mpfr::set(&raw mut x, &raw const op, direction.mpfr()) };
        let leading = x.exp - 1;
        Cut { limb: limbs[0], leading, inexact: ternary != 0 }
    }

    /// Rounded to nearest, ties away from zero, which MPFR has no direction for: truncated to one bit more, and from
    /// there away from zero. If that bit is 0 the second step is exact and the first one went to the nearer; if it
    /// is 1 the number lies at or above the midpoint. Preconditions as for [`Number::cut`].
    pub fn cut_nearest_away(&self, precision: i64) -> Cut {
        let op = self.view();
        let (mut limbs, mut last) = ([0; 2], [0; 2]);
        let mut x = header(mpfr::ZERO_KIND, false, &mut limbs, precision + 1);
        let mut y = header(mpfr::ZERO_KIND, false, &mut last, precision);
        // SAFETY: `x` and `y` are headers of at most 65 bits over two limbs each, enough for 128; `op` views `self`.
        let ternary = unsafe {
            mpfr::set(&raw mut x, &raw const op, rnd_t::RNDZ)
                | mpfr::set(&raw mut y, &raw const x, rnd_t::RNDA)
        };
        let leading = y.exp - 1;
        Cut { limb: last[0], leading, inexact: ternary != 0 }
    }

    /// `self * 2^power`.
    pub fn scaled(&self, power: i64) -> Number {
        let a = self.view();
        let power = power.clamp(-POWER_LIMIT, POWER_LIMIT);
        // SAFETY: `x` is MPFR's to write and `a` views `self`, here and in the functions below.
        Number::operate(|x| unsafe { mpfr::mul_2si(x, &raw const a, power, rnd_t::RNDZ) })
    }

    /// Truncated to an integer. Precondition: no NaN.
    pub fn to_i64(self) -> i64 {
        let a = self.view();
        // SAFETY: as in `scaled`.
        unsafe { mpfr::get_si(&raw const a, rnd_t::RNDZ) }
    }

    /// The square root.
    pub fn sqrt(&self) -> Number {
        let a = self.view();
        // SAFETY: as in `scaled`.
        Number::operate(|x| unsafe { mpfr::sqrt(x, &raw const a, rnd_t::RNDZ) })
    }

    /// `self * b + c`; an exact zero sum of unlike signs is minus zero if `down`.
    pub fn fma(&self, b: &Number, c: &Number, down: bool) -> Number {
        let (a, b, c) = (self.view(), b.view(), c.view());
        let rounding = sum_rounding(down);
        // SAFETY: as in `scaled`; `b` and `c` view the arguments.
        Number::operate(|x| unsafe { mpfr::fma(x, &raw const a, &raw const b, &raw const c, rounding) })
    }

    /// `self + b`; an exact zero sum of unlike signs is minus zero if `down`.
    pub fn add(&self, b: &Number, down: bool) -> Number {
        let (a, b) = (self.view(), b.view());
        let rounding = sum_rounding(down);
        // SAFETY: as in `fma`, here and in the functions below.
        Number::operate(|x| unsafe { mpfr::add(x, &raw const a, &raw const b, rounding) })
    }

    /// `self - b`; an exact zero difference of like signs is minus zero if `down`.
    pub fn sub(&self, b: &Number, down: bool) -> Number {
        let (a, b) = (self.view(), b.view());
        let rounding = sum_rounding(down);
        // SAFETY: as in `fma`.
        Number::operate(|x| unsafe { mpfr::sub(x, &raw const a, &raw const b, rounding) })
    }

    pub fn mul(&self, b: &Number) -> Number {
        let (a, b) = (self.view(), b.view());
        // SAFETY: as in `fma`.
        Number::operate(|x| unsafe { mpfr::mul(x, &raw const a, &raw const b, rnd_t::RNDZ) })
    }

    pub fn div(&self, b: &Number) -> Number {
        let (a, b) = (self.view(), b.view());
        // SAFETY: as in `fma`.
        Number::operate(|x| unsafe { mpfr::div(x, &raw const a, &raw const b, rnd_t::RNDZ) })
    }

    /// The IEEE remainder.
    pub fn remainder(&self, b: &Number) -> Number {
        let (a, b) = (self.view(), b.view());
        // SAFETY: as in `fma`.
        Number::operate(|x| unsafe { mpfr::remainder(x, &raw const a, &raw const b, rnd_t::RNDZ) })
    }

    /// The lesser, or the one that is no NaN; minus zero is less than zero.
    pub fn min(&self, b: &Number) -> Number {
        let (a, b) = (self.view(), b.view());
        // SAFETY: as in `fma`.
        Number::operate(|x| unsafe { mpfr::min(x, &raw const a, &raw const b, rnd_t::RNDZ) })
    }

    /// The greater, or the one that is no NaN; minus zero is less than zero.
    pub fn max(&self, b: &Number) -> Number {
        let (a, b) = (self.view(), b.view());
        // SAFETY: as in `fma`.
        Number::operate(|x| unsafe { mpfr::max(x, &raw const a, &raw const b, rnd_t::RNDZ) })
    }

    /// The order of two numbers, of which none is NaN; zeros of either sign are equal.
    pub fn order(&self, b: &Number) -> Ordering {
        let (a, b) = (self.view(), b.view());
        // SAFETY: both view numbers that live through the call.
        unsafe { mpfr::cmp(&raw const a, &raw const b) }.cmp(&0)
    }

    /// The order of the magnitudes of two numbers, of which none is NaN.
    pub fn order_magnitude(&self, b: &Number) -> Ordering {
        let (a, b) = (self.view(), b.view());
        // SAFETY: as in `order`.
        unsafe { mpfr::cmpabs(&raw const a, &raw const b) }.cmp(&0)
    }
}

/// Toward zero, or for the sake of a zero's sign toward minus infinity. Only exact sums may use the latter.
fn sum_rounding(down: bool) -> rnd_t {
    if down { rnd_t::RNDD } else { rnd_t::RNDZ }
}

/// A header over two limbs.
fn header(kind: c_int, negative: bool, limbs: &mut [u64; 2], precision: i64) -> mpfr_t {
    let kind = if negative { -kind } else { kind };
    let mut x = MaybeUninit::uninit();
    // SAFETY: the function only writes the header's four fields; the pointer is not null.
    unsafe {
        mpfr::custom_init_set(x.as_mut_ptr(), kind, 0, precision, limbs.as_mut_ptr().cast());
        x.assume_init()
    }
}
