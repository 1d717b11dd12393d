//! Verilog's `$readmemh`: a word a line, from the first operand on the left to the flags, two digits, on the right. Columns have whole
//! hexadecimal digits and are joined by `_`, which Verilog ignores: `3C_41_40_01`. `$writememh` writes no `_`: then the digits are counted.

use super::codec::{Codec, Row};
use super::words::{FLAG_DIGITS, in_order, push_hex};
use crate::engine::command::shown::quoted;
use crate::vectors::layout::Layout;
use crate::vectors::rows::Found;

pub struct Readmemh {
    layout: Layout,
    /// The case of the next row, once an address was read.
    next: Option<u64>,
    digits: Vec<u8>,
}

impl Readmemh {
    pub fn new(layout: Layout) -> Readmemh {
        Readmemh { layout, next: None, digits: Vec::new() }
    }

    /// The digits of each column of a row, the flags last.
    fn widths(&self, with_inputs: bool) -> Vec<usize> {
        let inputs = self.layout.inputs.iter().filter(|_| with_inputs);
        let codes = inputs.chain([&self.layout.result]).map(|column| column.digits());
        codes.chain([FLAG_DIGITS]).collect()
    }
}

impl Codec for Readmemh {
    fn write(&self, row: &Row<'_>, out: &mut Vec<u8>) {
        for (column, word) in self.layout.inputs.iter().zip(row.inputs) {
            push_hex(*word, column.digits(), out);
            out.push(b'_');
        }
        push_hex(row.result, self.layout.result.digits(), out);
        out.push(b'_');
        push_hex(row.flags.bits().into(), FLAG_DIGITS, out);
        out.push(b'\n');
    }

    fn read(&mut self, line: &[u8], with_inputs: bool, found: &mut Found) -> Result<bool, String> {
        let comment = line.windows(2).position(|pair| pair == b"//").unwrap_or(line.len());
        let text = line[..comment].trim_ascii();
        if text.is_empty() {
            return Ok(false);
        }
        if let Some(address) = text.strip_prefix(b"@") {
            let address = std::str::from_utf8(address).ok().and_then(|hex| u64::from_str_radix(hex, 16).ok());
            let wrong =
                || format!("{} is not an address: expected @ and hexadecimal digits", quoted(text, 40));
            self.next = Some(address.ok_or_else(wrong)?);
            return Ok(false);
        }
        self.digits.clear();
        self.digits.extend(text.iter().filter(|byte| **byte != b'_'));
        let widths = self.widths(with_inputs);
        let all: usize = widths.iter().sum();
        let without_flags = all - FLAG_DIGITS;
        let columns = match self.digits.len() {
            length if length == all => &widths[..],
            length if length == without_flags => &widths[..widths.len() - 1],
            length => {
                return Err(format!(
                    "{} has {length} digits, expected one word of {all}, or of {without_flags} without flags",
                    quoted(text, 40)
                ));
            }
        };
        let mut rest = &self.digits[..];
        let mut words = columns.iter().map(|&width| {
            let (word, after) = rest.split_at(width);
            rest = after;
            word
        });
        in_order(&mut words, &self.layout, with_inputs, found)?;
        found.case = self.next;
        self.next = self.next.and_then(|case| case.checked_add(1));
        Ok(true)
    }
}
