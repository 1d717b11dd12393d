//! A JSON object a line: `{"case":0,"operands":["0x3C","0x41"],"result":"0x40","flags":"0x01"}`. Codes are strings: JSON's numbers are
//! doubles to many programs. The first line is the header, the last one has the digests.

use serde::Deserialize;

use super::codec::{Codec, Row};
use super::words::{answer, input, push_decimal, push_hex, text};
use crate::vectors::layout::Layout;
use crate::vectors::rows::Found;

pub struct Jsonl {
    layout: Layout,
}

/// A row as it is read. Devices may add keys of their own.
#[derive(Deserialize)]
struct Line<'a> {
    case: Option<u64>,
    #[serde(borrow)]
    operands: Option<Vec<&'a str>>,
    noise: Option<&'a str>,
    result: &'a str,
    flags: Option<&'a str>,
}

impl Jsonl {
    pub fn new(layout: Layout) -> Jsonl {
        Jsonl { layout }
    }
}

/// Appends a code as a string.
fn push_code(word: u64, digits: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"0x");
    push_hex(word, digits, out);
    out.push(b'"');
}

impl Codec for Jsonl {
    fn write(&self, row: &Row<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"case\":");
        push_decimal(row.case, out);
        out.extend_from_slice(b",\"operands\":[");
        for (place, (column, word)) in self.layout.inputs.iter().zip(row.inputs).enumerate() {
            if column.name == "noise" {
                out.extend_from_slice(b"],\"noise\":");
            } else if place > 0 {
                out.push(b',');
            }
            push_code(*word, column.digits(), out);
        }
        let open = self.layout.inputs.last().is_none_or(|column| column.name != "noise");
        out.extend_from_slice(if open { b"],\"result\":" } else { b",\"result\":" });
        push_code(row.result, self.layout.result.digits(), out);
        out.extend_from_slice(b",\"flags\":");
        push_code(row.flags.bits().into(), 2, out);
        out.extend_from_slice(b"}\n");
    }

    fn read(&mut self, line: &[u8], with_inputs: bool, found: &mut Found) -> Result<bool, String> {
        let line = text(line)?.trim();
        let of_header = ["{\"schema\":", "{\"sha256\":"].iter().any(|start| line.starts_with(start));
        if line.is_empty() || of_header {
            return Ok(false);
        }
        let row: Line<'_> = serde_json::from_str(line).map_err(|error| {
            format!("it is not a row ({error}): expected an object with result, and perhaps case, operands, noise and flags")
        })?;
        found.case = row.case;
        found.inputs.clear();
        if with_inputs {
            let words: Vec<&str> = row.operands.into_iter().flatten().chain(row.noise).collect();
            if words.len() != self.layout.inputs.len() {
                let (given, wanted) = (words.len(), self.layout.inputs.len());
                return Err(format!("it has {given} operands and noise words, expected {wanted}"));
            }
            for (column, word) in self.layout.inputs.iter().zip(words) {
                found.inputs.push(input(word.as_bytes(), column)?);
            }
        }
        found.answer = answer(row.result.as_bytes(), row.flags.map(str::as_bytes), &self.layout.result)?;
        Ok(true)
    }
}
