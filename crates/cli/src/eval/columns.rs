//! Lines: the words in, the answer out. No line allocates.

use std::cell::RefCell;

use halfulp::{Format, Operands, Rounded, Rounding, Task, apply};
use halfulp_verify::deviation::Sequence;

use super::fault::{BadLine, Fault, Word};
use super::hex;
use super::like::Like;

/// A word of a line: what it may be and how it is printed.
#[derive(Clone, Copy, Default)]
struct Column {
    /// The largest word.
    max: u64,
    /// Its bits that count.
    mask: u64,
    /// Hexadecimal digits in the answer, and usually in the question.
    digits: usize,
}

/// A task and the columns of its lines.
pub struct Columns {
    task: Task,
    operands: usize,
    columns: [Column; 4],
    count: usize,
    result_digits: usize,
    /// Operands are numbers, and not codes.
    numbers: bool,
    /// The answer is the result alone.
    bare: bool,
    /// What answers, if it is not the library.
    device: Option<RefCell<Sequence>>,
    /// The profile that answers, in place of SPEC.md.
    like: Option<Like>,
}

const BLANK: u8 = 0x80;
const OTHER: u8 = 0x81;

/// The value of a hexadecimal digit; [`BLANK`] for what separates words, [`OTHER`] for any other byte.
const CLASS: [u8; 256] = {
    let mut class = [OTHER; 256];
    let mut i = 0;
    while i < 10 {
        class[b'0' as usize + i] = i as u8;
        i += 1;
    }
    while i < 16 {
        class[b'A' as usize + i - 10] = i as u8;
        class[b'a' as usize + i - 10] = i as u8;
        i += 1;
    }
    class[b' ' as usize] = BLANK;
    class[b'\t' as usize] = BLANK;
    class[b'\r' as usize] = BLANK;
    class[b'\n' as usize] = BLANK;
    class
};

/// The longest answer: three operands, noise, result and flags, with what separates them; and the bytes that writing
/// the flags covers.
const LONGEST: usize = 4 * 16 + 8 + 2 + 6 + 6;

impl Columns {
    /// The columns of a task's lines: operands as codes or as numbers, answers with all or the result alone.
    pub fn of(task: &Task, numbers: bool, bare: bool) -> Columns {
        let mut columns = [Column::default(); 4];
        let operands = task.op.arity();
        for (column, format) in columns.iter_mut().zip(&task.operands[..operands]) {
            *column = Column {
                max: format.code_mask(),
                mask: format.code_mask(),
                digits: format.width().div_ceil(4) as usize,
            };
        }
        let mut count = operands;
        if let Rounding::Stochastic { bits, .. } = task.policy.rounding {
            columns[count] = Column {
                max: u64::MAX,
                mask: bits.of_word(u64::MAX),
                digits: bits.get().div_ceil(4) as usize,
            };
            count += 1;
        }
        Columns {
            task: *task,
            operands,
            columns,
            count,
            result_digits: if task.op.is_query() { 1 } else { task.result.width().div_ceil(4) as usize },
            numbers,
            bare,
            device: None,
            like: None,
        }
    }

    /// The same lines, answered by a device. Precondition: it covers the task.
    pub fn answered_by(self, device: Sequence) -> Columns {
        Columns { device: Some(RefCell::new(device)), ..self }
    }

    /// The same with a profile that answers.
    pub fn like(self, like: Option<Like>) -> Columns {
        Columns { like, ..self }
    }

    /// Answers whole lines. `line` counts them; at a bad one it stays at the lines before, which are answered.
    ///
    /// Precondition: `text` is empty or ends with a line feed.
    pub fn answer(&self, text: &[u8], line: &mut u64, out: &mut Vec<u8>) -> Result<(), BadLine> {
        let mut rest = text;
        while !rest.is_empty() {
            let mut words = [0; 4];
            let (found, length) = match self.read_usual(rest, &mut words) {
                Some(length) => (true, length),
                None => self.read_any(rest, &mut words).map_err(|(column, fault)| BadLine {
                    line: *line + 1,
                    column,
                    fault,
                })?,
            };
            if found {
                if self.like.as_ref().is_some_and(|like| !like.answers(&self.task, &self.given(&words))) {
                    return Err(BadLine { line: *line + 1, column: 1, fault: Fault::Unanswered });
                }
                self.write(&words, out);
            }
            rest = &rest[length..];
            *line += 1;
        }
        Ok(())
    }

