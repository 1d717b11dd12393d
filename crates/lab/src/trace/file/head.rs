//! Whether a trace's head is one: every tensor that it speaks of is there, in its shape, and no other.

use std::collections::{BTreeMap, HashMap, HashSet};

use halfulp_tensor::{Element, Head, Tensor};
use serde_json::{Map, Value};

use crate::trace::parameter::Parameter;

/// The most steps and recorded elements: as of experiments.
const MANY: u64 = 1 << 32;

/// The last step that a trace may have: a number of binary64.
const LAST_STEP: u64 = 1 << 53;

/// Hyperparameters that may change from step to step.
const CHANGING: [&str; 5] = ["lr", "betas", "eps", "weight_decay", "momentum"];

/// What .safetensors calls a type of PyTorch.
fn file_type(dtype: &str) -> &str {
    match dtype {
        "float16" => "F16",
        "bfloat16" => "BF16",
        "float32" => "F32",
        "float64" => "F64",
        other => other,
    }
}

/// A text of the metadata.
///
/// # Errors
/// It is not there.
pub fn text<'t>(texts: &'t BTreeMap<String, String>, key: &str) -> Result<&'t String, String> {
    texts
        .get(key)
        .ok_or_else(|| format!("its metadata lack {key:?}: expected what tools/record-trace writes"))
}

/// The tensors of a file by name.
pub struct Shapes<'h> {
    tensors: HashMap<&'h str, &'h Tensor>,
    steps: u64,
}

impl<'h> Shapes<'h> {
    /// Those of a head.
    pub fn of(head: &'h Head, steps: u64) -> Shapes<'h> {
        Shapes { tensors: head.tensors.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect(), steps }
    }

    /// Whether all tensors of all parameters are there and nothing else is.
    ///
    /// # Errors
    /// The first thing that is not so.
    pub fn check(&self, parameters: &[Parameter], groups: usize) -> Result<(), String> {
        if parameters.is_empty() {
            return Err("metadata \"parameters\": expected at least one, got none".into());
        }
        if self.steps > MANY {
            return Err(format!("metadata \"steps\": {}: expected {MANY} at most", self.steps));
        }
        let mut known: HashSet<String> = HashSet::new();
        for parameter in parameters {
            if parameter.group >= groups {
                let (name, group) = (&parameter.name, parameter.group);
                return Err(format!(
                    "{name}: group {group}: expected one of the {groups} in the metadata \"groups\""
                ));
            }
            if !known.insert(format!("{}/gradient", parameter.name)) {
                return Err(format!("metadata \"parameters\": {} is there twice", parameter.name));
            }
            self.parameter(parameter, &mut known)?;
        }
        let foreign = |name: &&&str| !known.contains(**name) && !name.starts_with("group ");
        match self.tensors.keys().filter(foreign).min() {
            Some(name) => Err(format!("{name}: no parameter in the metadata has this tensor")),
            None => Ok(()),
        }
    }

    fn parameter(&self, parameter: &Parameter, known: &mut HashSet<String>) -> Result<(), String> {
        let all = parameter.elements();
        let name = format!("{}/gradient", parameter.name);
        let gradient = self.find(&name)?;
        let index = self.tensors.get(format!("{}/index", parameter.name).as_str());
        let elements = match (index, gradient.shape.as_slice()) {
            (_, &[_, 0]) => return Err(format!("{name}: expected at least one element")),
            (Some(index), _) => {
                known.insert(index.name.clone());
                if index.dtype != "I64" || index.shape.len() != 1 {
                    return Err(format!(
                        "{}: {} {:?}: expected I64 and one dimension",
                        index.name, index.dtype, index.shape
                    ));
                }
                index.shape[0]
            }
            (None, _) => all,
        };
        self.shaped(gradient, [self.steps, elements])?;
        if parameter.start > LAST_STEP - self.steps {
            let (name, start) = (&parameter.name, parameter.start);
            return Err(format!("{name}: start {start}: expected 2^53 steps at most, with those recorded"));
        }
        let rows = [self.steps + 1, elements];
        for what in std::iter::once("weight").chain(parameter.states.iter().map(String::as_str)) {
            let name = format!("{}/{what}", parameter.name);
            let tensor = self.find(&name)?;
            self.shaped(tensor, rows)?;
            if what == "weight" && tensor.dtype != file_type(&parameter.dtype) {
                let (said, dtype) = (&parameter.dtype, &tensor.dtype);
                return Err(format!(
                    "{name}: elements of type {dtype}: expected those of {said}, by the metadata"
                ));
            }
            if !known.insert(name.clone()) {
                return Err(format!("metadata \"parameters\": {name} is there twice"));
            }
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Result<&'h Tensor, String> {
        self.tensors
            .get(name)
            .copied()
            .ok_or_else(|| format!("there is no tensor {name}: expected one, by its metadata"))
    }

    fn shaped(&self, tensor: &Tensor, expected: [u64; 2]) -> Result<(), String> {
        if tensor.element.is_none() {
            let (name, dtype) = (&tensor.name, &tensor.dtype);
            return Err(format!("{name}: elements of type {dtype}: expected F16, BF16, F32 or F64"));
        }
        if tensor.shape != expected {
            let [rows, elements] = expected;
            return Err(format!(
                "{}: shape {:?}: expected [{rows}, {elements}], rows for {} steps and recorded elements",
                tensor.name, tensor.shape, self.steps
            ));
        }
        Ok(())
    }

    /// The hyperparameters that change from step to step: group, name, tensor.
    ///
    /// # Errors
    /// A tensor of a group that there is none of, one that is constant too, or one of another shape or type.
    pub fn scheduled(
        &self,
        groups: &[Map<String, Value>],
    ) -> Result<Vec<(usize, String, &'h Tensor)>, String> {
        let mut all = Vec::new();
        for (name, tensor) in &self.tensors {
            let Some(rest) = name.strip_prefix("group ") else { continue };
            let Some((group, key)) = rest.split_once('/').filter(|(_, key)| CHANGING.contains(key)) else {
                return Err(format!("{name}: expected \"group N/\" and one of {}", CHANGING.join(", ")));
            };
            let Some(group) = group.parse::<usize>().ok().filter(|group| *group < groups.len()) else {
                return Err(format!("{name}: expected one of the {} groups in the metadata", groups.len()));
            };
            if groups[group].contains_key(key) {
                return Err(format!("{name}: it is a constant in the metadata, too"));
            }
            let pairs = tensor.shape.len() <= 2 && tensor.shape.get(1).is_none_or(|n| *n == 2);
            if tensor.element != Some(Element::F64) || !pairs || tensor.shape.first() != Some(&self.steps) {
                let (dtype, shape) = (&tensor.dtype, &tensor.shape);
                return Err(format!(
                    "{name}: {dtype} {shape:?}: expected F64, [{0}] or [{0}, 2]",
                    self.steps
                ));
            }
            all.push((group, key.to_string(), *tensor));
        }
        all.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        Ok(all)
    }
}
