//! Formats by their names, in files and documents.

use halfulp::Format;
use halfulp::format::catalog::{lookup, name_of};

/// The format of a name.
///
/// # Errors
/// The catalog's message, if it has no format of that name.
pub fn format_by_name(name: &str) -> Result<Format, String> {
    lookup(name).map_err(|error| error.to_string())
}

/// A format that may be missing, written as its name.
pub(super) mod option {
    use halfulp::Format;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::model) fn serialize<S: Serializer>(
        format: &Option<Format>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        format.as_ref().map(super::name).serialize(to)
    }

    pub(in crate::model) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Format>, D::Error> {
        let name = Option::<String>::deserialize(from)?;
        name.map(|name| super::format_by_name(&name)).transpose().map_err(D::Error::custom)
    }
}

/// A format, written as its name.
pub(super) mod one {
    use halfulp::Format;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::model) fn serialize<S: Serializer>(format: &Format, to: S) -> Result<S::Ok, S::Error> {
        super::name(format).serialize(to)
    }

    pub(in crate::model) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Format, D::Error> {
        super::format_by_name(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

fn name(format: &Format) -> String {
    name_of(format).unwrap_or_else(|| format!("{:?}", format.facts()))
}
