//! Arithmetics in experiment files: `"f64"`, `"f32"`, or a format that every operation is rounded to.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};

use crate::storage::Storage;

/// What steps are computed in.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Computing {
    /// binary64.
    #[default]
    F64,
    /// binary32.
    F32,
    /// Every operation is rounded to this format.
    Rounded(Storage),
}

impl fmt::Display for Computing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Computing::F64 => f.write_str("f64"),
            Computing::F32 => f.write_str("f32"),
            Computing::Rounded(storage) => write!(f, "every operation in {storage}"),
        }
    }
}

impl<'de> Deserialize<'de> for Computing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Computing, D::Error> {
        struct Either;

        fn rounded<E: Error>(storage: Storage) -> Result<Computing, E> {
            match storage.format() {
                Some(_) => Ok(Computing::Rounded(storage)),
                None => Err(E::custom(format!("{storage}: expected f64, f32, or a format that rounds"))),
            }
        }

        impl<'de> Visitor<'de> for Either {
            type Value = Computing;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"f64\", \"f32\", a format's name, or a table such as { format = \"bfloat16\" }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Computing, E> {
                match text {
                    "f64" => Ok(Computing::F64),
                    "f32" => Ok(Computing::F32),
                    _ => rounded(Storage::named(text).map_err(E::custom)?),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Computing, A::Error> {
                rounded(Storage::deserialize(MapAccessDeserializer::new(map))?)
            }
        }

        deserializer.deserialize_any(Either)
    }
}
