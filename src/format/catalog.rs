//! Lookup of formats by name: the built-in formats of `formats/*.toml`, those of P3109, and the integers.

mod entry;
#[rustfmt::skip]
mod table;
mod text;

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::facts::FormatError;
use super::near::distance;
use super::{Format, p3109};
pub use entry::Entry;
use table::ENTRIES;

/// The built-in formats, ordered by width, then signed before unsigned before two's complement, then by name.
#[must_use]
pub fn builtin() -> &'static [Entry] {
    ENTRIES
}

/// The built-in format with exactly this name.
#[must_use]
pub fn entry(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|e| e.name == name)
}

/// The built-in format with exactly this name, for use in constants.
///
/// # Panics
/// If there is none; in a constant this is a compile error.
#[must_use]
pub const fn builtin_format(name: &str) -> Format {
    let mut i = 0;
    while i < ENTRIES.len() {
        if same_text(ENTRIES[i].name, name) {
            return ENTRIES[i].format;
        }
        i += 1;
    }
    panic!("no built-in format has this name")
}

/// Equality of texts, in constants too.
const fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

/// Looks up a format by name: the name of a built-in format, its name in another ecosystem, a P3109 name
/// `binary{K}p{P}{s|u}{e|f}`, or an integer `i2` to `i64` or `u2` to `u64`
/// (also `int8`, `uint8`). Case is ignored. A name prefixed with an ecosystem, as in `ptx:e4m3`, has the meaning it has there.
///
/// # Errors
/// If the name is ambiguous (unless it is exactly the name of a built-in format), unknown, or a P3109 or integer name with a
/// number out of range.
pub fn lookup(name: &str) -> Result<Format, LookupError> {
    if let Some(entry) = entry(name) {
        return Ok(entry.format);
    }
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    let candidates = candidates(name);
    if !candidates.is_empty() {
        return Err(LookupError::Ambiguous { name: name.into(), candidates });
    }
    if let Some(entry) = ENTRIES.iter().find(|e| same(e.name) || e.aliases.iter().any(|a| same(a.1))) {
        return Ok(entry.format);
    }
    if let Some((ecosystem, name)) = name.split_once(':')
        && let Some(entry) = ENTRIES.iter().find(|e| calls(e, ecosystem, name))
    {
        return Ok(entry.format);
    }
    let ruled = p3109::parse(name).or_else(|| integer(name));
    match ruled {
        Some(Ok(format)) => Ok(format),
        Some(Err(error)) => Err(LookupError::Outside { name: name.into(), error }),
        None => Err(LookupError::Unknown { name: name.into(), near: near(name) }),
    }
}

/// The possible meanings of an ambiguous name: the name of a built-in format and the ecosystem that uses it so. Empty if the name is not ambiguous.
fn candidates(name: &str) -> Vec<(&'static str, String)> {
    let claims = ENTRIES.iter().map(|e| {
        let theirs = e.ambiguous.iter().filter(|a| a.1.eq_ignore_ascii_case(name));
        (e, theirs.map(|a| a.0).collect::<Vec<_>>())
    });
    claims.filter(|(_, who)| !who.is_empty()).map(|(e, who)| (e.name, who.join(", "))).collect()
}

fn calls(entry: &Entry, ecosystem: &str, name: &str) -> bool {
    let mut all = entry.aliases.iter().chain(entry.ambiguous);
    all.any(|(e, n)| e.eq_ignore_ascii_case(ecosystem) && n.eq_ignore_ascii_case(name))
}

fn integer(name: &str) -> Option<Result<Format, FormatError>> {
    let name = name.to_ascii_lowercase();
    let (rest, signed) = match name.strip_prefix('u') {
        Some(rest) => (rest, false),
        None => (name.as_str(), true),
    };
    // `i8`, `int8`, `u8`, `uint8`.
    let digits = match (rest.strip_prefix("int"), signed) {
        (Some(digits), _) => digits,
        (None, true) => rest.strip_prefix('i')?,
        (None, false) => rest,
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Format::integer(digits.parse().unwrap_or(u32::MAX), signed))
}

