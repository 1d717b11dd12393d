//! The other side of the protocol: this library as a device, an example to compare others with.

mod binary;
mod unit;

use std::io::{self, BufRead, Write};

use halfulp::format::catalog;
use halfulp::{Format, Op, Operands, Policy, Task};

pub use unit::Fault;
pub(crate) use unit::Unit;

/// How cases come, and what is wrong with the answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Serving {
    /// Words of fixed width in the place of lines.
    pub binary: bool,
    /// A fault of the device's memory.
    pub fault: Option<Fault>,
}

/// Answers cases until the input ends. `format` finds formats that the catalog does not know, such as those of files.
///
/// # Errors
/// Of reading and writing; or a line that is no case, with its number.
pub fn serve(
    input: impl BufRead,
    mut output: impl Write,
    format: &dyn Fn(&str) -> Option<Format>,
    serving: &Serving,
) -> io::Result<()> {
    let mode = if serving.binary { "mode binary\n" } else { "" };
    write!(output, "halfulp-device 2\nname halfulp\n{mode}task * * * * *\nready\n")?;
    output.flush()?;
    let unit = Unit::new(serving.fault);
    if serving.binary {
        binary::serve(input, output, format, unit)
    } else {
        lines(input, output, format, unit)
    }
}

fn lines(
    mut input: impl BufRead,
    mut output: impl Write,
    format: &dyn Fn(&str) -> Option<Format>,
    mut unit: Unit,
) -> io::Result<()> {
    let (mut line, mut known) = (String::new(), (String::new(), None));
    for number in 1u64.. {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            break;
        }
        let text = line.trim();
        if text == "flush" {
            output.flush()?;
        } else if !text.is_empty() && !text.starts_with('#') {
            let answer = answer(text, &mut known, format, &mut unit).ok_or_else(|| {
                let what = format!("line {number} is no case: expected NUMBER OP FORMATS ROUNDING SATURATION OPTIONS NOISE OPERAND...");
                io::Error::new(io::ErrorKind::InvalidData, what)
            })?;
            output.write_all(answer.as_bytes())?;
        }
    }
    output.flush()
}

/// The answer to a line.
fn answer(
    text: &str,
    known: &mut (String, Option<Task>),
    format: &dyn Fn(&str) -> Option<Format>,
    unit: &mut Unit,
) -> Option<String> {
    let (number, task, operands) = case(text, known, format)?;
    let rounded = unit.answer(&task, operands);
    let digits = if task.op.is_query() { 1 } else { task.result.width().div_ceil(4) as usize };
    Some(format!("{number} {:0digits$X} {:02X}\n", rounded.code, rounded.flags.bits()))
}

/// The number, the task and the operands of a line. The task of the line before is kept, with its text.
pub(crate) fn case<'a>(
    text: &'a str,
    known: &mut (String, Option<Task>),
    format: &dyn Fn(&str) -> Option<Format>,
) -> Option<(&'a str, Task, Operands)> {
    let (number, rest) = text.split_once(' ')?;
    let end = rest.match_indices(' ').nth(4)?.0;
    let (words, codes) = (&rest[..end], &rest[end + 1..]);
    if known.0 != words || known.1.is_none() {
        *known = (words.into(), task(words, format));
    }
    let task = known.1?;
    let mut codes = codes.split(' ').map(|code| u64::from_str_radix(code, 16));
    let noise = codes.next()?.ok()?;
    let mut operands = Operands::new(0, 0, 0);
    operands.noise = noise;
    for slot in &mut operands.codes[..task.op.arity()] {
        *slot = codes.next()?.ok()?;
    }
    codes.next().is_none().then_some((number, task, operands))
}

fn task(words: &str, format: &dyn Fn(&str) -> Option<Format>) -> Option<Task> {
    let [op, formats, rounding, saturation, options] = words.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let op: Op = op.parse().ok()?;
    let named = |name: &str| catalog::lookup(name).ok().or_else(|| format(name));
    let formats = formats.split(',').map(named).collect::<Option<Vec<Format>>>()?;
    if formats.len() != op.arity() + usize::from(!op.is_query()) {
        return None;
    }
    let mut task = Task::within(op, formats[0]);
    task.operands[..op.arity()].copy_from_slice(&formats[..op.arity()]);
    if !op.is_query() {
        task.result = formats[op.arity()];
    }
    let policy = Policy::IEEE.rounding(rounding.parse().ok()?).saturation(saturation.parse().ok()?);
    let task = task.with_policy(with(policy, options)?);
    task.check().is_ok().then_some(task)
}

/// A policy with its less usual parts.
fn with(mut policy: Policy, options: &str) -> Option<Policy> {
    for option in options.split(',').filter(|option| *option != "-") {
        let (key, value) = option.split_once('=')?;
        policy = match (key, value) {
            ("tininess", _) => policy.tininess(value.parse().ok()?),
            ("nan", _) => policy.nan(value.parse().ok()?),
            ("standard", _) => policy.standard(value.parse().ok()?),
            ("flush", "operands") => policy.flush_operands(true),
            ("flush", "results") => policy.flush_results(true),
            ("flush", "both") => policy.flush_operands(true).flush_results(true),
            _ => return None,
        };
    }
    Some(policy)
}
