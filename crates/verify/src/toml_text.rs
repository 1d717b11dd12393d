//! TOML texts: what they say, or what is wrong, with its place.

use std::fmt::Display;
use std::str::FromStr;

use halfulp::Format;
use halfulp::format::file::FileError;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::format_by_name;

/// What a text says; `origin` is the name of the file in errors.
///
/// # Errors
/// If it is not TOML, or not what is expected.
pub fn parse<T: DeserializeOwned>(text: &str, origin: &str) -> Result<T, FileError> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let lines: Vec<&str> = error.message().lines().map(str::trim).collect();
        FileError::at(text, origin, at, key(text, at), plain(&lines.join(", ")))
    })
}

/// A message of the parser in the words of people who write files.
fn plain(message: &str) -> String {
    let words = [
        ("expected a sequence", "expected a list, [...]"),
        ("expected a map", "expected a table"),
        ("invalid type: map", "invalid type: a table"),
        ("invalid type: sequence", "invalid type: a list"),
        ("expected u64", "expected a whole number, not negative"),
        ("expected u32", "expected a whole number, not negative"),
    ];
    words.iter().fold(message.to_string(), |text, (from, to)| text.replace(from, to))
}

/// What is wrong at a key.
pub struct Wrong {
    pub key: String,
    pub message: String,
}

impl Wrong {
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> Wrong {
        Wrong { key: key.into(), message: message.into() }
    }

    /// The same with the place of the key in a text.
    pub fn at(self, text: &str, origin: &str) -> FileError {
        FileError::at(text, origin, of(text, &self.key), Some(self.key), self.message)
    }
}

/// The path of the innermost key or value that holds a byte, such as `rule[1].behaviour.nan.sign`; `None` if none does.
fn key(text: &str, at: usize) -> Option<String> {
    in_table("", DeTable::parse(text).ok()?.get_ref(), at)
}

fn in_table(path: &str, table: &DeTable<'_>, at: usize) -> Option<String> {
    let dot = if path.is_empty() { "" } else { "." };
    table.iter().find_map(|(key, value)| {
        let path = format!("{path}{dot}{}", key.get_ref());
        in_value(&path, value, at).or_else(|| key.span().contains(&at).then_some(path))
    })
}

/// The same within a value. The span of a table that is not inline is that of its head.
fn in_value(path: &str, value: &Spanned<DeValue<'_>>, at: usize) -> Option<String> {
    let inner = match value.get_ref() {
        DeValue::Table(table) => in_table(path, table, at),
        DeValue::Array(items) => {
            items.iter().enumerate().find_map(|(k, item)| in_value(&format!("{path}[{k}]"), item, at))
        }
        _ => None,
    };
    inner.or_else(|| value.span().contains(&at).then(|| path.into()))
}

/// The byte at which the value of a path starts; of the longest part of the path that is there.
fn of(text: &str, path: &str) -> usize {
    let Ok(table) = DeTable::parse(text) else { return 0 };
    let (mut table, mut at) = (Some(table.get_ref().clone()), 0);
    for part in path.split('.') {
        let (key, index) = match part.split_once('[') {
            Some((key, rest)) => (key, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        let Some(found) = table.as_ref().and_then(|table| table.get(key)).cloned() else { break };
        let item = match (found.get_ref(), index) {
            (DeValue::Array(items), Some(index)) => items.get(index).cloned().unwrap_or(found),
            _ => found,
        };
        at = item.span().start;
        table = match item.into_inner() {
            DeValue::Table(table) => Some(table),
            _ => None,
        };
    }
    at
}

/// What a word of the command line means.
pub struct Word<T>(pub T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Word<T>, D::Error> {
        String::deserialize(from)?.parse().map(Word).map_err(D::Error::custom)
    }
}

/// A format by its name.
pub struct Name(pub Format);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Name, D::Error> {
        format_by_name(&String::deserialize(from)?).map(Name).map_err(D::Error::custom)
    }
}
