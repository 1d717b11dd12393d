//! The search for the least set of deviations that explains rows.

use halfulp::{Flags, noise};
use rayon::prelude::*;

use super::outcome::Outcome;
use super::rows::{Row, Rows};
use crate::deviation::{self, Deviation, Kind};
use crate::model::Behaviour;
use crate::verify::Comparison;

/// Rows of a sample: those that the base gets wrong, and the others.
const SAMPLE: usize = 3000;
/// Rows that are added to a sample where the set that explains it does not explain all.
const ADDED: usize = 500;
/// How often rows are added.
const ROUNDS: usize = 4;
/// In an incomplete explanation a deviation contradicts at most one row for so many that it explains.
const CONTRADICTED: u64 = 4;
/// And it explains at least this part of the mismatches.
const LEAST_PART: u64 = 50;
/// From this many rows on, half of them are held out of the search.
const HELD_OUT: usize = 512;

/// What is searched for: deviations of a base that explain rows.
pub(super) struct Search<'a> {
    pub(super) rows: &'a Rows,
    comparison: Comparison,
    base: Behaviour,
    pub(super) candidates: Vec<Deviation>,
    /// What the search begins with.
    pub(super) start: Vec<usize>,
    /// Whether no earlier search saw the rows that are held out.
    holds_out: bool,
}

/// Rows that are wrong: first of all by their results, then by their flags.
pub(super) type Cost = u64;

pub(super) const NO_LIMIT: Cost = Cost::MAX;

/// The cost of a row.
fn cost_of(results_differ: bool, differs: bool) -> Cost {
    Cost::from(results_differ) << 32 | Cost::from(differs)
}

/// How many rows are wrong by their results.
fn results_of(cost: Cost) -> u64 {
    cost >> 32
}

/// How many rows are wrong in any way.
fn rows_of(cost: Cost) -> u64 {
    cost & u64::from(u32::MAX)
}

