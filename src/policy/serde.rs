//! Deserialization of roundings.

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

/// Where people write, as in JSON, a rounding is read from any of its names, such as `"rne"` or `"sr-a:8"`; it is written as
/// `"nearest-even"`, and a stochastic one as `{"stochastic":{"variant":"a","bits":8}}`.
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
