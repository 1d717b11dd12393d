//! Format files: TOML in, checked facts out. The build reads `formats/*.toml` with this very module, and the feature
//! `file` reads a user's own file at run time. `formats/README.md` says what the keys mean and what is their default.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::facts::{Facts, Nans, Overflow, Sign};

/// What a format file says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileFormat {
    /// The format's own name.
    pub name: String,
    /// What it is, in one line; may be empty.
    pub summary: String,
    /// Who defines it; may be empty.
    pub source: String,
    /// What others call it: ecosystem and name.
    pub aliases: Vec<(String, String)>,
    /// What others call it where the name alone means other formats too: ecosystem and name.
    pub ambiguous: Vec<(String, String)>,
    /// Checked: they are a format.
    pub(super) facts: Facts,
}

/// What is wrong with a format file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileError {
    /// The file, as the caller named it.
    pub origin: String,
    /// Where: line and column from 1. `None` if the file could not be read at all.
    pub place: Option<(usize, usize)>,
    /// The key at fault, if it is one.
    pub key: Option<String>,
    /// What is wrong and what was expected.
    pub message: String,
}

/// `file:line:column: key: message`, as editors and build logs know it.
impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.origin)?;
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}:")?;
        }
        if let Some(key) = &self.key {
            write!(f, " {key}:")?;
        }
        write!(f, " {}", self.message)
    }
}

impl std::error::Error for FileError {}

/// Reads a format file.
///
/// # Errors
/// The file cannot be read, or [`parse`] finds it wrong.
pub fn read(path: impl AsRef<Path>) -> Result<FileFormat, FileError> {
    let path = path.as_ref();
    let origin = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, &origin),
        Err(e) => Err(FileError {
            origin,
            place: None,
            key: None,
            message: format!("cannot be read: {e}"),
        }),
    }
}

/// Reads the text of a format file; `origin` is what errors call the file.
///
/// # Errors
/// The text is no TOML; a key is unknown, missing, of the wrong type or out of range; or the facts contradict each
/// other.
pub fn parse(text: &str, origin: &str) -> Result<FileFormat, FileError> {
    let file = File { text, origin };
    let table = DeTable::parse(text).map_err(|e| {
        let lines: Vec<&str> = e.message().lines().map(str::trim).collect();
        file.error(e.span(), None, format!("this is no TOML: {}", lines.join(", ")))
    })?;
    file.format(&Keys {
        file: &file,
        table: table.get_ref(),
    })
}

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

const SIGNS: [(&str, Sign); 3] = [
    ("sign-magnitude", Sign::SignMagnitude),
    ("unsigned", Sign::Unsigned),
    ("twos-complement", Sign::TwosComplement),
];

const OVERFLOWS: [(&str, Overflow); 3] = [
    ("infinity", Overflow::Infinity),
    ("nan", Overflow::Nan),
    ("largest", Overflow::Largest),
];

const NAN_EXPECTED: &str = "\"ieee\", \"all-ones\", \"negative-zero\", \"none\" or a count of codes";

/// What people may write instead of the keys there are.
const HINTS: [(&str, &str); 4] = [
    (
        "exponent",
        "width, precision and sign leave so many bits to the exponent",
    ),
    (
        "mantissa",
        "precision counts the hidden bit too: one more than the mantissa's bits",
    ),
    ("bits", "the bits of a code are its width"),
    (
        "infinit",
        "overflow = \"infinity\" says that there are infinities",
    ),
];

struct File<'a> {
    text: &'a str,
    origin: &'a str,
}

impl File<'_> {
    fn error(&self, span: Option<Range<usize>>, key: Option<&str>, message: impl Into<String>) -> FileError {
        let before = &self.text[..span.map_or(0, |s| self.text.floor_char_boundary(s.start))];
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        FileError {
            origin: self.origin.into(),
            place: Some((line, column)),
            key: key.map(Into::into),
            message: message.into(),
        }
    }

    fn format(&self, keys: &Keys<'_>) -> Result<FileFormat, FileError> {
        keys.check_known()?;
        let facts = keys.facts()?;
        facts.check().map_err(|e| {
            let message = format!("expected {}", e.expected);
            keys.error(e.key, message)
        })?;
        Ok(FileFormat {
            name: keys.name()?,
            summary: keys.string("summary")?.unwrap_or_default().into(),
            source: keys.string("source")?.unwrap_or_default().into(),
            aliases: keys.names("aliases")?,
            ambiguous: keys.names("ambiguous")?,
            facts,
        })
    }
}

/// The keys of a file.
struct Keys<'a> {
    file: &'a File<'a>,
    table: &'a DeTable<'a>,
}

impl<'a> Keys<'a> {
    /// An error at a key's value; at the file's first line if the key is not there.
    fn error(&self, key: &str, message: impl Into<String>) -> FileError {
        let span = self.table.get(key).map(Spanned::span);
        self.file.error(span, Some(key), message)
    }

    fn wrong(&self, key: &str, expected: &str) -> FileError {
        let found = self
            .table
            .get(key)
            .map_or("nothing".into(), |v| found(v.get_ref()));
        self.error(key, format!("expected {expected}, found {found}"))
    }

    fn check_known(&self) -> Result<(), FileError> {
        let unknown = |key: &&Spanned<_>| !KEYS.contains(&AsRef::<str>::as_ref(Spanned::get_ref(*key)));
        let first = self
            .table
            .keys()
            .filter(unknown)
            .min_by_key(|key| key.span().start);
        let Some(key) = first else {
            return Ok(());
        };
        let hint = HINTS.iter().find(|(part, _)| key.get_ref().contains(part));
        let message = match hint {
            Some((_, hint)) => format!("there is no such key: {hint}"),
            None => format!("there is no such key; expected one of {}", KEYS.join(", ")),
        };
        Err(self.file.error(Some(key.span()), Some(key.get_ref()), message))
    }