/// The name of a format: that of a built-in format, of P3109 or of an integer. `None` for any other format.
#[must_use]
pub fn name_of(format: &Format) -> Option<String> {
    if let Some(entry) = ENTRIES.iter().find(|e| e.format == *format) {
        return Some(entry.name.into());
    }
    if format.is_integer() {
        return Some(format!("{}{}", if format.is_signed() { 'i' } else { 'u' }, format.width()));
    }
    p3109::name(format)
}

/// Why a name does not identify a format. Its `Display` output is a message for the user who typed the name.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum LookupError {
    /// The name is ambiguous.
    Ambiguous {
        /// The name that was looked up.
        name: String,
        /// The built-in formats that it may mean, and the ecosystems that use it so.
        candidates: Vec<(&'static str, String)>,
    },
    /// The name is unknown.
    Unknown {
        /// The name that was looked up.
        name: String,
        /// Similar names.
        near: Vec<String>,
    },
    /// The name has the form of a P3109 or integer name with a number out of range.
    Outside {
        /// The name that was looked up.
        name: String,
        /// The number that is out of range.
        error: FormatError,
    },
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LookupError::Ambiguous { name, candidates } => {
                let trouble = if candidates.len() == 1 {
                    "is not a format's own name"
                } else {
                    "names several formats"
                };
                write!(f, "\"{name}\" {trouble}: write ")?;
                let ways: Vec<String> = candidates.iter().map(|(n, who)| format!("{n} ({who})")).collect();
                list(f, &ways, "or")
            }
            LookupError::Unknown { name, near } => {
                write!(f, "no format is called \"{name}\"")?;
                if near.is_empty() {
                    return Ok(());
                }
                f.write_str("; did you mean ")?;
                list(f, near, "or")?;
                f.write_str("?")
            }
            LookupError::Outside { name, error } => {
                write!(f, "there is no format \"{name}\": its {} must be {}", error.key, error.expected)
            }
        }
    }
}

impl core::error::Error for LookupError {}

/// `a, b or c`.
fn list(f: &mut fmt::Formatter<'_>, items: &[String], last: &str) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        let before = match items.len() - i {
            _ if i == 0 => "",
            1 => &format!(" {last} "),
            _ => ", ",
        };
        write!(f, "{before}{item}")?;
    }
    Ok(())
}

/// At most this many names are suggested.
const SUGGESTIONS: usize = 4;

/// The built-ins whose own name or alias is at most two edits, or a third of the name, away; nearest first. If there are none,
/// those with the same bits of exponent and significand. For a name that begins as P3109's do, those it may begin.
fn near(name: &str) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    let endings = ["se", "sf", "ue", "uf", "e", "f"].map(|ending| format!("{name}{ending}"));
    let family: Vec<String> =
        endings.into_iter().filter(|n| matches!(p3109::parse(n), Some(Ok(_)))).collect();
    if !family.is_empty() {
        return family;
    }
    let limit = (name.len() / 3).clamp(1, 2);
    let mut found: BTreeSet<(usize, String)> = BTreeSet::new();
    for entry in ENTRIES {
        let names = core::iter::once(entry.name).chain(entry.aliases.iter().map(|a| a.1));
        let own = names.map(|n| distance(&name, &n.to_ascii_lowercase())).min();
        if let Some(edits) = own.filter(|&edits| edits <= limit) {
            found.insert((edits, entry.name.to_string()));
        }
    }
    if found.is_empty()
        && let Some(fields) = fields(&name)
    {
        let entries = ENTRIES.iter().filter(|entry| entry.name.starts_with(fields));
        return entries.map(|entry| entry.name.to_string()).take(SUGGESTIONS).collect();
    }
    found.into_iter().map(|(_, name)| name).take(SUGGESTIONS).collect()
}

/// The part of a name that gives the bits of exponent and trailing significand, such as `e4m3` of `fp8_e4m3`.
fn fields(name: &str) -> Option<&str> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    name.match_indices('e').find_map(|(at, _)| {
        let exponent = digits(&name[at + 1..]);
        let trailing = name[at + 1 + exponent..].strip_prefix('m').map(digits)?;
        let length = 1 + exponent + 1 + trailing;
        (exponent > 0 && trailing > 0).then_some(&name[at..at + length])
    })
}
