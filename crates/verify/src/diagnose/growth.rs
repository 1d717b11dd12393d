//! How sets of deviations grow: one by one, the best few of each size.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::rows::Row;
use super::search::{Cost, NO_LIMIT, Search};

/// How many sets are kept of each size.
const WIDTH: usize = 12;
/// The most deviations of a set.
const MOST: usize = 8;

impl Search<'_> {
    /// Sets grow by one deviation at a time, the best of each size go on.
    pub(super) fn climb(&self, sample: &[&Row]) -> Vec<usize> {
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

    /// Whether no two deviations exclude each other, and the device computes the task.
    pub(super) fn is_possible(&self, set: &[usize]) -> bool {
        let pairs = set.iter().enumerate().flat_map(|(i, &a)| set[..i].iter().map(move |&b| (a, b)));
        let mut pairs = pairs;
        !pairs.any(|(a, b)| self.candidates[a].excludes(&self.candidates[b]))
            && self.device(set).covers(&self.rows.task)
    }
}
