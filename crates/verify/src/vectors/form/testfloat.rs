//! Berkeley TestFloat's lines: `3C 41 40 01`. A line of answers alone is `40 01`, or with the number of its case `17: 40 01`.

use super::codec::{Codec, Row};
use super::words::{FLAG_DIGITS, decimal, digits_of, in_order, push_hex};
use crate::engine::command::shown::quoted;
use crate::vectors::layout::Layout;
use crate::vectors::rows::Found;

pub struct Testfloat {
    layout: Layout,
}

impl Testfloat {
    pub fn new(layout: Layout) -> Testfloat {
        Testfloat { layout }
    }
}

impl Codec for Testfloat {
    fn write(&self, row: &Row<'_>, out: &mut Vec<u8>) {
        for (column, word) in self.layout.inputs.iter().zip(row.inputs) {
            push_hex(*word, column.digits(), out);
            out.push(b' ');
        }
        push_hex(row.result, self.layout.result.digits(), out);
        out.push(b' ');
        push_hex(row.flags.bits().into(), FLAG_DIGITS, out);
        out.push(b'\n');
    }

    fn has_all_digits(&self, line: &[u8], with_inputs: bool) -> bool {
        let words =
            line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty() && !word.ends_with(b":"));
        let inputs = self.layout.inputs.iter().filter(|_| with_inputs);
        let widths = inputs.chain([&self.layout.result]).map(|column| column.digits()).chain([FLAG_DIGITS]);
        words.zip(widths).all(|(word, digits)| word == b"-" || digits_of(word).len() >= digits)
    }

    fn read(&mut self, line: &[u8], with_inputs: bool, found: &mut Found) -> Result<bool, String> {
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).peekable();
        found.case = None;
        if let Some(number) = words.peek().and_then(|word| word.strip_suffix(b":")) {
            let wrong = || format!("{} is not a number of a case", quoted(number, 40));
            found.case = Some(decimal(number).ok_or_else(wrong)?);
            words.next();
        }
        if words.peek().is_none() && found.case.is_none() {
            return Ok(false);
        }
        in_order(&mut words, &self.layout, with_inputs, found)?;
        Ok(true)
    }
}
