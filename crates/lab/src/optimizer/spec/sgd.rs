//! Gradient descent with momentum in experiment files.

use serde::Deserialize;

use super::{none, take};
use crate::experiment::Invalid;
use crate::optimizer::sgd::{PRESETS, Sgd};
use crate::optimizer::{Decay, Ema};

/// Gradient descent with momentum in a file: a preset, and what differs from it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SgdSpec {
    /// The preset, `plain` if none.
    pub preset: Option<String>,
    /// Learning rate.
    pub rate: f64,
    /// Decay of the momentum.
    pub momentum: Option<f64>,
    /// The form of the momentum.
    pub form: Option<Ema>,
    /// Whether the update is `g + b m`.
    pub nesterov: Option<bool>,
    /// Whether the last product and sum are rounded once.
    pub fused: Option<bool>,
    /// Weight decay.
    pub weight_decay: Option<f64>,
    /// When weights decay.
    pub decay: Option<Decay>,
}

impl SgdSpec {
    /// The optimizer. `key` is the path of this table in the file.
    ///
    /// # Errors
    /// The key that is wrong.
    pub fn build(&self, key: &str) -> Result<Sgd, Invalid> {
        let preset = self.preset.as_deref().unwrap_or("plain");
        let mut sgd = Sgd::preset(preset).ok_or_else(|| none(key, preset, &PRESETS))?;
        sgd.rate = self.rate;
        take(&mut sgd.momentum, self.momentum);
        take(&mut sgd.form, self.form);
        take(&mut sgd.nesterov, self.nesterov);
        take(&mut sgd.fused, self.fused);
        take(&mut sgd.weight_decay, self.weight_decay);
        take(&mut sgd.decay, self.decay);
        sgd.check().map_err(|(part, why)| Invalid::new(format!("{key}.{part}"), why))?;
        Ok(sgd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(text: &str) -> Result<Sgd, String> {
        let spec: SgdSpec = crate::toml_value::from_str(text).map_err(|e| e.message().to_string())?;
        spec.build("run.x.optimizer.sgd").map_err(|e| e.to_string())
    }

    #[test]
    fn presets_have_names_and_keys_differ_from_them() {
        let plain = Sgd { rate: 0.5, ..Sgd::preset("plain").unwrap() };
        assert_eq!(built("rate = 0.5"), Ok(plain));
        let fused = Sgd { momentum: 0.9, fused: true, ..plain };
        let pytorch = Sgd { decay: Decay::Coupled, ..fused };
        assert_eq!(built("preset = \"pytorch\"\nrate = 0.5\nmomentum = 0.9"), Ok(pytorch));
        assert_eq!(built("fused = true\nrate = 0.5\nmomentum = 0.9"), Ok(fused));
    }

    #[test]
    fn errors_name_the_key() {
        for (text, expected) in [
            ("momentum = 0.9", "missing field `rate`"),
            (
                "rate = 1.0\npreset = \"torch\"",
                "sgd.preset: \"torch\" is not a preset: expected plain, pytorch",
            ),
            ("rate = 0.0", "run.x.optimizer.sgd.rate: 0: expected"),
            ("rate = 1.0\nweight-decay = 2", "sgd.weight-decay: 2: expected"),
        ] {
            let error = built(text).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
