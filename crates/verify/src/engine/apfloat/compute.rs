//! One case, computed by `rustc_apfloat`.

use std::cmp::Ordering;

use halfulp::{Code, Flags, NanResult, Op, Operands, Predicate, Rounding, Saturation};
use rustc_apfloat::ieee::{BFloat, Double, Float8E4M3FN, Float8E5M2, Half, Single};
use rustc_apfloat::{Category, Float, FloatConvert, Round, Status, StatusAnd};

use super::formats::{Integer, Kind};
use crate::engine::Answer;
use crate::engine::asked::Asked;

/// Answers one case. `None` if the task is not covered after all.
pub type Function = fn(&Asked, &Operands) -> Option<Answer>;

/// Puts a type in the place of a name, for each kind.
macro_rules! with_type {
    ($kind:expr, $name:ident => $value:expr) => {
        match $kind {
            Kind::Half => {
                type $name = Half;
                $value
            }
            Kind::BFloat => {
                type $name = BFloat;
                $value
            }
            Kind::Single => {
                type $name = Single;
                $value
            }
            Kind::Double => {
                type $name = Double;
                $value
            }
            Kind::Float8E5M2 => {
                type $name = Float8E5M2;
                $value
            }
            Kind::Float8E4M3FN => {
                type $name = Float8E4M3FN;
                $value
            }
        }
    };
}

/// The function for a task's formats.
pub fn function(task: &Asked) -> Option<Function> {
    let source = Kind::of(&task.operands[0]);
    let result = Kind::of(&task.result);
    match (task.op, source, result) {
        (Op::Convert, Some(source), Some(result)) => {
            Some(with_type!(source, S => with_type!(result, R => convert::<S, R> as Function)))
        }
        (Op::LogB, Some(source), Some(result)) => {
            Some(with_type!(source, S => with_type!(result, R => logarithm::<S, R> as Function)))
        }
        (Op::Convert, None, Some(result)) => Some(with_type!(result, R => from_integer::<R> as Function)),
        (Op::Convert | Op::ConvertToInteger, Some(source), None) => {
            Some(with_type!(source, S => to_integer::<S> as Function))
        }
        (_, Some(source), _) => Some(with_type!(source, F => compute::<F> as Function)),
        _ => None,
    }
}

fn round(rounding: Rounding) -> Option<Round> {
    Some(match rounding {
        Rounding::NearestEven => Round::NearestTiesToEven,
        Rounding::NearestAway => Round::NearestTiesToAway,
        Rounding::TowardZero => Round::TowardZero,
        Rounding::TowardPositive => Round::TowardPositive,
        Rounding::TowardNegative => Round::TowardNegative,
        Rounding::ToOdd | Rounding::Stochastic { .. } => return None,
    })
}

fn flags(status: Status) -> Flags {
    if status == Status::OK {
        return Flags::NONE;
    }
    let pairs = [
        (Status::INVALID_OP, Flags::INVALID),
        (Status::DIV_BY_ZERO, Flags::DIVIDE_BY_ZERO),
        (Status::OVERFLOW, Flags::OVERFLOW),
        (Status::UNDERFLOW, Flags::UNDERFLOW),
        (Status::INEXACT, Flags::INEXACT),
    ];
    let raised = pairs.iter().filter(|(s, _)| status.contains(*s));
    raised.fold(Flags::NONE, |all, &(_, flag)| all | flag)
}

fn is_smallest_normal<F: Float>(x: F) -> bool {
    x.abs().bitwise_eq(F::smallest_normalized())
}

/// A result in a floating-point format: its code, and what its status says reliably.
fn answer<F: Float>(task: &Asked, StatusAnd { status, value }: StatusAnd<F>) -> Option<Answer> {
    let nearest = matches!(task.policy.rounding, Rounding::NearestEven | Rounding::NearestAway);
    let value = if value.is_nan() { F::NAN } else { value };
    let code = value.to_bits() as Code;
    let inexact = status.contains(Status::INEXACT);
    let at_largest = inexact && !nearest && value.is_finite() && value.is_largest();
    let at_smallest_normal = inexact && is_smallest_normal(value);
    let replaced_infinity = status.contains(Status::DIV_BY_ZERO) && value.is_nan();
    let known = Flags::ALL
        .without(Flags::OVERFLOW.when(at_largest))
        .without(Flags::UNDERFLOW.when(at_smallest_normal))
        .without(Flags::INEXACT.when(replaced_infinity));
    Some(Answer::new(code, flags(status), known))
}

/// A result of an operation that reports no status: some flags are known all the same.
fn without_status<F: Float>(task: &Asked, value: F, known: Flags) -> Option<Answer> {
    let answer = answer(task, Status::OK.and(value))?;
    Some(Answer { known, ..answer })
}