impl<'a> Search<'a> {
    /// Of results, whatever the flags.
    pub fn of_results(rows: &'a Rows, base: &Behaviour) -> Search<'a> {
        let comparison = Comparison { flags: Flags::NONE, ..rows.comparison };
        let mut candidates = deviation::list(&rows.task);
        candidates.retain(|deviation| deviation::device(base, [deviation]).covers(&rows.task));
        Search { rows, comparison, base: *base, candidates, start: Vec::new(), holds_out: true }
    }

    /// Of results and flags, from what explains the results; `None` if the device reports no flags.
    pub fn of_flags(rows: &'a Rows, results: &Outcome) -> Option<Search<'a>> {
        let Outcome { base, candidates, set, held_out, .. } = results.clone();
        let holds_out = held_out.is_some() || rows.rows.len() < HELD_OUT;
        (rows.compared() != Flags::NONE).then_some(Search {
            rows,
            comparison: rows.comparison,
            base,
            candidates,
            start: set,
            holds_out,
        })
    }

    /// Whether a deviation can explain what is compared.
    pub(super) fn is_wanted(&self, number: usize) -> bool {
        self.comparison.flags != Flags::NONE || self.candidates[number].kind != Kind::Flags
    }

    pub(super) fn device(&self, set: &[usize]) -> Behaviour {
        deviation::device(&self.base, set.iter().map(|&number| &self.candidates[number]))
    }

    /// What a row costs a device.
    fn price(&self, device: &Behaviour, row: &Row) -> Cost {
        if self.rows.agrees(&self.comparison, device, row) {
            return 0;
        }
        let results = Comparison { flags: Flags::NONE, ..self.comparison };
        cost_of(!self.rows.agrees(&results, device, row), true)
    }

    fn cost(&self, set: &[usize], rows: &[Row]) -> Cost {
        let device = self.device(set);
        rows.par_iter().with_min_len(4096).map(|row| self.price(&device, row)).sum()
    }

    /// The cost of a sample; no more is counted above a limit.
    pub(super) fn cost_within(&self, set: &[usize], rows: &[&Row], limit: Cost) -> Cost {
        let device = self.device(set);
        let mut cost = 0;
        for row in rows {
            cost += self.price(&device, row);
            if cost > limit {
                break;
            }
        }
        cost
    }

    /// Searches half of the rows if there are many, checks the set on the others, and searches them all if it fails there.
    pub fn run(self) -> Outcome {
        let all = &self.rows.rows;
        if all.len() >= HELD_OUT {
            let held_out = |index: usize| noise::word(0x0d1a_9005e, index as u64) & 1 == 1;
            let numbered = || all.iter().enumerate();
            let searched: Vec<Row> = numbered().filter(|(i, _)| !held_out(*i)).map(|(_, row)| *row).collect();
            let others: Vec<Row> = numbered().filter(|(i, _)| held_out(*i)).map(|(_, row)| *row).collect();
            let set = self.explain(&searched);
            let (wrong, before) = (rows_of(self.cost(&set, &others)), rows_of(self.cost(&[], &others)));
            if wrong == 0 || self.cost(&set, &searched) > 0 {
                let honest = self.honest(set.clone(), all);
                let claimed = self.holds_out && honest == set;
                let devices = [&self.device(&[]), &self.device(&set)];
                let (explained, _) = self.rows.change(&self.comparison, devices, &others);
                return self.outcome(honest, claimed.then_some((explained, before)));
            }
        }
        let set = self.honest(self.explain(all), all);
        self.outcome(set, None)
    }

    fn outcome(self, mut set: Vec<usize>, held_out: Option<(u64, u64)>) -> Outcome {
        set.sort_unstable();
        let Search { comparison, base, candidates, .. } = self;
        Outcome { comparison, base, candidates, set, held_out }
    }

    /// The least set that explains the most of these rows.
    fn explain(&self, rows: &[Row]) -> Vec<usize> {
        let start = self.device(&self.start);
        let (right, wrong): (Vec<&Row>, Vec<&Row>) =
            rows.iter().partition(|row| self.price(&start, row) == 0);
        if wrong.is_empty() {
            return self.start.clone();
        }
        let mut sample = spread(&wrong, SAMPLE);
        sample.extend(spread(&right, SAMPLE));
        let mut best = (NO_LIMIT, Vec::new());
        for _ in 0..ROUNDS {
            let set = self.climb(&sample);
            let cost = self.cost(&set, rows);
            if cost < best.0 {
                best = (cost, set.clone());
            }
            if cost == 0 || self.cost_within(&set, &sample, NO_LIMIT) > 0 {
                break;
            }
            let device = self.device(&set);
            let unexplained: Vec<&Row> = rows.iter().filter(|row| self.price(&device, row) > 0).collect();
            sample.extend(spread(&unexplained, ADDED));
        }
        let pruned = self.pruned(best.1, rows);
        self.simplest(pruned, rows, &sample)
    }

    /// What is left of a set that does not explain all: a deviation stays only if it explains a part of the mismatches that counts, and
    /// contradicts hardly any row, in the results alone or with the flags. So flags that nothing explains take no explanation from the results;
    /// and where a set gives all results, what it needs for that stays, however few they are.
    fn honest(&self, mut set: Vec<usize>, rows: &[Row]) -> Vec<usize> {
        let all = self.cost(&[], rows);
        let results = Comparison { flags: Flags::NONE, ..self.comparison };
        let gives_all_results = results_of(self.cost(&set, rows)) == 0;
        while self.cost(&set, rows) > 0 {
            let device = self.device(&set);
            let doubtful = (0..set.len()).find(|&at| {
                let mut fewer = set.clone();
                fewer.remove(at);
                let without = self.device(&fewer);
                let counts = |comparison, mismatches: u64| {
                    let (fixed, broken) = self.rows.change(comparison, [&without, &device], rows);
                    fixed > 0 && broken * CONTRADICTED <= fixed && fixed * LEAST_PART >= mismatches
                };
                let is_needed = || gives_all_results && results_of(self.cost(&fewer, rows)) > 0;
                !is_needed() && !counts(&results, results_of(all)) && !counts(&self.comparison, rows_of(all))
            });
            match doubtful {
                Some(at) => set.remove(at),
                None => break,
            };
        }
        set
    }

    /// Of deviations that give the same answers in place of each other, the one that the list has first.
    fn simplest(&self, mut set: Vec<usize>, rows: &[Row], sample: &[&Row]) -> Vec<usize> {
        let cost = self.cost(&set, rows);
        let sampled = self.cost_within(&set, sample, NO_LIMIT);
        for at in 0..set.len() {
            let earlier = (0..set[at]).filter(|number| self.is_wanted(*number) && !set.contains(number));
            let other = earlier.map(|number| replaced(&set, at, number)).find(|other| {
                self.is_possible(other)
                    && self.cost_within(other, sample, sampled) <= sampled
                    && self.cost(other, rows) <= cost
            });
            set = other.unwrap_or(set);
        }
        set
    }

    /// A set without what explains nothing that the others do not.
    fn pruned(&self, mut set: Vec<usize>, rows: &[Row]) -> Vec<usize> {
        let mut left = self.cost(&set, rows);
        let mut at = 0;
        while at < set.len() {
            let mut fewer = set.clone();
            fewer.remove(at);
            let cost = self.cost(&fewer, rows);
            if cost <= left {
                (set, left) = (fewer, cost);
            } else {
                at += 1;
            }
        }
        set
    }
}

/// A set with another member in place of one.
fn replaced(set: &[usize], at: usize, number: usize) -> Vec<usize> {
    let mut other = set.to_vec();
    other[at] = number;
    other
}

/// At most so many of the rows, evenly spread.
fn spread<'r>(rows: &[&'r Row], most: usize) -> Vec<&'r Row> {
    if rows.len() <= most {
        return rows.to_vec();
    }
    (0..most).map(|i| rows[i * rows.len() / most]).collect()
}
