//! Operands for an exact result: an operation run backwards.

use halfulp::{Code, Format, Op, Policy, Real, Rounding, Saturation, Task, Value, decode, round};

use super::cut::leading;
use super::dice::{Dice, code, exponents};

/// Tries to split a product's exponent between its factors.
const SPLITS: usize = 8;

/// Divisors that are tried of a product.
const DIVISORS: u64 = 128;

/// Operands whose exact result is a number, or close to it; `None` if none were found this time.
///
/// The other operands are drawn, so that another try may find what this one did not.
pub(super) fn operands_for(task: &Task, target: Real, dice: &mut Dice) -> Option<[Code; 3]> {
    match task.op {
        Op::Add | Op::Sub => terms(task, target, dice),
        Op::Mul => factors(task, target, dice).map(|[a, b]| [a, b, 0]),
        Op::Div => quotient(task, target, dice),
        Op::Sqrt => {
            let root = shortened(target);
            let square = product(root, root)?;
            Some([nearest(&task.operands[0], square), 0, 0])
        }
        Op::Fma => fused(task, target, dice),
        Op::Convert | Op::ConvertToInteger => Some([nearest(&task.operands[0], target), 0, 0]),
        Op::ScaleB => scaled(task, target, dice),
        _ => None,
    }
}

/// The code of a number that a format has.
pub(super) fn exactly(format: &Format, x: Real) -> Option<Code> {
    let rounded = round(format, &Policy::IEEE.rounding(Rounding::TowardZero), Value::Finite(x), 0);
    (rounded.flags == halfulp::Flags::NONE).then_some(rounded.code)
}

/// The code of the nearest number of a format.
fn nearest(format: &Format, x: Real) -> Code {
    round(format, &Policy::IEEE.saturation(Saturation::Finite), Value::Finite(x), 0).code
}

fn number(format: &Format, code: Code) -> Option<Real> {
    match decode(format, code) {
        Value::Finite(x) => Some(x.real()),
        _ => None,
    }
}

/// `x - y`, if it has few enough bits; `None` also for zero.
fn difference(x: Real, y: Real) -> Option<Real> {
    let exponent = x.exponent.min(y.exponent);
    let integer = |x: Real| {
        let up = (x.exponent - exponent) as u32;
        (up + 1 < x.significand.leading_zeros()).then(|| {
            let magnitude = (x.significand << up) as i128;
            if x.negative { -magnitude } else { magnitude }
        })
    };
    let difference = integer(x)?.checked_sub(integer(y)?)?;
    (difference != 0).then(|| Real {
        negative: difference < 0,
        exponent,
        significand: difference.unsigned_abs(),
        tail: false,
    })
}

/// The first 63 bits of a number, whose square fits.
fn shortened(x: Real) -> Real {
    let excess = (u128::BITS - x.significand.leading_zeros()).saturating_sub(63);
    Real { exponent: x.exponent + excess as i32, significand: x.significand >> excess, ..x }
}

fn product(x: Real, y: Real) -> Option<Real> {
    let significand = x.significand.checked_mul(y.significand)?;
    let (negative, exponent) = (x.negative != y.negative, x.exponent + y.exponent);
    Some(Real { negative, exponent, significand, tail: false })
}

fn negated(x: Real) -> Real {
    Real { negative: !x.negative, ..x }
}

/// The first term is drawn near the sum or far above it, and the second one is what is missing.
fn terms(task: &Task, target: Real, dice: &mut Dice) -> Option<[Code; 3]> {
    let [f, g, _] = &task.operands;
    let precision = i64::from(f.precision());
    let near = i64::from(leading(target)) + dice.between(-precision - 2, precision + 1);
    let sign = dice.sign(f);
    let a = match dice.coin() {
        true => dice.number(f, sign, near as i32)?,
        // What the first operand has of the sum; the second has the rest.
        false => exactly(f, truncated(f, target))?,
    };
    let b = second_term(task, target, a)?;
    Some(if f == g && task.op == Op::Add && dice.coin() { [b, a, 0] } else { [a, b, 0] })
}

/// The second term of a sum with a given first one, and their sum.
pub(super) fn second_term(task: &Task, sum: Real, a: Code) -> Option<Code> {
    let b = difference(sum, number(&task.operands[0], a)?)?;
    exactly(&task.operands[1], if task.op == Op::Sub { negated(b) } else { b })
}

/// Factors of what a sum has beside its addend.
pub(super) fn product_for(task: &Task, sum: Real, addend: Real, dice: &mut Dice) -> Option<[Code; 2]> {
    factors(task, difference(sum, addend)?, dice)
}

/// A number without the bits that a format cuts off.
fn truncated(format: &Format, x: Real) -> Real {
    let drop = super::cut::quantum(format, leading(x)) - x.exponent;
    if !(1..127).contains(&drop) {
        return x;
    }
    Real { significand: x.significand >> drop << drop, ..x }
}

