//! Codes at which the answers to a conversion may change, so many that there is at most one change between two of them.

use halfulp::{Code, Format, Op, Policy, Real, Rounding, Saturation, Standard, Task, Value, round};

use super::Side;

/// More values of a result than this are not listed.
const MOST: u64 = 1 << 17;

/// The first code of every interval, in ascending order, the first 0. `None` if one of the sides is not known to be a step function, or has too
/// many steps.
pub(super) fn of(task: &Task, sides: &[Side; 2]) -> Option<Vec<Code>> {
    let (from, to) = (&task.operands[0], &task.result);
    let ieee = |side: &Side| side.policy.standard == Standard::Ieee754;
    let stochastic = |side: &Side| matches!(side.policy.rounding, Rounding::Stochastic { .. });
    if task.op != Op::Convert || from.is_integer() || to.is_integer() || !sides.iter().all(ieee) {
        return None;
    }
    if sides.iter().any(stochastic) || from.precision() > 53 || to.width() > 16 {
        return None;
    }
    let mut magnitudes = classes(from, to)?;
    for side in sides {
        let steps = side.steps.as_ref()?;
        magnitudes.extend(&steps.at);
        add_values(from, to, steps.scale, &mut magnitudes)?;
    }
    let top = if from.is_signed() { from.top_bit() } else { 0 };
    magnitudes.retain(|code| *code <= from.code_mask() & !top);
    let mut codes = magnitudes.clone();
    if top != 0 {
        codes.extend(magnitudes.iter().map(|code| code | top));
        codes.push(top);
    }
    codes.push(0);
    codes.sort_unstable();
    codes.dedup();
    Some(codes)
}

/// Where the classes of the operand begin, and where the leading bits of a NaN's payload change that the result can keep.
fn classes(from: &Format, to: &Format) -> Option<Vec<Code>> {
    let bits = from.precision() - 1;
    let past = from.largest_magnitude(false) + 1;
    let mut codes = vec![0, 1, 2, 1 << bits, past - 1, past, past + 1, past + 2];
    if from.has_ieee_nans() {
        // At least the quiet bit.
        let kept = if to.has_ieee_nans() { to.precision() - 1 } else { 1 };
        let step = bits.saturating_sub(kept.max(1));
        if (1u64 << bits) >> step > MOST {
            return None;
        }
        codes.extend((0..1u64 << (bits - step)).map(|payload| past + (payload << step)));
    }
    Some(codes)
}

/// Adds the operands at the values of the result and halfway between them, as if its exponents had no end above, and at powers of two.
fn add_values(from: &Format, to: &Format, scale: i32, codes: &mut Vec<Code>) -> Option<()> {
    let binade = 1u128 << (to.precision() - 1);
    let exponents = to.quantum_min()..=to.emax() - to.precision() as i32 + 3;
    if exponents.clone().count() as u64 * 2 * binade as u64 > 4 * MOST {
        return None;
    }
    for quantum in exponents {
        let first = if quantum == to.quantum_min() { 0 } else { binade };
        for half in 2 * first..4 * binade {
            add(from, half, quantum - 1 - scale, codes);
        }
    }
    for exponent in from.quantum_min() - 1..=from.emax() + 1 {
        add(from, 1, exponent, codes);
        add(from, 3, exponent - 1, codes);
    }
    Some(())
}

/// Adds the first operand that is not below a number, and the one after it if it is that number.
fn add(from: &Format, significand: u128, exponent: i32, codes: &mut Vec<Code>) {
    if significand == 0 {
        return;
    }
    let policy = Policy::IEEE.rounding(Rounding::TowardPositive).saturation(Saturation::None);
    let number = Real { negative: false, exponent, significand, tail: false };
    let given = round(from, &policy, Value::Finite(number), 0);
    if given.code > from.largest_magnitude(false) {
        return;
    }
    codes.extend([given.code, given.code + 1]);
}
