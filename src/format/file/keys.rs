//! The keys of a format file: their types, and errors that know where a key is.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::FileError;

const KEYS: [&str; 12] = [
    "name",
    "summary",
    "source",
    "width",
    "precision",
    "bias",
    "sign",
    "nan",
    "overflow",
    "subnormals",
    "aliases",
    "ambiguous",
];

/// What people may write instead of the keys there are.
const HINTS: [(&str, &str); 4] = [
    ("exponent", "width, precision and sign leave so many bits to the exponent"),
    ("mantissa", "precision counts the hidden bit too: one more than the mantissa's bits"),
    ("bits", "the bits of a code are its width"),
    ("infinit", "overflow = \"infinity\" says that there are infinities"),
];

/// The keys of a file, and where they are.
pub(super) struct Keys<'a> {
    text: &'a str,
    origin: &'a str,
    table: &'a DeTable<'a>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(text: &'a str, origin: &'a str, table: &'a DeTable<'a>) -> Keys<'a> {
        Keys { text, origin, table }
    }

    /// A key's value.
    pub(super) fn get(&self, key: &str) -> Option<&'a DeValue<'a>> {
        self.table.get(key).map(Spanned::get_ref)
    }

    fn error_at(&self, span: Option<Range<usize>>, key: &str, message: impl Into<String>) -> FileError {
        error_at(self.text, self.origin, span, Some(key), message.into())
    }

    /// An error at a key's value; at the file's first line if the key is not there.
    pub(super) fn error(&self, key: &str, message: impl Into<String>) -> FileError {
        let span = self.table.get(key).map(Spanned::span);
        self.error_at(span, key, message)
    }

    pub(super) fn wrong(&self, key: &str, expected: &str) -> FileError {
        let found = self.get(key).map_or("nothing".into(), found);
        self.error(key, format!("expected {expected}, found {found}"))
    }

    pub(super) fn check_known(&self) -> Result<(), FileError> {
        let unknown = |key: &&Spanned<_>| !KEYS.contains(&AsRef::<str>::as_ref(Spanned::get_ref(*key)));
        let first = self.table.keys().filter(unknown).min_by_key(|key| key.span().start);
        let Some(key) = first else {
            return Ok(());
        };
        let hint = HINTS.iter().find(|(part, _)| key.get_ref().contains(part));
        let message = match hint {
            Some((_, hint)) => format!("there is no such key: {hint}"),
            None => format!("there is no such key; expected one of {}", KEYS.join(", ")),
        };
        Err(self.error_at(Some(key.span()), key.get_ref(), message))
    }

    pub(super) fn string(&self, key: &str) -> Result<Option<&'a str>, FileError> {
        match self.get(key) {
            None => Ok(None),
            Some(DeValue::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(key, "a string")),
        }
    }

    pub(super) fn integer(&self, key: &str, expected: &str) -> Result<Option<i32>, FileError> {
        match self.get(key) {
            None => Ok(None),
            Some(DeValue::Integer(n)) => match i32::from_str_radix(n.as_str(), n.radix()) {
                Ok(n) => Ok(Some(n)),
                Err(_) => Err(self.wrong(key, expected)),
            },
            Some(_) => Err(self.wrong(key, expected)),
        }
    }

    /// An integer that the format cannot do without and that is not negative.
    pub(super) fn count(&self, key: &str, expected: &str) -> Result<u32, FileError> {
        match self.integer(key, expected)? {
            None => Err(self.error(key, format!("this key is missing; expected {expected}"))),
            Some(n) => u32::try_from(n).map_err(|_| self.wrong(key, expected)),
        }
    }

    /// One of the words of a key.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T); 3]) -> Result<Option<T>, FileError> {
        let expected = || format!("\"{}\", \"{}\" or \"{}\"", words[0].0, words[1].0, words[2].0);
        match self.get(key) {
            None => Ok(None),
            Some(DeValue::String(text)) => match words.iter().find(|(word, _)| word == text) {
                Some((_, value)) => Ok(Some(*value)),
                None => Err(self.wrong(key, &expected())),
            },
            Some(_) => Err(self.wrong(key, &expected())),
        }
    }

    pub(super) fn boolean(&self, key: &str) -> Result<Option<bool>, FileError> {
        match self.get(key) {
            None => Ok(None),
            Some(DeValue::Boolean(b)) => Ok(Some(*b)),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }

    /// A name that the format cannot do without.
    pub(super) fn name(&self, key: &str, expected: &str) -> Result<String, FileError> {
        match self.string(key)? {
            None => Err(self.error(key, format!("this key is missing; expected {expected}"))),
            Some(name) if is_name(name) => Ok(name.into()),
            Some(_) => Err(self.wrong(key, NAME_EXPECTED)),
        }
    }

    /// A table of names by ecosystem: a string or an array of strings each. In the file's order.
    pub(super) fn names(&self, key: &str) -> Result<Vec<(String, String)>, FileError> {
        let table = match self.get(key) {
            None => return Ok(Vec::new()),
            Some(DeValue::Table(table)) => table,
            Some(_) => return Err(self.wrong(key, "a table of names by ecosystem")),
        };
        let mut ecosystems: Vec<_> = table.iter().collect();
        ecosystems.sort_by_key(|(ecosystem, _)| ecosystem.span().start);
        let mut names = Vec::new();
        for (ecosystem, value) in ecosystems {
            let one = std::slice::from_ref(value);
            let values = match value.get_ref() {
                DeValue::Array(array) => array.iter().collect(),
                _ => one.iter().collect::<Vec<_>>(),
            };
            for value in values {
                match value.get_ref() {
                    DeValue::String(name) if is_name(name) => {
                        names.push((ecosystem.get_ref().to_string(), name.to_string()));
                    }
                    other => {
                        let full = format!("{key}.{}", ecosystem.get_ref());
                        let message = format!("expected {NAME_EXPECTED}, found {}", found(other));
                        return Err(self.error_at(Some(value.span()), &full, message));
                    }
                }
            }
        }
        Ok(names)
    }
}

const NAME_EXPECTED: &str = "a name of letters, digits, \"_\" and \"-\"";

fn is_name(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !name.is_empty() && !name.starts_with('-') && name.chars().all(good)
}

fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(n) => n.to_string(),
        DeValue::Float(x) => x.to_string(),
        DeValue::Boolean(b) => b.to_string(),
        DeValue::Datetime(t) => t.to_string(),
        DeValue::Array(_) => "an array".into(),
        DeValue::Table(_) => "a table".into(),
    }
}

/// An error at a place in the text: the first line, if there is none.
pub(super) fn error_at(
    text: &str,
    origin: &str,
    span: Option<Range<usize>>,
    key: Option<&str>,
    message: String,
) -> FileError {
    FileError::at(text, origin, span.map_or(0, |span| span.start), key.map(Into::into), message)
}
