//! Random formats, policies, tasks and operands from a fuzzer's bytes.

use arbitrary::{Error, Result, Unstructured};
use halfulp::format::catalog::builtin;
use halfulp::format::p3109::{MAX_WIDTH, MIN_WIDTH, p3109};
use halfulp::{
    Code, Facts, Format, NanResult, Nans, NoiseBits, Op, Operands, Overflow, Policy, Rounding, Saturation,
    Sign, Standard, Stochastic, Task, Tininess,
};

const VARIANTS: [Stochastic; 3] = [Stochastic::A, Stochastic::B, Stochastic::C];
const NAN_RESULTS: [NanResult; 4] =
    [NanResult::Largest, NanResult::Least, NanResult::Zero, NanResult::NegativeZero];
const OVERFLOWS: [Overflow; 3] = [Overflow::Infinity, Overflow::Nan, Overflow::Largest];

/// Once in so many times. Without bytes it is never, so that short inputs are plain ones.
///
/// # Errors
/// None: without bytes it is `false`.
pub fn once_in(u: &mut Unstructured<'_>, times: u8) -> Result<bool> {
    Ok(u.int_in_range(1..=times)? == times)
}

/// Any format: a built-in one, one of P3109's, an integer, or one of its own.
///
/// # Errors
/// The bytes describe none.
pub fn format(u: &mut Unstructured<'_>) -> Result<Format> {
    match u.int_in_range(0..=5)? {
        0 => Ok(u.choose(builtin())?.format),
        1 => {
            let width = u.int_in_range(MIN_WIDTH..=MAX_WIDTH)?;
            let precision = u.int_in_range(1..=width)?;
            p3109(width, precision, u.arbitrary()?, u.arbitrary()?).map_err(|_| Error::IncorrectFormat)
        }
        2 => integer(u),
        _ => custom(u),
    }
}

fn integer(u: &mut Unstructured<'_>) -> Result<Format> {
    Format::integer(u.int_in_range(2..=64)?, u.arbitrary()?).map_err(|_| Error::IncorrectFormat)
}

/// A format of facts of its own, one in four up to 64 bits wide and the others up to 16, most of them with at most 8
/// bits of exponent.
fn custom(u: &mut Unstructured<'_>) -> Result<Format> {
    let width = if once_in(u, 4)? { u.int_in_range(2..=64)? } else { u.int_in_range(2..=16)? };
    let sign = match u.int_in_range(0..=7)? {
        0..=4 => Sign::SignMagnitude,
        5 | 6 => Sign::Unsigned,
        _ => Sign::TwosComplement,
    };
    let offset = if once_in(u, 8)? { u.int_in_range(-2000..=2000)? } else { u.int_in_range(-40..=40)? };
    if sign == Sign::TwosComplement {
        return checked(Facts {
            width,
            precision: width,
            bias: offset,
            sign,
            nans: Nans::None,
            overflow: Overflow::Largest,
            subnormals: true,
        });
    }
    let bits = width - u32::from(sign == Sign::SignMagnitude);
    let most = if once_in(u, 16)? { 20 } else { 8 };
    let exponent_bits = u.int_in_range(1..=most)?;
    let precision = (bits + 1).saturating_sub(exponent_bits).clamp(1, 53);
    let exponent_bits = bits + 1 - precision;
    let nans = match u.int_in_range(0..=5)? {
        0 => Nans::None,
        1 => Nans::NegativeZero,
        2 | 3 => Nans::Top((1 << (precision - 1)) - 1),
        4 => Nans::Top(1),
        _ => Nans::Top(u.int_in_range(1..=9)?),
    };
    checked(Facts {
        width,
        precision,
        bias: (1i32 << (exponent_bits.clamp(1, 20) - 1)) - 1 + offset,
        sign,
        nans,
        overflow: *u.choose(&OVERFLOWS)?,
        subnormals: sign != Sign::Unsigned || u.arbitrary()?,
    })
}

fn checked(facts: Facts) -> Result<Format> {
    Format::new(facts).map_err(|_| Error::IncorrectFormat)
}