/// The operations within one format.
fn compute<F: Float>(task: &Asked, operands: &Operands) -> Option<Answer> {
    let [a, b, c] = read::<F>(task, operands);
    let round = round(task.policy.rounding)?;
    match task.op {
        Op::Add => answer(task, a.add_r(b, round)),
        Op::Sub => answer(task, a.sub_r(b, round)),
        Op::Mul => answer(task, a.mul_r(b, round)),
        Op::Div => answer(task, a.div_r(b, round)),
        Op::Remainder => answer(task, a.ieee_rem(b)),
        Op::Fma => {
            let open = c.is_nan() && (a.is_zero() && b.is_infinite() || a.is_infinite() && b.is_zero());
            let answer = answer(task, a.mul_add_r(b, c, round))?;
            Some(Answer { known: answer.known.without(Flags::INVALID.when(open)), ..answer })
        }
        Op::RoundToIntegralExact => answer(task, a.round_to_integral(round)),
        Op::RoundToIntegral => {
            let answer = answer(task, a.round_to_integral(round))?;
            Some(Answer { flags: answer.flags.without(Flags::INEXACT), ..answer })
        }
        Op::NextUp => answer(task, a.next_up()),
        Op::NextDown => answer(task, a.next_down()),
        Op::Minimum => without_status(task, a.minimum(b), Flags::ALL.without(Flags::INVALID)),
        Op::Maximum => without_status(task, a.maximum(b), Flags::ALL.without(Flags::INVALID)),
        Op::ScaleB => scale(task, a, operands.codes[1], round),
        Op::Negate => Some(quiet((-a).to_bits() as Code)),
        Op::Abs => Some(quiet(a.abs().to_bits() as Code)),
        Op::CopySign => Some(quiet(a.copy_sign(b).to_bits() as Code)),
        Op::Class => Some(quiet(class(a))),
        Op::Compare(predicate) => Some(Answer {
            known: Flags::ALL.without(Flags::INVALID),
            ..quiet(Code::from(compare(predicate, a.partial_cmp(&b))?))
        }),
        _ => None,
    }
}

/// A predicate in the terms of [`PartialOrd`], by its name.
fn compare(predicate: Predicate, order: Option<Ordering>) -> Option<bool> {
    let name = predicate.name();
    let less = order == Some(Ordering::Less);
    let greater = order == Some(Ordering::Greater);
    let equal = order == Some(Ordering::Equal);
    Some(match name.strip_prefix("signalling_").unwrap_or(name) {
        "equal" => equal,
        "not_equal" => !equal,
        "less" => less,
        "less_equal" => less || equal,
        "greater" => greater,
        "greater_equal" => greater || equal,
        "not_less" => !less,
        "not_greater" => !greater,
        "less_unordered" => !(greater || equal),
        "greater_unordered" => !(less || equal),
        "unordered" => order.is_none(),
        "ordered" => order.is_some(),
        _ => return None,
    })
}

fn read<F: Float>(task: &Asked, operands: &Operands) -> [F; 3] {
    let mask = u64::MAX >> (64 - task.operands[0].width);
    operands.codes.map(|code| F::from_bits(u128::from(code & mask)))
}

/// An answer that raises nothing.
fn quiet(code: Code) -> Answer {
    Answer::new(code, Flags::NONE, Flags::ALL)
}

/// The position in IEEE 754-2019 clause 5.7.2's list.
fn class<F: Float>(a: F) -> Code {
    let distance = match a.category() {
        Category::NaN => return Code::from(!a.is_signaling()),
        Category::Zero => 0,
        Category::Normal if a.is_denormal() => 1,
        Category::Normal => 2,
        Category::Infinity => 3,
    };
    if a.is_negative() { 5 - distance } else { 6 + distance }
}

fn scale<F: Float>(task: &Asked, a: F, power: Code, round: Round) -> Option<Answer> {
    let power = Integer::of(&task.operands[1])?.value(power).clamp(-(1 << 20), 1 << 20);
    without_status(task, a.scalbn_r(power as i32, round), Flags::NONE)
}

fn logarithm<S: Float, R: Float>(task: &Asked, operands: &Operands) -> Option<Answer> {
    let [a, ..] = read::<S>(task, operands);
    match a.ilogb() {
        rustc_apfloat::IEK_NAN => without_status(task, R::NAN, Flags::NONE),
        rustc_apfloat::IEK_ZERO => without_status(task, -R::INFINITY, Flags::NONE),
        rustc_apfloat::IEK_INF => without_status(task, R::INFINITY, Flags::NONE),
        leading => {
            let round = round(task.policy.rounding)?;
            answer(task, R::from_i128_r(i128::from(leading), round))
        }
    }
}

fn convert<S: FloatConvert<R>, R: Float>(task: &Asked, operands: &Operands) -> Option<Answer> {
    let [a, ..] = read::<S>(task, operands);
    let round = round(task.policy.rounding)?;
    answer(task, a.convert_r(round, &mut false))
}

fn from_integer<R: Float>(task: &Asked, operands: &Operands) -> Option<Answer> {
    let integer = Integer::of(&task.operands[0])?.value(operands.codes[0]);
    let round = round(task.policy.rounding)?;
    answer(task, R::from_i128_r(integer, round))
}

/// To an integer. apfloat's own choice for what lies out of range is the end of the range, and 0 for NaN.
fn to_integer<S: Float>(task: &Asked, operands: &Operands) -> Option<Answer> {
    let [a, ..] = read::<S>(task, operands);
    let result = Integer::of(&task.result)?;
    let round = round(task.policy.rounding)?;
    let width = result.width as usize;
    let (status, value) = if result.signed {
        let StatusAnd { status, value } = a.to_i128_r(width, round, &mut false);
        (status, value as u128)
    } else {
        let StatusAnd { status, value } = a.to_u128_r(width, round, &mut false);
        (status, value)
    };
    let invalid = status.contains(Status::INVALID_OP);
    let saturates = task.policy.saturation != Saturation::None && !a.is_nan();
    let (largest, least) = result.ends();
    let code = match task.policy.nan {
        _ if !invalid || saturates => value as Code & result.mask(),
        NanResult::Largest => largest,
        NanResult::Least => least,
        NanResult::Zero | NanResult::NegativeZero => 0,
    };
    let silent = Flags::INEXACT.when(task.op == Op::ConvertToInteger);
    Some(Answer::new(code, flags(status).without(silent), Flags::ALL))
}
