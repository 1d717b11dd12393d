//! How cases and answers are laid out in the binary form.

use halfulp::{Flags, Format, Operands, Rounding, Task};

use crate::engine::Answer;

/// The bit of a flags byte that says that the answer has no value.
pub const UNDEFINED: u8 = 0x80;

/// The bytes that a code takes: 1, 2, 4 or 8.
fn size(format: &Format) -> usize {
    (format.width().div_ceil(8) as usize).next_power_of_two()
}

/// How the cases and answers of a task are laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    operands: [usize; 3],
    masks: [u64; 3],
    arity: usize,
    noise: Option<halfulp::NoiseBits>,
    result: usize,
    /// The largest code of a result.
    mask: u64,
    has_flags: bool,
    reports: Flags,
}

/// Bytes of a noise word.
const NOISE: usize = 4;

impl Layout {
    pub fn of(task: &Task, reports: Flags) -> Layout {
        let noise = match task.policy.rounding {
            Rounding::Stochastic { bits, .. } => Some(bits),
            _ => None,
        };
        let query = task.op.is_query();
        Layout {
            operands: task.operands.map(|format| size(&format)),
            masks: task.operands.map(|format| format.code_mask()),
            arity: task.op.arity(),
            noise,
            result: if query { 1 } else { size(&task.result) },
            mask: if query { 15 } else { task.result.code_mask() },
            has_flags: reports != Flags::NONE,
            reports,
        }
    }

    /// Bytes of a case.
    pub fn case(&self) -> usize {
        self.operands[..self.arity].iter().sum::<usize>() + if self.noise.is_some() { NOISE } else { 0 }
    }

    /// Bytes of an answer.
    pub fn answer(&self) -> usize {
        self.result + usize::from(self.has_flags)
    }

    /// Appends cases, a column at a time.
    pub fn push(&self, cases: &[Operands], out: &mut Vec<u8>) {
        let (start, size) = (out.len(), self.case());
        out.resize(start + cases.len() * size, 0);
        let out = &mut out[start..];
        let mut at = 0;
        for operand in 0..self.arity {
            let (width, mask) = (self.operands[operand], self.masks[operand]);
            column(out, size, at, width, cases.iter().map(|case| case.codes[operand] & mask));
            at += width;
        }
        if let Some(bits) = self.noise {
            column(out, size, at, NOISE, cases.iter().map(|case| bits.of_word(case.noise)));
        }
    }

    /// Reads cases, the other way round: as many as the list has.
    pub fn cases(&self, bytes: &[u8], cases: &mut [Operands]) {
        let mut at = 0;
        for operand in 0..self.arity {
            let width = self.operands[operand];
            codes_at(bytes, self.case(), at, width, |place, code| cases[place].codes[operand] = code);
            at += width;
        }
        if self.noise.is_some() {
            codes_at(bytes, self.case(), at, NOISE, |place, word| cases[place].noise = word);
        }
    }

    /// Appends answers.
    pub fn push_answers(&self, answers: &[Answer], out: &mut Vec<u8>) {
        let (start, size) = (out.len(), self.answer());
        out.resize(start + answers.len() * size, 0);
        let out = &mut out[start..];
        column(out, size, 0, self.result, answers.iter().map(|answer| answer.code));
        if self.has_flags {
            let flags = |answer: &Answer| match answer.undefined {
                true => UNDEFINED.into(),
                false => answer.flags.bits().into(),
            };
            column(out, size, self.result, 1, answers.iter().map(flags));
        }
    }

    /// Reads answers, up to the first that is none: how many were read, and what is wrong with the next.
    pub fn answers(&self, bytes: &[u8], answers: &mut [Answer]) -> (usize, Result<(), String>) {
        let count = bytes.len() / self.answer();
        let (bytes, answers) = (&bytes[..count * self.answer()], &mut answers[..count]);
        // Faults are rare: whether there is one is seen first, and where it is only then.
        let (mut codes, mut flags) = (0, 0);
        codes_at(bytes, self.answer(), 0, self.result, |place, code| {
            answers[place] = Answer::new(code, Flags::NONE, self.reports);
            codes |= code & !self.mask;
        });
        if self.has_flags {
            codes_at(bytes, self.answer(), self.result, 1, |place, byte| {
                flags |= byte;
                answers[place].flags = Flags::from_bits(byte as u8 & 31).unwrap_or(Flags::NONE);
            });
        }
        if codes != 0 || flags > 31 { self.check(bytes, answers) } else { (count, Ok(())) }
    }

    /// Looks at each answer, where some are undefined or none at all.
    fn check(&self, bytes: &[u8], answers: &mut [Answer]) -> (usize, Result<(), String>) {
        for (place, (answer, bytes)) in answers.iter_mut().zip(bytes.chunks_exact(self.answer())).enumerate()
        {
            match bytes.get(self.result) {
                Some(&byte) if byte & UNDEFINED != 0 => {
                    *answer = Answer::UNDEFINED;
                    continue;
                }
                Some(&byte) if byte > 31 => {
                    let why = format!(
                        "the flags {byte:#04x}: expected at most 0x1f, or 0x80 for an undefined answer"
                    );
                    return (place, Err(why));
                }
                _ => {}
            }
            if answer.code > self.mask {
                let why = format!("the result {:#x}: expected at most {:#x}", answer.code, self.mask);
                return (place, Err(why));
            }
        }
        (answers.len(), Ok(()))
    }
}

