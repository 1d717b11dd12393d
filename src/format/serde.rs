//! Deserialization of formats.

use core::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Format;
use super::catalog::lookup;
use super::facts::Facts;

/// Where people write, as in JSON, a format is read from its name as [`catalog::lookup`](super::catalog::lookup) takes it, or from its
/// [`Facts`], which is how it is written.
impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Format, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(Reader);
        }
        Format::new(Facts::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Format;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a format: a name, such as \"e4m3fn\", or a table of facts")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Format, E> {
        lookup(name).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Format, A::Error> {
        Format::new(Facts::deserialize(MapAccessDeserializer::new(map))?).map_err(A::Error::custom)
    }
}
