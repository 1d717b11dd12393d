//! What a device answers: any bytes are an answer within its format or an error that shows them harmlessly, and what is
//! read is what a plain reader reads.
#![no_main]

use std::fmt;

use halfulp::{Flags, Operands, Task};
use halfulp_fuzz::draw;
use halfulp_verify::Answer;
use halfulp_verify::engine::command::{read_answer, write_operands};
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;

/// A task, operands, and what came back.
struct Input {
    task: Task,
    operands: Operands,
    line: Vec<u8>,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Input> {
        let task = draw::task(u)?;
        let operands = Operands {
            noise: u.arbitrary()?,
            ..Operands::new(u.arbitrary()?, u.arbitrary()?, u.arbitrary()?)
        };
        let mut line = u.bytes(u.len())?.to_vec();
        if line.first().is_some_and(|first| first % 2 == 0) {
            // As a device repeats what it was sent, so that the columns after that are reached.
            let mut sent = Vec::new();
            write_operands(&task, &operands, &mut sent);
            sent.pop();
            line = [&sent, &b" "[..], &line[1..]].concat();
        }
        Ok(Input { task, operands, line })
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sent = Vec::new();
        write_operands(&self.task, &self.operands, &mut sent);
        writeln!(f, "\n{:?}", self.task)?;
        write!(
            f,
            "sent {:?}, read {:?}",
            sent.escape_ascii().to_string(),
            self.line.escape_ascii().to_string()
        )
    }
}

/// The number in hexadecimal, by big steps: `None` if it is none or too large.
fn number(word: &str) -> Option<u64> {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let add = |sum: Option<u64>, c: char| sum?.checked_mul(16)?.checked_add(c.to_digit(16)?.into());
    if digits.is_empty() { None } else { digits.chars().fold(Some(0), add) }
}

/// The answer as a plain reader has it.
fn plain(task: &Task, operands: &Operands, line: &[u8]) -> Option<Answer> {
    let mut sent = Vec::new();
    write_operands(task, operands, &mut sent);
    let sent = String::from_utf8(sent).ok()?;
    let sent: Vec<&str> = sent.split_whitespace().collect();
    let words: Vec<&str> = std::str::from_utf8(line).ok()?.split_ascii_whitespace().collect();
    let answer = match words.len() {
        1 | 2 => &words[..],
        n if n == sent.len() + 1 || n == sent.len() + 2 => {
            let repeats = words
                .iter()
                .zip(&sent)
                .all(|(word, sent)| number(word) == number(sent) && number(word).is_some());
            if repeats { &words[sent.len()..] } else { return None }
        }
        _ => return None,
    };
    let largest = if task.op.is_query() { 15 } else { task.result.code_mask() };
    let code = number(answer[0]).filter(|code| *code <= largest)?;
    Some(match answer.get(1) {
        None | Some(&"-") => Answer { code, flags: Flags::NONE, known: Flags::NONE, undefined: false },
        Some(word) => {
            let flags = Flags::from_bits(u8::try_from(number(word)?).ok()?)?;
            Answer { code, flags, known: Flags::ALL, undefined: false }
        }
    })
}

fuzz_target!(|input: Input| {
    let Input { task, operands, line } = &input;
    let read = read_answer(task, operands, line);
    assert_eq!(read.as_ref().ok(), plain(task, operands, line).as_ref(), "{read:?}");
    if let Err(why) = read {
        assert!(why.len() < 500 && !why.contains(char::is_control), "{why:?}");
    }
});
