//! The lines of cases and of answers.
//!
//! A case is `NUMBER OP FORMATS ROUNDING SATURATION OPTIONS NOISE OPERAND...`: `17 mul e4m3fn,e4m3fn,e4m3fn rne none - 0 3C 41`. Its answer
//! is `17 46 01`.

use halfulp::{Flags, Format, Operands, Policy, Rounding, Task};

use crate::engine::Answer;
use crate::engine::command::shown::quoted;

/// The task of a line, in words.
pub struct TaskText {
    pub formats: String,
    pub rounding: String,
    pub saturation: String,
    /// The other parts of the policy that are not the usual ones, or `-`.
    pub options: String,
}

impl TaskText {
    pub fn of(task: &Task, name: &dyn Fn(&Format) -> String) -> TaskText {
        let result = (!task.op.is_query()).then_some(&task.result);
        let formats: Vec<String> = task.operands[..task.op.arity()].iter().chain(result).map(name).collect();
        TaskText {
            formats: formats.join(","),
            rounding: task.policy.rounding.to_string(),
            saturation: task.policy.saturation.to_string(),
            options: options(&task.policy),
        }
    }
}

/// The parts of a policy besides rounding and saturation that are not the usual ones.
pub fn options(policy: &Policy) -> String {
    let usual = Policy::IEEE;
    let flush = match (policy.flush_operands, policy.flush_results) {
        (false, false) => None,
        (true, false) => Some("flush=operands"),
        (false, true) => Some("flush=results"),
        (true, true) => Some("flush=both"),
    };
    let parts = [
        (policy.tininess != usual.tininess).then(|| format!("tininess={}", policy.tininess)),
        flush.map(String::from),
        (policy.nan != usual.nan).then(|| format!("nan={}", policy.nan)),
        (policy.standard != usual.standard).then(|| format!("standard={}", policy.standard)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "-".into() } else { parts.join(",") }
}

/// A policy with such parts; `None` if the word has others.
pub fn policy_with(mut policy: Policy, options: &str) -> Option<Policy> {
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

/// What the lines of a task have between the number and the noise word.
pub fn task_text(task: &Task, name: &dyn Fn(&Format) -> String) -> String {
    let TaskText { formats, rounding, saturation, options } = TaskText::of(task, name);
    format!("{} {formats} {rounding} {saturation} {options}", task.op)
}

/// Appends the line of a case.
pub fn push_case(number: u64, task: &Task, text: &str, operands: &Operands, out: &mut Vec<u8>) {
    use std::io::Write as _;
    let noise = match task.policy.rounding {
        Rounding::Stochastic { bits, .. } => bits.of_word(operands.noise),
        _ => 0,
    };
    // Writing into memory does not fail.
    let _ = write!(out, "{number} {text} {noise:X}");
    for (format, code) in task.operands[..task.op.arity()].iter().zip(operands.codes) {
        let digits = format.width().div_ceil(4) as usize;
        let _ = write!(out, " {:0digits$X}", code & format.code_mask());
    }
    out.push(b'\n');
}

/// The number at the beginning of an answer, and the rest.
pub fn number(line: &str) -> Result<(u64, &str), String> {
    let (number, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| plain);
    number.map(|number| (number, rest)).ok_or_else(|| {
        format!(
            "is not an answer: {EXPECTED}; a device that writes other lines too marks its own with a prefix"
        )
    })
}

const EXPECTED: &str = "expected `NUMBER RESULT FLAGS`";

/// Reads what follows the number of an answer.
pub fn answer(task: &Task, rest: &str, reports: Flags) -> Result<Answer, String> {
    let words: Vec<&str> = rest.split_ascii_whitespace().take(3).collect();
    let (result, flags) = match words[..] {
        [result] => (result, "-"),
        [result, flags] => (result, flags),
        [] => return Err(format!("has no result: {EXPECTED}")),
        _ => return Err(format!("has more than a result and flags: {EXPECTED}")),
    };
    let mask = if task.op.is_query() { 15 } else { task.result.code_mask() };
    let code = match digits(result) {
        Digits::Value(code) if code <= mask => Some(code),
        Digits::Undefined => None,
        _ => {
            let shown = quoted(result.as_bytes(), 40);
            return Err(format!("has the result {shown}: expected hexadecimal, at most {mask:x}"));
        }
    };
    let raised = match (flags, digits(flags)) {
        ("-", _) => Some((Flags::NONE, Flags::NONE)),
        (_, Digits::Undefined) => None,
        (_, Digits::Value(bits)) if bits <= 31 => {
            Some((Flags::from_bits(bits as u8).unwrap_or(Flags::NONE), reports))
        }
        _ => {
            let shown = quoted(flags.as_bytes(), 40);
            return Err(format!("has the flags {shown}: expected hexadecimal, at most 1f, or - if unknown"));
        }
    };
    Ok(match (code, raised) {
        (Some(code), Some((flags, known))) => Answer::new(code, flags, known),
        _ => Answer::UNDEFINED,
    })
}

enum Digits {
    Value(u64),
    Undefined,
    None,
}

fn digits(word: &str) -> Digits {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let unknown = |byte: u8| matches!(byte, b'x' | b'X' | b'z' | b'Z');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit() || unknown(byte)) {
        return Digits::None;
    }
    if digits.bytes().any(unknown) {
        return Digits::Undefined;
    }
    u64::from_str_radix(digits, 16).map_or(Digits::None, Digits::Value)
}
