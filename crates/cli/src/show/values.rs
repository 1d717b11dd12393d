//! The table of all values of a format.

use std::io::Write;

use anyhow::bail;
use halfulp::text::{decimal, hexadecimal};
use halfulp::{Code, Format};
use serde::{Serialize, Serializer as _};

use super::facts::SCHEMA;
use crate::describe::Number;
use crate::document::{Head, harmless};
use crate::format_arg::NamedFormat;
use crate::notation;

/// Wider formats have too many codes for a table.
const WIDTH_LIMIT: u32 = 24;

/// Widths of columns.
const CLASS: usize = "signalling NaN".len();

/// A code and its exact value, in hexadecimal alone.
#[derive(Serialize)]
struct Hexadecimal {
    code: String,
    bits: String,
    class: &'static str,
    hexadecimal: String,
}

impl Hexadecimal {
    fn new(f: &Format, code: Code) -> Hexadecimal {
        Hexadecimal {
            code: notation::code(f, code),
            bits: notation::bits(f, code),
            class: notation::class(f, code),
            hexadecimal: hexadecimal(f, code),
        }
    }

    /// The same, and the decimal column that stands after it.
    fn beside(self, f: &Format, code: Code, hex: bool) -> (Hexadecimal, String) {
        (self, if hex { String::new() } else { format!("  {}", decimal(f, code)) })
    }
}

/// Writes every code of a format with its value; `hex` leaves the decimals out.
///
/// # Errors
/// A format of more than 24 bits.
pub fn show(named: &NamedFormat, hex: bool, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let f = &named.format;
    if f.width() > WIDTH_LIMIT {
        bail!("{} has 2^{} codes: --all is for formats of up to {WIDTH_LIMIT} bits", named.name, f.width());
    }
    let codes = 0..=f.code_mask();
    if json {
        // One by one: there may be millions.
        let head = harmless(&serde_json::to_string(&Head::new(SCHEMA))?);
        let (head, name) = (head.trim_end_matches('}'), serde_json::to_string(&named.name)?);
        write!(out, "{head},\"format\":{name},\"codes\":")?;
        let mut list = serde_json::Serializer::new(&mut *out);
        match hex {
            true => list.collect_seq(codes.map(|code| Hexadecimal::new(f, code)))?,
            false => list.collect_seq(codes.map(|code| Number::new(f, code)))?,
        }
        writeln!(out, "}}")?;
        return Ok(());
    }
    let first = Hexadecimal::new(f, 0);
    let (code, bits) = (first.code.len().max("CODE".len()), first.bits.len().max("BITS".len()));
    let value = value_width(f);
    let (title, padding) = if hex { ("", 0) } else { ("  DECIMAL", value) };
    writeln!(out, "{:code$}  {:bits$}  {:CLASS$}  {:padding$}{title}", "CODE", "BITS", "CLASS", "VALUE")?;
    for n in codes.map(|code| Hexadecimal::new(f, code).beside(f, code, hex)) {
        let (Hexadecimal { code: c, bits: b, class, hexadecimal }, decimal) = n;
        writeln!(out, "{c:code$}  {b:bits$}  {class:CLASS$}  {hexadecimal:padding$}{decimal}")?;
    }
    Ok(())
}

/// A width that holds every value: sign, `0x1`, point and all digits of the significand, `p` and the exponent.
fn value_width(f: &Format) -> usize {
    let trailing_bits = f.precision() as usize - 1;
    let digits = if trailing_bits == 0 { 0 } else { 1 + trailing_bits.div_ceil(4) };
    let exponent = |e: i32| format!("{e:+}").len();
    let exponent = exponent(f.quantum_min()).max(exponent(f.emax()));
    usize::from(f.is_signed()) + "0x1".len() + digits + "p".len() + exponent
}
