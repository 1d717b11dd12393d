//! Methods that a recorded run can have been computed by: an order of operations, an arithmetic, and where each tensor is kept.

use crate::arithmetic::{Arithmetic, Faithful, Kernels, Native, Plain, Rounded};
use crate::detect::Value;
use crate::optimizer::{Decay, Elementwise, Keepers, Observer, States, Storages};
use crate::storage::{Storage, StorageError};
use crate::train::Seeds;

use super::anchored::Anchor;
use super::hyper::Hyper;
use super::muon::{self, Weights};
use super::torchao;

/// What operations are computed in.
#[derive(Clone, PartialEq, Debug)]
pub enum Within {
    /// binary32.
    F32,
    /// binary64.
    F64,
    /// binary32 with roots within an ulp: the nearest, the number above it or below.
    Roots32(Option<bool>),
    /// The same of binary64.
    Roots64(Option<bool>),
    /// binary32 within a kernel, and this between kernels.
    Kernels(Storage),
    /// Every operation is rounded to this.
    Every(Storage),
}

/// A method.
#[derive(Clone, PartialEq, Debug)]
pub struct Method {
    /// The order of operations; its numbers are a step's.
    pub optimizer: Elementwise,
    /// Where each tensor is kept.
    pub storages: Storages,
    /// What operations are computed in.
    pub within: Within,
    /// Of Muon, which weights are computed.
    pub muon: Weights,
    /// Whether it is the order of [`torchao`], which is not a preset of Adam.
    pub torchao: bool,
}

impl Method {
    /// The methods of elements that are computed otherwise than by this one, which ones is not known: PyTorch's sums of narrow tensors round a product
    /// and its sum at once in whole vectors, and each for itself in the scalar loop after them; a root within an ulp is one of three.
    pub fn others(&self) -> Vec<Method> {
        let within = |within: Within| Method { within, ..self.clone() };
        match (&self.within, &self.optimizer) {
            (Within::Kernels(_), Elementwise::Sgd(sgd)) if sgd.fused => {
                let optimizer = Elementwise::Sgd(crate::optimizer::Sgd { fused: false, ..*sgd });
                vec![Method { optimizer, ..self.clone() }]
            }
            (Within::Kernels(_), Elementwise::Muon(_)) => match self.muon {
                Weights::Matrix { rows, columns, fused: true } => {
                    let muon = Weights::Matrix { rows, columns, fused: false };
                    vec![Method { muon, ..self.clone() }]
                }
                _ => Vec::new(),
            },
            (Within::Roots32(None), _) => {
                [true, false].map(|above| within(Within::Roots32(Some(above)))).to_vec()
            }
            (Within::Roots64(None), _) => {
                [true, false].map(|above| within(Within::Roots64(Some(above)))).to_vec()
            }
            _ => Vec::new(),
        }
    }

    /// The one whose bounds are true of all of them: that of the scalar loop, which rounds once more. The weights of Muon have none.
    pub fn bounding(self) -> Method {
        let bounding = match &self.within {
            Within::Kernels(_) => self.others().pop().unwrap_or(self),
            _ => self,
        };
        Method { muon: Weights::None, ..bounding }
    }
}

/// Something to be done in a method's arithmetic.
pub trait Visit {
    /// What comes of it.
    type Out;
    /// Does it.
    fn visit<V: Native + Value, A: Anchor<Number = V> + Clone>(self, a: A) -> Self::Out;
}

impl Method {
    /// The optimizer with the numbers of a step.
    fn at(&self, hyper: &Hyper) -> Elementwise {
        let mut optimizer = self.optimizer.clone();
        match &mut optimizer {
            Elementwise::Adam(adam) => {
                (adam.rate, adam.betas, adam.epsilon) = (hyper.rate, hyper.betas, hyper.epsilon);
                adam.weight_decay = hyper.weight_decay;
            }
            Elementwise::Sgd(sgd) => {
                (sgd.rate, sgd.momentum, sgd.weight_decay) = (hyper.rate, hyper.momentum, hyper.weight_decay);
            }
            Elementwise::Muon(muon) => {
                (muon.rate, muon.momentum, muon.weight_decay) =
                    (hyper.rate, hyper.momentum, hyper.weight_decay);
            }
        }
        optimizer
    }

    /// Does something in its arithmetic.
    ///
    /// # Errors
    /// A format that cannot be computed in.
    pub fn with<W: Visit>(&self, what: W) -> Result<W::Out, StorageError> {
        Ok(match &self.within {
            Within::F32 => what.visit(Plain::<f32>::default()),
            Within::F64 => what.visit(Plain::<f64>::default()),
            Within::Roots32(above) => what.visit(Faithful::<f32>::new(*above)),
            Within::Roots64(above) => what.visit(Faithful::<f64>::new(*above)),
            Within::Kernels(storage) => what.visit(Kernels::<f32>::new(storage)?),
            Within::Every(storage) => match storage.format() {
                Some((format, policy)) => what.visit(Rounded::<f32>::new(format, policy)?),
                None => what.visit(Plain::<f32>::default()),
            },
        })
    }

    /// The same with weight decay in the gradients, if `coupled`, else apart from them.
    #[must_use]
    pub fn coupled(mut self, coupled: bool) -> Method {
        let decay = match &mut self.optimizer {
            Elementwise::Adam(adam) => &mut adam.choices.decay,
            Elementwise::Sgd(sgd) => &mut sgd.decay,
            Elementwise::Muon(_) => return self,
        };
        match (coupled, *decay) {
            (true, _) => *decay = Decay::Coupled,
            (false, Decay::Coupled) => *decay = Decay::Before,
            (false, _) => {}
        }
        self
    }

    /// When weights decay; none of Muon, which has one order only.
    #[must_use]
    pub const fn decay(&self) -> Option<Decay> {
        match &self.optimizer {
            Elementwise::Adam(adam) => Some(adam.choices.decay),
            Elementwise::Sgd(sgd) => Some(sgd.decay),
            Elementwise::Muon(_) => None,
        }
    }

    /// The same of Adam with weights that decay at another time, unless that is coupled to the gradient.
    #[must_use]
    pub fn decaying(mut self, decay: Decay) -> Method {
        match &mut self.optimizer {
            Elementwise::Adam(adam) if adam.choices.decay != Decay::Coupled => adam.choices.decay = decay,
            _ => {}
        }
        self
    }

    /// One step, with the numbers of `hyper`.
    #[allow(clippy::too_many_arguments)]
    pub fn step<N: Clone>(
        &self,
        hyper: &Hyper,
        mut a: &mut dyn Arithmetic<Number = N>,
        seeds: &Seeds,
        states: &mut States<N>,
        gradient: &[N],
        keepers: &mut Keepers,
        mut observer: &mut dyn Observer<N>,
    ) {
        let (a, observer) = (&mut a, &mut observer);
        match self.at(hyper) {
            Elementwise::Sgd(sgd) => sgd.step(a, seeds, states, gradient, keepers, observer),
            Elementwise::Adam(adam) if self.torchao => {
                torchao::step(&adam, a, seeds, states, gradient, keepers, observer);
            }
            Elementwise::Adam(adam) => adam.step(a, seeds, states, gradient, keepers, observer),
            Elementwise::Muon(how) => {
                muon::step(&how, self.muon, a, seeds, states, gradient, keepers, observer)
            }
        }
    }
}
