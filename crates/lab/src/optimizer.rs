//! Optimizers: each step is written once, over an [arithmetic](crate::arithmetic) and a [storage](crate::storage) for each tensor.
//!
//! Every choice that changes bits is an option; the options of common libraries have names, see [`Adam::preset`].

pub mod adam;
mod builtin;
pub mod ema;
mod fed;
mod feedback;
pub mod muon;
pub mod newton_schulz;
mod open;
mod preconditioned;
pub mod psgd;
pub mod root;
pub mod schedule;
pub mod sgd;
pub mod shampoo;
pub mod soap;
mod spec;
mod states;
pub mod weights;

pub use adam::{Adam, Moments};
pub use ema::Ema;
pub(crate) use fed::Fed;
pub use feedback::{Feedback, Proportion};
pub use muon::Muon;
pub use newton_schulz::NewtonSchulz;
pub use open::{AnyOptimizer, Optimizer, Step, StepIn, Twin};
pub use psgd::Psgd;
pub use schedule::Schedule;
pub use sgd::Sgd;
pub use shampoo::Shampoo;
pub use soap::Soap;
pub use spec::{
    AdamSpec, Elementwise, MuonSpec, NAMES, OptimizerSpec, PsgdSpec, SgdSpec, ShampooSpec, SoapSpec,
};
pub use states::{Keepers, Part, States, Storages};
pub use weights::Decay;

use crate::arithmetic::Arithmetic;

/// Something that a step computes on the way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Quantity {
    /// A moment: the first product of its average; of the lerp form, the difference.
    FirstA,
    /// The second product; of the lerp form, the product.
    FirstB,
    /// The first moment before it is stored.
    First,
    /// The same of the second moment.
    SecondA,
    /// The same of the second moment.
    SecondB,
    /// The second moment before it is stored.
    Second,
    /// The square of the gradient, where it is computed first.
    Square,
    /// The root of the second moment.
    Root,
    /// The denominator.
    Denominator,
    /// First moment over denominator.
    Ratio,
    /// What is orthogonalized.
    Blend,
    /// What came of it.
    Orthogonal,
    /// The update that is subtracted.
    Update,
    /// The weights after decay.
    Decayed,
    /// The same as the update gets them, where they decay before it: compensated weights are stored in between.
    DecayedBefore,
    /// The new weights before they are stored.
    Weights,
}

/// Who looks at what a step computes: bounds and detectors. Parts come in any order, each once.
pub trait Observer<N> {
    /// Part of a tensor, from element `first` on.
    fn see(&mut self, _what: Quantity, _first: usize, _values: &[N]) {}
}

/// Nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blind;

impl<N> Observer<N> for Blind {}

/// Elements that are computed together: all parts of them stay in the nearest cache.
pub const PART: usize = 512;

/// Room for what a step computes on a part.
#[derive(Clone, Debug)]
pub struct Scratch<N> {
    rooms: [Vec<N>; 5],
}

impl<N: Clone> Scratch<N> {
    /// Room for parts of `len` elements.
    pub fn new(zero: &N, len: usize) -> Scratch<N> {
        Scratch { rooms: std::array::from_fn(|_| vec![zero.clone(); len]) }
    }

    /// Rooms for `len` elements each.
    ///
    /// # Panics
    /// If they are for fewer.
    pub fn parts(&mut self, len: usize) -> [&mut [N]; 5] {
        self.rooms.each_mut().map(|room| &mut room[..len])
    }
}

/// The same number in every place of a part.
fn fill<A: Arithmetic>(x: &A::Number, len: usize) -> Vec<A::Number> {
    vec![x.clone(); len]
}
