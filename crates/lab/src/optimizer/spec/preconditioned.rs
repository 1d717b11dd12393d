//! Optimizers with a matrix for each side of a tensor in experiment files.

use serde::Deserialize;

use super::{AdamSpec, none, take};
use crate::experiment::Invalid;
use crate::optimizer::root::Root;
use crate::optimizer::{Adam, Optimizer, Psgd, Shampoo, Soap};
use crate::product::Accumulator;

/// Adam's table within another one, in the place of what is there.
fn adam(to: &mut Adam, spec: Option<&AdamSpec>, key: &str) -> Result<(), Invalid> {
    if let Some(spec) = spec {
        *to = spec.build(&format!("{key}.adam"))?;
    }
    Ok(())
}

/// The optimizer, if its numbers make sense.
fn checked<P: Optimizer>(optimizer: P, key: &str) -> Result<P, Invalid> {
    optimizer.check().map_err(|e| Invalid::new(format!("{key}.{}", e.key), e.why))?;
    Ok(optimizer)
}

/// Shampoo in a file: a preset, and what differs from it.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ShampooSpec {
    /// The preset, `grafted` if none.
    pub preset: Option<String>,
    /// Adam: rate, decays, weight decay, and what steps other tensors.
    pub adam: Option<AdamSpec>,
    /// Whether steps have the length of Adam's.
    pub graft: Option<bool>,
    /// Decay of the matrices; 1 for sums.
    pub beta: Option<f64>,
    /// What is added to their diagonals.
    pub epsilon: Option<f64>,
    /// Steps from one root to the next.
    pub every: Option<u64>,
    /// How roots are taken.
    pub root: Option<Root>,
    /// How products are added up.
    pub accumulator: Option<Accumulator>,
}

impl ShampooSpec {
    /// The optimizer. `key` is the path of this table in the file.
    ///
    /// # Errors
    /// The key that is wrong.
    pub fn build(&self, key: &str) -> Result<Shampoo, Invalid> {
        let mut shampoo = match self.preset.as_deref().unwrap_or("grafted") {
            "grafted" => Shampoo::grafted(),
            "plain" => Shampoo::plain(),
            other => return Err(none(key, other, &["grafted", "plain"])),
        };
        adam(&mut shampoo.adam, self.adam.as_ref(), key)?;
        take(&mut shampoo.graft, self.graft);
        take(&mut shampoo.beta, self.beta);
        take(&mut shampoo.epsilon, self.epsilon);
        take(&mut shampoo.every, self.every);
        take(&mut shampoo.root, self.root.clone());
        take(&mut shampoo.accumulator, self.accumulator.clone());
        checked(shampoo, key)
    }
}

/// SOAP in a file: what differs from the reference.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SoapSpec {
    /// Adam: rate, decays, epsilon, weight decay, and what steps other tensors.
    pub adam: Option<AdamSpec>,
    /// Decay of the matrices.
    pub beta: Option<f64>,
    /// Steps from one improvement of the eigenvectors to the next.
    pub every: Option<u64>,
    /// How products are added up.
    pub accumulator: Option<Accumulator>,
}

impl SoapSpec {
    /// The optimizer. `key` is the path of this table in the file.
    ///
    /// # Errors
    /// The key that is wrong.
    pub fn build(&self, key: &str) -> Result<Soap, Invalid> {
        let mut soap = Soap::reference();
        adam(&mut soap.adam, self.adam.as_ref(), key)?;
        take(&mut soap.beta, self.beta);
        take(&mut soap.every, self.every);
        take(&mut soap.accumulator, self.accumulator.clone());
        checked(soap, key)
    }
}

/// PSGD in a file: what differs from the reference.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PsgdSpec {
    /// Learning rate.
    pub rate: Option<f64>,
    /// Decay of the momentum.
    pub momentum: Option<f64>,
    /// Weight decay.
    pub weight_decay: Option<f64>,
    /// Learning rate of the preconditioner.
    pub preconditioner_rate: Option<f64>,
    /// The share of steps that change the preconditioner; annealed if none.
    pub probability: Option<f64>,
    /// What steps other tensors.
    pub adam: Option<AdamSpec>,
    /// How products are added up.
    pub accumulator: Option<Accumulator>,
}

impl PsgdSpec {
    /// The optimizer. `key` is the path of this table in the file.
    ///
    /// # Errors
    /// The key that is wrong.
    pub fn build(&self, key: &str) -> Result<Psgd, Invalid> {
        let mut psgd = Psgd::reference();
        adam(&mut psgd.adam, self.adam.as_ref(), key)?;
        take(&mut psgd.rate, self.rate);
        take(&mut psgd.momentum, self.momentum);
        take(&mut psgd.weight_decay, self.weight_decay);
        take(&mut psgd.preconditioner_rate, self.preconditioner_rate);
        psgd.probability = self.probability.or(psgd.probability);
        take(&mut psgd.accumulator, self.accumulator.clone());
        checked(psgd, key)
    }
}
