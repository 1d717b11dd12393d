//! Which bins no case can hit, and how that is known.

use super::arguments;
use super::exhaust::Exhausted;
use super::group::{Group, places};
use super::model::Model;

/// How it is known that no case hits a bin.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Why {
    /// All cases were tried.
    Exhaustion,
    /// An argument, in a sentence.
    Argument(&'static str),
}

/// The bins of a model that no case can hit.
pub struct Proof {
    /// The number of all cases, if they were tried: then every other bin is reachable.
    exhausted: Option<u64>,
    unreachable: Vec<Option<Why>>,
}

impl Proof {
    /// The arguments that there are, a sentence each.
    pub fn arguments() -> impl Iterator<Item = &'static str> {
        arguments::sentences()
    }

    /// By arguments alone: other bins may be unreachable too.
    #[must_use]
    pub fn by_argument(model: &Model) -> Proof {
        let of_group = |group: &Group| {
            let why = |bin| {
                arguments::unreachable(model.task(), group, &places(group.axes(), bin)).map(Why::Argument)
            };
            (0..group.len()).map(why).collect::<Vec<_>>()
        };
        Proof { exhausted: None, unreachable: model.groups().iter().flat_map(of_group).collect() }
    }

    /// By trying all cases; `None` if the operands and the noise have more than 24 bits together.
    #[must_use]
    pub fn by_exhaustion(model: &Model) -> Option<Proof> {
        let all = Exhausted::in_any_order(model)?;
        let why = |bin| (!all.reaches(bin)).then_some(Why::Exhaustion);
        Some(Proof { exhausted: Some(all.cases()), unreachable: (0..model.bins()).map(why).collect() })
    }

    /// The number of all cases, if they were tried.
    #[must_use]
    pub fn exhausted(&self) -> Option<u64> {
        self.exhausted
    }

    /// Why no case hits a bin; `None` if one does, or if that is not known.
    #[must_use]
    pub fn unreachable(&self, bin: usize) -> Option<Why> {
        self.unreachable[bin]
    }
}
