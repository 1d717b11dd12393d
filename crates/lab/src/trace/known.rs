//! The optimizers that traces are judged of, and by which methods each can have been computed.

use halfulp_tensor::Element;

use super::file::Trace;
use super::hyper::{Groups, Hyper};
use super::kept::{blockwise, storage};
use super::low_bit;
use super::matrices;
use super::method::{Method, Within};
use super::muon::Weights;
use super::parameter::Parameter;
use super::rounds::Rounds;
use super::torchao;
use crate::optimizer::{Adam, Elementwise, Moments, Sgd, Storages};
use crate::storage::Storage;

/// What a class of optimizers computes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// Two moments.
    Adam,
    /// Momentum, or none.
    Sgd,
    /// Momentum whose matrices are orthogonalized.
    Muon,
}

/// The classes that are known: the package, the class's name, what it computes, and the preset of its order of operations.
const CLASSES: [(&str, &str, Family, &str); 8] = [
    ("torch", "AdamW", Family::Adam, "pytorch"),
    ("torch", "Adam", Family::Adam, "pytorch"),
    ("torch", "SGD", Family::Sgd, "pytorch"),
    ("torch", "Muon", Family::Muon, "pytorch"),
    ("bitsandbytes", "AdamW8bit", Family::Adam, low_bit::BITSANDBYTES),
    ("bitsandbytes", "Adam8bit", Family::Adam, low_bit::BITSANDBYTES),
    ("torchao", "AdamW8bit", Family::Adam, torchao::PRESET),
    ("torchao", "Adam8bit", Family::Adam, torchao::PRESET),
];

/// An optimizer that is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Class {
    /// What it computes.
    pub family: Family,
    /// The preset of its order of operations.
    pub preset: &'static str,
    /// The names of its states, first and second moment.
    pub states: &'static [&'static str],
}

impl Class {
    /// The class of a trace's optimizer.
    ///
    /// # Errors
    /// None that is known.
    pub fn of(trace: &Trace) -> Result<Class, String> {
        let path = &trace.optimizer;
        let (package, class) = (path.split('.').next().unwrap_or(""), path.rsplit('.').next().unwrap_or(""));
        let known = CLASSES.iter().find(|(of, name, ..)| (*of, *name) == (package, class));
        let Some(&(_, _, family, preset)) = known else {
            let names: Vec<String> =
                CLASSES.iter().map(|(package, name, ..)| format!("{package}'s {name}")).collect();
            return Err(format!("the optimizer {path:?} is not known: expected one of {}", names.join(", ")));
        };
        let states: &[&str] = match family {
            Family::Adam if preset == low_bit::BITSANDBYTES => &["state1", "state2"],
            Family::Adam => &["exp_avg", "exp_avg_sq"],
            Family::Sgd | Family::Muon => &["momentum_buffer"],
        };
        Ok(Class { family, preset, states })
    }

    /// Where operations round, if nothing else is said; whether all weights have fewer than 32 bits.
    pub fn rounds(&self, all_narrow: bool) -> Rounds {
        match self.family {
            Family::Adam if self.preset == torchao::PRESET && all_narrow => Rounds::Stored,
            Family::Adam if self.preset == torchao::PRESET || all_narrow => Rounds::Kernels,
            Family::Adam => Rounds::Roots,
            Family::Sgd | Family::Muon => Rounds::Kernels,
        }
    }

