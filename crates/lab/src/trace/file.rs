//! A trace's file: checked whole before anything is read, and read one parameter at a time.

mod head;

use std::collections::HashMap;
use std::path::Path;

use halfulp::text::escaped;
use halfulp_tensor::{DEFAULT_HEAD_LIMIT, Element, Input, Kind, Tensor};
use serde_json::{Map, Value};

use super::hyper::Groups;
use super::parameter::{Parameter, Recorded, TraceError};
use head::{Shapes, text};

/// The layout that is read.
const LAYOUT: &str = "1";

/// A trace.
pub struct Trace {
    /// Its path.
    pub path: String,
    /// The optimizer's class: `torch.optim.adamw.AdamW`.
    pub optimizer: String,
    /// Recorded steps.
    pub steps: usize,
    /// Hyperparameters of each group.
    pub(crate) groups: Groups,
    /// The recorded parameters.
    pub parameters: Vec<Parameter>,
    /// Parameters that the optimizer has and the recorder left out.
    pub left_out: u64,
    /// How elements were chosen, as the recorder says.
    pub sample: String,
    /// The version of PyTorch.
    pub torch: String,
    input: Input,
    /// Where a tensor is in the head, by its name.
    places: HashMap<String, usize>,
}

impl Trace {
    /// Opens a trace and checks that it is whole: its texts, the names, types and shapes of its tensors. No numbers are read.
    ///
    /// # Errors
    /// What is wrong, and what was expected.
    pub fn open(path: &Path) -> Result<Trace, TraceError> {
        let shown = escaped(&path.display().to_string()).to_string();
        let wrong = |why: String| TraceError::new(&shown, why);
        let input = Input::open(path, DEFAULT_HEAD_LIMIT).map_err(|e| {
            // The error begins with the path already.
            let text = e.to_string();
            let prefix = format!("{}: ", path.display());
            wrong(text.strip_prefix(&prefix).unwrap_or(&text).into())
        })?;
        if input.kind != Kind::Safetensors {
            return Err(wrong("expected a .safetensors file with a trace, got an array".into()));
        }
        Trace::of(input, shown.clone()).map_err(wrong)
    }

    fn of(input: Input, path: String) -> Result<Trace, String> {
        let texts = &input.head.metadata;
        match texts.get("halfulp-trace").map(String::as_str) {
            Some(LAYOUT) => {}
            Some(other) => {
                return Err(format!(
                    "a trace of layout {other:?}: expected layout {LAYOUT:?}, or a newer halfulp"
                ));
            }
            None => {
                let why = "it is not a trace: expected the text \"halfulp-trace\" in its metadata; tools/record-trace writes it";
                return Err(why.into());
            }
        }
        let number = |key: &str| -> Result<u64, String> {
            let text = text(texts, key)?;
            text.parse().map_err(|_| format!("metadata {key:?}: expected a whole number, got {text:?}"))
        };
        let steps = number("steps")?;
        if steps == 0 {
            return Err("metadata \"steps\": expected at least one step, got 0".into());
        }
        // Reports show these texts as they are.
        for (key, text) in texts {
            printable(key, text)?;
        }
        let json = |key: &str| text(texts, key).cloned();
        let parameters: Vec<Parameter> = serde_json::from_str(&json("parameters")?)
            .map_err(|e| format!("metadata \"parameters\": {e}: expected a list of name, group, shape, dtype, start, states, device"))?;
        let constants: Vec<Map<String, Value>> = serde_json::from_str(&json("groups")?)
            .map_err(|e| format!("metadata \"groups\": {e}: expected a list of hyperparameters by name"))?;
        let names = parameters.iter().flat_map(|p| p.states.iter().chain([&p.name, &p.dtype, &p.device]));
        for name in names.chain(constants.iter().flat_map(Map::keys)) {
            printable("parameters or groups", name)?;
        }
        let shapes = Shapes::of(&input.head, steps);
        shapes.check(&parameters, constants.len())?;
        let scheduled = shapes.scheduled(&constants)?;
        let mut groups = Groups::new(constants);
        for (group, key, tensor) in scheduled {
            groups.schedule(group, &key, numbers(&input, tensor)?, steps as usize);
        }
        Ok(Trace {
            optimizer: json("optimizer")?,
            steps: steps as usize,
            groups,
            left_out: number("left-out")?,
            sample: json("sample")?,
            torch: json("torch")?,
            parameters,
            path,
            places: input.head.tensors.iter().enumerate().map(|(at, one)| (one.name.clone(), at)).collect(),
            input,
        })
    }

