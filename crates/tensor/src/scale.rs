//! Scales, and division by them.

use halfulp::format::catalog;
use halfulp::{Facts, Format, Nans, Op, Operands, Overflow, Policy, Rounding, Sign, Task, apply};

use crate::error::{Error, Result};

/// The rule for the scale of a tensor.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Rule {
    /// No scale: 1.
    None,
    /// A given scale.
    Number(f32),
    /// The largest finite magnitude divided by the format's largest value.
    Amax,
    /// The least power of two not less than that.
    PowerOfTwo,
}

impl Rule {
    /// Whether the rule needs the tensor's largest magnitude.
    pub const fn needs_largest(self) -> bool {
        matches!(self, Rule::Amax | Rule::PowerOfTwo)
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Rule::None => f.write_str("none"),
            Rule::Number(number) => number.fmt(f),
            Rule::Amax => f.write_str("amax"),
            Rule::PowerOfTwo => f.write_str("pow2"),
        }
    }
}

/// Numbers of 24 bits, as binary32's, in binary64's range.
const SCALES: Format = Format::known(Facts {
    width: 35,
    precision: 24,
    bias: 1023,
    sign: Sign::SignMagnitude,
    nans: Nans::Top((1 << 23) - 1),
    overflow: Overflow::Infinity,
    subnormals: true,
});

/// The scale of a tensor with a largest finite magnitude, for a format: at most 24 bits, so that the product with any
/// value of the format is exact in binary64.
///
/// # Errors
/// The scale lies beyond binary64.
pub fn scale(rule: Rule, largest: f64, format: &Format) -> Result<f64> {
    match rule {
        Rule::None => return Ok(1.0),
        Rule::Number(number) => return Ok(number.into()),
        Rule::Amax | Rule::PowerOfTwo if largest == 0.0 => return Ok(1.0),
        Rule::Amax | Rule::PowerOfTwo => {}
    }
    let binary64 = catalog::lookup("binary64")?;
    let up = Policy::IEEE.rounding(Rounding::TowardPositive);
    let division =
        Task::within(Op::Div, binary64).with_operands([binary64, *format, binary64]).with_result(SCALES);
    let quotient =
        apply(&division.with_policy(up), Operands::new(largest.to_bits(), format.largest(false), 0));
    let back = Task::within(Op::Convert, SCALES).with_result(binary64);
    let scale = f64::from_bits(apply(&back, Operands::new(quotient.code, 0, 0)).code);
    let scale = if rule == Rule::PowerOfTwo { power_of_two(scale) } else { scale };
    if scale.is_finite() { Ok(scale) } else { Err(Error::Scale(largest)) }
}

/// The least power of two that is not below a number; an infinity beyond the largest.
fn power_of_two(x: f64) -> f64 {
    const TRAILING: u64 = (1 << 52) - 1;
    let bits = x.to_bits();
    if x < f64::MIN_POSITIVE || bits & TRAILING == 0 {
        return if x < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { x };
    }
    f64::from_bits((bits | TRAILING) + 1)
}

/// A value times a scale. A value is finite for what is finite, so beyond binary64's range the product is its end.
#[inline(always)]
pub fn times(value: f64, scale: f64) -> f64 {
    let product = value * scale;
    if product.is_infinite() && value.is_finite() { f64::MAX.copysign(product) } else { product }
}

/// Divides by a scale.
pub struct Divider {
    scale: f64,
    exact: Task,
}

impl Divider {
    /// By a finite scale above zero of at most 24 bits, as [`scale`] gives it.
    ///
    /// # Errors
    /// None: the catalog has binary64.
    pub fn new(scale: f64) -> Result<Divider> {
        let binary64 = catalog::lookup("binary64")?;
        let to_odd = Policy::IEEE.rounding(Rounding::ToOdd);
        Ok(Divider { scale, exact: Task::within(Op::Div, binary64).with_policy(to_odd) })
    }

    /// The quotients, rounded to odd: a later rounding to a format of much fewer bits is then that of the exact quotient,
    /// whatever the rounding (Boldo and Melquiond, IEEE Transactions on Computers 57(4), 2008).
    pub fn divide(&self, numbers: &[f64], quotients: &mut [f64]) {
        if self.scale == 1.0 {
            quotients.copy_from_slice(numbers);
            return;
        }
        let mut all_safe = true;
        for (quotient, &number) in quotients.iter_mut().zip(numbers) {
            *quotient = self.to_odd(number);
            all_safe &= is_safe(number) & is_safe(*quotient);
        }
        if !all_safe {
            let pairs = quotients.iter_mut().zip(numbers);
            for (quotient, &number) in pairs.filter(|(q, x)| !(is_safe(**x) && is_safe(**q))) {
                *quotient = self.carefully(number);
            }
        }
    }

