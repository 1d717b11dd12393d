//! Berkeley TestFloat's name of a task: `f16_mulAdd`, `e4m3fn_mul`, `f32_to_e4m3fn`.

use halfulp::format::catalog;
use halfulp::{Format, Op, Task};

/// The name that TestFloat has for a task, or would have, with the names of small formats where TestFloat has its own; `None` for operands
/// of several formats, and for formats without a name.
///
/// A conversion to an integer that raises inexact ends in `_x`, which TestFloat itself has as the option `-exact`.
#[must_use]
pub fn testfloat_name(task: &Task) -> Option<String> {
    let operands = &task.operands[..task.op.arity()];
    let from = format_name(&operands[0])?;
    if matches!(task.op, Op::Convert | Op::ConvertToInteger) {
        let to = format_name(&task.result)?;
        let exact = task.op == Op::Convert && task.result.is_integer() && !operands[0].is_integer();
        return Some(format!("{from}_to_{to}{}", if exact { "_x" } else { "" }));
    }
    let within = Task::within(task.op, operands[0]).with_policy(task.policy);
    let same = operands == &within.operands[..operands.len()] && task.result == within.result;
    same.then(|| format!("{from}_{}", op_name(task.op)))
}

fn format_name(format: &Format) -> Option<String> {
    let name = catalog::name_of(format)?;
    Some(match name.as_str() {
        "binary16" => "f16".into(),
        "binary32" => "f32".into(),
        "binary64" => "f64".into(),
        _ if format.is_integer() && !format.is_signed() => format!("ui{}", format.width()),
        _ => name,
    })
}

fn op_name(op: Op) -> &'static str {
    match op {
        Op::Fma => "mulAdd",
        Op::Remainder => "rem",
        Op::RoundToIntegral => "roundToInt",
        Op::RoundToIntegralExact => "roundToInt_x",
        _ => ["eq", "le", "lt", "le_quiet", "lt_quiet", "eq_signaling"]
            .into_iter()
            .find(|name| name.parse::<Op>().is_ok_and(|known| known == op))
            .unwrap_or(op.name()),
    }
}
