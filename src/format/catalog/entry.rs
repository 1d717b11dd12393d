//! The catalog entry of a built-in format.

use crate::format::Format;

/// A built-in format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The name of the format.
    pub name: &'static str,
    /// A one-line description.
    pub summary: &'static str,
    /// Who defines it.
    pub source: &'static str,
    /// Its names in other ecosystems: ecosystem and name. Each of these names means only this format in every ecosystem.
    pub aliases: &'static [(&'static str, &'static str)],
    /// Names in other ecosystems that also mean other formats and therefore need the ecosystem: ecosystem and name.
    pub ambiguous: &'static [(&'static str, &'static str)],
    /// The format.
    pub format: Format,
}
