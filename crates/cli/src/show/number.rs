//! What a number rounds to, in each rounding.

use std::borrow::Cow;
use std::io::Write;

use anyhow::{Result, anyhow};
use halfulp::text::{ParseError, parse};
use halfulp::{Format, NoiseBits, Policy, Rounded, Rounding, Saturation, Standard, Stochastic};
use serde::Serialize;

use super::facts::SCHEMA;
use crate::columns::{Columns, terminal_width};
use crate::describe::Number;
use crate::document::{self, Head};
use crate::format_arg::NamedFormat;
use crate::notation;

/// Decimals longer than this are left out of the table.
const DECIMAL_LIMIT: usize = 40;

/// Of a long number, so many characters of each end are shown.
const NUMBER_ENDS: usize = 20;

/// Stochastic rounding is shown with this many bits of noise.
const NOISE_BITS: NoiseBits = NoiseBits::known(8);

/// What is shown of a number.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    head: Head,
    format: &'a str,
    number: &'a str,
    standard: String,
    saturation: String,
    results: Vec<Outcome>,
    stochastic: Vec<Chances>,
}

/// A rounding's result.
#[derive(Serialize)]
struct Outcome {
    rounding: String,
    #[serde(flatten)]
    result: Number,
    flags: Vec<&'static str>,
}

/// How often stochastic rounding gives which code, over all noise words.
#[derive(Serialize)]
struct Chances {
    rounding: String,
    /// The codes that occur.
    codes: Vec<Chance>,
    /// All noise words.
    words: u32,
}

/// A code, and how many of the noise words give it.
#[derive(Serialize)]
struct Chance {
    code: String,
    words: u32,
}

/// Writes what a number rounds to.
///
/// # Errors
/// A text that is not a number.
pub fn show(named: &NamedFormat, text: &str, policy: Policy, json: bool, out: &mut dyn Write) -> Result<()> {
    let f = &named.format;
    let rounded =
        |rounding, noise| parse(f, &policy.rounding(rounding), text, noise).map_err(|e| no_number(text, e));
    let mut results = Vec::new();
    for &rounding in Rounding::DETERMINISTIC {
        results.push(outcome(f, rounding, rounded(rounding, 0)?));
    }
    let mut stochastic = Vec::new();
    for &variant in Stochastic::ALL {
        let rounding = Rounding::Stochastic { variant, bits: NOISE_BITS };
        stochastic.push(chances(f, rounding, |noise| rounded(rounding, noise))?);
    }
    let shown = Shown {
        head: Head::new(SCHEMA),
        format: &named.name,
        number: text,
        standard: policy.standard.to_string(),
        saturation: policy.saturation.to_string(),
        results,
        stochastic,
    };
    if json {
        return document::write(out, &shown);
    }
    write(&shown, &policy, out)
}

fn no_number(text: &str, error: ParseError) -> anyhow::Error {
    if text.starts_with("--") {
        return anyhow!("{text} is neither an option of `show` nor a number");
    }
    let hint = if !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit()) {
        format!("; as a code it is written 0x{text}")
    } else {
        String::new()
    };
    anyhow!("{:?} is not a number: {error}{hint}", shortened(text))
}

/// A number as it was typed; of a long one, its ends.
fn shortened(text: &str) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= 2 * NUMBER_ENDS + 20 {
        return text.into();
    }
    let start: String = text.chars().take(NUMBER_ENDS).collect();
    let end: String = text.chars().skip(length - NUMBER_ENDS).collect();
    format!("{start}...{end} ({length} characters)").into()
}

fn outcome(f: &Format, rounding: Rounding, rounded: Rounded) -> Outcome {
    Outcome {
        rounding: rounding.to_string(),
        result: Number::new(f, rounded.code),
        flags: notation::flags(rounded.flags),
    }
}

fn chances(f: &Format, rounding: Rounding, rounded: impl Fn(u64) -> Result<Rounded>) -> Result<Chances> {
    let words = 1u32 << NOISE_BITS.get();
    let mut codes: Vec<Chance> = Vec::new();
    for noise in 0..words {
        let code = notation::code(f, rounded(noise.into())?.code);
        match codes.iter_mut().find(|known| known.code == code) {
            Some(known) => known.words += 1,
            None => codes.push(Chance { code, words: 1 }),
        }
    }
    Ok(Chances { rounding: rounding.to_string(), codes, words })
}

fn write(shown: &Shown<'_>, policy: &Policy, out: &mut dyn Write) -> Result<()> {
    let mut how = String::new();
    if policy.standard != Standard::default() {
        how += &format!(" by {}", policy.standard);
    }
    if policy.saturation != Saturation::None {
        how += &format!(", saturation {}", policy.saturation);
    }
    writeln!(out, "{} in {}{how}", shortened(shown.number), shown.format)?;
    let mut columns = Columns::new(&["ROUNDING", "CODE", "BITS", "VALUE", "DECIMAL", "FLAGS"], &[]);
    for o in &shown.results {
        let n = &o.result;
        let decimal = if n.decimal.len() > DECIMAL_LIMIT { "..." } else { &n.decimal };
        let flags = if o.flags.is_empty() { "-".into() } else { o.flags.join(" ") };
        columns.push(vec![
            o.rounding.clone(),
            n.code.clone(),
            n.bits.clone(),
            n.hexadecimal.clone(),
            decimal.into(),
            flags,
        ]);
    }
    columns.write(out, terminal_width())?;
    if shown.results.iter().any(|o| o.result.decimal.len() > DECIMAL_LIMIT) {
        writeln!(
            out,
            "... is a decimal of more than {DECIMAL_LIMIT} characters: --json has all of it, VALUE is exact too"
        )?;
    }
    for c in &shown.stochastic {
        writeln!(out, "{:8}  {}", c.rounding, odds(c))?;
    }
    Ok(())
}

fn odds(chances: &Chances) -> String {
    match chances.codes.as_slice() {
        [one] => format!("{} for all noise words", one.code),
        codes => {
            let parts: Vec<String> = codes.iter().map(|c| format!("{} for {}", c.code, c.words)).collect();
            format!("{} of {} noise words", parts.join(", "), chances.words)
        }
    }
}
