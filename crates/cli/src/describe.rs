//! A format described: its facts, what follows from them, and its remarkable codes.

use halfulp::text::{decimal, hexadecimal, parse};
use halfulp::{Code, Facts, Flags, Format, Nans, Policy, Sign};
use serde::Serialize;

use crate::document::Head;
use crate::format_arg::{About, NamedFormat};
use crate::notation;

/// A code and its exact value.
#[derive(Serialize)]
pub struct Number {
    pub code: String,
    pub bits: String,
    pub class: &'static str,
    pub decimal: String,
    pub hexadecimal: String,
}

impl Number {
    /// A code of a format.
    pub fn new(f: &Format, code: Code) -> Number {
        Number {
            code: notation::code(f, code),
            bits: notation::bits(f, code),
            class: notation::class(f, code),
            decimal: decimal(f, code),
            hexadecimal: hexadecimal(f, code),
        }
    }

    /// The value in decimal if that is short, else in hexadecimal: exact either way.
    pub fn short(&self, limit: usize) -> &str {
        if self.decimal.len() <= limit { &self.decimal } else { &self.hexadecimal }
    }
}

/// What an ecosystem calls a format.
#[derive(Serialize)]
pub struct Alias {
    pub ecosystem: String,
    pub name: String,
}

/// Consecutive codes.
#[derive(Serialize)]
pub struct Run {
    pub first: String,
    pub last: String,
}

/// Everything there is to say about a format.
#[derive(Serialize)]
pub struct Description {
    /// Where the description is a document of its own.
    #[serde(flatten)]
    pub head: Option<Head>,
    pub name: String,
    pub summary: String,
    pub source: String,
    pub aliases: Vec<Alias>,
    pub facts: Facts,
    pub sign_bits: u32,
    pub exponent_bits: u32,
    pub trailing_bits: u32,
    pub emin: i32,
    pub emax: i32,
    pub largest: Number,
    /// The most negative number; the smallest of an unsigned format.
    pub least: Number,
    /// `None` where nothing is normal or subnormal.
    pub smallest_normal: Option<Number>,
    pub smallest_subnormal: Option<Number>,
    /// The smallest number above zero.
    pub smallest: Number,
    /// `None` in a format without the number 1.
    pub one: Option<String>,
    pub zeros: Vec<String>,
    pub infinities: Vec<String>,
    pub nans: Vec<Run>,
    pub canonical_nan: Option<String>,
    /// The width says it, and 2^64 is too much for most readers of JSON.
    #[serde(skip)]
    pub codes: u128,
    pub finite_codes: u128,
    pub nan_codes: u128,
}

impl Description {
    /// Describes a format.
    pub fn new(named: &NamedFormat, about: About) -> Description {
        let f = &named.format;
        let facts = f.facts();
        let fixed = notation::is_fixed_point(f);
        let sign_bits = u32::from(facts.sign == Sign::SignMagnitude);
        let trailing_bits = if fixed { f.width() } else { f.precision() - 1 };
        let first_normal = 1u64 << (f.precision() - 1);
        let normal = if f.has_zero() { first_normal } else { 0 };
        let subnormal = f.has_zero() && f.precision() > 1;
        let nans = nan_runs(f);
        let codes = 1u128 << f.width();
        let nan_codes = nans.iter().map(|(first, last)| u128::from(last - first) + 1).sum();
        let infinities: Vec<Code> = [false, true].into_iter().filter_map(|sign| f.infinity(sign)).collect();
        let text = |code: Code| notation::code(f, code);
        let run = |&(first, last): &(Code, Code)| Run { first: text(first), last: text(last) };
        Description {
            head: None,
            name: named.name.clone(),
            summary: about.summary,
            source: about.source,
            aliases: aliases(about.aliases),
            facts,
            sign_bits,
            exponent_bits: f.width() - sign_bits - trailing_bits,
            trailing_bits,
            emin: f.emin(),
            emax: f.emax(),
            largest: Number::new(f, f.largest(false)),
            least: Number::new(f, f.largest(true)),
            smallest_normal: (!fixed && normal <= f.largest(false)).then(|| Number::new(f, normal)),
            smallest_subnormal: (!fixed && subnormal).then(|| Number::new(f, 1)),
            smallest: Number::new(f, u64::from(f.has_zero())),
            one: one(f).map(text),
            zeros: zeros(f).into_iter().map(text).collect(),
            finite_codes: codes - nan_codes - infinities.len() as u128,
            infinities: infinities.into_iter().map(text).collect(),
            nans: nans.iter().map(run).collect(),
            canonical_nan: f.nan().map(text),
            codes,
            nan_codes,
        }
    }

    /// Sign, exponent and trailing bits.
    pub fn fields(&self) -> String {
        format!("{}/{}/{}", self.sign_bits, self.exponent_bits, self.trailing_bits)
    }

    /// The NaN codes, as runs.
    pub fn nan_list(&self) -> String {
        let runs = self
            .nans
            .iter()
            .map(|Run { first, last }| if first == last { first.clone() } else { format!("{first}-{last}") });
        runs.collect::<Vec<_>>().join(" ")
    }
}

fn aliases(aliases: Vec<(String, String)>) -> Vec<Alias> {
    let alias = |(ecosystem, name)| Alias { ecosystem, name };
    aliases.into_iter().map(alias).collect()
}

fn zeros(f: &Format) -> Vec<Code> {
    let plus = f.has_zero().then_some(0);
    let minus = f.has_negative_zero().then(|| f.top_bit());
    plus.into_iter().chain(minus).collect()
}

/// The code of 1.
fn one(f: &Format) -> Option<Code> {
    let rounded = parse(f, &Policy::IEEE, "1", 0).ok()?;
    (rounded.flags == Flags::NONE).then_some(rounded.code)
}

/// First and last of each run of NaN codes.
fn nan_runs(f: &Format) -> Vec<(Code, Code)> {
    let top = f.top_bit();
    match f.facts().nans {
        Nans::None => Vec::new(),
        Nans::NegativeZero => vec![(top, top)],
        Nans::Top(n) if f.is_signed() => vec![(top - n, top - 1), (f.code_mask() - (n - 1), f.code_mask())],
        Nans::Top(n) => vec![(f.code_mask() - (n - 1), f.code_mask())],
    }
}
