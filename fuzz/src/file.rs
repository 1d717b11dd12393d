//! Formats as the text of format files.

use std::fmt::Write as _;

use halfulp::format::file::FileFormat;
use halfulp::{Facts, Format, Nans, Overflow, Sign};

/// The text of a file that says all that one said.
#[must_use]
pub fn text(read: &FileFormat) -> String {
    let mut text = of_format(&read.name, &read.format());
    for (key, value) in [("summary", &read.summary), ("source", &read.source)] {
        let _ = writeln!(text, "{key} = {}", quoted(value));
    }
    for (key, names) in [("aliases", &read.aliases), ("ambiguous", &read.ambiguous)] {
        let _ = writeln!(text, "[{key}]");
        for names in names.chunk_by(|a, b| a.0 == b.0) {
            let list: Vec<String> = names.iter().map(|(_, name)| quoted(name)).collect();
            let _ = writeln!(text, "{} = [{}]", quoted(&names[0].0), list.join(", "));
        }
    }
    text
}

/// The text of a file that says every fact of a format.
#[must_use]
pub fn of_format(name: &str, format: &Format) -> String {
    let facts = format.facts();
    let sign = match facts.sign {
        Sign::SignMagnitude => "sign-magnitude",
        Sign::Unsigned => "unsigned",
        Sign::TwosComplement => "twos-complement",
    };
    let nan = match facts.nans {
        Nans::None => "\"none\"".to_string(),
        Nans::NegativeZero => "\"negative-zero\"".to_string(),
        Nans::Top(n) => n.to_string(),
    };
    let overflow = match facts.overflow {
        Overflow::Infinity => "infinity",
        Overflow::Nan => "nan",
        Overflow::Largest => "largest",
    };
    let Facts { width, precision, bias, subnormals, .. } = facts;
    format!(
        "name = \"{name}\"\nwidth = {width}\nprecision = {precision}\nbias = {bias}\nsign = \"{sign}\"\nnan = {nan}\n\
         overflow = \"{overflow}\"\nsubnormals = {subnormals}\n"
    )
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
