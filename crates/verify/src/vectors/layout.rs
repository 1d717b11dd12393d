//! The columns of a row: any number of operands, the noise word where it counts, the result. Flags follow as a byte.

use halfulp::{Operands, Rounding, Task};
use serde::{Deserialize, Serialize};

/// A column of codes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// `a`, `b`, `c` and so on for operands, `noise`, `result`.
    pub name: String,
    /// The width of its codes, 1 to 64.
    pub bits: u32,
}

impl Column {
    fn new(name: impl Into<String>, bits: u32) -> Column {
        Column { name: name.into(), bits }
    }

    /// The hexadecimal digits of a code.
    #[must_use]
    pub fn digits(&self) -> usize {
        self.bits.div_ceil(4) as usize
    }

    /// The bytes of a code in a binary file: 1, 2, 4 or 8.
    #[must_use]
    pub fn bytes(&self) -> usize {
        (self.bits.div_ceil(8) as usize).next_power_of_two()
    }

    /// The largest code.
    #[must_use]
    pub fn mask(&self) -> u64 {
        u64::MAX >> (64 - self.bits)
    }
}

/// The columns of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    /// The operands and, under stochastic rounding, the noise word.
    pub inputs: Vec<Column>,
    /// The result.
    pub result: Column,
}

/// What queries answer: 0 or 1, or a class from 0 to 9.
const QUERY_BITS: u32 = 4;

impl Layout {
    /// The columns of a task.
    #[must_use]
    pub fn of(task: &Task) -> Layout {
        let operands = task.operands[..task.op.arity()].iter().zip('a'..);
        let mut inputs: Vec<Column> =
            operands.map(|(format, name)| Column::new(name, format.width())).collect();
        if let Rounding::Stochastic { bits, .. } = task.policy.rounding {
            inputs.push(Column::new("noise", bits.get()));
        }
        let bits = if task.op.is_query() { QUERY_BITS } else { task.result.width() };
        Layout { inputs, result: Column::new("result", bits) }
    }

    /// All columns of codes, in their order.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.inputs.iter().chain([&self.result])
    }

    /// The words of a case, in the order of the columns; the number of words is that of the inputs.
    pub(super) fn words(&self, operands: &Operands, words: &mut Vec<u64>) {
        words.clear();
        for (index, column) in self.inputs.iter().enumerate() {
            let word = if column.name == "noise" { operands.noise } else { operands.codes[index] };
            words.push(word & column.mask());
        }
    }

    /// The case of some words: the inverse of [`Layout::words`].
    pub(super) fn operands(&self, words: impl IntoIterator<Item = u64>) -> Operands {
        let mut operands = Operands::new(0, 0, 0);
        for (index, (column, word)) in self.inputs.iter().zip(words).enumerate() {
            if column.name == "noise" {
                operands.noise = word;
            } else {
                operands.codes[index] = word;
            }
        }
        operands
    }
}

/// Appends the words of a case as little-endian bytes, as digests and raw files have them.
pub(super) fn push_bytes(columns: &[Column], words: &[u64], out: &mut Vec<u8>) {
    for (column, word) in columns.iter().zip(words) {
        out.extend_from_slice(&word.to_le_bytes()[..column.bytes()]);
    }
}