/// Writes a column of codes into rows of `size` bytes, from the byte `at` on.
fn column(rows: &mut [u8], size: usize, at: usize, width: usize, codes: impl Iterator<Item = u64>) {
    fn write<const N: usize>(rows: &mut [u8], size: usize, at: usize, codes: impl Iterator<Item = u64>) {
        for (row, code) in rows.chunks_exact_mut(size).zip(codes) {
            let bytes = code.to_le_bytes();
            row[at..at + N].copy_from_slice(&bytes[..N]);
        }
    }
    match width {
        1 => write::<1>(rows, size, at, codes),
        2 => write::<2>(rows, size, at, codes),
        4 => write::<4>(rows, size, at, codes),
        _ => write::<8>(rows, size, at, codes),
    }
}

/// Reads a column of codes.
fn codes_at(rows: &[u8], size: usize, at: usize, width: usize, take: impl FnMut(usize, u64)) {
    fn read<const N: usize>(rows: &[u8], size: usize, at: usize, mut take: impl FnMut(usize, u64)) {
        for (place, row) in rows.chunks_exact(size).enumerate() {
            let mut bytes = [0; 8];
            bytes[..N].copy_from_slice(&row[at..at + N]);
            take(place, u64::from_le_bytes(bytes));
        }
    }
    match width {
        1 => read::<1>(rows, size, at, take),
        2 => read::<2>(rows, size, at, take),
        4 => read::<4>(rows, size, at, take),
        _ => read::<8>(rows, size, at, take),
    }
}

#[cfg(test)]
mod tests {
    use halfulp::format::catalog::lookup;
    use halfulp::{NoiseBits, Op, Policy, Stochastic};

    use super::*;

    fn tasks() -> [(Task, usize, usize); 5] {
        let of = |name: &str| lookup(name).unwrap();
        let noisy = Rounding::Stochastic { variant: Stochastic::B, bits: NoiseBits::known(9) };
        let fma = Task::new(Op::Fma, [of("e4m3fn"), of("bfloat16"), of("binary32")], of("binary64"));
        [
            (Task::within(Op::Mul, of("e2m1")), 2, 2),
            (Task::within(Op::Class, of("binary64")), 8, 2),
            (fma.with_policy(Policy::IEEE.rounding(noisy)), 1 + 2 + 4 + 4, 9),
            (Task::within(Op::Convert, Format::integer(24, true).unwrap()), 4, 5),
            (Task::within(Op::Div, of("binary16")), 4, 3),
        ]
    }

    #[test]
    fn cases_and_answers_are_read_as_they_were_written() {
        for (task, case, answer) in tasks() {
            let layout = Layout::of(&task, Flags::ALL);
            assert_eq!((layout.case(), layout.answer()), (case, answer), "{task:?}");
            assert_eq!(Layout::of(&task, Flags::NONE).answer(), answer - 1);
            let word = |n: u64| halfulp::noise::word(5, n);
            let operands = |n: u64| {
                let mut operands = Operands::new(0, 0, 0);
                for (i, code) in operands.codes[..task.op.arity()].iter_mut().enumerate() {
                    *code = word(4 * n + i as u64) & task.operands[i].code_mask();
                }
                operands.noise = if layout.noise.is_some() { word(4 * n + 3) & 511 } else { 0 };
                operands
            };
            let cases: Vec<Operands> = (0..50).map(operands).collect();
            let mut bytes = vec![7];
            layout.push(&cases, &mut bytes);
            assert_eq!(bytes.len(), 1 + 50 * case);
            let mut read = vec![Operands::new(0, 0, 0); 50];
            layout.cases(&bytes[1..], &mut read);
            assert_eq!(read, cases);

            let mask = if task.op.is_query() { 15 } else { task.result.code_mask() };
            let given = |n: u64| match n % 7 {
                0 => Answer::UNDEFINED,
                _ => Answer::new(word(n) & mask, Flags::from_bits(n as u8 & 31).unwrap(), Flags::ALL),
            };
            for step in [1, 7] {
                // With undefined answers and without.
                let answers: Vec<Answer> = (1..100).step_by(step).map(given).collect();
                let mut bytes = Vec::new();
                layout.push_answers(&answers, &mut bytes);
                bytes.push(0);
                let mut read = vec![Answer::default(); 100];
                assert_eq!(layout.answers(&bytes[..bytes.len() - 1], &mut read), (answers.len(), Ok(())));
                assert_eq!(read[..answers.len()], answers);
            }
        }
    }

    #[test]
    fn what_is_no_answer_ends_what_is_read() {
        let task = Task::within(Op::Mul, lookup("e2m1").unwrap());
        let layout = Layout::of(&task, Flags::ALL);
        for (wrong, why) in [
            ([0x10, 0], "the result 0x10: expected at most 0xf"),
            ([0xff, 3], "the result 0xff"),
            ([3, 0x20], "the flags 0x20: expected at most 0x1f, or 0x80"),
        ] {
            let bytes = [&[1, 2, 0xff, 0x80, 3, 4][..], &wrong, &[1, 1]].concat();
            let mut answers = [Answer::default(); 5];
            let (count, read) = layout.answers(&bytes, &mut answers);
            assert!(count == 3 && read.as_ref().is_err_and(|text| text.contains(why)), "{read:?}");
            assert!(answers[1].undefined && answers[2] == Answer::new(3, Flags::OVERFLOW, Flags::ALL));
        }
        // Flags that are not reported are not known.
        let silent = Layout::of(&task, Flags::NONE);
        let mut answers = [Answer::default(); 2];
        assert_eq!(silent.answers(&[1, 2], &mut answers), (2, Ok(())));
        assert_eq!(answers[1], Answer::new(2, Flags::NONE, Flags::NONE));
    }
}
