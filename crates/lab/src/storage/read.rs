//! Storages in experiment files: a name, or a table.

use std::fmt;

use halfulp::format::catalog;
use halfulp::{Policy, Rounding, Saturation};
use serde::de::{Error, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::blockwise::{Map, Scheme};
use super::{Other, Storage, StorageError};
use crate::experiment::read;
use crate::registry::Registry;

/// `{ format = "e4m3fn", rounding = "sr-a:16", saturation = "finite", flush = true }`, or `mantissa = 3` for the format; or
/// `{ blockwise = "torchao", map = "dynamic", signed = true, block = 256 }`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    format: Option<String>,
    mantissa: Option<u32>,
    rounding: Option<String>,
    saturation: Option<String>,
    #[serde(default)]
    flush: bool,
    blockwise: Option<String>,
    map: Option<Map>,
    signed: Option<bool>,
    block: Option<usize>,
}

impl Table {
    fn storage(&self) -> Result<Storage, String> {
        if let Some(preset) = &self.blockwise {
            return self.blocks(preset).map(Storage::Blockwise);
        }
        if self.map.is_some() || self.signed.is_some() || self.block.is_some() {
            return Err("the keys map, signed and block go with blockwise".into());
        }
        let mut policy = Policy::IEEE;
        if let Some(text) = &self.rounding {
            policy.rounding = rounding(text)?;
        }
        if let Some(text) = &self.saturation {
            policy.saturation = text.parse::<Saturation>().map_err(|e| format!("saturation: {e}"))?;
        }
        policy.flush_results = self.flush;
        match (&self.format, self.mantissa) {
            (Some(name), None) => {
                let format = catalog::lookup(name).map_err(|e| format!("format: {e}"))?;
                Ok(Storage::Format { format, policy })
            }
            (None, Some(bits)) => Storage::mantissa(bits, policy).map_err(|e| format!("mantissa: {e}")),
            _ => Err("expected one of the keys format, mantissa and blockwise".into()),
        }
    }

    fn blocks(&self, preset: &str) -> Result<Scheme, String> {
        let formats = self.format.is_some() || self.mantissa.is_some() || self.flush;
        if formats || self.rounding.is_some() || self.saturation.is_some() {
            return Err("with blockwise, expected the keys map, signed and block alone".into());
        }
        let (Some(map), Some(signed), Some(block)) = (self.map, self.signed, self.block) else {
            return Err("with blockwise, expected the keys map, signed and block".into());
        };
        Scheme::preset(preset, map, signed, block).map_err(|e| format!("blockwise: {e}"))
    }
}

/// The keys of a storage's table, none of which is the name of another crate's storage.
pub const KEYS: &[&str] =
    &["format", "mantissa", "rounding", "saturation", "flush", "blockwise", "map", "signed", "block"];

/// The storage of a table.
fn table(table: toml::Table) -> Result<Storage, String> {
    let registry = Registry::current();
    let other = table.iter().next().filter(|_| table.len() == 1);
    if let Some((name, toml::Value::Table(settings))) = other
        && let Some((_, read)) = registry.storages.iter().find(|(known, _)| known == name)
    {
        let store = read(settings).map_err(|e| {
            let dot = if e.key.is_empty() { "" } else { "." };
            format!("{name}{dot}{e}")
        })?;
        return Ok(Storage::Other(Other(store)));
    }
    read::<Table>(&table).map_err(|e| e.why)?.storage()
}

/// A rounding by name, `sr-a:16` and the like for stochastic ones.
///
/// # Errors
/// What was expected.
pub fn rounding(text: &str) -> Result<Rounding, String> {
    text.parse::<Rounding>().map_err(|e| format!("rounding: {e}"))
}

impl Storage {
    /// A storage as experiment files write it: a name without quotation marks, or a table.
    ///
    /// ```
    /// use halfulp_lab::storage::Storage;
    ///
    /// assert_eq!(Storage::parse("bfloat16"), Ok(Storage::bfloat16()));
    /// assert_eq!(Storage::parse("{ format = \"bfloat16\", rounding = \"rtz\" }").unwrap().to_string(), "bfloat16 rtz");
    /// ```
    ///
    /// # Errors
    /// What was expected.
    pub fn parse(text: &str) -> Result<Storage, StorageError> {
        #[derive(Deserialize)]
        struct File {
            storage: Storage,
        }
        if !text.starts_with('{') {
            return Storage::named(text);
        }
        let file: Result<File, _> = crate::toml_value::from_str(&format!("storage = {text}"));
        file.map(|file| file.storage).map_err(|e| StorageError::new(e.message().into()))
    }
}

impl<'de> Deserialize<'de> for Storage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Storage, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Storage;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"exact\", a format's name, or a table such as { format = \"e4m3fn\", rounding = \"rtz\" }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Storage, E> {
                Storage::named(text).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Storage, A::Error> {
                let map = MapAccessDeserializer::new(map);
                // One way for both would lose the places of errors.
                let storage = match Registry::current().storages.is_empty() {
                    true => Table::deserialize(map)?.storage(),
                    false => table(toml::Table::deserialize(map)?),
                };
                storage.map_err(A::Error::custom)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// The name that reports have for it.
impl Serialize for Storage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        storage: Storage,
    }

    fn read(text: &str) -> Result<String, String> {
        let file: Result<File, _> = crate::toml_value::from_str(&format!("storage = {text}"));
        file.map(|f| f.storage.to_string()).map_err(|e| e.message().to_string())
    }

    #[test]
    fn names_and_tables_are_read() {
        for (text, expected) in [
            ("\"exact\"", "exact"),
            ("\"bfloat16\"", "bfloat16 rne"),
            (
                "{ format = \"e4m3fn\", rounding = \"sr-a:16\", saturation = \"finite\" }",
                "e4m3fn sr-a:16 finite",
            ),
            ("{ mantissa = 3, rounding = \"rtz\" }", "M3 rtz"),
            ("{ mantissa = 52 }", "binary64 rne"),
            (
                "{ blockwise = \"torchao\", map = \"dynamic\", signed = true, block = 256 }",
                "torchao dynamic signed 256",
            ),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn errors_say_what_was_expected() {
        for (text, part) in [
            ("1", "expected \"exact\", a format's name, or a table"),
            ("\"bfloat17\"", "bfloat17"),
            ("{ mantissa = 0 }", "mantissa: a mantissa of 0 bits: expected 1 to 52"),
            ("{ rounding = \"rne\" }", "expected one of the keys format, mantissa and blockwise"),
            ("{ blockwise = \"torchao\", map = \"dynamic\" }", "expected the keys map, signed and block"),
            ("{ format = \"e5m2\", block = 256 }", "the keys map, signed and block go with blockwise"),
            (
                "{ blockwise = \"bnb\", map = \"linear\", signed = true, block = 2 }",
                "blockwise: no preset is named \"bnb\": expected one of paper, ",
            ),
            ("{ format = \"e5m2\", rounding = \"up\" }", "rounding: \"up\" is not a rounding"),
            ("{ format = \"e5m2\", colour = 1 }", "unknown field `colour`"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
