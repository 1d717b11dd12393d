//! The lines of `halfulp eval`: any bytes, in pieces of any length, are answered as a plain reader and the definition answer
//! them, a line a good line, and the first bad one is named with its place.
#![no_main]

// The modules of the program, which is no library.
#[allow(dead_code, reason = "the program answers as devices and profiles do, too")]
#[path = "../../crates/cli/src/eval/columns.rs"]
mod columns;
#[path = "../../crates/cli/src/eval/decimal.rs"]
mod decimal;
#[path = "../../crates/cli/src/eval/fault.rs"]
mod fault;
#[path = "../../crates/cli/src/eval/hex.rs"]
mod hex;
#[allow(dead_code, reason = "the program answers as devices and profiles do, too")]
#[path = "../../crates/cli/src/eval/like.rs"]
mod like;
#[path = "../../crates/cli/src/eval/stream.rs"]
mod stream;

use std::fmt;
use std::io::Read;

use columns::Columns;
use fault::BadLine;
use halfulp::{Operands, Rounding, Task};
use halfulp_fuzz::draw;
use halfulp_fuzz::names::Names;
use halfulp_verify::engine::definition;
use halfulp_verify::report::policy_arguments;
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;

/// A task, lines for it, and how many bytes of them come at a time.
struct Input {
    task: Task,
    piece: usize,
    text: Vec<u8>,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Input> {
        let (task, piece) = (draw::task(u)?, u.int_in_range(1..=100)?);
        Ok(Input { task, piece, text: u.bytes(u.len())?.to_vec() })
    }
}

/// The command that answers the text.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task = &self.task;
        let names = Names::of(task);
        let operands: Vec<String> = task.operands[..task.op.arity()].iter().map(|f| names.name(f)).collect();
        let (operands, result) = (operands.join(","), names.name(&task.result));
        let policy = policy_arguments(&task.policy).join(" ");
        let text = self.text.escape_ascii();
        writeln!(
            f,
            "\nprintf '{text}' | halfulp eval {} --operands {operands} --result {result} {policy}",
            task.op
        )?;
        f.write_str(&names.files())
    }
}

fuzz_target!(|input: Input| {
    let Input { task, piece, text } = &input;
    let mut out = Vec::new();
    let outcome =
        stream::answer(Pieces { rest: text, piece: *piece }, &mut out, &Columns::of(task, false, false));
    let place = match outcome {
        Ok(()) => None,
        Err(error) => match error.downcast_ref::<BadLine>() {
            Some(bad) => Some((bad.line, bad.column)),
            None => panic!("{error:#}"),
        },
    };
    let (want, bad) = plain(task, text);
    let out = String::from_utf8_lossy(&out);
    assert!(out == want && place == bad, "{input:?}\ngot {place:?}\n{out}\nwant {bad:?}\n{want}");
});

/// Input that comes so many bytes at a time.
struct Pieces<'a> {
    rest: &'a [u8],
    piece: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.piece.min(self.rest.len()).min(buffer.len());
        let (now, later) = self.rest.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.rest = later;
        Ok(length)
    }
}

/// The answers to the lines before the first bad one, and that one's place: line and column from 1.
fn plain(task: &Task, text: &[u8]) -> (String, Option<(u64, usize)>) {
    let mut out = String::new();
    for (number, line) in text.split(|&byte| byte == b'\n').enumerate() {
        match words(task, line) {
            Ok(words) if words.is_empty() => {}
            Ok(words) => out += &answer(task, &words),
            Err(column) => return (out, Some((number as u64 + 1, column))),
        }
    }
    (out, None)
}

/// The words of a line, all that there have to be or none; or the column where it is wrong.
fn words(task: &Task, line: &[u8]) -> std::result::Result<Vec<u64>, usize> {
    let stochastic = matches!(task.policy.rounding, Rounding::Stochastic { .. });
    let count = task.op.arity() + usize::from(stochastic);
    let (mut words, mut start) = (Vec::new(), 0);
    for word in line.split(|byte| b" \t\r".contains(byte)) {
        let column = start + 1;
        start += word.len() + 1;
        if word.is_empty() {
            continue;
        }
        if words.len() == count {
            return Err(column);
        }
        let digits = word.strip_prefix(b"0x").or(word.strip_prefix(b"0X")).unwrap_or(word);
        let first = column + word.len() - digits.len();
        if let Some(bad) = digits.iter().position(|byte| !byte.is_ascii_hexdigit()) {
            return Err(first + bad);
        }
        let text = String::from_utf8_lossy(digits);
        let value = match text.trim_start_matches('0') {
            "" if text.is_empty() => return Err(first),
            "" => 0,
            text => u64::from_str_radix(text, 16).map_err(|_| column)?,
        };
        let operand = words.len() < task.op.arity();
        if operand && value > task.operands[words.len()].code_mask() {
            return Err(column);
        }
        words.push(value);
    }
    if words.is_empty() || words.len() == count { Ok(words) } else { Err(line.len() + 1) }
}

fn answer(task: &Task, words: &[u64]) -> String {
    let mut operands = Operands::default();
    let mut line = String::new();
    for (n, &word) in words.iter().enumerate() {
        let (bits, word) = match task.policy.rounding {
            Rounding::Stochastic { bits, .. } if n == task.op.arity() => {
                operands.noise = word;
                (bits.get(), bits.of_word(word))
            }
            _ => {
                operands.codes[n] = word;
                (task.operands[n].width(), word)
            }
        };
        line += &format!("{word:0width$X} ", width = bits.div_ceil(4) as usize);
    }
    let answer = definition::answer(task, operands)
        .unwrap_or_else(|| panic!("the definition has no answer: {task:?} {operands:x?}"));
    let digits = if task.op.is_query() { 1 } else { task.result.width().div_ceil(4) as usize };
    format!("{line}{:0digits$X} {:02X}\n", answer.code, answer.flags.bits())
}
