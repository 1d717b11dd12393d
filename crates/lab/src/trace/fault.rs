//! Faults that a recorded run can have, each with a name: the method with that fault reproduces what the method without it does not.

use super::anchored::TENSORS;
use super::hyper::Hyper;
use super::method::{Method, Within};
use crate::optimizer::{Decay, Elementwise, Ema, Moments};
use crate::storage::Storage;
use halfulp::Rounding;

/// A fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A tensor is stored toward zero in place of to nearest.
    Truncated(usize),
    /// A tensor is as it was before the step.
    Stale(usize),
    /// Weights are updated by moments that are not what was kept of them.
    NotKept,
    /// A decay is kept in bfloat16: that of the first or the second moment.
    Beta(usize),
    /// All constants of the step are rounded to bfloat16.
    Constants,
    /// Moments are not corrected for their bias.
    NoCorrection,
    /// They are corrected as of the step before.
    Behind,
    /// They are corrected as of the step after.
    Ahead,
    /// Weights do not decay.
    NoDecay,
    /// Weights decay through their gradients where they should apart from them, or the other way round.
    OtherDecay,
    /// Nesterov's momentum is left out, or taken where it should not be.
    OtherNesterov,
}

/// All.
pub const FAULTS: [Fault; 16] = [
    Fault::Truncated(0),
    Fault::Truncated(1),
    Fault::Truncated(2),
    Fault::Stale(0),
    Fault::Stale(1),
    Fault::Stale(2),
    Fault::NotKept,
    Fault::Beta(0),
    Fault::Beta(1),
    Fault::Constants,
    Fault::NoCorrection,
    Fault::Behind,
    Fault::Ahead,
    Fault::NoDecay,
    Fault::OtherDecay,
    Fault::OtherNesterov,
];

/// What a fault changes all at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// A number, whatever becomes of the others.
    Element,
    /// A tensor in a step.
    Tensor,
    /// A step.
    Step,
}

impl Fault {
    /// What it changes all at once.
    pub const fn scope(self) -> Scope {
        match self {
            Fault::Truncated(_) => Scope::Element,
            Fault::Stale(_) => Scope::Tensor,
            _ => Scope::Step,
        }
    }

    /// What it is called. `hyper` are the numbers of the step and of the group that it is found in; without them a decay has no name.
    pub fn name(self, hyper: Option<&Hyper>) -> Option<String> {
        Some(match self {
            Fault::Truncated(tensor) => format!("{} truncated", TENSORS[tensor]),
            Fault::Stale(tensor) => format!("{} stale", TENSORS[tensor]),
            Fault::NotKept => "update from other moments".into(),
            Fault::Beta(k) => {
                let hyper = hyper?;
                let beta = if hyper.momentum > 0.0 { hyper.momentum } else { hyper.betas[k] };
                let name = if hyper.momentum > 0.0 { "momentum".into() } else { format!("beta{}", k + 1) };
                format!("{name} in bfloat16 ({})", narrowed(beta))
            }
            Fault::Constants => "all constants in bfloat16".into(),
            Fault::NoCorrection => "no bias correction".into(),
            Fault::Behind => "bias correction a step late".into(),
            Fault::Ahead => "bias correction a step early".into(),
            Fault::NoDecay => "no weight decay".into(),
            Fault::OtherDecay => "weight decay coupled or decoupled".into(),
            Fault::OtherNesterov => "Nesterov's momentum taken or left out".into(),
        })
    }

    /// The method with this fault; none where it makes no difference.
    pub fn method(self, method: &Method) -> Option<Method> {
        let mut with = method.clone();
        match self {
            Fault::Truncated(tensor) => truncate(&mut with, tensor)?,
            Fault::Constants => with.storages.coefficients = Storage::bfloat16(),
            Fault::NotKept => match &mut with.optimizer {
                Elementwise::Adam(adam) if adam.choices.moments == Moments::Stored => {
                    adam.choices.moments = Moments::Fresh
                }
                Elementwise::Sgd(sgd) if sgd.moments == Moments::Stored => sgd.moments = Moments::Fresh,
                _ => return None,
            },
            Fault::NoCorrection => match &mut with.optimizer {
                Elementwise::Adam(adam) => adam.choices.bias_correction = false,
                Elementwise::Sgd(_) | Elementwise::Muon(_) => return None,
            },
            Fault::OtherDecay => {
                let decay = match &with.optimizer {
                    Elementwise::Adam(adam) => adam.choices.decay,
                    Elementwise::Sgd(sgd) => sgd.decay,
                    Elementwise::Muon(_) => return None,
                };
                with = with.coupled(decay != Decay::Coupled);
            }
            Fault::OtherNesterov => match &mut with.optimizer {
                Elementwise::Sgd(sgd) if sgd.form == Ema::Sum => sgd.nesterov = !sgd.nesterov,
                Elementwise::Muon(muon) => muon.nesterov = !muon.nesterov,
                Elementwise::Sgd(_) | Elementwise::Adam(_) => return None,
            },
            Fault::Stale(_) | Fault::Beta(_) | Fault::Behind | Fault::Ahead | Fault::NoDecay => {}
        }
        Some(with)
    }

    /// The numbers of a step with this fault.
    pub fn hyper(self, hyper: &Hyper) -> Hyper {
        let mut with = *hyper;
        match self {
            Fault::Beta(0) => {
                (with.betas[0], with.momentum) = (narrowed(hyper.betas[0]), narrowed(hyper.momentum));
            }
            Fault::Beta(_) => with.betas[1] = narrowed(hyper.betas[1]),
            Fault::NoDecay => with.weight_decay = 0.0,
            _ => {}
        }
        with
    }

    /// The step whose corrections it takes.
    pub fn step(self, t: u64) -> u64 {
        match self {
            Fault::Behind => t.saturating_sub(1).max(1),
            Fault::Ahead => t + 1,
            _ => t,
        }
    }
}

fn narrowed(x: f64) -> f64 {
    let mut x = [x];
    if let Ok(mut keeper) = Storage::bfloat16().keeper() {
        keeper.store(&mut x, 0, 0);
    }
    x[0]
}

/// The same storage, rounding toward zero. What is kept in the arithmetic's own numbers is taken from a wider arithmetic, and cut off there.
fn truncate(method: &mut Method, tensor: usize) -> Option<()> {
    let storages = &mut method.storages;
    let all = [&mut storages.weights, &mut storages.first, &mut storages.second];
    let storage = all.into_iter().nth(tensor)?;
    if *storage == Storage::Exact {
        if !matches!(method.within, Within::F32 | Within::Roots32(_)) {
            return None;
        }
        (*storage, method.within) = (Storage::binary32(), Within::F64);
    }
    match storage {
        Storage::Format { policy, .. } => policy.rounding = Rounding::TowardZero,
        Storage::Exact | Storage::Blockwise(_) | Storage::Levels(_) | Storage::Other(_) => return None,
    }
    Some(())
}