/// Two significands whose product is one, as far as a divisor is found; else the quotient by some number.
fn factors(task: &Task, target: Real, dice: &mut Dice) -> Option<[Code; 2]> {
    let [f, g, _] = &task.operands;
    let odd = target.significand >> target.significand.trailing_zeros();
    let exponent = target.exponent + target.significand.trailing_zeros() as i32;
    let divisors = (1u64 << g.precision().min(53)) / 2;
    let start = dice.below(divisors);
    for step in 0..divisors.min(DIVISORS) {
        let divisor = u128::from(2 * ((start + step) % divisors) + 1);
        if odd.is_multiple_of(divisor) && odd / divisor < 1 << f.precision() {
            return split(task, [odd / divisor, divisor], exponent, target.negative, dice);
        }
    }
    if odd < 1 << f.precision() {
        return split(task, [odd, 1], exponent, target.negative, dice);
    }
    let (sign, exponent) = (dice.sign(g), dice.exponent(g));
    let b = dice.number(g, sign, exponent)?;
    Some([nearest(f, ratio(target, number(g, b)?)), b])
}

fn ratio(x: Real, y: Real) -> Real {
    let up = x.significand.leading_zeros();
    let wide = x.significand << up;
    let quotient = wide / y.significand;
    Real {
        negative: x.negative != y.negative,
        exponent: x.exponent - y.exponent - up as i32,
        significand: quotient.max(1),
        tail: quotient * y.significand != wide,
    }
}

/// Factors with given odd significands, the exponent split between them at random.
fn split(task: &Task, odd: [u128; 2], exponent: i32, negative: bool, dice: &mut Dice) -> Option<[Code; 2]> {
    let [f, g, _] = &task.operands;
    let (lowest, highest) = exponents(f);
    for _ in 0..SPLITS {
        let first = dice.between(lowest.into(), highest.into()) as i32;
        let sign = dice.sign(f);
        let a = Real { negative: sign, exponent: first, significand: odd[0], tail: false };
        let b =
            Real { negative: sign != negative, exponent: exponent - first, significand: odd[1], tail: false };
        if let (Some(a), Some(b)) = (exactly(f, a), exactly(g, b)) {
            return Some([a, b]);
        }
    }
    None
}

/// The divisor is drawn, and the dividend is the product.
fn quotient(task: &Task, target: Real, dice: &mut Dice) -> Option<[Code; 3]> {
    let [f, g, _] = &task.operands;
    let (sign, exponent) = (dice.sign(g), dice.exponent(g));
    let fraction = if dice.coin() { 0 } else { dice.fraction(g) };
    let b = code(g, sign, exponent, fraction)?;
    let a = product(target, number(g, b)?)?;
    Some([nearest(f, a), b, 0])
}

/// Either the addend has the high bits of the sum and the product the rest, or the factors are drawn near the sum and the addend is what is
/// missing.
fn fused(task: &Task, target: Real, dice: &mut Dice) -> Option<[Code; 3]> {
    let [f, g, h] = &task.operands;
    if dice.coin() {
        let addend = truncated(h, target);
        let c = exactly(h, addend)?;
        let rest = difference(target, addend)?;
        let [a, b] = factors(task, rest, dice)?;
        return Some([a, b, c]);
    }
    let bits = i64::from(f.precision() + g.precision());
    let near = leading(target) + dice.between(-bits, bits + 1) as i32;
    let (sign, exponent) = (dice.sign(f), dice.exponent(f));
    let a = dice.number(f, sign, exponent)?;
    let sign = dice.sign(g);
    let b = dice.number(g, sign, near - exponent)?;
    let rest = difference(target, product(number(f, a)?, number(g, b)?)?)?;
    Some([a, b, exactly(h, rest)?])
}

/// The power is drawn.
fn scaled(task: &Task, target: Real, dice: &mut Dice) -> Option<[Code; 3]> {
    let [f, g, _] = &task.operands;
    let power = dice.between(-64, 64) as i32;
    let b = Real { negative: power < 0, exponent: 0, significand: power.unsigned_abs().into(), tail: false };
    let b = if power == 0 { 0 } else { exactly(g, b)? };
    Some([nearest(f, Real { exponent: target.exponent - power, ..target }), b, 0])
}

#[cfg(test)]
mod tests {
    use halfulp::op::exact_result;

    use super::*;

    /// Of exact results that operands have, operands are found again: of most sums and products, and of half of the quotients, 98 of 200, which
    /// only nearby operands have.
    #[test]
    fn results_are_solved_for_operands() {
        for (op, least) in
            [(Op::Add, 150), (Op::Sub, 150), (Op::Mul, 150), (Op::Div, 90), (Op::Sqrt, 190), (Op::Fma, 100)]
        {
            let task = Task::within(op, Format::BINARY16);
            let number = |codes: [Code; 3]| match exact_result(&task, &codes.into()).map(|o| o.value) {
                Some(Value::Finite(x)) => Some(x),
                _ => None,
            };
            let (mut dice, mut found) = (Dice::new(3), 0);
            for _ in 0..200 {
                let codes: [Code; 3] = core::array::from_fn(|_| {
                    let exponent = dice.between(-6, 6) as i32;
                    dice.number(&Format::BINARY16, false, exponent).unwrap()
                });
                let Some(target) = number(codes) else { continue };
                let short = Real { tail: false, ..target };
                let mut tries = (0..200).filter_map(|_| operands_for(&task, short, &mut dice));
                found += u32::from(tries.any(|codes| number(codes).is_some_and(|x| close(x, target))));
            }
            assert!(found >= least, "{op}: {found}");
        }
    }

    /// Whether two numbers agree in their first 20 bits, but for one unit.
    fn close(x: Real, y: Real) -> bool {
        let top = |x: Real| x.significand << x.significand.leading_zeros() >> 108;
        leading(x) == leading(y) && x.negative == y.negative && top(x).abs_diff(top(y)) <= 1
    }
}
