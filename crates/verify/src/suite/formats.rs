//! The formats of the main job.

use halfulp::Format;
use halfulp::format::{catalog, p3109};

/// A format and what to call it: its name in the catalog, or in the file that defines it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedFormat {
    /// The name.
    pub name: String,
    /// The format.
    pub format: Format,
}

impl NamedFormat {
    fn new(name: impl Into<String>, format: Format) -> NamedFormat {
        NamedFormat { name: name.into(), format }
    }
}

fn builtin(wanted: impl Fn(&Format) -> bool) -> Vec<NamedFormat> {
    let entries = catalog::builtin().iter().filter(|e| wanted(&e.format));
    entries.map(|e| NamedFormat::new(e.name, e.format)).collect()
}

/// Every built-in format of at most 8 bits, P3109's 8-bit ones included.
#[must_use]
pub fn small() -> Vec<NamedFormat> {
    let mut list = builtin(|f| f.width() <= 8);
    for format in p3109::all(8) {
        // Some are built in under another name too.
        if list.iter().all(|known| known.format != format) {
            let name = p3109::name(&format).unwrap_or_else(|| format!("{format:?}"));
            list.push(NamedFormat::new(name, format));
        }
    }
    list
}

/// Every built-in format of 9 to 64 bits.
#[must_use]
pub fn wide() -> Vec<NamedFormat> {
    builtin(|f| f.width() > 8)
}

/// The integers of 8 to 64 bits.
#[must_use]
pub fn integers() -> Vec<NamedFormat> {
    let mut list = Vec::new();
    for width in [8, 16, 32, 64] {
        for (signed, letter) in [(true, 'i'), (false, 'u')] {
            if let Ok(format) = Format::integer(width, signed) {
                list.push(NamedFormat::new(format!("{letter}{width}"), format));
            }
        }
    }
    list
}
