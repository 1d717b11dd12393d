//! Parsing and printing of formats by name.

use core::fmt;
use core::str::FromStr;

use super::{LookupError, lookup, name_of};
use crate::format::Format;

/// Looks up the format with [`lookup`].
///
/// ```
/// use halfulp::Format;
///
/// assert_eq!("e4m3fn".parse(), Ok(Format::E4M3FN));
/// assert_eq!("torch:float8_e4m3fn".parse(), Ok(Format::E4M3FN));
/// // OCP and PTX mean E4M3FN, ml_dtypes E4M3 laid out as IEEE 754.
/// assert!("e4m3".parse::<Format>().is_err());
/// ```
impl FromStr for Format {
    type Err = LookupError;

    fn from_str(name: &str) -> Result<Format, LookupError> {
        lookup(name)
    }
}

/// The format's name, which parses back to the format. If it has no name, its facts, which do not parse.
///
/// ```
/// use halfulp::{Facts, Format};
///
/// assert_eq!(Format::BFLOAT16.to_string(), "bfloat16");
/// let facts = Facts { width: 9, precision: 4, ..Format::E4M3FN.facts() };
/// let nine_bits = Format::new(facts).expect("a format");
/// assert!(nine_bits.to_string().starts_with("Facts { width: 9, precision: 4, bias: 7,"));
/// ```
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name_of(self) {
            Some(name) => f.pad(&name),
            None => fmt::Debug::fmt(self, f),
        }
    }
}
