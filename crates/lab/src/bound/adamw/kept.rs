//! What a step rounds, element by element, and how an element's error is carried on.

use super::bounds::Bounds;
use crate::bound::outward::Upper;
use crate::bound::quantization::Errors;
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

    /// The relative error of storing, and what numbers below the normal ones err by besides; none where it is measured.
    pub(super) fn relative(self) -> Option<(f64, f64)> {
        match self {
            Kept::Format(errors) => Some((errors.unit(), errors.absolute())),
            Kept::Same => Some((0.0, 0.0)),
            Kept::Measured => None,
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
    /// At least the magnitude of the gradient that they took.
    pub(super) size: Upper,
    /// What rounding changed of that gradient, and by what the weight's distance is multiplied in it: 0 but for coupled decay.
    pub(super) coupled: [Upper; 2],
    /// At least the magnitudes of the exact update from these moments and of the exact twin's, together.
    pub(super) updates: Upper,
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
    /// Takes a step's averages into the distances of the moments; those that the update takes come back. `apart` is the distance of the
    /// gradients: nothing, where the twin sees the same.
    pub(super) fn average(&mut self, c: &Bounds, apart: Upper, local: &Local) -> [Upper; 2] {
        let error = apart + local.coupled[0] + local.coupled[1] * self.weight;
        let signals = [error, Upper::of(2.0) * local.size * error + error * error];
        let fresh: [Upper; 2] = std::array::from_fn(|i| {
            Upper::of(c.betas[i]) * self.moments[i] + Upper::of(c.shares[i]) * signals[i] + local.rounded[i]
        });
        self.moments = [fresh[0] + local.stored[0], fresh[1] + local.stored[1]];
        if local.fresh { fresh } else { self.moments }
    }

    /// Takes a step into the distance of the weight; `moments` are the distances of those that the update took. Where they do not tell the
    /// updates apart, these are not farther apart than they are long.
    pub(super) fn update(&mut self, c: &Bounds, [em, ev]: [Upper; 2], local: &Local) {
        let [m, v] = local.used;
        let (most, _) = c.preconditioner.ends(v, Upper::ZERO);
        let spread = c.preconditioner.absolute(v, ev);
        let moments = Upper::of(c.rate[1]) * (em * most + (Upper::of(m) + em) * spread);
        let updates = c.after * moments.min(local.updates);
        self.weight = Upper::of(c.decay[1]) * self.weight + local.weight + updates;
    }
}