    /// Reads what was recorded of a parameter.
    ///
    /// # Errors
    /// A number that is infinite or NaN, or an index that is not in the tensor; or the file cannot be read.
    pub fn read(&self, k: usize) -> Result<Recorded, TraceError> {
        self.recorded(&self.parameters[k]).map_err(|why| TraceError::new(&self.path, why))
    }

    fn recorded(&self, parameter: &Parameter) -> Result<Recorded, String> {
        let find = |what: &str| self.tensor(&format!("{}/{what}", parameter.name));
        let take = |what: &str| -> Result<(Vec<f64>, usize), String> {
            let tensor = find(what).ok_or_else(|| format!("there is no tensor {}/{what}", parameter.name))?;
            let elements = tensor.shape.get(1).copied().unwrap_or(1) as usize;
            let numbers = numbers(&self.input, tensor)?;
            finite(&numbers, elements, what == "gradient", &tensor.name, parameter)?;
            Ok((numbers, elements))
        };
        let (gradient, elements) = take("gradient")?;
        let (weight, _) = take("weight")?;
        let states =
            parameter.states.iter().map(|state| Ok(take(state)?.0)).collect::<Result<_, String>>()?;
        let index = find("index").map_or(Ok(Vec::new()), |tensor| self.index(tensor, parameter))?;
        Ok(Recorded { elements, index, gradient, weight, states })
    }

    fn index(&self, tensor: &Tensor, parameter: &Parameter) -> Result<Vec<u64>, String> {
        let words = bytes(&self.input, tensor)?;
        let all: Vec<u64> =
            words.chunks_exact(8).map(|w| u64::from_le_bytes(std::array::from_fn(|i| w[i]))).collect();
        let end = parameter.elements();
        if let Some(wrong) = all.iter().find(|&&k| k >= end) {
            return Err(format!("{}: index {}: expected 0 to {}", tensor.name, wrong.cast_signed(), end - 1));
        }
        if !all.is_sorted_by(|a, b| a < b) {
            return Err(format!("{}: expected different indices in ascending order", tensor.name));
        }
        Ok(all)
    }

    /// The devices that parameters were on.
    #[must_use]
    pub fn devices(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for parameter in &self.parameters {
            if !all.contains(&parameter.device.as_str()) {
                all.push(&parameter.device);
            }
        }
        all
    }

    fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.places.get(name).map(|at| &self.input.head.tensors[*at])
    }

    /// The types of a parameter's tensors in the file: gradient, weight, and the states in their order.
    pub(super) fn types(&self, k: usize) -> Vec<Element> {
        let parameter = &self.parameters[k];
        let names = ["gradient", "weight"].into_iter().chain(parameter.states.iter().map(String::as_str));
        names.filter_map(|what| self.tensor(&format!("{}/{what}", parameter.name))?.element).collect()
    }

    /// Recorded elements of a parameter.
    #[must_use]
    pub fn elements(&self, k: usize) -> u64 {
        self.elements_of(&self.parameters[k])
    }

    /// The same of a parameter that it has.
    pub(super) fn elements_of(&self, parameter: &Parameter) -> u64 {
        let name = format!("{}/gradient", parameter.name);
        self.tensor(&name).and_then(|tensor| tensor.shape.get(1)).copied().unwrap_or(0)
    }
}

/// Whether a terminal shows a text and does nothing else.
fn printable(key: &str, text: &str) -> Result<(), String> {
    match escaped(text).to_string() == text {
        true => Ok(()),
        false => Err(format!("metadata {key:?}: expected printable text, got {text:?}")),
    }
}

fn bytes(input: &Input, tensor: &Tensor) -> Result<Vec<u8>, String> {
    // No more than the file has: its length was compared with the head.
    let size =
        usize::try_from(tensor.bytes).map_err(|_| format!("{}: too large for this machine", tensor.name))?;
    let mut bytes = vec![0; size];
    input.read_at(&mut bytes, tensor.offset).map_err(|e| e.to_string())?;
    Ok(bytes)
}

fn numbers(input: &Input, tensor: &Tensor) -> Result<Vec<f64>, String> {
    input.numbers(tensor).map_err(|e| e.to_string())
}

fn finite(
    numbers: &[f64],
    elements: usize,
    from_one: bool,
    name: &str,
    parameter: &Parameter,
) -> Result<(), String> {
    let Some(at) = numbers.iter().position(|x| !x.is_finite()) else { return Ok(()) };
    let (row, k) = (at / elements, at % elements);
    let step = parameter.start + row as u64 + u64::from(from_one);
    let when = if row == 0 && !from_one { "before the first step".into() } else { format!("at step {step}") };
    Err(format!(
        "{name}: recorded element {k} is {} {when}: expected finite numbers, a trace ends before a run diverges",
        numbers[at]
    ))
}