    /// Whether a parameter has the states that its group makes, and no setting that changes the step to another one.
    ///
    /// # Errors
    /// What is not so.
    pub fn check(&self, trace: &Trace, parameter: &Parameter) -> Result<(), String> {
        let (groups, group) = (&trace.groups, parameter.group);
        if low_bit::library(self.preset).is_some() {
            low_bit::check(self.preset, trace, parameter)?;
        }
        if groups.flag(group, "amsgrad") {
            return Err(format!(
                "group {group} has amsgrad: expected an optimizer without it, which is another step"
            ));
        }
        if self.family == Family::Sgd && groups.number(group, "dampening", 0)? != 0.0 {
            return Err(format!("group {group} has dampening: expected 0, it is another step"));
        }
        let narrow = parameter.dtype == "bfloat16" || parameter.dtype == "float16";
        let decays = groups.number(group, "weight_decay", 0)? != 0.0;
        let by_kernels = self.family == Family::Adam && self.preset != torchao::PRESET;
        if by_kernels && narrow && decays && self.is_coupled(trace, group) {
            let name = &parameter.name;
            return Err(format!(
                "{name} is {} and its weight decay part of the gradient: expected AdamW, or wider parameters",
                parameter.dtype
            ));
        }
        if self.family == Family::Muon {
            matrices::check(trace, parameter)?;
        }
        for state in self.expected(groups, group)? {
            if !parameter.states.iter().any(|known| known == state) {
                let (name, found) = (&parameter.name, &parameter.states);
                return Err(format!("{name} has the states {found:?}: expected {state:?} among them"));
            }
        }
        Ok(())
    }

