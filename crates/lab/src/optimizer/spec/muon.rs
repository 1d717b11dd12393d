//! Muon in experiment files.

use serde::Deserialize;

use super::{AdamSpec, none, take};
use crate::experiment::Invalid;
use crate::optimizer::muon::{Blocks, Muon, Neurons, PRESETS, Polar, Scale, Vectors};
use crate::optimizer::{Decay, Ema, Moments, Schedule};
use crate::storage::Storage;

/// Muon in a file: a preset, and what differs from it.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct MuonSpec {
    /// The preset, `reference` if none.
    pub preset: Option<String>,
    /// Learning rate.
    pub rate: Option<f64>,
    /// How it changes.
    pub schedule: Option<Schedule>,
    /// Decay of the momentum.
    pub momentum: Option<f64>,
    /// The form of the momentum.
    pub form: Option<Ema>,
    /// Whether the gradient is taken into the momentum once more.
    pub nesterov: Option<bool>,
    /// Whether the momentum starts as the first gradient.
    pub warm: Option<bool>,
    /// Which momentum is orthogonalized.
    pub moments: Option<Moments>,
    /// How it is orthogonalized.
    pub polar: Option<Polar>,
    /// What the orthogonal matrix is multiplied by.
    pub scale: Option<Scale>,
    /// What it is multiplied by besides.
    pub radius: Option<f64>,
    /// What becomes of vectors.
    pub vectors: Option<Vectors>,
    /// The radius of that.
    pub vector_radius: Option<f64>,
    /// What evens out the rows.
    pub neurons: Option<Neurons>,
    /// Blocks that are orthogonalized in most steps.
    pub blocks: Option<Blocks>,
    /// In what the scaled matrix is kept.
    pub update: Option<Storage>,
    /// Weight decay.
    pub weight_decay: Option<f64>,
    /// When weights decay.
    pub decay: Option<Decay>,
    /// Adam for the tensors that are no matrices.
    pub rest: Option<AdamSpec>,
}

impl MuonSpec {
    /// The optimizer. `key` is the path of this table in the file.
    ///
    /// # Errors
    /// The key that is wrong.
    pub fn build(&self, key: &str) -> Result<Muon, Invalid> {
        let preset = self.preset.as_deref().unwrap_or("reference");
        let mut muon = Muon::preset(preset).ok_or_else(|| none(key, preset, &PRESETS))?;
        let spec = self.clone();
        take(&mut muon.rate, spec.rate);
        take(&mut muon.schedule, spec.schedule);
        take(&mut muon.momentum, spec.momentum);
        take(&mut muon.form, spec.form);
        take(&mut muon.nesterov, spec.nesterov);
        take(&mut muon.warm, spec.warm);
        take(&mut muon.moments, spec.moments);
        take(&mut muon.polar, spec.polar);
        take(&mut muon.scale, spec.scale);
        take(&mut muon.radius, spec.radius);
        take(&mut muon.vectors, spec.vectors);
        take(&mut muon.vector_radius, spec.vector_radius);
        muon.neurons = spec.neurons.or(muon.neurons);
        muon.blocks = spec.blocks.or(muon.blocks);
        take(&mut muon.update, spec.update);
        take(&mut muon.weight_decay, spec.weight_decay);
        take(&mut muon.decay, spec.decay);
        muon.rest = spec.rest.map(|rest| rest.build(&format!("{key}.rest"))).transpose()?;
        muon.check().map_err(|e| Invalid::new(format!("{key}.{}", e.key), e.why))?;
        Ok(muon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(text: &str) -> Result<Muon, String> {
        let spec: MuonSpec = crate::toml_value::from_str(text).map_err(|e| e.message().to_string())?;
        spec.build("run.x.optimizer.muon").map_err(|e| e.to_string())
    }

    #[test]
    fn presets_have_names_and_keys_differ_from_them() {
        assert_eq!(built(""), Ok(Muon::reference()));
        assert_eq!(built("preset = \"reference\""), Ok(Muon::reference()));
        assert_eq!(built("preset = \"plain\""), Ok(Muon::plain()));
        let changed = Muon { rate: 0.5, scale: Scale::MatchAdam, ..Muon::plain() };
        assert_eq!(built("preset = \"plain\"\nrate = 0.5\nscale = \"match-adam\""), Ok(changed));
        for name in PRESETS {
            assert!(Muon::preset(name).is_some(), "{name}");
        }
    }

    #[test]
    fn errors_name_the_key() {
        for (text, expected) in [
            (
                "preset = \"torch\"",
                "run.x.optimizer.muon.preset: \"torch\" is not a preset: expected reference, plain",
            ),
            ("momentum = 1.0", "run.x.optimizer.muon.momentum: 1: expected"),
            ("rest = { rate = 0.0 }", "run.x.optimizer.muon.rest.rate: 0: expected"),
            ("colour = 1", "unknown field `colour`"),
        ] {
            let error = built(text).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
