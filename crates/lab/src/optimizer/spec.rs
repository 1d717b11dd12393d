//! Optimizers in experiment files: `optimizer = { adamw = { preset = "pytorch", rate = 1e-3 } }`.

mod muon;
mod preconditioned;
mod sgd;

use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess};

pub use muon::MuonSpec;
pub use preconditioned::{PsgdSpec, ShampooSpec, SoapSpec};
pub use sgd::SgdSpec;

use super::adam::{Adam, Denominator, Moments, PRESETS, Ratio, Square};
use super::{AnyOptimizer, Decay, Ema, Muon, Sgd};
use crate::experiment::Invalid;
use crate::registry::{Named, Other, Registry, one_key};

/// An optimizer.
#[derive(Clone, PartialEq, Debug)]
pub enum Elementwise {
    /// Gradient descent with momentum.
    Sgd(Sgd),
    /// RMSProp, Adam, AdamW.
    Adam(Adam),
    /// Muon: elementwise but for the orthogonalization of each tensor.
    Muon(Box<Muon>),
}

/// The names of this crate's optimizers in files; the last two are other names of `adam`.
pub const NAMES: &[&str] = &["sgd", "adam", "muon", "shampoo", "soap", "psgd", "adamw", "rmsprop"];

/// The table of an optimizer; its one key is which.
#[derive(Clone, PartialEq, Debug)]
pub enum OptimizerSpec {
    /// Gradient descent with momentum: a preset and what differs from it.
    Sgd(SgdSpec),
    /// Adam, AdamW, RMSProp: a preset and what differs from it.
    Adam(AdamSpec),
    /// Muon: a preset and what differs from it.
    Muon(Box<MuonSpec>),
    /// Shampoo: a preset and what differs from it.
    Shampoo(Box<ShampooSpec>),
    /// SOAP.
    Soap(Box<SoapSpec>),
    /// PSGD with Kronecker factors.
    Psgd(Box<PsgdSpec>),
    /// Another crate's.
    Other(Other<Arc<dyn AnyOptimizer>>),
}

impl Named for OptimizerSpec {
    const WHAT: &'static str = "optimizer";
    const BUILTIN: &'static [&'static str] = NAMES;

    fn builtin<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<OptimizerSpec, A::Error> {
        Ok(match name {
            "sgd" => OptimizerSpec::Sgd(map.next_value()?),
            "muon" => OptimizerSpec::Muon(map.next_value()?),
            "shampoo" => OptimizerSpec::Shampoo(map.next_value()?),
            "soap" => OptimizerSpec::Soap(map.next_value()?),
            "psgd" => OptimizerSpec::Psgd(map.next_value()?),
            _ => OptimizerSpec::Adam(map.next_value()?),
        })
    }

    fn registered(registry: &Registry, name: &str, table: toml::Table) -> Option<OptimizerSpec> {
        Other::of(&registry.optimizers, name, table).map(OptimizerSpec::Other)
    }

    fn names(registry: &Registry) -> Vec<&str> {
        registry.optimizers.iter().map(|(name, _)| name.as_str()).collect()
    }
}

impl<'de> Deserialize<'de> for OptimizerSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OptimizerSpec, D::Error> {
        one_key(deserializer)
    }
}

/// Adam in a file: a preset, and what differs from it.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct AdamSpec {
    /// The preset, `plain` if none: the order of the bounds.
    pub preset: Option<String>,
    /// Learning rate.
    pub rate: Option<f64>,
    /// Decays of the moments.
    pub betas: Option<[f64; 2]>,
    /// What is added to the denominator.
    pub epsilon: Option<f64>,
    /// Weight decay.
    pub weight_decay: Option<f64>,
    /// The form of the first moment's average.
    pub first: Option<Ema>,
    /// The form of the second moment's average.
    pub second: Option<Ema>,
    /// The order of `(1 - beta2) g^2`.
    pub square: Option<Square>,
    /// Where epsilon and the bias correction stand.
    pub denominator: Option<Denominator>,
    /// Whether moments are corrected for their bias.
    pub bias_correction: Option<bool>,
    /// The order of step, moment and denominator.
    pub ratio: Option<Ratio>,
    /// When weights decay.
    pub decay: Option<Decay>,
    /// Which moments the update takes.
    pub moments: Option<Moments>,
}