    fn expected(&self, groups: &Groups, group: usize) -> Result<&'static [&'static str], String> {
        let none = self.family == Family::Sgd && groups.number(group, "momentum", 0)? == 0.0;
        Ok(if none { &[] } else { self.states })
    }

    /// The first and the second moment among the states of a parameter; none where there is none.
    pub fn moments(&self, parameter: &Parameter) -> [Option<usize>; 2] {
        let find = |name: &&str| parameter.states.iter().position(|known| known == name);
        [self.states.first().and_then(find), self.states.get(1).and_then(find)]
    }

    /// The states that no moment is: recorded, and not judged.
    pub fn others(&self, parameter: &Parameter) -> Vec<String> {
        let other = |name: &&String| !self.states.contains(&name.as_str());
        parameter.states.iter().filter(other).cloned().collect()
    }

    /// The parameters whose weights no order can give.
    pub fn without_weights<'t>(&self, trace: &'t Trace) -> impl Iterator<Item = &'t str> + use<'t> {
        (self.family == Family::Muon).then(|| matrices::without_weights(trace)).into_iter().flatten()
    }

    /// What is not judged of a trace, whatever was recorded: what, and why.
    pub fn not_judged(&self, trace: &Trace) -> Vec<(String, String)> {
        if self.family == Family::Muon { matrices::not_judged(trace) } else { Vec::new() }
    }

    /// The numbers of a step of the trace, from 0.
    ///
    /// # Errors
    /// One that is not there or that makes no sense.
    pub fn hyper(&self, groups: &Groups, group: usize, step: usize) -> Result<Hyper, String> {
        let rate = groups.number(group, "lr", step)?;
        let weight_decay = groups.number(group, "weight_decay", step)?;
        let adam = self.family == Family::Adam;
        let betas = if adam { groups.pair(group, "betas", step)? } else { [0.0; 2] };
        let epsilon = if adam { groups.number(group, "eps", step)? } else { 0.0 };
        let momentum = if adam { 0.0 } else { groups.number(group, "momentum", step)? };
        if betas.iter().chain([&momentum]).any(|beta| !(0.0..1.0).contains(beta)) {
            return Err(format!(
                "group {group}: decays {betas:?} and {momentum}: expected numbers from 0 to below 1"
            ));
        }
        if rate < 0.0 || epsilon < 0.0 || weight_decay < 0.0 {
            return Err(format!(
                "group {group}: lr {rate}, eps {epsilon}, weight_decay {weight_decay}: expected 0 or more of each"
            ));
        }
        Ok(Hyper { rate, betas, epsilon, weight_decay, momentum })
    }

    /// Whether the states of a parameter are stored by blocks.
    pub fn is_blockwise(&self, parameter: &Parameter) -> bool {
        low_bit::is_blockwise(self.preset, parameter)
    }

    /// Which weights of Muon are computed: those of matrices that were recorded whole.
    fn weights(&self, trace: &Trace, parameter: &Parameter) -> Weights {
        match self.family {
            Family::Muon => matrices::weights(trace, parameter),
            Family::Adam | Family::Sgd => Weights::None,
        }
    }

    /// Whether a step can be computed of the recorded elements of a parameter's weights.
    pub fn computes_weights(&self, trace: &Trace, parameter: &Parameter) -> bool {
        self.family != Family::Muon || self.weights(trace, parameter) != Weights::None
    }

    /// Whether parameters of this kind can be judged together: their elements do not depend on each other.
    pub fn is_elementwise(&self, parameter: &Parameter) -> bool {
        self.family != Family::Muon && !self.is_blockwise(parameter)
    }

    /// Whether weight decay is part of the gradient.
    fn is_coupled(&self, trace: &Trace, group: usize) -> bool {
        if self.preset == low_bit::BITSANDBYTES || self.family == Family::Muon {
            return false;
        }
        let is_adamw = trace.optimizer.rsplit('.').next().is_some_and(|class| class.starts_with("AdamW"));
        !is_adamw && !trace.groups.flag(group, "decoupled_weight_decay")
    }

    /// Whether weights of any parameter decay apart from their gradients, in an order that has two places for it.
    pub fn decays_apart(&self, trace: &Trace, preset: &str) -> bool {
        let apart = |parameter: &Parameter| {
            !self.is_coupled(trace, parameter.group) && decays(trace, parameter.group)
        };
        self.family == Family::Adam && preset != torchao::PRESET && trace.parameters.iter().any(apart)
    }

    /// The presets of its family, its own first.
    pub fn presets(&self) -> Vec<&'static str> {
        let all: &[&str] = match self.family {
            Family::Adam => {
                &["pytorch", "torchao", torchao::PRESET, "bitsandbytes", "bitsandbytes-cpu", "plain"]
            }
            Family::Sgd => &["pytorch", "plain"],
            Family::Muon => &["pytorch"],
        };
        let others = all.iter().filter(|name| **name != self.preset);
        std::iter::once(self.preset).chain(others.copied()).collect()
    }

    /// The method of a preset for a parameter of a group, in an arithmetic.
    pub fn method(
        &self,
        trace: &Trace,
        parameter: &Parameter,
        preset: &str,
        within: Within,
        types: [Option<Element>; 3],
    ) -> Method {
        let group = parameter.group;
        let nesterov = trace.groups.flag(group, "nesterov");
        // PyTorch's kernels write a moment before the next one reads it.
        let moments = if matches!(within, Within::Kernels(_) | Within::Every(_)) {
            Moments::Stored
        } else {
            Moments::Fresh
        };
        let is_torchao = preset == torchao::PRESET;
        let optimizer = match self.family {
            Family::Adam => {
                let mut adam = Adam::preset(preset).unwrap_or_else(Adam::plain);
                adam.choices.moments = if is_torchao { Moments::Fresh } else { moments };
                Elementwise::Adam(adam)
            }
            Family::Sgd => {
                let sgd = Sgd::preset(preset).unwrap_or_else(|| unreachable!("the list has it"));
                Elementwise::Sgd(Sgd { nesterov, moments, ..sgd })
            }
            Family::Muon => Elementwise::Muon(Box::new(matrices::muon(trace, group))),
        };
        let [weights, first, second] = types.map(|element| storage(element, &within));
        let (first, second) = match low_bit::library(self.preset) {
            Some(library) if self.is_blockwise(parameter) => {
                (blockwise(library, true), blockwise(library, false))
            }
            _ => (first, second),
        };
        let storages = Storages { weights, first, second, ..Storages::default() };
        let exact = storages.first == Storage::Exact && storages.second == Storage::Exact;
        let method =
            Method { optimizer, storages, within, muon: self.weights(trace, parameter), torchao: is_torchao };
        let method = if exact && !is_torchao { method.stored() } else { method };
        method.coupled(self.is_coupled(trace, group))
    }
}

/// Whether the weights of a group decay at any step.
pub fn decays(trace: &Trace, group: usize) -> bool {
    (0..trace.steps).any(|step| trace.groups.number(group, "weight_decay", step).is_ok_and(|x| x != 0.0))
}

impl Method {
    /// The same, where moments are stored before they are used.
    fn stored(mut self) -> Method {
        match &mut self.optimizer {
            Elementwise::Adam(adam) => adam.choices.moments = Moments::Stored,
            Elementwise::Sgd(sgd) => sgd.moments = Moments::Stored,
            Elementwise::Muon(_) => {}
        }
        self
    }
}
