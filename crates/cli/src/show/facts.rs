//! The facts of a format.

use std::collections::HashMap;
use std::io::{self, Write};

use halfulp::text::escaped;
use halfulp::{Overflow, Sign};

use crate::columns::{broken, terminal_width};
use crate::describe::{Alias, Description, Number};
use crate::document::{self, Head};
use crate::format_arg::{About, NamedFormat};

/// What the keys of a JSON document mean: `docs/schema/halfulp.show-1.json`.
pub(super) const SCHEMA: &str = "halfulp.show/1";

/// Decimals longer than this are left out: the hexadecimal value beside them is exact.
const DECIMAL_LIMIT: usize = 50;

/// Labels are this wide.
const LABEL: usize = 21;

/// Long lists wrap before this column, where there is no narrower terminal.
const WRAP: usize = 100;

/// The width of lines. A label and a word stand beside each other however narrow it is.
fn width() -> usize {
    terminal_width().unwrap_or(WRAP).max(LABEL + 12)
}

/// Writes what a format is.
pub fn show(named: &NamedFormat, about: About, json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut d = Description::new(named, about);
    if json {
        d.head = Some(Head::new(SCHEMA));
        return document::write(out, &d);
    }
    writeln!(
        out,
        "{}",
        if d.summary.is_empty() { d.name.clone() } else { format!("{}: {}", d.name, escaped(&d.summary)) }
    )?;
    if !d.source.is_empty() {
        line(out, "source", &d.source)?;
    }
    for (i, names) in wrapped(&other_names(&d)).iter().enumerate() {
        line(out, if i == 0 { "also called" } else { "" }, names)?;
    }
    layout(&d, out)?;
    numbers(&d, out)?;
    special(&d, out)?;
    Ok(())
}

/// Each other name once, with those who use it.
fn other_names(d: &Description) -> Vec<String> {
    let mut names: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for Alias { ecosystem, name } in &d.aliases {
        let place = *places.entry(name).or_insert(names.len());
        match names.get_mut(place) {
            Some((_, users)) => users.push(ecosystem),
            None => names.push((name, vec![ecosystem])),
        }
    }
    names.iter().map(|(name, users)| format!("{name} ({})", users.join(", "))).collect()
}

/// Items in lines, a comma after each but the last.
fn wrapped(items: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let comma = if i + 1 < items.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if LABEL + line.len() + item.len() + 4 <= width() => {
                line.push_str(&format!(" {item}{comma}"))
            }
            _ => lines.push(format!("{item}{comma}")),
        }
    }
    lines
}

fn line(out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
    let text = escaped(text).to_string();
    // A terminal alone breaks lines: others take them as they are.
    let room = terminal_width().map_or(usize::MAX, |_| width() - LABEL - 2);
    let mut label = label;
    for line in broken(&text, room) {
        writeln!(out, "  {label:LABEL$}{line}")?;
        label = "";
    }
    Ok(())
}

fn layout(d: &Description, out: &mut dyn Write) -> io::Result<()> {
    let f = d.facts;
    let sign = match f.sign {
        Sign::SignMagnitude => "sign and magnitude",
        Sign::Unsigned => "unsigned",
        Sign::TwosComplement => "two's complement",
    };
    line(out, "width", &format!("{} bits, {sign}", f.width))?;
    if d.exponent_bits == 0 {
        let step = 2 - f.bias - f.precision as i32;
        return line(out, "step", &format!("2^{step} (bias {})", f.bias));
    }
    let trailing = format!("{} trailing bits and the hidden one", d.trailing_bits);
    line(out, "precision", &format!("{}: {trailing}", f.precision))?;
    line(out, "unit roundoff", &format!("2^-{}", f.precision))?;
    let exponents = format!("emin {}, emax {}", d.emin, d.emax);
    line(out, "exponent", &format!("{} bits, bias {}, {exponents}", d.exponent_bits, f.bias))
}

fn numbers(d: &Description, out: &mut dyn Write) -> io::Result<()> {
    number(out, "largest", Some(&d.largest))?;
    number(out, "least", Some(&d.least))?;
    number(out, "smallest normal", d.smallest_normal.as_ref())?;
    number(out, "smallest subnormal", d.smallest_subnormal.as_ref())?;
    if d.smallest_normal.is_none() {
        number(out, "smallest above zero", Some(&d.smallest))?;
    }
    line(out, "one", d.one.as_deref().unwrap_or("none"))?;
    line(out, "zeros", &or_none(d.zeros.join(" ")))
}

fn number(out: &mut dyn Write, label: &str, number: Option<&Number>) -> io::Result<()> {
    let text = match number {
        None => "none".into(),
        Some(n) if n.decimal.len() > DECIMAL_LIMIT => format!("{}  {}", n.code, n.hexadecimal),
        Some(n) => format!("{}  {}  {}", n.code, n.hexadecimal, n.decimal),
    };
    line(out, label, &text)
}

fn special(d: &Description, out: &mut dyn Write) -> io::Result<()> {
    line(out, "infinities", &or_none(d.infinities.join(" ")))?;
    line(out, "NaNs", &or_none(d.nan_list()))?;
    if let Some(nan) = d.canonical_nan.as_ref().filter(|_| d.nan_codes > 1) {
        line(out, "canonical NaN", nan)?;
    }
    let past = match d.facts.overflow {
        Overflow::Infinity => "to infinity",
        Overflow::Nan => "to NaN",
        Overflow::Largest => "stays at the largest finite value",
    };
    line(out, "overflow", past)?;
    if d.facts.sign == Sign::Unsigned && d.exponent_bits > 0 {
        line(
            out,
            "magnitudes",
            &format!("echo c0400000 | halfulp eval abs --operands binary32 --result {}", d.name),
        )?;
    }
    let infinite = d.infinities.len();
    let counts = format!("{} finite, {infinite} infinite, {} NaN", d.finite_codes, d.nan_codes);
    line(out, "codes", &format!("{}: {counts}", d.codes))
}

fn or_none(text: String) -> String {
    if text.is_empty() { "none".into() } else { text }
}
