//! Accumulators in experiment files: a format's name, or a table.

use std::fmt;

use halfulp::format::catalog;
use halfulp::{Policy, Saturation};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::accumulator::{Accumulator, Order, Products};
use crate::storage::rounding;

/// `{ format = "binary32", rounding = "rtz", products = "rounded", order = "pairwise" }`, or `block = 16` for the order, and
/// `fraction = 25` beside it for a unit that aligns and cuts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    format: String,
    rounding: Option<String>,
    saturation: Option<String>,
    #[serde(default)]
    products: Products,
    order: Option<Named>,
    block: Option<usize>,
    fraction: Option<i32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Named {
    Sequential,
    Pairwise,
}

impl Table {
    fn accumulator(&self) -> Result<Accumulator, String> {
        let mut policy = Policy::IEEE;
        if let Some(text) = &self.rounding {
            policy.rounding = rounding(text)?;
        }
        if let Some(text) = &self.saturation {
            policy.saturation = text.parse::<Saturation>().map_err(|e| format!("saturation: {e}"))?;
        }
        let format = catalog::lookup(&self.format).map_err(|e| format!("format: {e}"))?;
        let accumulator = Accumulator::new(format, policy).map_err(|e| e.why)?;
        Ok(Accumulator { products: self.products, order: self.order()?, ..accumulator })
    }

    fn order(&self) -> Result<Order, String> {
        match (&self.order, self.block, self.fraction) {
            (_, Some(width), _) if !(1..=1 << 24).contains(&width) => {
                Err(format!("block: expected 1 to {} products, not {width}", 1 << 24))
            }
            (_, _, Some(bits)) if !(0..=1000).contains(&bits) => {
                Err(format!("fraction: expected 0 to 1000 bits, not {bits}"))
            }
            (None, Some(width), None) => Ok(Order::Blocks { width }),
            (None, Some(width), Some(fraction)) => Ok(Order::Aligned { width, fraction }),
            (None, None, Some(_)) => Err("fraction: expected a key block beside it".into()),
            (Some(_), _, Some(_)) | (Some(_), Some(_), _) => Err("order: expected it without block".into()),
            (Some(Named::Pairwise), None, None) => Ok(Order::Pairwise),
            (Some(Named::Sequential) | None, None, None) => Ok(Order::Sequential),
        }
    }
}

impl<'de> Deserialize<'de> for Accumulator {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Accumulator, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Accumulator;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a format's name, or a table such as { format = \"binary32\", order = \"pairwise\" }",
                )
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Accumulator, E> {
                Accumulator::named(text).map_err(|e| E::custom(e.why))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Accumulator, A::Error> {
                let table = Table::deserialize(MapAccessDeserializer::new(map))?;
                table.accumulator().map_err(A::Error::custom)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// The name that reports have for it.
impl Serialize for Accumulator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// As in experiment files, but for a table's braces.
impl fmt::Display for Accumulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = catalog::name_of(&self.format);
        write!(f, "{}", format.as_deref().unwrap_or("a format of its own"))?;
        if self.policy.rounding != Policy::IEEE.rounding {
            write!(f, " {}", self.policy.rounding)?;
        }
        if self.products == Products::Rounded {
            f.write_str(", products rounded")?;
        }
        match self.order {
            Order::Sequential => Ok(()),
            Order::Pairwise => f.write_str(", pairwise"),
            Order::Blocks { width } => write!(f, ", blocks of {width}"),
            Order::Aligned { width, fraction } => write!(f, ", blocks of {width} cut at {fraction} bits"),
        }
    }
}
