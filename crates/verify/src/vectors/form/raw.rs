//! Little-endian words of 1, 2, 4 or 8 bytes, the narrowest that hold their codes, without padding: operands, noise word, result, and a byte
//! of flags, which is `80` where a device reports none.

use halfulp::Flags;

use super::codec::{Codec, Row};
use crate::engine::Answer;
use crate::vectors::layout::{Column, Layout, push_bytes};
use crate::vectors::rows::Found;

/// The byte of flags that are not reported.
const SILENT: u8 = 0x80;

pub struct Raw {
    layout: Layout,
}

impl Raw {
    pub fn new(layout: Layout) -> Raw {
        Raw { layout }
    }
}

fn take(bytes: &mut &[u8], column: &Column) -> Result<u64, String> {
    let (word, rest) = bytes.split_at(column.bytes());
    *bytes = rest;
    let mut all = [0; 8];
    all[..word.len()].copy_from_slice(word);
    let value = u64::from_le_bytes(all);
    match value <= column.mask() {
        true => Ok(value),
        false => Err(format!("{} is {value:x}, expected at most {:x}", column.name, column.mask())),
    }
}

impl Codec for Raw {
    fn write(&self, row: &Row<'_>, out: &mut Vec<u8>) {
        push_bytes(&self.layout.inputs, row.inputs, out);
        push_bytes(std::slice::from_ref(&self.layout.result), &[row.result], out);
        out.push(row.flags.bits());
    }

    fn record(&self, with_inputs: bool) -> Option<usize> {
        let inputs = self.layout.inputs.iter().filter(|_| with_inputs);
        Some(inputs.chain([&self.layout.result]).map(Column::bytes).sum::<usize>() + 1)
    }

    /// Precondition: `line` has the bytes of a record.
    fn read(&mut self, mut line: &[u8], with_inputs: bool, found: &mut Found) -> Result<bool, String> {
        found.case = None;
        found.inputs.clear();
        if with_inputs {
            for column in &self.layout.inputs {
                found.inputs.push(take(&mut line, column)?);
            }
        }
        let code = take(&mut line, &self.layout.result)?;
        let (flags, known) = match (line[0], Flags::from_bits(line[0])) {
            (SILENT, _) => (Flags::NONE, Flags::NONE),
            (_, Some(flags)) => (flags, Flags::ALL),
            (byte, None) => {
                return Err(format!("the flags are {byte:x}, expected at most 1f, or 80 if unknown"));
            }
        };
        found.answer = Answer::new(code, flags, known);
        Ok(true)
    }
}
