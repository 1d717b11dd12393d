//! The other side of the protocol: this library as a device, an example to compare others with.

mod binary;
mod task;
mod unit;

use std::io::{self, BufRead, Write};

use halfulp::{Format, Task};

pub(crate) use task::case;
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
/// Of reading and writing; or a line that is not a case, with its number.
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
                let what = format!("line {number} is not a case: expected NUMBER OP FORMATS ROUNDING SATURATION OPTIONS NOISE OPERAND...");
                io::Error::new(io::ErrorKind::InvalidData, what)
            })?;
            let answer = answer.map_err(|what| {
                io::Error::new(io::ErrorKind::InvalidData, format!("line {number} {what}"))
            })?;
            output.write_all(answer.as_bytes())?;
        }
    }
    output.flush()
}

/// The answer to a line, or which operand is not a code; `None` if it is not a case.
fn answer(
    text: &str,
    known: &mut (String, Option<Task>),
    format: &dyn Fn(&str) -> Option<Format>,
    unit: &mut Unit,
) -> Option<Result<String, String>> {
    let (number, task, operands) = case(text, known, format)?;
    let formats = task.operands[..task.op.arity()].iter();
    let masks = formats.map(Format::code_mask).zip(operands.codes).zip(["a", "b", "c"]);
    if let Some(((mask, code), name)) = masks.into_iter().find(|((mask, code), _)| code > mask) {
        return Some(Err(format!(
            "has {code:x} for operand {name}: the codes of its format go up to {mask:x}"
        )));
    }
    let rounded = unit.answer(&task, operands);
    let digits = if task.op.is_query() { 1 } else { task.result.width().div_ceil(4) as usize };
    Some(Ok(format!("{number} {:0digits$X} {:02X}\n", rounded.code, rounded.flags.bits())))
}