/// So many bits of noise, and as few as 1.
///
/// # Errors
/// Never: without bytes it is 1.
pub fn noise_bits(u: &mut Unstructured<'_>, most: NoiseBits) -> Result<NoiseBits> {
    Ok(NoiseBits::new(u.int_in_range(1..=most.get())?).unwrap_or(NoiseBits::MIN))
}

/// Any policy.
///
/// # Errors
/// Never: without bytes it is the first of everything.
pub fn policy(u: &mut Unstructured<'_>) -> Result<Policy> {
    let rounding = if once_in(u, 4)? {
        Rounding::Stochastic { variant: *u.choose(&VARIANTS)?, bits: noise_bits(u, NoiseBits::MAX)? }
    } else {
        *u.choose(Rounding::DETERMINISTIC)?
    };
    Ok(Policy::IEEE
        .standard(if once_in(u, 4)? { *u.choose(Standard::ALL)? } else { Standard::Ieee754 })
        .rounding(rounding)
        .saturation(*u.choose(Saturation::ALL)?)
        .tininess(if u.arbitrary()? { Tininess::Before } else { Tininess::After })
        .flush_operands(once_in(u, 8)?)
        .flush_results(once_in(u, 8)?)
        .nan(*u.choose(&NAN_RESULTS)?))
}

/// Any task with a meaning.
///
/// # Errors
/// The bytes describe none.
pub fn task(u: &mut Unstructured<'_>) -> Result<Task> {
    let operations: Vec<Op> = Op::all().collect();
    let op = *u.choose(&operations)?;
    let mut task = Task::within(op, format(u)?).with_policy(policy(u)?);
    if matches!(op, Op::Convert | Op::ConvertToInteger) || u.arbitrary()? {
        for operand in &mut task.operands[1..op.arity()] {
            *operand = format(u)?;
        }
        task.result = format(u)?;
    }
    match op {
        Op::ScaleB => task.operands[1] = integer(u)?,
        Op::ConvertToInteger => task.result = integer(u)?,
        Op::NextUp | Op::NextDown | Op::RoundToIntegral | Op::RoundToIntegralExact => {
            task.result = task.operands[0];
        }
        _ => {}
    }
    task.check().map_err(|_| Error::IncorrectFormat)?;
    Ok(task)
}

/// Operands of a task: special codes and their neighbours as often as any.
///
/// # Errors
/// The bytes are used up.
pub fn operands(u: &mut Unstructured<'_>, task: &Task) -> Result<Operands> {
    if u.is_empty() {
        return Err(Error::NotEnoughData);
    }
    let mut operands = Operands::default();
    for i in 0..task.op.arity() {
        operands.codes[i] = code(u, &task.operands[i])?;
        // Magnitudes that are near each other cancel.
        let first = &task.operands[0];
        if i > 0 && task.operands[i] == *first && once_in(u, 4)? {
            let sign = if u.arbitrary()? { first.top_bit() } else { 0 };
            let moved = operands.codes[0].wrapping_add(u.arbitrary::<i8>()? as Code) ^ sign;
            operands.codes[i] = moved & first.code_mask();
        }
    }
    if matches!(task.policy.rounding, Rounding::Stochastic { .. }) {
        operands.noise = u.arbitrary()?;
    }
    Ok(operands)
}

/// A code of a format.
///
/// # Errors
/// Never: without bytes it is the least.
pub fn code(u: &mut Unstructured<'_>, format: &Format) -> Result<Code> {
    let near = |place: Code, by: i8| place.wrapping_add(by as Code) & format.code_mask();
    Ok(match u.int_in_range(0..=7)? {
        0 => near(0, u.int_in_range(-2..=2)?),
        1 => near(format.top_bit(), u.int_in_range(-2..=2)?),
        2 => near(format.largest(u.arbitrary()?), u.int_in_range(-2..=2)?),
        3 => near(1 << (format.precision() - 1), u.int_in_range(-2..=2)?),
        _ => u.int_in_range(0..=format.code_mask())?,
    })
}
