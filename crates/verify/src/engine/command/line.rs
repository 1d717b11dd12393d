//! The lines that a program reads and writes, and the words that tell it its task.

use std::fmt::Write as _;

use halfulp::{Flags, Format, Operands, Rounding, Task};

use super::shown::quoted;
use crate::engine::Answer;

/// What a program is told about its task: name and value of each placeholder.
pub struct Variables(Vec<(&'static str, String)>);

impl Variables {
    const NAMES: [&'static str; 10] =
        ["op", "operands", "result", "format", "standard", "round", "saturate", "tininess", "flush", "nan"];

    /// The variable of a program that learns its tasks from the lines that it reads.
    pub fn of_protocol(version: u32) -> Variables {
        Variables(vec![("protocol", version.to_string())])
    }

    /// The variables of a task.
    pub fn of(task: &Task, format_name: &dyn Fn(&Format) -> String) -> Variables {
        let operands: Vec<String> = task.operands[..task.op.arity()].iter().map(format_name).collect();
        let policy = &task.policy;
        let flush = match (policy.flush_operands, policy.flush_results) {
            (false, false) => "none",
            (true, false) => "operands",
            (false, true) => "results",
            (true, true) => "both",
        };
        let values = [
            task.op.to_string(),
            operands.join(","),
            format_name(&task.result),
            operands[0].clone(),
            policy.standard.to_string(),
            policy.rounding.to_string(),
            policy.saturation.to_string(),
            policy.tininess.to_string(),
            flush.to_string(),
            policy.nan.to_string(),
        ];
        Variables(Self::NAMES.into_iter().zip(values).collect())
    }

    /// Checks that a word of a command line has known placeholders only. Braces around anything but a word are text.
    pub fn check(word: &str) -> Result<(), String> {
        let mut rest = word;
        while let Some((_, after)) = rest.split_once('{') {
            rest = after;
            let Some((name, _)) = after.split_once('}') else {
                continue;
            };
            let is_word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase());
            if is_word && !Self::NAMES.contains(&name) {
                let known = Self::NAMES.map(|n| format!("{{{n}}}")).join(" ");
                return Err(format!("unknown placeholder {{{name}}}: expected one of {known}"));
            }
        }
        Ok(())
    }

    /// A word with its placeholders replaced.
    pub fn fill(&self, word: &str) -> String {
        self.0
            .iter()
            .fold(word.to_string(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// The environment variables.
    pub fn environment(&self) -> impl Iterator<Item = (String, &str)> {
        self.0.iter().map(|(name, value)| (format!("HALFULP_{}", name.to_uppercase()), value.as_str()))
    }
}

const fn digits(f: &Format) -> usize {
    f.width().div_ceil(4) as usize
}

/// The columns of a case: a code an operand, and the noise word where it matters.
fn columns(task: &Task, operands: &Operands) -> impl Iterator<Item = (u64, usize)> {
    let formats = &task.operands[..task.op.arity()];
    let codes = formats.iter().zip(operands.codes);
    let noise = match task.policy.rounding {
        Rounding::Stochastic { bits, .. } => {
            Some((bits.of_word(operands.noise), bits.get().div_ceil(4) as usize))
        }
        _ => None,
    };
    codes.map(|(f, code)| (code & f.code_mask(), digits(f))).chain(noise)
}

/// Appends a case's line, with its line end.
pub fn write_operands(task: &Task, operands: &Operands, line: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for (index, (code, digits)) in columns(task, operands).enumerate() {
        if index > 0 {
            line.push(b' ');
        }
        line.extend((0..digits).rev().map(|i| HEX[(code >> (4 * i) & 15) as usize]));
    }
    line.push(b'\n');
}

/// A case's line as text.
pub fn operands_text(task: &Task, operands: &Operands) -> String {
    columns(task, operands).fold(String::new(), |mut text, (code, digits)| {
        let space = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{space}{code:0digits$X}");
        text
    })
}

/// The first word of a manifest of protocol 2.
pub(super) const HEAD: &str = "halfulp-device";

/// What an answer line looks like.
const EXPECTED: &str =
    "expected `result flags` or `operands result flags`, and nothing else on standard output";

/// Reads an answer line, without its line end.
///
/// # Errors
/// What is wrong with it and what was expected, to be read after "line 7".
///
/// ```
/// use halfulp::format::catalog::lookup;
/// use halfulp::{Op, Operands, Task};
/// use halfulp_verify::engine::command::read_answer;
///
/// let task = Task::within(Op::Add, lookup("e4m3fn")?);
/// let operands = Operands::new(0x38, 0x38, 0);
/// assert_eq!(read_answer(&task, &operands, b"40 00")?.code, 0x40);
/// assert_eq!(read_answer(&task, &operands, b"38 38 40 00"), read_answer(&task, &operands, b"0x40 0"));
/// assert!(read_answer(&task, &operands, b"xx").unwrap_err().starts_with("has the undefined result \"xx\""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_answer(task: &Task, operands: &Operands, line: &[u8]) -> Result<Answer, String> {
    let text = std::str::from_utf8(line).map_err(|_| format!("is not text: {EXPECTED}"))?;
    if text.starts_with(HEAD) {
        return Err("begins the manifest of a device of protocol 2, which is named as in cmd2:PROGRAM".into());
    }
    let sent = columns(task, operands).count();
    // One more than any answer has is enough to know that it is none.
    let words: Vec<&str> = text.split_ascii_whitespace().take(sent + 3).collect();
    let answer = match words.len() {
        0 => return Err(format!("is blank: {EXPECTED}")),
        1 | 2 => &words[..],
        n if n == sent + 1 || n == sent + 2 => {
            let repeated = words.iter().zip(columns(task, operands));
            for (index, (word, (code, _))) in repeated.enumerate() {
                if hexadecimal(word) != Some(code.into()) {
                    let word = quoted(word.as_bytes(), 40);
                    return Err(format!("answers other operands: column {} is {word}", index + 1));
                }
            }
            &words[sent..]
        }
        n => {
            let more = if n > sent + 2 { " or more" } else { "" };
            return Err(format!("has {n} columns{more}: {EXPECTED}"));
        }
    };
    let code = read_code(task, answer[0])?;
    let (flags, known) = match answer.get(1) {
        None | Some(&"-") => (Flags::NONE, Flags::NONE),
        Some(word) => (read_flags(word)?, Flags::ALL),
    };
    Ok(Answer::new(code, flags, known))
}

/// The value of hexadecimal digits; the largest there is for all that have a larger one.
fn hexadecimal(word: &str) -> Option<u128> {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then(|| u128::from_str_radix(digits, 16).unwrap_or(u128::MAX))
}

/// Whether it is digits some of which are X or Z: what a simulator prints of signals that have no value.
fn is_undefined(word: &str) -> bool {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let unknown = |b: u8| matches!(b, b'x' | b'X' | b'z' | b'Z');
    digits.bytes().any(unknown) && digits.bytes().all(|b| b.is_ascii_hexdigit() || unknown(b))
}

fn read_code(task: &Task, word: &str) -> Result<u64, String> {
    let mask = if task.op.is_query() { 15 } else { task.result.code_mask() };
    let shown = || quoted(word.as_bytes(), 40);
    match hexadecimal(word).map(u64::try_from) {
        Some(Ok(code)) if code <= mask => Ok(code),
        Some(_) => Err(format!("has result {}, which does not fit: the largest is {mask:x}", shown())),
        None if is_undefined(word) => {
            Err(format!("has the undefined result {}: expected hexadecimal, at most {mask:x}", shown()))
        }
        None => Err(format!("has {} where a hexadecimal result is expected: {EXPECTED}", shown())),
    }
}

fn read_flags(word: &str) -> Result<Flags, String> {
    let bits = hexadecimal(word).and_then(|bits| u8::try_from(bits).ok());
    bits.and_then(Flags::from_bits).ok_or_else(|| {
        let word = quoted(word.as_bytes(), 40);
        format!("has {word} where flags are expected: hexadecimal, at most 1f, or - if unknown")
    })
}
