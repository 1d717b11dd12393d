//! What an optimizer was told: its hyperparameters, constant or step by step.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The numbers of a step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Hyper {
    /// Learning rate.
    pub rate: f64,
    /// Decays of both moments.
    pub betas: [f64; 2],
    /// What is added to the denominator.
    pub epsilon: f64,
    /// Weight decay.
    pub weight_decay: f64,
    /// Decay of the momentum.
    pub momentum: f64,
}

/// The hyperparameters of all groups.
#[derive(Clone, Debug)]
pub struct Groups {
    constants: Vec<Map<String, Value>>,
    /// By group and name: one or two numbers a step.
    scheduled: BTreeMap<(usize, String), Vec<Vec<f64>>>,
}

impl Groups {
    /// Of those that do not change.
    pub(super) const fn new(constants: Vec<Map<String, Value>>) -> Groups {
        Groups { constants, scheduled: BTreeMap::new() }
    }

    /// The same with one that changes: the numbers of all steps.
    pub(super) fn schedule(&mut self, group: usize, key: &str, numbers: Vec<f64>, steps: usize) {
        let rows = numbers.chunks(numbers.len() / steps).map(<[f64]>::to_vec).collect();
        self.scheduled.insert((group, key.into()), rows);
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.constants.len()
    }

    /// The groups, each with its hyperparameters in a line.
    pub fn lines(&self) -> Vec<String> {
        let line = |(group, constants): (usize, &Map<String, Value>)| {
            let said = constants.iter().filter(|(_, value)| !value.is_null());
            let mut parts: Vec<String> = said.map(|(key, value)| format!("{key} = {value}")).collect();
            let own = self.scheduled.iter().filter(|((of, _), _)| *of == group);
            parts.extend(own.map(|((_, key), rows)| {
                let at = |row: Option<&Vec<f64>>| row.map_or_else(String::new, |row| format!("{row:?}"));
                format!("{key} from {} to {}, step by step", at(rows.first()), at(rows.last()))
            }));
            parts.join(", ")
        };
        self.constants.iter().enumerate().map(line).collect()
    }

    /// A flag that does not change; `false` where there is none.
    pub fn flag(&self, group: usize, key: &str) -> bool {
        self.constants[group].get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A text that does not change; none where there is none.
    pub fn text(&self, group: usize, key: &str) -> Option<&str> {
        self.constants[group].get(key).and_then(Value::as_str)
    }

    /// Three numbers that do not change.
    ///
    /// # Errors
    /// They are not there, or are none.
    pub fn three(&self, group: usize, key: &str) -> Result<[f64; 3], String> {
        let found = self.at(group, key, 0);
        let three = found.as_deref().and_then(|all| <[f64; 3]>::try_from(all).ok());
        three
            .filter(|all| all.iter().all(|x| x.is_finite()))
            .ok_or_else(|| format!("group {group}, {key}: expected three finite numbers, got {found:?}"))
    }

    /// The numbers under a name at a step of the trace, from 0.
    fn at(&self, group: usize, key: &str, step: usize) -> Option<Vec<f64>> {
        if let Some(rows) = self.scheduled.get(&(group, key.to_string())) {
            return rows.get(step).cloned();
        }
        match self.constants[group].get(key)? {
            Value::Array(list) => list.iter().map(Value::as_f64).collect(),
            one => one.as_f64().map(|x| vec![x]),
        }
    }

    /// A number at a step.
    ///
    /// # Errors
    /// It is not there, or is none.
    pub fn number(&self, group: usize, key: &str, step: usize) -> Result<f64, String> {
        match self.at(group, key, step).as_deref() {
            Some(&[x]) if x.is_finite() => Ok(x),
            Some(found) => Err(format!("group {group}, {key}: expected one finite number, got {found:?}")),
            None => Err(format!("group {group} has no {key}: expected a number")),
        }
    }

    /// Two numbers at a step.
    ///
    /// # Errors
    /// As of one.
    pub fn pair(&self, group: usize, key: &str, step: usize) -> Result<[f64; 2], String> {
        match self.at(group, key, step).as_deref() {
            Some(&[x, y]) if x.is_finite() && y.is_finite() => Ok([x, y]),
            Some(found) => Err(format!("group {group}, {key}: expected two finite numbers, got {found:?}")),
            None => Err(format!("group {group} has no {key}: expected two numbers")),
        }
    }
}