    /// Reads a line as programs write it, all digits of each word and one blank between: the line's length.
    #[inline(always)]
    fn read_usual(&self, text: &[u8], words: &mut [u64; 4]) -> Option<usize> {
        if self.numbers {
            return None;
        }
        let mut at = 0;
        for (n, column) in self.columns[..self.count].iter().enumerate() {
            words[n] = hex::read(text.get(at..)?, column.digits)?;
            at += column.digits;
            let end = if n + 1 == self.count { b'\n' } else { b' ' };
            if words[n] > column.max || *text.get(at)? != end {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    /// Reads a line that is not as usual.
    #[inline(never)]
    fn read_any(&self, text: &[u8], words: &mut [u64; 4]) -> Result<(bool, usize), (usize, Fault)> {
        if self.numbers { self.read_numbers(text, words) } else { self.read(text, words) }
    }

    /// Reads the codes of the first line: whether there were any, and the line's length.
    fn read(&self, text: &[u8], words: &mut [u64; 4]) -> Result<(bool, usize), (usize, Fault)> {
        let (mut at, mut n) = (0, 0);
        loop {
            while CLASS[text[at] as usize] == BLANK {
                if text[at] == b'\n' {
                    if n != 0 && n != self.count {
                        return Err((at + 1, Fault::Missing(self.word(n))));
                    }
                    return Ok((n != 0, at + 1));
                }
                at += 1;
            }
            if n == self.count {
                return Err((at + 1, Fault::TooMany(self.count)));
            }
            let start = at;
            let prefixed = text[at] == b'0' && text[at + 1] | 0x20 == b'x';
            at += 2 * prefixed as usize;
            let (mut word, mut lost, first) = (0u64, 0, at);
            while CLASS[text[at] as usize] < 16 {
                lost |= word >> 60;
                word = word << 4 | CLASS[text[at] as usize] as u64;
                at += 1;
            }
            if CLASS[text[at] as usize] == OTHER {
                return Err((at + 1, Fault::NotHexadecimal(text[at])));
            }
            if at == first {
                return Err((at + 1, Fault::NoDigits));
            }
            if lost != 0 || word > self.columns[n].max {
                let bits = 64 - self.columns[n].max.leading_zeros();
                return Err((start + 1, Fault::TooWide(self.word(n), bits)));
            }
            words[n] = word;
            n += 1;
        }
    }

    /// How many words a line has.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The format of the operand in a column; none of the noise word.
    pub(super) fn operand(&self, index: usize) -> Option<&Format> {
        self.task.operands[..self.operands].get(index)
    }

    pub(super) fn word(&self, index: usize) -> Word {
        if index < self.operands { Word::Operand(index + 1, self.operands) } else { Word::Noise }
    }

    /// The operands of a line: what stands past the operation's operands does not count.
    #[inline(always)]
    fn given(&self, words: &[u64; 4]) -> Operands {
        let noise = if self.count > self.operands { words[self.operands] } else { 0 };
        Operands { codes: [words[0], words[1], words[2]], noise }
    }

    /// Computes, and appends the answer.
    #[inline(always)]
    fn write(&self, words: &[u64; 4], out: &mut Vec<u8>) {
        let operands = self.given(words);
        let answer = match (&self.device, &self.like) {
            (Some(device), _) => deviating(device, &self.task, operands),
            (None, Some(like)) => like.answer(&self.task, operands),
            (None, None) => apply(&self.task, operands),
        };
        let start = out.len();
        out.extend_from_slice(&[b' '; LONGEST]);
        let line = &mut out[start..];
        let mut at = 0;
        if self.bare {
            hex::write(line, answer.code, self.result_digits);
            line[self.result_digits] = b'\n';
            out.truncate(start + self.result_digits + 1);
            return;
        }
        for (word, column) in words.iter().zip(&self.columns[..self.count]) {
            hex::write(&mut line[at..], word & column.mask, column.digits);
            at += column.digits + 1;
        }
        hex::write(&mut line[at..], answer.code, self.result_digits);
        at += self.result_digits + 1;
        hex::write(&mut line[at..], answer.flags.bits() as u64, 2);
        line[at + 2] = b'\n';
        out.truncate(start + at + 3);
    }
}

/// Not inlined, so that the usual path stays short.
#[inline(never)]
fn deviating(device: &RefCell<Sequence>, task: &Task, operands: Operands) -> Rounded {
    device.borrow_mut().answer(task, operands)
}
