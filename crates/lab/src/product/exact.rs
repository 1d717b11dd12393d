//! Exact sums of products, rounded once by the library.

use halfulp::{Exact, Format, Policy, Real, Rounding, Value, decode, noise, round};
use nalgebra::DMatrix;
use rug::Integer;
use rug::integer::Order as Limbs;

use super::accumulator::Accumulator;

/// A finite number other than 0 as `significand * 2^exponent`, the significand odd.
pub(super) fn parts(x: f64) -> (i64, i32) {
    let bits = x.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (significand, exponent) =
        if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
    let zeros = significand.trailing_zeros();
    let odd = significand >> zeros;
    (if x < 0.0 { -odd } else { odd }, exponent + zeros as i32)
}

/// What a code means, as a number of binary64; the format is one that binary64 contains.
#[must_use]
pub fn number(format: &Format, code: u64) -> f64 {
    let signed = |negative: bool, x: f64| if negative { -x } else { x };
    match decode(format, code) {
        Value::Nan(_) => f64::NAN,
        Value::Infinite { negative } => signed(negative, f64::INFINITY),
        Value::Zero { negative } => signed(negative, 0.0),
        Value::Finite(Exact { negative, exponent, significand }) => {
            // Two factors, since a power of two below the smallest normal one leaves no room for the significand.
            let half = exponent / 2;
            let power = |e: i32| f64::from_bits(((1023 + e) as u64) << 52);
            signed(negative, significand as f64 * power(half) * power(exponent - half))
        }
    }
}

/// A term of a sum: `significand * 2^exponent`, not 0. The exponent of its leading bit as aligning units see it.
#[derive(Clone, Copy)]
struct Term {
    significand: i128,
    exponent: i32,
    aligned: i32,
}

/// A sum of products and numbers, exact until it is rounded.
///
/// ```
/// use halfulp::{Policy, format::catalog::lookup};
/// use halfulp_lab::product::ExactSum;
///
/// let mut sum = ExactSum::default();
/// sum.add(1e300);
/// sum.add_product(1.5, 2.0);
/// sum.add(-1e300);
/// assert_eq!(sum.rounded(&lookup("e4m3fn")?, &Policy::IEEE, 0), 3.0);
/// # Ok::<(), halfulp::format::catalog::LookupError>(())
/// ```
#[derive(Clone, Default)]
pub struct ExactSum {
    terms: Vec<Term>,
    /// The sum of what is infinite or NaN.
    special: Option<f64>,
    /// The sum of the zeros.
    zero: Option<f64>,
}

impl ExactSum {
    /// Adds a number.
    pub fn add(&mut self, x: f64) {
        self.add_product(x, 1.0);
    }

    /// Adds a product.
    pub fn add_product(&mut self, a: f64, b: f64) {
        if a == 0.0 || b == 0.0 || !a.is_finite() || !b.is_finite() {
            let kind = if a.is_finite() && b.is_finite() { &mut self.zero } else { &mut self.special };
            let x = a * b;
            *kind = Some(kind.map_or(x, |sum| sum + x));
            return;
        }
        let ((s, e), (t, f)) = (parts(a), parts(b));
        let leading = |s: i64, e: i32| e + 63 - s.unsigned_abs().leading_zeros() as i32;
        self.terms.push(Term {
            significand: i128::from(s) * i128::from(t),
            exponent: e + f,
            aligned: leading(s, e) + leading(t, f),
        });
    }

    /// Starts anew.
    pub fn clear(&mut self) {
        self.terms.clear();
        self.special = None;
        self.zero = None;
    }

    /// The largest exponent of a leading bit, where that of a product is the sum of its factors'. `None` of a sum without terms other than 0.
    #[must_use]
    pub fn largest_exponent(&self) -> Option<i32> {
        self.terms.iter().map(|t| t.aligned).max()
    }

    /// Cuts every term toward zero at a power of two.
    pub fn cut(&mut self, quantum: i32) {
        for term in &mut self.terms {
            let below = quantum - term.exponent;
            if below > 0 {
                let kept = if below > 126 { 0 } else { term.significand.unsigned_abs() >> below };
                term.significand = if term.significand < 0 { -(kept as i128) } else { kept as i128 };
                term.exponent = quantum;
            }
        }
        let before = self.terms.len();
        self.terms.retain(|t| t.significand != 0);
        if self.terms.len() < before && self.zero.is_none() {
            self.zero = Some(0.0);
        }
    }