impl AdamSpec {
    /// The optimizer. `key` is the path of this table in the file.
    ///
    /// # Errors
    /// The key that is wrong.
    pub fn build(&self, key: &str) -> Result<Adam, Invalid> {
        let preset = self.preset.as_deref().unwrap_or("plain");
        let found = if preset == "plain" { Some(Adam::plain()) } else { Adam::preset(preset) };
        let mut adam = found.ok_or_else(|| none(key, preset, &[&["plain"], &PRESETS[..]].concat()))?;
        take(&mut adam.rate, self.rate);
        take(&mut adam.betas, self.betas);
        take(&mut adam.epsilon, self.epsilon);
        take(&mut adam.weight_decay, self.weight_decay);
        let choices = &mut adam.choices;
        take(&mut choices.first, self.first);
        take(&mut choices.second, self.second);
        take(&mut choices.square, self.square);
        take(&mut choices.denominator, self.denominator);
        take(&mut choices.bias_correction, self.bias_correction);
        take(&mut choices.ratio, self.ratio);
        take(&mut choices.decay, self.decay);
        take(&mut choices.moments, self.moments);
        adam.check().map_err(|(part, why)| Invalid::new(format!("{key}.{part}"), why))?;
        Ok(adam)
    }
}

/// There is no such preset.
fn none(key: &str, preset: &str, presets: &[&str]) -> Invalid {
    let why = format!("{preset:?} is not a preset: expected {}", presets.join(", "));
    Invalid::new(format!("{key}.preset"), why)
}

fn take<T>(to: &mut T, from: Option<T>) {
    if let Some(x) = from {
        *to = x;
    }
}

impl OptimizerSpec {
    /// The optimizer. `key` is the path of the table in the file.
    ///
    /// # Errors
    /// The key that is wrong.
    pub fn build(&self, key: &str) -> Result<Arc<dyn AnyOptimizer>, Invalid> {
        Ok(match self {
            OptimizerSpec::Sgd(spec) => Arc::new(spec.build(&format!("{key}.sgd"))?),
            OptimizerSpec::Adam(spec) => Arc::new(spec.build(&format!("{key}.adam"))?),
            OptimizerSpec::Muon(spec) => Arc::new(spec.build(&format!("{key}.muon"))?),
            OptimizerSpec::Shampoo(spec) => Arc::new(spec.build(&format!("{key}.shampoo"))?),
            OptimizerSpec::Soap(spec) => Arc::new(spec.build(&format!("{key}.soap"))?),
            OptimizerSpec::Psgd(spec) => Arc::new(spec.build(&format!("{key}.psgd"))?),
            OptimizerSpec::Other(other) => {
                other.build().map_err(|e| Invalid::new(format!("{key}.{}", e.key), e.why))?
            }
        })
    }

    /// Its name in files.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            OptimizerSpec::Sgd(_) => "sgd",
            OptimizerSpec::Adam(_) => "adam",
            OptimizerSpec::Muon(_) => "muon",
            OptimizerSpec::Shampoo(_) => "shampoo",
            OptimizerSpec::Soap(_) => "soap",
            OptimizerSpec::Psgd(_) => "psgd",
            OptimizerSpec::Other(other) => other.name(),
        }
    }

    /// Whether it keeps a matrix for each side of a tensor.
    pub(crate) const fn keeps_matrices(&self) -> bool {
        matches!(self, OptimizerSpec::Shampoo(_) | OptimizerSpec::Soap(_) | OptimizerSpec::Psgd(_))
    }

    /// Whether it looks at more than one element at a time, and so needs more memory.
    pub(crate) fn is_of_matrices(&self) -> bool {
        self.build("").is_ok_and(|optimizer| !optimizer.is_elementwise())
    }
}
