//! The search: sets of deviations grow one by one, the best few at a time.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use halfulp::{Flags, noise};
use rayon::prelude::*;

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
    pub rows: &'a Rows,
    pub comparison: Comparison,
    pub base: Behaviour,
    pub candidates: Vec<Deviation>,
}

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// What differs, as this was compared.
    pub comparison: Comparison,
    /// The device that the deviations are of.
    pub base: Behaviour,
    pub candidates: Vec<Deviation>,
    /// Numbers of candidates.
    pub set: Vec<usize>,
    /// Of the rows that were held out of the search: how many the set explains, and how many there are. `None` if all were searched.
    pub held_out: Option<(u64, u64)>,
}

impl Outcome {
    pub fn device(&self) -> Behaviour {
        self.without(None)
    }

    /// The device without one of its deviations.
    pub fn without(&self, left_out: Option<usize>) -> Behaviour {
        let planted = self.set.iter().filter(|number| Some(**number) != left_out);
        deviation::device(&self.base, planted.map(|&number| &self.candidates[number]))
    }
}

impl<'a> Search<'a> {
    /// Of results, whatever the flags.
    pub fn of_results(rows: &'a Rows, base: &Behaviour) -> Search<'a> {
        let comparison = Comparison { flags: Flags::NONE, ..rows.comparison };
        Search::among(rows, *base, comparison, |kind| kind != Kind::Flags)
    }

    /// Of flags, given the results; `None` if the device reports none.
    pub fn of_flags(rows: &'a Rows, results: &Outcome) -> Option<Search<'a>> {
        let compared = rows.known().bits() & rows.comparison.flags.bits();
        if compared == 0 {
            return None;
        }
        Some(Search::among(rows, results.device(), rows.comparison, |kind| kind == Kind::Flags))
    }

    fn among(
        rows: &'a Rows,
        base: Behaviour,
        comparison: Comparison,
        wanted: impl Fn(Kind) -> bool,
    ) -> Search<'a> {
        let mut candidates = deviation::list(&rows.task);
        candidates.retain(|deviation| wanted(deviation.kind) && planted(&base, deviation).covers(&rows.task));
        Search { rows, comparison, base, candidates }
    }

    fn device(&self, set: &[usize]) -> Behaviour {
        deviation::device(&self.base, set.iter().map(|&number| &self.candidates[number]))
    }

    fn wrong(&self, set: &[usize], rows: &[Row]) -> u64 {
        let device = self.device(set);
        let wrong = |row: &&Row| !self.rows.agrees(&self.comparison, &device, row);
        rows.par_iter().with_min_len(4096).filter(wrong).count() as u64
    }

    /// As [`Search::wrong`], but stops above a limit.
    fn cost(&self, set: &[usize], rows: &[&Row], limit: u64) -> u64 {
        let device = self.device(set);
        let mut cost = 0;
        for row in rows {
            cost += u64::from(!self.rows.agrees(&self.comparison, &device, row));
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
            let wrong = self.wrong(&set, &others);
            if wrong == 0 || self.wrong(&set, &searched) > 0 {
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
        let base = self.device(&[]);
        let (right, wrong): (Vec<&Row>, Vec<&Row>) =
            rows.iter().partition(|row| self.rows.agrees(&self.comparison, &base, row));
        if wrong.is_empty() {
            return Vec::new();
        }
        let mut sample = spread(&wrong, SAMPLE);
        sample.extend(spread(&right, SAMPLE));
        let mut best = (u64::MAX, Vec::new());
        for _ in 0..ROUNDS {
            let set = self.climb(&sample);
            let left = self.wrong(&set, rows);
            if left < best.0 {
                best = (left, set.clone());
            }
            let device = self.device(&set);
            let unexplained = rows.iter().filter(|row| !self.rows.agrees(&self.comparison, &device, row));
            let fresh: Vec<&Row> = unexplained.collect();
            if fresh.is_empty() || self.cost(&set, &sample, u64::MAX) > 0 {
                break;
            }
            sample.extend(spread(&fresh, ADDED));
        }
        self.pruned(best.1, rows)
    }

    /// Sets grow by one deviation at a time, the best of each size go on.
    fn climb(&self, sample: &[&Row]) -> Vec<usize> {
        let mut beam: Vec<(u64, Vec<usize>)> = vec![(self.cost(&[], sample, u64::MAX), Vec::new())];
        let mut best = beam[0].clone();
        let mut seen: HashSet<Vec<usize>> = HashSet::new();
        for _ in 0..MOST {
            let mut next: Vec<Vec<usize>> = Vec::new();
            for (_, set) in &beam {
                next.extend((0..self.candidates.len()).filter_map(|number| self.with(set, number)));
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

    /// The cheapest sets with their costs, by cost and size.
    fn cheapest(&self, sets: Vec<Vec<usize>>, sample: &[&Row]) -> Vec<(u64, Vec<usize>)> {
        // No set that costs more than all that are kept is counted to its end.
        let bound = AtomicU64::new(u64::MAX);
        let costs = std::sync::Mutex::new(std::collections::BinaryHeap::new());
        let mut priced: Vec<(u64, Vec<usize>)> = sets
            .into_par_iter()
            .map(|set| {
                let cost = self.cost(&set, sample, bound.load(Ordering::Relaxed));
                let mut heap = costs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                heap.push(cost);
                if heap.len() > WIDTH {
                    heap.pop();
                    bound.fetch_min(heap.peek().copied().unwrap_or(u64::MAX), Ordering::Relaxed);
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
        let mut left = self.wrong(&set, rows);
        let mut at = 0;
        while at < set.len() {
            let mut fewer = set.clone();
            fewer.remove(at);
            let wrong = self.wrong(&fewer, rows);
            if wrong <= left {
                (set, left) = (fewer, wrong);
            } else {
                at += 1;
            }
        }
        set
    }
}

fn planted(base: &Behaviour, deviation: &Deviation) -> Behaviour {
    deviation::device(base, [deviation])
}

/// At most so many of the rows, evenly spread.
fn spread<'r>(rows: &[&'r Row], most: usize) -> Vec<&'r Row> {
    if rows.len() <= most {
        return rows.to_vec();
    }
    (0..most).map(|i| rows[i * rows.len() / most]).collect()
}
