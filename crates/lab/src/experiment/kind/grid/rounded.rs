//! What is rounded in a run, and how.

use std::fmt;

use halfulp::Rounding;
use serde::{Deserialize, Deserializer, de};

use crate::train::horizon::{Place, Places};

/// What is rounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Gradients.
    Gradients,
    /// Weights as gradients are taken at them; a master keeps them exactly.
    Weights,
    /// The first moment as it is stored.
    Momentum,
    /// The second moment as it is stored.
    Second,
    /// All of these.
    All,
    /// Weights as they are stored: there is no master.
    NoMaster,
}

impl What {
    /// The places, with so many bits of mantissa.
    pub fn places(self, mantissa: u32, rounding: Rounding) -> Result<Places, String> {
        let place = Place::rounded(mantissa, rounding).map_err(|e| e.to_string())?;
        let mut places = Places::EXACT;
        match self {
            What::Gradients => places.gradients = place,
            What::Weights => places.weights = place,
            What::Momentum => places.momentum = place,
            What::Second => places.second = place,
            What::All => {
                let second = place.clone();
                let (weights, gradients, momentum) = (place.clone(), place.clone(), place);
                places = Places { weights, gradients, momentum, second, ..Places::EXACT };
            }
            What::NoMaster => (places.weights, places.master) = (place, false),
        }
        Ok(places)
    }

    /// Whether it is a state that an optimizer keeps between steps.
    pub const fn is_state(self) -> bool {
        matches!(self, What::Momentum | What::Second)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            What::Gradients => "gradients",
            What::Weights => "weights",
            What::Momentum => "momentum",
            What::Second => "second",
            What::All => "all",
            What::NoMaster => "no-master",
        })
    }
}

/// A rounding in a file: `"rne"`, `"sr-a:32"`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RoundingName(pub Rounding);

impl RoundingName {
    /// The name without the bits of noise: `sr-a`.
    pub fn short(&self) -> String {
        let text = self.0.to_string();
        text.split(':').next().unwrap_or_default().to_string()
    }
}

impl<'de> Deserialize<'de> for RoundingName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RoundingName, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(RoundingName).map_err(de::Error::custom)
    }
}

/// Mantissas and horizons of a grid: what is wrong with them, if anything.
pub fn grid(mantissas: &[u32], horizons: &[u64]) -> Result<(), (&'static str, String)> {
    if mantissas.is_empty() || !mantissas.is_sorted_by(|a, b| a < b) || mantissas[0] < 1 {
        return Err(("mantissas", "expected bits of mantissa, 1 to 40 each, in ascending order".into()));
    }
    // Stochastic rounding takes up to 32 bits of noise beside the precision.
    if let Some(bits) = mantissas.iter().find(|&&bits| bits > 40) {
        return Err(("mantissas", format!("expected 40 bits at most, got {bits}")));
    }
    if horizons.is_empty() || !horizons.is_sorted_by(|a, b| a < b) || horizons[0] < 4 {
        return Err(("horizons", "expected numbers of steps, 4 or more each, in ascending order".into()));
    }
    if let Some(steps) = horizons.iter().find(|&&steps| steps > 1 << 24) {
        return Err(("horizons", format!("expected {} steps at most, got {steps}", 1 << 24)));
    }
    Ok(())
}
