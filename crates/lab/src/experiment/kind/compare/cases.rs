//! What is compared: cases one by one, and sweeps over the bits of a mantissa.

use std::sync::Arc;

use halfulp::Policy;
use serde::Deserialize;

use super::CompareRun;
use crate::arithmetic::Computing;
use crate::experiment::{Invalid, Part};
use crate::optimizer::{AnyOptimizer, OptimizerSpec, Storages};
use crate::storage::{Storage, StorageError, rounding};

/// One case, checked.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) name: String,
    /// The figure that its curve is in.
    pub(super) figure: String,
    /// The case that its final number is divided by.
    pub(super) beside: Option<String>,
    pub(super) optimizer: Arc<dyn AnyOptimizer>,
    /// Steps, if not as many as all.
    pub(super) steps: Option<u64>,
    pub(super) arithmetic: Computing,
    pub(super) storage: Storages,
}

impl Case {
    /// It and a seed, as a part of a run. Which others there are, and what is made of all, does not matter.
    pub(super) fn part(&self, run: &CompareRun, seed: u64) -> Part {
        let CompareRun {
            problem,
            steps: usual,
            metric,
            every,
            last,
            diverged,
            seeds: _,
            cases: _,
            sweeps: _,
            ratios: _,
        } = run;
        let Case { name, figure: _, beside: _, optimizer, steps, arithmetic, storage } = self;
        let (steps, looks) = (steps.unwrap_or(*usual), (metric, every, last, diverged));
        let settings = (problem, steps, looks, (optimizer, arithmetic, storage), seed);
        Part::new("compare", format!("{name}, seed {seed}"), &settings)
    }
}

/// `[[run.compare.cases]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CaseSpec {
    name: String,
    #[serde(default)]
    figure: String,
    beside: Option<String>,
    optimizer: OptimizerSpec,
    steps: Option<u64>,
    #[serde(default)]
    arithmetic: Computing,
    #[serde(default)]
    storage: Storages,
}

impl CaseSpec {
    /// The case that its final number is divided by.
    pub(super) fn beside(&self) -> Option<&str> {
        self.beside.as_deref()
    }

    pub(super) const fn steps(&self) -> Option<u64> {
        self.steps
    }

    pub(super) const fn optimizer(&self) -> &OptimizerSpec {
        &self.optimizer
    }

    pub(super) fn case(&self, key: &str) -> Result<Case, Invalid> {
        checked(&self.storage, &format!("{key}.storage"))?;
        let optimizer = self.optimizer.build(&format!("{key}.optimizer"))?;
        let feedback = self.storage.check_feedback(optimizer.proportion(1));
        feedback.map_err(|e| Invalid::new(format!("{key}.storage.{}", e.key), e.why))?;
        Ok(Case {
            name: self.name.clone(),
            figure: self.figure.clone(),
            beside: self.beside.clone(),
            optimizer,
            steps: self.steps,
            arithmetic: self.arithmetic.clone(),
            storage: self.storage.clone(),
        })
    }
}

fn checked(storages: &Storages, key: &str) -> Result<(), Invalid> {
    let wrong = |(part, e): (&str, StorageError)| Invalid::new(format!("{key}.{part}"), e.to_string());
    storages.keepers().map(|_| ()).map_err(wrong)
}

/// A tensor that a sweep stores in few bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Component {
    Weights,
    Gradients,
    First,
    Second,
}

impl Component {
    const fn name(self) -> &'static str {
        match self {
            Component::Weights => "W",
            Component::Gradients => "G",
            Component::First => "M",
            Component::Second => "V",
        }
    }
}

/// `[[run.compare.sweeps]]`: an optimizer with stored mantissas of so many bits; `NAME full` is the exact run beside them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Sweep {
    name: String,
    optimizer: OptimizerSpec,
    /// Steps, if not as many as all.
    steps: Option<u64>,
    #[serde(default)]
    arithmetic: Computing,
    /// Stored bits of the mantissas.
    mantissas: Vec<u32>,
    rounding: Option<String>,
    /// The tensors that are stored so.
    components: Vec<Component>,
    /// Whether each component is stored so alone, too.
    #[serde(default)]
    alone: bool,
    /// Whether the weights are also kept exactly.
    #[serde(default)]
    master: bool,
}

impl Sweep {
    pub(super) const fn steps(&self) -> Option<u64> {
        self.steps
    }

    pub(super) const fn optimizer(&self) -> &OptimizerSpec {
        &self.optimizer
    }

    /// How many cases it makes.
    pub(super) const fn count(&self) -> u64 {
        let groups = if self.alone { 1 + self.components.len() } else { 1 };
        1 + groups as u64 * self.mantissas.len() as u64
    }

    pub(super) fn cases(&self, key: &str) -> Result<Vec<Case>, Invalid> {
        let wrong = |part: &str, why: String| Invalid::new(format!("{key}.{part}"), why);
        let policy = match &self.rounding {
            Some(text) => Policy::IEEE.rounding(rounding(text).map_err(|why| wrong("rounding", why))?),
            None => Policy::IEEE,
        };
        if self.components.is_empty() {
            return Err(wrong(
                "components",
                "expected at least one of weights, gradients, first, second".into(),
            ));
        }
        let optimizer = self.optimizer.build(&format!("{key}.optimizer"))?;
        let full = format!("{} full", self.name);
        let case = |name: String, beside: Option<String>, figure: String, storage: Storages| Case {
            name,
            figure,
            beside,
            optimizer: optimizer.clone(),
            steps: self.steps,
            arithmetic: self.arithmetic.clone(),
            storage: Storages { master: self.master, ..storage },
        };
        let mut cases = vec![case(full.clone(), None, self.name.clone(), Storages::default())];
        let mut groups = vec![(String::new(), self.components.clone())];
        if self.alone {
            let one = |c: &Component| (format!(" {}", c.name()), vec![*c]);
            groups = self
                .components
                .iter()
                .map(one)
                .chain([(" all".to_string(), self.components.clone())])
                .collect();
        }
        for (suffix, components) in &groups {
            for (k, &bits) in self.mantissas.iter().enumerate() {
                let storage = Storage::mantissa(bits, policy);
                let storage = storage.map_err(|e| wrong(&format!("mantissas[{k}]"), e.to_string()))?;
                let name = format!("{}{suffix} M{bits}", self.name);
                let figure = format!("{}{suffix}", self.name);
                cases.push(case(name, Some(full.clone()), figure, kept(components, &storage)));
            }
        }
        Ok(cases)
    }
}

fn kept(components: &[Component], storage: &Storage) -> Storages {
    let mut storages = Storages::default();
    for component in components {
        let to = match component {
            Component::Weights => &mut storages.weights,
            Component::Gradients => &mut storages.gradients,
            Component::First => &mut storages.first,
            Component::Second => &mut storages.second,
        };
        *to = storage.clone();
    }
    storages
}