    /// The exact sum.
    fn value(&self, toward_negative: bool) -> Value<Real> {
        match self.special {
            Some(x) if x.is_nan() => return Value::Nan(halfulp::value::Nan::QUIET),
            Some(x) => return Value::Infinite { negative: x < 0.0 },
            None => {}
        }
        if self.terms.is_empty() {
            let zero = self.zero.unwrap_or(0.0);
            // Zeros of both signs: IEEE 754-2019, 6.3.
            return Value::Zero { negative: zero.is_sign_negative() };
        }
        let lowest = self.terms.iter().map(|t| t.exponent).min().unwrap_or(0);
        let sum = self.narrow(lowest).map(real).unwrap_or_else(|| self.wide(lowest));
        match sum {
            None => Value::Zero { negative: toward_negative },
            Some(x) => Value::Finite(Real { exponent: x.exponent + lowest, ..x }),
        }
    }

    /// In 128 bits, if that is certain to be enough.
    fn narrow(&self, lowest: i32) -> Option<i128> {
        let spare = self.terms.len().leading_zeros();
        let room = 126 - (usize::BITS - spare);
        let mut sum = 0;
        for t in &self.terms {
            let up = (t.exponent - lowest) as u32;
            let bits = 128 - t.significand.unsigned_abs().leading_zeros();
            if bits + up > room {
                return None;
            }
            sum += t.significand << up;
        }
        Some(sum)
    }

    fn wide(&self, lowest: i32) -> Option<Real> {
        let mut sum = Integer::new();
        for t in &self.terms {
            sum += Integer::from(t.significand) << (t.exponent - lowest) as u32;
        }
        let negative = sum < 0;
        let bits = sum.significant_bits();
        if bits == 0 {
            return None;
        }
        let below = bits.saturating_sub(127);
        sum.abs_mut();
        let tail = sum.find_one(0).is_some_and(|one| one < below);
        sum >>= below;
        let mut limbs = sum.to_digits::<u64>(Limbs::Lsf);
        limbs.resize(2, 0);
        let significand = u128::from(limbs[0]) | u128::from(limbs[1]) << 64;
        Some(Real { negative, exponent: below as i32, significand, tail })
    }

    /// The sum in a format that binary64 contains, rounded once.
    #[must_use]
    pub fn rounded(&self, format: &Format, policy: &Policy, noise: u64) -> f64 {
        let value = self.value(policy.rounding == Rounding::TowardNegative);
        number(format, round(format, policy, value, noise).code)
    }
}

fn real(sum: i128) -> Option<Real> {
    let number = Real { negative: sum < 0, exponent: 0, significand: sum.unsigned_abs(), tail: false };
    (sum != 0).then_some(number)
}

/// `a * b` with one rounding a block of `width` products.
pub(super) fn in_blocks(
    how: &Accumulator,
    a: &DMatrix<f64>,
    b: &DMatrix<f64>,
    width: usize,
    seed: u64,
) -> DMatrix<f64> {
    by_element(a, b, width, seed, |exact, noise| exact.rounded(how.format(), how.policy(), noise))
}

/// `a * b` by blocks whose terms are aligned and cut.
pub(super) fn aligned(
    how: &Accumulator,
    a: &DMatrix<f64>,
    b: &DMatrix<f64>,
    (width, fraction): (usize, i32),
    seed: u64,
) -> DMatrix<f64> {
    by_element(a, b, width, seed, |exact, noise| {
        if let Some(largest) = exact.largest_exponent() {
            exact.cut(largest - fraction);
        }
        exact.rounded(how.format(), how.policy(), noise)
    })
}

/// Calls `block` on the sum so far and `width` products, for every block of every element.
fn by_element(
    a: &DMatrix<f64>,
    b: &DMatrix<f64>,
    width: usize,
    seed: u64,
    mut block: impl FnMut(&mut ExactSum, u64) -> f64,
) -> DMatrix<f64> {
    let rows = a.transpose();
    let inner = b.nrows();
    let mut exact = ExactSum::default();
    let mut index = 0;
    DMatrix::from_fn(a.nrows(), b.ncols(), |i, j| {
        let x = &rows.as_slice()[i * inner..(i + 1) * inner];
        let y = &b.as_slice()[j * inner..(j + 1) * inner];
        let mut sum = 0.0;
        for (x, y) in x.chunks(width).zip(y.chunks(width)) {
            exact.clear();
            exact.add(sum);
            x.iter().zip(y).for_each(|(&x, &y)| exact.add_product(x, y));
            sum = block(&mut exact, noise::word(seed, index));
            index += 1;
        }
        sum
    })
}
