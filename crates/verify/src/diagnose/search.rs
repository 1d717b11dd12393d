//! The search: sets of deviations grow one by one, the best few at a time.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use halfulp::{Flags, noise};
use rayon::prelude::*;

use super::outcome::Outcome;
use super::rows::{Row, Rows};
use crate::deviation::{self, Deviation, Kind};
use crate::model::Behaviour;
use crate::verify::Comparison;

/// How many sets are kept of each size.
const WIDTH: usize = 12;
/// The most deviations of a set.
const MOST: usize = 8;
/// Rows of a sample: those that the base gets wrong, and the others.
const SAMPLE: usize = 3000;
/// Rows that are added to a sample where the set that explains it does not explain all.
const ADDED: usize = 500;
/// How often rows are added.
const ROUNDS: usize = 4;
/// From this many rows on, half of them are held out of the search.
const HELD_OUT: usize = 512;

/// What is searched for: deviations of a base that explain rows.
pub(super) struct Search<'a> {
    rows: &'a Rows,
    comparison: Comparison,
    base: Behaviour,
    candidates: Vec<Deviation>,
    /// What the search begins with.
    start: Vec<usize>,
}

/// Rows that are wrong: first of all by their results, then by their flags.
type Cost = u64;

const NO_LIMIT: Cost = Cost::MAX;

/// The cost of a row.
fn cost_of(results_differ: bool, differs: bool) -> Cost {
    Cost::from(results_differ) << 32 | Cost::from(differs)
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
        Search { rows, comparison, base: *base, candidates, start: Vec::new() }
    }

    /// Of results and flags, from what explains the results; `None` if the device reports no flags.
    pub fn of_flags(rows: &'a Rows, results: &Outcome) -> Option<Search<'a>> {
        let compared = rows.known().bits() & rows.comparison.flags.bits();
        let Outcome { base, candidates, set, .. } = results.clone();
        (compared != 0).then_some(Search { rows, comparison: rows.comparison, base, candidates, start: set })
    }

    /// Whether a deviation can explain what is compared.
    fn is_wanted(&self, number: usize) -> bool {
        self.comparison.flags != Flags::NONE || self.candidates[number].kind != Kind::Flags
    }

    fn device(&self, set: &[usize]) -> Behaviour {
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
    fn cost_within(&self, set: &[usize], rows: &[&Row], limit: Cost) -> Cost {
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
            let wrong = rows_of(self.cost(&set, &others));
            if wrong == 0 || self.cost(&set, &searched) > 0 {
                let count = others.len() as u64;
                return self.outcome(set, Some((count - wrong, count)));
            }
        }
        let set = self.explain(all);
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

    /// Whether no two deviations exclude each other, and the device computes the task.
    fn is_possible(&self, set: &[usize]) -> bool {
        let pairs = set.iter().enumerate().flat_map(|(i, &a)| set[..i].iter().map(move |&b| (a, b)));
        let mut pairs = pairs;
        !pairs.any(|(a, b)| self.candidates[a].excludes(&self.candidates[b]))
            && self.device(set).covers(&self.rows.task)
    }

    /// Sets grow by one deviation at a time, the best of each size go on.
    fn climb(&self, sample: &[&Row]) -> Vec<usize> {
        let mut beam = self.cheapest(self.starts(), sample);
        let mut best = beam[0].clone();
        let mut seen: HashSet<Vec<usize>> = HashSet::new();
        for _ in 0..MOST {
            let mut next: Vec<Vec<usize>> = Vec::new();
            for (_, set) in &beam {
                let wanted = (0..self.candidates.len()).filter(|&number| self.is_wanted(number));
                next.extend(wanted.filter_map(|number| self.with(set, number)));
            }
            next.retain(|set| seen.insert(set.clone()));
            beam = self.cheapest(next, sample);
            let Some(first) = beam.first() else { break };
            if first.0 >= best.0 {
                break;
            }
            best = first.clone();
            if best.0 == 0 {
                break;
            }
        }
        best.1
    }

    /// Where sets begin to grow: with the start, without one of its members, and with none. What explains results may explain no flags.
    fn starts(&self) -> Vec<Vec<usize>> {
        let start = &self.start;
        let without = |left_out: &usize| start.iter().copied().filter(|number| number != left_out).collect();
        let mut sets = vec![start.clone()];
        sets.extend(start.iter().map(without));
        sets.push(Vec::new());
        sets.sort();
        sets.dedup();
        sets
    }

    /// The cheapest sets with their costs, by cost and size.
    fn cheapest(&self, sets: Vec<Vec<usize>>, sample: &[&Row]) -> Vec<(Cost, Vec<usize>)> {
        // No set that costs more than all that are kept is counted to its end.
        let bound = AtomicU64::new(NO_LIMIT);
        let costs = std::sync::Mutex::new(std::collections::BinaryHeap::new());
        let mut priced: Vec<(Cost, Vec<usize>)> = sets
            .into_par_iter()
            .map(|set| {
                let cost = self.cost_within(&set, sample, bound.load(Ordering::Relaxed));
                let mut heap = costs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                heap.push(cost);
                if heap.len() > WIDTH {
                    heap.pop();
                    bound.fetch_min(heap.peek().copied().unwrap_or(NO_LIMIT), Ordering::Relaxed);
                }
                drop(heap);
                (cost, set)
            })
            .collect();
        priced.sort_by(|a, b| (a.0, a.1.len(), &a.1).cmp(&(b.0, b.1.len(), &b.1)));
        priced.truncate(WIDTH);
        priced
    }

    /// A set with another deviation in place of those that it excludes; `None` if it is in the set.
    fn with(&self, set: &[usize], number: usize) -> Option<Vec<usize>> {
        if set.contains(&number) {
            return None;
        }
        let new = &self.candidates[number];
        let mut grown: Vec<usize> =
            set.iter().copied().filter(|&other| !self.candidates[other].excludes(new)).collect();
        grown.push(number);
        grown.sort_unstable();
        self.device(&grown).covers(&self.rows.task).then_some(grown)
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
