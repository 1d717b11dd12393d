//! A FORMAT argument: a name, or a format file.

use anyhow::{Error, anyhow};
use halfulp::Format;
use halfulp::format::catalog::{self, LookupError};
use halfulp::format::file;

/// A format and what to call it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedFormat {
    /// The catalog's name, or the one in the format file.
    pub name: String,
    /// The format.
    pub format: Format,
}

/// The format that a FORMAT argument means. What ends in `.toml` is a file; anything else is a name.
///
/// # Errors
/// The file is wrong, or the name means no format or several: a sentence for the person who typed it.
pub fn format_arg(text: &str) -> Result<NamedFormat, Error> {
    if text.to_ascii_lowercase().ends_with(".toml") {
        let read = file::read(text)?;
        let format = read.format();
        return Ok(NamedFormat {
            name: read.name,
            format,
        });
    }
    match catalog::lookup(text) {
        Ok(format) => Ok(NamedFormat {
            name: catalog::name_of(&format).unwrap_or_else(|| text.into()),
            format,
        }),
        Err(error @ LookupError::Unknown { .. }) => Err(anyhow!(
            "{error} `halfulp formats` lists them; a format file is given by its path, ./mine.toml"
        )),
        Err(error) => Err(error.into()),
    }
}
