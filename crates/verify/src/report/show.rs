//! Notations of codes: hexadecimal digits, bits grouped by field, exact value; counts, lines and names in texts.

use halfulp::{Code, Facts, Format, Real, Sign, Value, text};
use serde::{Deserialize, Serialize};

use super::exact::printed_code;
use crate::engine::definition::place::Values;

/// Longer decimals are left out beside the hexadecimal notation.
const LONGEST: usize = 48;

/// A code in all its notations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeText {
    /// The code in hexadecimal, all digits of its width.
    pub code: String,
    /// Its bits, grouped by field: sign, exponent, trailing significand.
    pub bits: String,
    /// Its exact value, in hexadecimal notation, and in decimal if that is short.
    pub value: String,
}

impl CodeText {
    /// Of a code of a format.
    pub fn of(f: &Format, code: Code) -> CodeText {
        let value = real_text(&printed_code(Values::new(&f.facts()).meaning(code)));
        CodeText { code: digits(f, code), bits: bits(f, code), value }
    }

    /// Of an answer without a value.
    pub fn undefined() -> CodeText {
        CodeText { code: "undefined".into(), bits: String::new(), value: String::new() }
    }

    /// Of a truth value or a class.
    pub fn number(code: Code) -> CodeText {
        CodeText { code: code.to_string(), bits: String::new(), value: String::new() }
    }
}

/// A code with all hexadecimal digits of its width.
pub fn digits(f: &Format, code: Code) -> String {
    let digits = f.width().div_ceil(4) as usize;
    format!("0x{code:0digits$x}")
}

/// An exact result.
pub fn real_text(x: &Value<Real>) -> String {
    both(text::real_decimal(x), text::real_hexadecimal(x))
}

fn both(decimal: String, hexadecimal: String) -> String {
    if decimal == hexadecimal || decimal.len() > LONGEST {
        hexadecimal
    } else {
        format!("{decimal} = {hexadecimal}")
    }
}

/// The bits of a code, a space between the fields.
fn bits(f: &Format, code: Code) -> String {
    let Facts { width, precision, sign, .. } = f.facts();
    let width = width as usize;
    let all = format!("{:0width$b}", code & (Code::MAX >> (64 - width)));
    let trailing = width - (precision as usize - 1);
    match sign {
        Sign::TwosComplement => format!("{} {}", &all[..1], &all[1..]),
        Sign::Unsigned if Values::new(&f.facts()).is_integer() => all,
        Sign::Unsigned => join(&[&all[..trailing], &all[trailing..]]),
        Sign::SignMagnitude => join(&[&all[..1], &all[1..trailing], &all[trailing..]]),
    }
}

fn join(fields: &[&str]) -> String {
    let fields: Vec<&str> = fields.iter().copied().filter(|f| !f.is_empty()).collect();
    fields.join(" ")
}

/// A number of things, by the word for one of them.
pub(crate) fn counted(number: u64, one: &str) -> String {
    let end = match number {
        1 => "",
        _ if one.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{} {one}{end}", grouped(number))
}

/// A number with a comma between groups of three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Adds a line.
pub fn line(text: &mut String, line: impl AsRef<str>) {
    text.push_str(line.as_ref());
    text.push('\n');
}

/// A name on one line.
pub fn name(name: &str) -> String {
    text::escaped(name).to_string()
}
