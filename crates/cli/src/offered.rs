//! Arguments with well-known words: completions offer these, and whatever else an argument means is taken as well.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};
use halfulp::format::catalog;
use halfulp::{Op, Rounding, Stochastic};

/// Parses as a function does, and offers some words.
#[derive(Clone)]
pub struct Offered<T> {
    parse: fn(&str) -> anyhow::Result<T>,
    words: Vec<String>,
}

impl Offered<String> {
    /// Any text, where these words are offered.
    pub fn text(words: Vec<String>) -> Offered<String> {
        Offered { parse: text, words }
    }
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Offered<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        self.parse.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.words.iter().map(PossibleValue::new)))
    }
}

/// Formats by name. That it means one is checked later: it may be a file.
pub fn format() -> Offered<String> {
    let words = catalog::builtin().iter().map(|entry| entry.name.to_string()).collect();
    Offered { parse: text, words }
}

/// Any text: what it means is found out where it is used.
///
/// # Errors
/// None.
pub fn text(text: &str) -> anyhow::Result<String> {
    Ok(text.into())
}

/// Roundings.
pub fn rounding() -> Offered<Rounding> {
    let stochastic = Stochastic::ALL.iter().map(|variant| format!("{variant}:8"));
    let words = Rounding::DETERMINISTIC.iter().map(Rounding::to_string).chain(stochastic).collect();
    Offered { parse: |text| Ok(text.parse()?), words }
}

/// Operations.
pub fn operation<T>(parse: fn(&str) -> anyhow::Result<T>) -> Offered<T> {
    Offered { parse, words: Op::all().map(|op| op.to_string()).collect() }
}
