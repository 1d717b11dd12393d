//! The other side of the protocol: this library as a device, an example to compare others with.

use std::io::{self, BufRead, Write};

use halfulp::format::catalog;
use halfulp::{Format, Op, Operands, Policy, Task, apply};

/// Answers lines of cases until the input ends. `format` finds formats that the catalog does not know, such as those of files.
///
/// # Errors
/// Of reading and writing; or a line that is no case, with its number.
pub fn serve(
    mut input: impl BufRead,
    mut output: impl Write,
    format: &dyn Fn(&str) -> Option<Format>,
) -> io::Result<()> {
    output.write_all(b"halfulp-device 2\nname halfulp\ntask * * * * *\nready\n")?;
    output.flush()?;
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
            let wrong = |what| io::Error::new(io::ErrorKind::InvalidData, format!("line {number} {what}"));
            let answer = answer(text, &mut known, format).ok_or(
                "is no case: expected NUMBER OP FORMATS ROUNDING SATURATION OPTIONS NOISE OPERAND...".into(),
            );
            let answer = answer.flatten().map_err(wrong)?;
            output.write_all(answer.as_bytes())?;
        }
    }
    output.flush()
}

/// The answer to a line, or an operand that is no code; `None` if it is no case. The task of the line before is kept, with its text.
fn answer(
    text: &str,
    known: &mut (String, Option<Task>),
    format: &dyn Fn(&str) -> Option<Format>,
) -> Option<Result<String, String>> {
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
    if codes.next().is_some() {
        return None;
    }
    let formats = task.operands[..task.op.arity()].iter();
    let masks = formats.map(Format::code_mask).zip(operands.codes).zip(["a", "b", "c"]);
    if let Some(((mask, code), name)) = masks.into_iter().find(|((mask, code), _)| code > mask) {
        return Some(Err(format!(
            "has {code:x} for operand {name}: the codes of its format go up to {mask:x}"
        )));
    }
    let rounded = apply(&task, operands);
    let digits = if task.op.is_query() { 1 } else { task.result.width().div_ceil(4) as usize };
    Some(Ok(format!("{number} {:0digits$X} {:02X}\n", rounded.code, rounded.flags.bits())))
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
