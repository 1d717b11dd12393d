//! Candidates for what computed a trace: a preset, and where it rounds.

use std::fmt;

use halfulp_tensor::Element;

use super::file::Trace;
use super::known::Class;
use super::method::Method;
use super::parameter::Parameter;
use super::rounds::{ROUNDS, Rounds};
use crate::optimizer::Decay;
use crate::storage::Storage;

/// A candidate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The preset of its order of operations.
    pub preset: String,
    /// Where it rounds.
    pub rounds: Rounds,
    /// When weights decay, if not when the preset has it.
    pub decay: Option<Decay>,
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
        })?;
        f.write_str(match self.decay {
            None => "",
            Some(Decay::Before) => ", decay before the update",
            Some(Decay::After) => ", decay after the update",
            Some(Decay::Coupled) => ", decay in the gradient",
        })
    }
}

/// Storages in place of those of the recorded types: tensor (weights, first, second moment) and storage.
pub type Kept = [Option<Storage>; 3];

impl Candidate {
    /// Whether another one is this one with some of its freedom taken away: the same with nearest roots.
    pub fn covers(&self, other: &Candidate) -> bool {
        (&self.preset, self.decay) == (&other.preset, other.decay)
            && (self.rounds, other.rounds) == (Rounds::Roots, Rounds::Kernels)
    }

    /// All that a trace can have been computed by: those of its class, the usual first.
    pub fn all(class: &Class, types: &[Element]) -> Vec<Candidate> {
        let of = |preset: &'static str| {
            // Roots by MKL are PyTorch's; and only Adam takes any.
            let roots = class.rounds(false) == Rounds::Roots
                && matches!(preset, "pytorch" | "torchao" | "bitsandbytes-cpu");
            let differing = ROUNDS
                .iter()
                .filter(move |(_, rounds)| types.iter().any(|weights| rounds.differs(*weights, roots)));
            differing.map(move |(_, rounds)| Candidate {
                preset: preset.into(),
                rounds: *rounds,
                decay: None,
            })
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
        if let Some(decay) = self.decay {
            method = method.decaying(decay);
        }
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
    /// Whether weights have fewer than 32 bits.
    pub const fn is_narrow(&self) -> bool {
        matches!(self.weights, Element::F16 | Element::Bf16)
    }

    /// Those of a file: of gradient, weight, and the states in their order.
    pub fn of(class: &Class, parameter: &Parameter, all: &[Element]) -> Types {
        let [first, second] = class.moments(parameter).map(|at| all.get(at? + 2).copied());
        let weights = all.get(1).copied().unwrap_or(Element::F32);
        Types { weights, first, second }
    }
}