    fn string(&self, key: &str) -> Result<Option<&'a str>, FileError> {
        match self.table.get(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(key, "a string")),
        }
    }

    fn integer(&self, key: &str, expected: &str) -> Result<Option<i32>, FileError> {
        match self.table.get(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::Integer(n)) => match i32::from_str_radix(n.as_str(), n.radix()) {
                Ok(n) => Ok(Some(n)),
                Err(_) => Err(self.wrong(key, expected)),
            },
            Some(_) => Err(self.wrong(key, expected)),
        }
    }

    /// An integer that the format cannot do without and that is not negative.
    fn count(&self, key: &str, expected: &str) -> Result<u32, FileError> {
        match self.integer(key, expected)? {
            None => Err(self.error(key, format!("this key is missing; expected {expected}"))),
            Some(n) => u32::try_from(n).map_err(|_| self.wrong(key, expected)),
        }
    }

    /// One of the words of a key.
    fn word<T: Copy>(&self, key: &str, words: &[(&str, T); 3]) -> Result<Option<T>, FileError> {
        let expected = || format!("\"{}\", \"{}\" or \"{}\"", words[0].0, words[1].0, words[2].0);
        match self.table.get(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::String(text)) => match words.iter().find(|(word, _)| word == text) {
                Some((_, value)) => Ok(Some(*value)),
                None => Err(self.wrong(key, &expected())),
            },
            Some(_) => Err(self.wrong(key, &expected())),
        }
    }

    fn boolean(&self, key: &str) -> Result<Option<bool>, FileError> {
        match self.table.get(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::Boolean(b)) => Ok(Some(*b)),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }

    /// The facts, defaults filled in; not yet checked against each other.
    fn facts(&self) -> Result<Facts, FileError> {
        let sign = self.word("sign", &SIGNS)?.unwrap_or(Sign::SignMagnitude);
        let fixed = sign == Sign::TwosComplement;
        let width = self.count("width", "a number of bits from 2 to 64")?;
        let precision = if fixed && !self.table.contains_key("precision") {
            width
        } else {
            self.count(
                "precision",
                "a number of significand bits, the hidden one included",
            )?
        };
        let exponent_bits =
            i64::from(width) + 1 - i64::from(precision) - i64::from(sign == Sign::SignMagnitude);
        let default_bias = if fixed {
            // The integers.
            2i64.saturating_sub(i64::from(width)).max(i64::from(i32::MIN)) as i32
        } else {
            (1i32 << (exponent_bits - 1).clamp(0, 30)) - 1
        };
        let nans = self.nans(fixed, precision)?;
        let overflow = match (nans, self.word("overflow", &OVERFLOWS)?) {
            (_, Some(overflow)) => overflow,
            (Nans::None, None) => Overflow::Largest,
            (Nans::Top(_), None) if self.ieee()? => Overflow::Infinity,
            (Nans::Top(_) | Nans::NegativeZero, None) => Overflow::Nan,
        };
        Ok(Facts {
            width,
            precision,
            bias: self.integer("bias", "an integer")?.unwrap_or(default_bias),
            sign,
            nans,
            overflow,
            subnormals: self.boolean("subnormals")?.unwrap_or(true),
        })
    }

    /// Whether the NaNs are laid out as in IEEE 754, said or by default.
    fn ieee(&self) -> Result<bool, FileError> {
        match self.table.get("nan").map(Spanned::get_ref) {
            Some(DeValue::String(word)) => Ok(word == "ieee"),
            Some(_) => Ok(false),
            None => Ok(true),
        }
    }

    fn nans(&self, fixed: bool, precision: u32) -> Result<Nans, FileError> {
        let word = match self.table.get("nan").map(Spanned::get_ref) {
            None if fixed => "none",
            None => "ieee",
            Some(DeValue::String(word)) => word,
            Some(DeValue::Integer(_)) => {
                let count = self.count("nan", NAN_EXPECTED)?;
                return Ok(Nans::Top(u64::from(count)));
            }
            Some(_) => return Err(self.wrong("nan", NAN_EXPECTED)),
        };
        match word {
            "none" => Ok(Nans::None),
            "negative-zero" => Ok(Nans::NegativeZero),
            "all-ones" => Ok(Nans::Top(1)),
            "ieee" if precision == 1 => {
                let expected =
                    "\"all-ones\", \"negative-zero\", \"none\" or a count: IEEE 754's NaNs need precision 2";
                Err(self.error("nan", format!("expected {expected}")))
            }
            "ieee" => Ok(Nans::Top((1u64 << precision.saturating_sub(1).min(63)) - 1)),
            _ => Err(self.wrong("nan", NAN_EXPECTED)),
        }
    }

    fn name(&self) -> Result<String, FileError> {
        let Some(name) = self.string("name")? else {
            let expected = "what the format is to be called";
            return Err(self.error("name", format!("this key is missing; expected {expected}")));
        };
        if is_name(name) {
            Ok(name.into())
        } else {
            Err(self.wrong("name", NAME_EXPECTED))
        }
    }

    /// A table of names by ecosystem: a string or an array of strings each. In the file's order.
    fn names(&self, key: &str) -> Result<Vec<(String, String)>, FileError> {
        let table = match self.table.get(key).map(Spanned::get_ref) {
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
                        return Err(self.file.error(Some(value.span()), Some(&full), message));
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
