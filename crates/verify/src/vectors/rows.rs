//! The rows of a file that was read, in columns of the width of their codes.

use halfulp::Flags;

use super::layout::{Column, Layout};
use crate::engine::Answer;

/// Codes of one column.
#[derive(Clone, Debug)]
enum Packed {
    Bytes(Vec<u8>),
    Halves(Vec<u16>),
    Words(Vec<u32>),
    Doubles(Vec<u64>),
}

impl Packed {
    fn new(column: &Column) -> Packed {
        match column.bytes() {
            1 => Packed::Bytes(Vec::new()),
            2 => Packed::Halves(Vec::new()),
            4 => Packed::Words(Vec::new()),
            _ => Packed::Doubles(Vec::new()),
        }
    }

    /// Appends a code, which has no more bits than the column.
    fn push(&mut self, code: u64) {
        match self {
            Packed::Bytes(list) => list.push(code as u8),
            Packed::Halves(list) => list.push(code as u16),
            Packed::Words(list) => list.push(code as u32),
            Packed::Doubles(list) => list.push(code),
        }
    }

    fn get(&self, row: usize) -> u64 {
        match self {
            Packed::Bytes(list) => list[row].into(),
            Packed::Halves(list) => list[row].into(),
            Packed::Words(list) => list[row].into(),
            Packed::Doubles(list) => list[row],
        }
    }
}

/// What a row has of its answer in the byte beside its result.
const UNDEFINED: u8 = 0x40;
const WITHOUT_FLAGS: u8 = 0x80;

/// A row as it was read.
#[derive(Clone, Default, Debug)]
pub(super) struct Found {
    /// The number of its case, if the row says it.
    pub case: Option<u64>,
    /// The words of the inputs; empty if the row has none.
    pub inputs: Vec<u64>,
    /// The answer.
    pub answer: Answer,
}

/// The rows of a file.
#[derive(Clone, Debug)]
pub struct Rows {
    inputs: Vec<Packed>,
    results: Packed,
    flags: Vec<u8>,
    /// The numbers of the cases; empty if the rows do not say them.
    cases: Vec<u64>,
    /// The line of each row, or its place in a file without lines, from 1.
    lines: Vec<u32>,
}

impl Rows {
    pub(super) fn new(layout: &Layout, with_inputs: bool) -> Rows {
        let inputs: Vec<Packed> = layout.inputs.iter().map(Packed::new).collect();
        Rows {
            inputs: if with_inputs { inputs } else { Vec::new() },
            results: Packed::new(&layout.result),
            flags: Vec::new(),
            cases: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Appends a row.
    ///
    /// # Errors
    /// Some rows say the number of their case and others do not.
    pub(super) fn push(&mut self, found: &Found, line: u64) -> Result<(), String> {
        match found.case {
            Some(case) if self.cases.len() == self.len() => self.cases.push(case),
            None if self.cases.is_empty() => {}
            _ => return Err("some rows have the number of their case and others have none".into()),
        }
        for (column, word) in self.inputs.iter_mut().zip(&found.inputs) {
            column.push(*word);
        }
        let Answer { code, flags, known, undefined } = found.answer;
        self.results.push(code);
        let silent = if known == Flags::NONE { WITHOUT_FLAGS } else { 0 };
        self.flags.push(flags.bits() | silent | if undefined { UNDEFINED } else { 0 });
        self.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        Ok(())
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }

    /// The words of a row's inputs.
    pub(super) fn inputs(&self, row: usize) -> impl Iterator<Item = u64> + '_ {
        self.inputs.iter().map(move |column| column.get(row))
    }

    /// The answer of a row.
    pub(super) fn answer(&self, row: usize) -> Answer {
        let flags = self.flags[row];
        if flags & UNDEFINED != 0 {
            return Answer::UNDEFINED;
        }
        let known = if flags & WITHOUT_FLAGS != 0 { Flags::NONE } else { Flags::ALL };
        let raised = Flags::from_bits(flags & Flags::ALL.bits()).unwrap_or(Flags::NONE);
        Answer::new(self.results.get(row), raised, known)
    }

    /// The number of a row's case, if the rows say it.
    pub(super) fn case(&self, row: usize) -> Option<u64> {
        self.cases.get(row).copied()
    }

    /// Whether the rows say the numbers of their cases.
    pub(super) fn is_numbered(&self) -> bool {
        !self.cases.is_empty()
    }

    /// Where a row is: its line, from 1.
    pub(super) fn line(&self, row: usize) -> u32 {
        self.lines[row]
    }
}
