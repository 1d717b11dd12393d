//! The table of all values of a format.

use std::io::Write;

use anyhow::bail;
use halfulp::Format;
use serde::Serializer as _;

use crate::describe::Number;
use crate::document::{Head, harmless};
use crate::format_arg::NamedFormat;
use crate::show::SCHEMA;

/// Wider formats have too many codes for a table.
const WIDTH_LIMIT: u32 = 24;

/// Widths of columns.
const CLASS: usize = "signalling NaN".len();

/// Writes every code of a format with its value.
///
/// # Errors
/// A format of more than 24 bits.
pub fn show(named: &NamedFormat, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let f = &named.format;
    if f.width() > WIDTH_LIMIT {
        bail!("{} has 2^{} codes: --all is for formats of up to {WIDTH_LIMIT} bits", named.name, f.width());
    }
    let numbers = (0..=f.code_mask()).map(|code| Number::new(f, code));
    if json {
        // One by one: there may be millions.
        let head = harmless(&serde_json::to_string(&Head::new(SCHEMA))?);
        let (head, name) = (head.trim_end_matches('}'), serde_json::to_string(&named.name)?);
        write!(out, "{head},\"format\":{name},\"codes\":")?;
        serde_json::Serializer::new(&mut *out).collect_seq(numbers)?;
        writeln!(out, "}}")?;
        return Ok(());
    }
    let first = Number::new(f, 0);
    let (code, bits, value) =
        (first.code.len().max("CODE".len()), first.bits.len().max("BITS".len()), value_width(f));
    writeln!(out, "{:code$}  {:bits$}  {:CLASS$}  {:value$}  DECIMAL", "CODE", "BITS", "CLASS", "VALUE")?;
    for n in numbers {
        writeln!(
            out,
            "{:code$}  {:bits$}  {:CLASS$}  {:value$}  {}",
            n.code, n.bits, n.class, n.hexadecimal, n.decimal
        )?;
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
