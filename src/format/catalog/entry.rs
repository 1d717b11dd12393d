//! What the catalog says of a built-in format.

use crate::format::Format;

/// A built-in format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The format's own name.
    pub name: &'static str,
    /// What it is, in one line.
    pub summary: &'static str,
    /// Who defines it.
    pub source: &'static str,
    /// What others call it: ecosystem and name. Each name means this format alone, whoever says it.
    pub aliases: &'static [(&'static str, &'static str)],
    /// What others call it where the name alone means other formats too: ecosystem and name.
    pub ambiguous: &'static [(&'static str, &'static str)],
    /// The format.
    pub format: Format,
}
