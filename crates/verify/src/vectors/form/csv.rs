//! Comma-separated values under a line with the names of the columns: `case,a,b,result,flags`. Codes have `0x`, so that no spreadsheet
//! takes them for decimal numbers. When read, the columns may stand in any order, and more may be there.

use super::codec::{Codec, Row};
use super::words::{answer, decimal, ends, input, push_decimal, push_hex};
use crate::engine::command::shown::quoted;
use crate::vectors::layout::Layout;
use crate::vectors::rows::Found;

pub struct Csv {
    layout: Layout,
    places: Option<Places>,
}

/// Which field has what.
struct Places {
    fields: usize,
    case: Option<usize>,
    inputs: Vec<usize>,
    result: usize,
    flags: Option<usize>,
}

impl Csv {
    pub fn new(layout: Layout) -> Csv {
        Csv { layout, places: None }
    }

    fn places(&self, names: &[&[u8]], with_inputs: bool) -> Result<Places, String> {
        let place = |name: &str| names.iter().position(|known| *known == name.as_bytes());
        let needed = |name: &str| {
            place(name)
                .ok_or_else(|| format!("the first line names the columns, and {name:?} is not among them"))
        };
        let inputs = self.layout.inputs.iter().filter(|_| with_inputs);
        Ok(Places {
            fields: names.len(),
            case: place("case"),
            inputs: inputs.map(|column| needed(&column.name)).collect::<Result<_, _>>()?,
            result: needed("result")?,
            flags: place("flags"),
        })
    }
}

/// The fields of a line, without blanks and quotation marks around them.
fn fields(line: &[u8]) -> Vec<&[u8]> {
    line.split(|byte| *byte == b',').map(unquoted).collect()
}

fn unquoted(field: &[u8]) -> &[u8] {
    match field.trim_ascii() {
        [b'"', inner @ .., b'"'] => inner,
        field => field,
    }
}

impl Codec for Csv {
    fn head(&self) -> Vec<u8> {
        let names: Vec<&str> = self.layout.columns().map(|column| &*column.name).collect();
        format!("case,{},flags\n", names.join(",")).into_bytes()
    }

    fn write(&self, row: &Row<'_>, out: &mut Vec<u8>) {
        push_decimal(row.case, out);
        for (column, word) in self.layout.columns().zip(row.inputs.iter().chain([&row.result])) {
            out.extend_from_slice(b",0x");
            push_hex(*word, column.digits(), out);
        }
        out.extend_from_slice(b",0x");
        push_hex(row.flags.bits().into(), 2, out);
        out.push(b'\n');
    }

    fn read(&mut self, line: &[u8], with_inputs: bool, found: &mut Found) -> Result<bool, String> {
        if line.trim_ascii().is_empty() {
            return Ok(false);
        }
        let fields = fields(line);
        let Some(places) = &self.places else {
            self.places = Some(self.places(&fields, with_inputs)?);
            return Ok(false);
        };
        if fields.len() != places.fields {
            return Err(match fields.len() < places.fields {
                true => ends("another field"),
                false => format!("it has {} fields, and the first line {}", fields.len(), places.fields),
            });
        }
        found.case = match places.case.map(|place| fields[place]) {
            Some(text) => {
                Some(decimal(text).ok_or_else(|| format!("{} is not a number of a case", quoted(text, 40)))?)
            }
            None => None,
        };
        found.inputs.clear();
        for (column, place) in self.layout.inputs.iter().zip(&places.inputs) {
            found.inputs.push(input(fields[*place], column)?);
        }
        let flags = places.flags.map(|place| fields[place]).filter(|flags| !flags.is_empty());
        found.answer = answer(fields[places.result], flags, &self.layout.result)?;
        Ok(true)
    }
}
