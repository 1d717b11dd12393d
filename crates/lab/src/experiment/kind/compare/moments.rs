//! Moments in few bits along the runs of a comparison: their bounds, and what storing adds.

use serde::{Deserialize, Serialize};

use super::cases::Case;
use crate::bound::Tally;
use crate::bound::low_bit::Kept;
use crate::detect::Value;
use crate::experiment::Findings;
use crate::optimizer::{Observer, Quantity, States};
use crate::problem::Problem;
use crate::storage::Storage;
use crate::train::{Seeds, Watch};

/// What was found of one moment.
#[derive(Serialize, Deserialize)]
pub(super) struct Moment {
    name: String,
    #[serde(with = "crate::bound::tallies")]
    tallies: Vec<Tally>,
    added: f64,
    frozen: f64,
}

/// The moments of a run that are kept in few bits: none, one or both.
pub(super) struct Moments {
    kept: Vec<(&'static str, Kept)>,
}

impl Moments {
    pub(super) fn new(case: &Case, problem: &dyn Problem, seed: u64) -> Moments {
        let mut tensors = Vec::new();
        let mut first = 0;
        for shape in problem.shapes() {
            let range = first..first + shape.elements();
            first = range.end;
            if range.len() >= case.storage.whole_below {
                tensors.push(range);
            }
        }
        let decays = case.optimizer.decays();
        let storages = [("first moment", &case.storage.first), ("second moment", &case.storage.second)];
        let mut kept = Vec::new();
        for (k, (name, storage)) in storages.into_iter().enumerate() {
            let of = format!("seed {seed}");
            if let (Storage::Levels(low), Some(beta), true) =
                (storage, decays.get(k), case.optimizer.is_elementwise())
            {
                kept.push((name, Kept::new(low, k == 1, *beta, tensors.clone(), &of)));
            }
        }
        Moments { kept }
    }

    pub(super) fn found(&self) -> Vec<Moment> {
        let one = |(name, kept): &(&'static str, Kept)| Moment {
            name: (*name).into(),
            tallies: kept.tallies(),
            added: kept.added(),
            frozen: kept.frozen(),
        };
        self.kept.iter().map(one).collect()
    }
}

impl<N: Value> Observer<N> for Moments {
    fn see(&mut self, what: Quantity, first: usize, values: &[N]) {
        self.kept.iter_mut().for_each(|(_, kept)| kept.see(what, first, values));
    }
}

impl<N: Value> Watch<N> for Moments {
    fn before(&mut self, at: &Seeds, states: &States<N>, gradient: &[N]) {
        self.kept.iter_mut().for_each(|(_, kept)| kept.before(at, states, gradient));
    }

    fn after(&mut self, at: &Seeds, states: &States<N>) {
        self.kept.iter_mut().for_each(|(_, kept)| Watch::<N>::after(kept, at, states));
    }
}

/// The bounds of a case over its seeds, and the means of what was measured.
pub(super) fn findings(found: &mut Findings, case: &str, seeds: &[&[Moment]]) {
    for (k, moment) in seeds[0].iter().enumerate() {
        let of = format!("{case}, {}", moment.name);
        for (i, tally) in moment.tallies.iter().enumerate() {
            let mut all = tally.clone();
            seeds[1..].iter().for_each(|others| all.merge(others[k].tallies[i].clone()));
            found.bounds.push((of.clone(), all));
        }
        let mean =
            |what: fn(&Moment) -> f64| seeds.iter().map(|s| what(&s[k])).sum::<f64>() / seeds.len() as f64;
        found.numbers.push((format!("noise added to the signal of {of}"), mean(|m| m.added)));
        found.numbers.push((format!("codes that stay of {of}"), mean(|m| m.frozen)));
    }
}
