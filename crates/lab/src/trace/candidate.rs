//! Candidates for what computed a trace: a preset, and where it rounds.

use std::fmt;

use halfulp_tensor::Element;

use super::known::{Class, narrow};
use super::method::{Method, Within};
use super::{Parameter, Trace};
use crate::storage::Storage;

/// Where operations on a tensor round.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Rounds {
    /// As PyTorch does: binary32 within a kernel, the tensor's type between kernels. For binary32 and binary64 tensors that is their own arithmetic.
    Kernels,
    /// The same, where roots of binary32 and binary64 are right to an ulp only: Intel's MKL, by which PyTorch takes them on a CPU.
    #[default]
    Roots,
    /// binary32 throughout; only what is kept is rounded to the tensor's type.
    Stored,
    /// Every operation is rounded to the tensor's type.
    Every,
    /// binary64 throughout; only what is kept is rounded.
    Wide,
}

/// All, by the names that arguments have.
pub const ROUNDS: [(&str, Rounds); 5] = [
    ("kernels", Rounds::Kernels),
    ("roots", Rounds::Roots),
    ("f32", Rounds::Stored),
    ("every", Rounds::Every),
    ("f64", Rounds::Wide),
];

impl std::str::FromStr for Rounds {
    type Err = String;

    fn from_str(text: &str) -> Result<Rounds, String> {
        let known = ROUNDS.iter().find(|(name, _)| *name == text);
        known.map(|(_, rounds)| *rounds).ok_or_else(|| {
            let names: Vec<&str> = ROUNDS.iter().map(|(name, _)| *name).collect();
            format!("expected one of {}", names.join(", "))
        })
    }
}

impl Rounds {
    /// The arithmetic on weights of a type; none where it is the same as another one's.
    const fn differs(self, weights: Element, roots: bool) -> bool {
        match weights {
            Element::F64 => matches!(self, Rounds::Kernels) || (roots && matches!(self, Rounds::Roots)),
            Element::F32 => {
                matches!(self, Rounds::Kernels | Rounds::Wide) || (roots && matches!(self, Rounds::Roots))
            }
            Element::F16 | Element::Bf16 => !matches!(self, Rounds::Roots),
        }
    }

    fn within(self, weights: Element) -> Within {
        let is_narrow = matches!(weights, Element::F16 | Element::Bf16);
        match self {
            Rounds::Roots if weights == Element::F64 => Within::Roots64(None),
            Rounds::Roots if weights == Element::F32 => Within::Roots32(None),
            _ if weights == Element::F64 => Within::F64,
            Rounds::Wide => Within::F64,
            Rounds::Kernels | Rounds::Roots if is_narrow => Within::Kernels(narrow(weights)),
            Rounds::Every if is_narrow => Within::Every(narrow(weights)),
            Rounds::Kernels | Rounds::Roots | Rounds::Stored | Rounds::Every => Within::F32,
        }
    }
}

/// A candidate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The preset of its order of operations.
    pub preset: String,
    /// Where it rounds.
    pub rounds: Rounds,
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.preset)?;
        f.write_str(match self.rounds {
            Rounds::Kernels => "",
            Rounds::Roots => ", roots within an ulp",
            Rounds::Stored => ", f32 until stored",
            Rounds::Every => ", every operation rounded",
            Rounds::Wide => ", f64 until stored",
        })
    }
}

/// Storages in place of those of the recorded types: tensor (weights, first, second moment) and storage.
pub type Kept = [Option<Storage>; 3];

impl Candidate {
    /// All that a trace can have been computed by: those of its class, the usual first.
    pub fn all(class: &Class, types: &[Element]) -> Vec<Candidate> {
        let of = |preset: &'static str| {
            // Roots by MKL are PyTorch's; and only Adam takes any.
            let roots = class.rounds() == Rounds::Roots
                && matches!(preset, "pytorch" | "torchao" | "bitsandbytes-cpu");
            let differing = ROUNDS
                .iter()
                .filter(move |(_, rounds)| types.iter().any(|weights| rounds.differs(*weights, roots)));
            differing.map(move |(_, rounds)| Candidate { preset: preset.into(), rounds: *rounds })
        };
        class.presets().into_iter().flat_map(of).collect()
    }

    /// The method for a parameter.
    pub fn method(
        &self,
        trace: &Trace,
        class: &Class,
        parameter: &Parameter,
        types: &Types,
        kept: &Kept,
    ) -> Method {
        let within = self.rounds.within(types.weights);
        let elements = [Some(types.weights), types.first, types.second];
        let mut method = class.method(trace, parameter, &self.preset, within, elements);
        let storages = &mut method.storages;
        for (storage, own) in
            [&mut storages.weights, &mut storages.first, &mut storages.second].into_iter().zip(kept)
        {
            if let Some(own) = own {
                storage.clone_from(own);
            }
        }
        method
    }
}

/// The types of a parameter's recorded tensors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Types {
    /// Of its weights.
    pub weights: Element,
    /// Of its first moment.
    pub first: Option<Element>,
    /// Of its second moment.
    pub second: Option<Element>,
}

impl Types {
    /// Those of a file: of gradient, weight, and the states in their order.
    pub fn of(class: &Class, parameter: &Parameter, all: &[Element]) -> Types {
        let of = |state: Option<&&str>| {
            let at = parameter.states.iter().position(|known| state.is_some_and(|state| known == state))?;
            all.get(at + 2).copied()
        };
        let weights = all.get(1).copied().unwrap_or(Element::F32);
        Types { weights, first: of(class.states.first()), second: of(class.states.get(1)) }
    }
}
