//! What a step rounds, element by element, and how an element's error is carried on.

use super::open_loop::Bounds;
use crate::bound::outward::Upper;
use crate::bound::preconditioner::{absolute, ends};
use crate::bound::quantization::Errors;
use crate::optimizer::Adam;
use crate::storage::Storage;

/// How far what is stored is from what was to be stored.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kept {
    /// As the storage's format has it, by the result.
    Format(Errors),
    /// The arithmetic's own format: storing rounds nothing.
    Same,
    /// Another storage: by what was measured.
    Measured,
}

impl Kept {
    pub(super) fn of(storage: &Storage, step: &Errors) -> Kept {
        match storage {
            Storage::Exact => Kept::Same,
            _ => match storage.format().map(|(format, policy)| Errors::of(format, policy)) {
                Some(errors) if errors == *step => Kept::Same,
                Some(errors) => Kept::Format(errors),
                None => Kept::Measured,
            },
        }
    }

    pub(super) fn error(self, fresh: f64, stored: f64) -> Upper {
        match self {
            Kept::Format(errors) => errors.of_result(stored),
            Kept::Same => Upper::ZERO,
            Kept::Measured => Upper::distance(fresh, stored),
        }
    }

    pub(super) fn saturates(self, fresh: f64) -> bool {
        matches!(self, Kept::Format(errors) if errors.saturates(fresh))
    }
}

/// What a step rounded of an element.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Local {
    /// In the averages of both moments, before they were stored.
    pub(super) rounded: [Upper; 2],
    /// In storing them.
    pub(super) stored: [Upper; 2],
    /// Whether the update took them before they were stored.
    pub(super) fresh: bool,
    /// The moments that the update took.
    pub(super) used: [f64; 2],
    /// In the update and the weights, stored.
    pub(super) weight: Upper,
}

/// At least the distance of an element's moments and weight from those of an exact twin.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Distance {
    pub(super) moments: [Upper; 2],
    pub(super) weight: Upper,
}

impl Distance {
    /// Takes a step's averages into the distances of the moments; those that the update takes come back. `signals` is the distance of what is
    /// averaged, times `1 - b`: nothing, where the twin sees the same gradients.
    pub(super) fn average(&mut self, adam: &Adam, signals: [Upper; 2], local: &Local) -> [Upper; 2] {
        let fresh: [Upper; 2] = std::array::from_fn(|i| {
            Upper::of(adam.betas[i]) * self.moments[i] + signals[i] + local.rounded[i]
        });
        self.moments = [fresh[0] + local.stored[0], fresh[1] + local.stored[1]];
        if local.fresh { fresh } else { self.moments }
    }

    /// Takes a step into the distance of the weight; `moments` are the distances of those that the update took.
    pub(super) fn update(&mut self, epsilon: f64, c: &Bounds, [em, ev]: [Upper; 2], local: &Local) {
        let [m, v] = local.used;
        let (most, _) = ends(v, Upper::ZERO, c.root[1], epsilon);
        let spread = absolute(v, ev, c.root[1], epsilon);
        let moments = em * most + (Upper::of(m) + em) * spread;
        self.weight = Upper::of(c.decay[1]) * self.weight + local.weight + Upper::of(c.rate[1]) * moments;
    }
}
