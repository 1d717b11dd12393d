//! Optimizers in experiment files: `optimizer = { adamw = { preset = "pytorch", rate = 1e-3 } }`.

mod muon;
mod sgd;

use serde::Deserialize;

pub use muon::MuonSpec;
pub use sgd::SgdSpec;

use super::adam::{Adam, Denominator, Moments, PRESETS, Ratio, Square};
use super::{Decay, Ema, Muon, Sgd};
use crate::experiment::Invalid;

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

impl Elementwise {
    /// Moments that it keeps of some tensor, at most.
    #[must_use]
    pub const fn moments(&self) -> usize {
        match self {
            Elementwise::Muon(muon) if muon.rest.is_some() => 2,
            Elementwise::Sgd(_) | Elementwise::Muon(_) => 1,
            Elementwise::Adam(_) => 2,
        }
    }

    /// Moments that it keeps of a matrix, or of another tensor.
    #[must_use]
    pub const fn moments_of(&self, matrix: bool) -> usize {
        if matrix && matches!(self, Elementwise::Muon(_)) { 1 } else { self.moments() }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Elementwise::Sgd(_) => "SGD-M",
            Elementwise::Muon(muon) if muon.rest.is_some() => "Muon and AdamW",
            Elementwise::Muon(_) => "Muon",
            Elementwise::Adam(adam) if adam.betas[0] == 0.0 && !adam.choices.bias_correction => "RMSProp",
            Elementwise::Adam(adam) if adam.weight_decay == 0.0 => "Adam",
            Elementwise::Adam(_) => "AdamW",
        }
    }
}

/// The table of an optimizer; its one key is the kind.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptimizerSpec {
    /// Gradient descent with momentum: a preset and what differs from it.
    Sgd(SgdSpec),
    /// Adam, AdamW, RMSProp: a preset and what differs from it.
    #[serde(alias = "adamw", alias = "rmsprop")]
    Adam(AdamSpec),
    /// Muon: a preset and what differs from it.
    Muon(Box<MuonSpec>),
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
    let why = format!("{preset:?} is no preset: expected {}", presets.join(", "));
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
    pub fn build(&self, key: &str) -> Result<Elementwise, Invalid> {
        match self {
            OptimizerSpec::Sgd(spec) => spec.build(&format!("{key}.sgd")).map(Elementwise::Sgd),
            OptimizerSpec::Muon(spec) => Ok(Elementwise::Muon(Box::new(spec.build(&format!("{key}.muon"))?))),
            OptimizerSpec::Adam(spec) => spec.build(&format!("{key}.adam")).map(Elementwise::Adam),
        }
    }
}
