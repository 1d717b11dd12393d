//! One code: fields, class, exact value, neighbours.

use std::io::{self, Write};

use halfulp::{Code, Flags, Format, Nans, Op, Operands, Sign, Task, Value, apply, decode};
use serde::Serialize;

use super::facts::SCHEMA;
use crate::describe::Number;
use crate::document::{self, Head};
use crate::format_arg::NamedFormat;
use crate::notation;

/// Labels are this wide.
const LABEL: usize = 10;

/// What is shown of a code.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    head: Head,
    format: String,
    #[serde(flatten)]
    number: Number,
    fields: String,
    /// Exponent of the last place: the distance to the next value away from zero.
    ulp_exponent: Option<i32>,
    below: Option<Number>,
    above: Option<Number>,
}

/// Writes what a code is.
pub fn show(named: &NamedFormat, code: Code, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let f = &named.format;
    let shown = Shown {
        head: Head::new(SCHEMA),
        format: named.name.clone(),
        number: Number::new(f, code),
        fields: fields(f, code),
        ulp_exponent: ulp_exponent(f, code),
        below: neighbour(f, Op::NextDown, code),
        above: neighbour(f, Op::NextUp, code),
    };
    if json {
        return document::write(out, &shown);
    }
    write(&shown, out)?;
    Ok(())
}

fn write(shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
    let n = &shown.number;
    writeln!(out, "{} {}", shown.format, n.code)?;
    line(out, "bits", &n.bits)?;
    line(out, "fields", &shown.fields)?;
    line(out, "class", n.class)?;
    line(out, "value", &n.decimal)?;
    if n.hexadecimal != n.decimal {
        line(out, "", &n.hexadecimal)?;
    }
    if let Some(ulp) = shown.ulp_exponent {
        line(out, "ulp", &format!("2^{ulp}"))?;
    }
    for (label, neighbour) in [("below", &shown.below), ("above", &shown.above)] {
        if let Some(n) = neighbour {
            line(out, label, &format!("{}  {}  {}", n.code, n.hexadecimal, n.decimal))?;
        }
    }
    Ok(())
}

fn line(out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
    writeln!(out, "  {label:LABEL$}{text}")
}

/// The fields' contents in words.
fn fields(f: &Format, code: Code) -> String {
    let facts = f.facts();
    if notation::is_fixed_point(f) {
        let (negative, magnitude) = f.split(code);
        return format!("{}{magnitude} steps", if negative { "-" } else { "" });
    }
    let trailing_bits = f.precision() - 1;
    let (negative, magnitude) = f.split(code);
    let field = magnitude >> trailing_bits;
    let mut parts = Vec::new();
    if facts.sign == Sign::SignMagnitude {
        parts.push(format!("sign {}", u8::from(negative)));
    }
    let scale = match decode(f, code) {
        Value::Finite(_) if field == 0 && f.has_zero() => format!(" (2^{}, no hidden bit)", f.emin()),
        Value::Finite(_) => format!(" (2^{})", field as i64 - i64::from(facts.bias)),
        _ => String::new(),
    };
    parts.push(format!("exponent {field}{scale}"));
    if trailing_bits > 0 {
        let trailing = magnitude & ((1 << trailing_bits) - 1);
        parts.push(format!("trailing {trailing:#x}"));
    }
    if facts.nans == Nans::NegativeZero && code == f.top_bit() {
        parts.push("NaN in place of minus zero".into());
    }
    parts.join(", ")
}

/// The exponent of a finite code's last place.
fn ulp_exponent(f: &Format, code: Code) -> Option<i32> {
    match decode(f, code) {
        Value::Finite(x) => Some(x.exponent),
        Value::Zero { .. } => Some(f.quantum_min()),
        Value::Nan(_) | Value::Infinite { .. } => None,
    }
}

/// The next value in a direction, if there is one.
fn neighbour(f: &Format, op: Op, code: Code) -> Option<Number> {
    if matches!(decode(f, code), Value::Nan(_)) {
        return None;
    }
    if notation::is_fixed_point(f) {
        // Integers wider than 53 bits take no such operation.
        let (end, step) = match op {
            Op::NextUp => (f.largest(false), 1),
            _ => (f.largest(true), f.code_mask()),
        };
        return (code != end).then(|| Number::new(f, code.wrapping_add(step) & f.code_mask()));
    }
    let next = apply(&Task::within(op, *f), Operands::new(code, 0, 0));
    let exists = next.flags == Flags::NONE && next.code != code;
    (exists && !matches!(decode(f, next.code), Value::Nan(_))).then(|| Number::new(f, next.code))
}
