//! Storages in experiment files: a name, or a table.

use std::fmt;
use std::sync::Arc;

use halfulp::format::catalog;
use halfulp::{Policy, Rounding, Saturation};
use serde::de::{Error, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::blockwise::{Map, Scheme};
use super::levels::{Chance, LowBit, Spacing};
use super::{Other, Storage, StorageError};
use crate::experiment::read;
use crate::registry::Registry;

/// `{ format = "e4m3fn", rounding = "sr-a:16", saturation = "finite", flush = true }`, or `mantissa = 3` for the format; or
/// `{ blockwise = "torchao", map = "dynamic", signed = true, block = 256 }`; or `{ levels = "logarithmic", bits = 2, block = 128, quantile = 0.1 }`.
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
    levels: Option<Spacing>,
    bits: Option<usize>,
    quantile: Option<f64>,
    chance: Option<Chance>,
}

impl Table {
    fn storage(&self) -> Result<Storage, String> {
        if let Some(preset) = &self.blockwise {
            return self.blocks(preset).map(Storage::Blockwise);
        }
        if let Some(spacing) = self.levels {
            return self.low_bit(spacing);
        }
        if self.bits.is_some() || self.quantile.is_some() || self.chance.is_some() {
            return Err("the keys bits, quantile and chance go with levels".into());
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
            _ => Err("expected one of the keys format, mantissa, blockwise and levels".into()),
        }
    }

    fn low_bit(&self, spacing: Spacing) -> Result<Storage, String> {
        if self.has_format() || self.map.is_some() {
            return Err(
                "with levels, expected the keys bits, block, signed, quantile and chance alone".into()
            );
        }
        let (Some(bits), Some(block)) = (self.bits, self.block) else {
            return Err("with levels, expected the keys bits and block".into());
        };
        if self.quantile.is_some() && spacing != Spacing::Logarithmic {
            return Err("quantile: only logarithmic levels are made from one".into());
        }
        let (signed, chance) = (self.signed.unwrap_or(false), self.chance.unwrap_or_default());
        let low = LowBit::with(spacing, [bits, block], signed, self.quantile.unwrap_or(0.1), chance);
        low.map(|low| Storage::Levels(Arc::new(low))).map_err(|why| format!("levels: {why}"))
    }

    /// Whether there is a key of formats.
    const fn has_format(&self) -> bool {
        let named = self.format.is_some() || self.mantissa.is_some();
        named || self.flush || self.rounding.is_some() || self.saturation.is_some()
    }

    fn blocks(&self, preset: &str) -> Result<Scheme, String> {
        if self.has_format() || self.levels.is_some() || self.bits.is_some() {
            return Err("with blockwise, expected the keys map, signed and block alone".into());
        }
        let (Some(map), Some(signed), Some(block)) = (self.map, self.signed, self.block) else {
            return Err("with blockwise, expected the keys map, signed and block".into());
        };
        Scheme::preset(preset, map, signed, block).map_err(|e| format!("blockwise: {e}"))
    }
}

/// The keys of a storage's table, none of which is the name of another crate's storage.
pub const KEYS: &[&str] = &[
    "format",
    "mantissa",
    "rounding",
    "saturation",
    "flush",
    "blockwise",
    "map",
    "signed",
    "block",
    "levels",
    "bits",
    "quantile",
    "chance",
];

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
            (
                "{ levels = \"logarithmic\", bits = 2, block = 128, quantile = 0.25 }",
                "logarithmic 2-bit 128 by chance, quantile 0.25",
            ),
            (
                "{ levels = \"linear\", bits = 4, signed = true, block = 64, chance = \"nearest\" }",
                "linear 4-bit signed 64 to nearest",
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
            ("{ rounding = \"rne\" }", "expected one of the keys format, mantissa, blockwise and levels"),
            ("{ levels = \"linear\", bits = 4 }", "with levels, expected the keys bits and block"),
            ("{ levels = \"linear\", bits = 9, block = 2 }", "levels: bits: 9, expected 2 to 8"),
            ("{ levels = \"linear\", bits = 4, block = 2, quantile = 0.1 }", "quantile: only logarithmic"),
            (
                "{ levels = \"logarithmic\", bits = 4, block = 2, signed = true }",
                "levels: signed: true, and logarithmic levels have no sign",
            ),
            ("{ levels = \"logarithmic\", bits = 4, block = 2, quantile = 2.0 }", "levels: quantile: 2"),
            ("{ format = \"e5m2\", bits = 4 }", "the keys bits, quantile and chance go with levels"),
            ("{ levels = \"dynamic\", bits = 4, block = 2, format = \"e5m2\" }", "with levels, expected"),
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
