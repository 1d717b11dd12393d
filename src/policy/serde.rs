//! Deserialization of roundings.
//!
//! Where people write (JSON, TOML) a rounding is any of its names, as `FromStr` takes them, or a table with the variant and bits of a stochastic
//! one, which is how that is written.

use core::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{NoiseBits, Rounding, Stochastic};

/// What is written: [`Rounding`] with its derived serialization.
#[derive(Deserialize)]
#[serde(remote = "Rounding", rename_all = "kebab-case", deny_unknown_fields)]
enum Written {
    NearestEven,
    NearestAway,
    TowardZero,
    TowardPositive,
    TowardNegative,
    ToOdd,
    Stochastic { variant: Stochastic, bits: NoiseBits },
}

impl<'de> Deserialize<'de> for Rounding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rounding, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(Reader);
        }
        Written::deserialize(deserializer)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Rounding;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a rounding, such as \"nearest-even\", \"rne\" or \"sr-a:8\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Rounding, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rounding, A::Error> {
        Written::deserialize(MapAccessDeserializer::new(map))
    }
}