    /// The nearest quotient; if the remainder says that it is not exact and it is even, its odd neighbour on the side of the
    /// exact one. The upper 26 bits of the quotient and the lower 27 times the scale's 24 are exact, and so are both differences.
    #[inline(always)]
    fn to_odd(&self, number: f64) -> f64 {
        const LOWER: u64 = (1 << 27) - 1;
        let quotient = number / self.scale;
        let bits = quotient.to_bits();
        let upper = f64::from_bits(bits & !LOWER);
        let remainder = (number - upper * self.scale) - (quotient - upper) * self.scale;
        let outward = (remainder > 0.0) == (quotient > 0.0);
        let odd = if outward { bits.wrapping_add(1) } else { bits.wrapping_sub(1) };
        f64::from_bits(if (remainder != 0.0) & (bits & 1 == 0) { odd } else { bits })
    }

    #[cold]
    fn carefully(&self, number: f64) -> f64 {
        if number == 0.0 || !number.is_finite() {
            return number;
        }
        let operands = Operands::new(number.to_bits(), self.scale.to_bits(), 0);
        f64::from_bits(apply(&self.exact, operands).code)
    }
}

/// Whether no bits are lost below binary64's range or above it.
#[inline(always)]
fn is_safe(x: f64) -> bool {
    (x == 0.0) | (1e-250..1e250).contains(&x.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfulp::noise;

    #[test]
    fn quotients_are_rounded_to_odd_as_the_library_does() {
        for (i, scale) in
            [3.0, 1e-40, 0.1, 448.0, 1.5e300, 2f64.powi(-1000), 1.0 + 2f64.powi(-23)].into_iter().enumerate()
        {
            let scale = f64::from_bits(f64::to_bits(scale) >> 29 << 29);
            let divider = Divider::new(scale).expect("binary64");
            let random = |n: u64| f64::from_bits(noise::word(i as u64, n));
            let near = |n: u64| f64::from_bits((noise::word(i as u64, n) >> 12) | (1023 << 52));
            let multiples = |n: u64| scale * f64::from((noise::word(i as u64, n) >> 40) as u32);
            let numbers: Vec<f64> = (0..20_000)
                .flat_map(|n| [random(n), near(n), multiples(n), -near(n), f64::from_bits(n)])
                .filter(|x| !x.is_nan())
                .collect();
            let mut quotients = vec![0.0; numbers.len()];
            divider.divide(&numbers, &mut quotients);
            for (number, quotient) in numbers.iter().zip(&quotients) {
                let operands = Operands::new(number.to_bits(), scale.to_bits(), 0);
                let want = apply(&divider.exact, operands).code;
                assert_eq!(quotient.to_bits(), want, "{number:e} / {scale:e}");
            }
        }
    }

    #[test]
    fn scales_map_the_largest_magnitude_to_the_largest_value() {
        let e4m3fn = catalog::lookup("e4m3fn").expect("a name");
        let of = |rule, largest| scale(rule, largest, &e4m3fn).expect("in range");
        assert_eq!(of(Rule::Amax, 896.0), 2.0);
        assert_eq!(of(Rule::Amax, 0.0), 1.0);
        assert_eq!(of(Rule::PowerOfTwo, 448.0), 1.0);
        assert_eq!(of(Rule::PowerOfTwo, 448.5), 2.0);
        assert_eq!(of(Rule::PowerOfTwo, 447.0), 1.0);
        assert_eq!(of(Rule::PowerOfTwo, 224.0), 0.5);
        assert_eq!(of(Rule::Number(0.1), 5.0), f64::from(0.1f32));
        for largest in [1.0f64, 3.3, 1e-30, 7e200] {
            let up = of(Rule::Amax, largest);
            // Of 53 bits the last 29 are zero.
            let down = f64::from_bits(up.to_bits() - (1 << 29));
            assert!(
                up.to_bits() << 35 == 0 && up * 448.0 >= largest && down * 448.0 < largest,
                "{largest:e}"
            );
        }
        assert!(of(Rule::Amax, 5e-324) > 0.0);
    }
}
