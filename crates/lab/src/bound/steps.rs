//! How a bound went from step to step.

use serde::Serialize;

use super::point::Worst;

/// Most ranges of steps that are kept apart; of longer runs several steps share a range.
pub(super) const RANGES: usize = 1024;

/// Counts of places.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
pub struct Counts {
    /// Where the bound was evaluated: its hypotheses held.
    pub evaluated: u64,
    /// Of those, where it was exceeded.
    pub violated: u64,
    /// Of those, where it was not below the trivial bound.
    pub vacuous: u64,
    /// Where a hypothesis failed.
    pub failed: u64,
}

impl Counts {
    /// All places: evaluated, or with a hypothesis that failed.
    #[must_use]
    pub const fn places(self) -> u64 {
        self.evaluated + self.failed
    }

    /// Where it informs: evaluated, not exceeded, and below the trivial bound.
    #[must_use]
    pub const fn informative(self) -> u64 {
        self.evaluated - self.vacuous - self.violated
    }

    /// The part of all places in which it is informative; none of no places.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.places() > 0).then(|| self.informative() as f64 / self.places() as f64)
    }

    /// The part of the places whose hypotheses held.
    #[must_use]
    pub fn share_where_supposed(self) -> Option<f64> {
        (self.evaluated > 0).then(|| self.informative() as f64 / self.evaluated as f64)
    }

    /// Adds others.
    pub const fn add(&mut self, other: Counts) {
        self.evaluated += other.evaluated;
        self.violated += other.violated;
        self.vacuous += other.vacuous;
        self.failed += other.failed;
    }
}

/// Some consecutive steps.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Range {
    /// The first step, from 1.
    pub from: u64,
    /// The last step.
    pub to: u64,
    /// The places of these steps.
    pub counts: Counts,
}

/// The places of a bound by step: exactly of the last step, and of ranges of `width` steps, 1 for runs of up to 1024.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Steps {
    /// The last step, from 1.
    pub last: u64,
    /// Its places.
    pub at_last: Counts,
    pub(super) worst: Worst,
    pub(super) current: u64,
    pub(super) width: u64,
    pub(super) ranges: Vec<Counts>,
}

impl Steps {
    pub(super) const fn new() -> Steps {
        Steps { last: 0, at_last: EMPTY, worst: Worst::new(), current: 0, width: 1, ranges: Vec::new() }
    }

    /// From here on places belong to this step, from 1. That can be an earlier one again: the next run's.
    pub(super) fn begin(&mut self, step: u64) {
        self.current = step.max(1);
        if self.current > self.last {
            (self.last, self.at_last, self.worst) = (self.current, EMPTY, Worst::new());
            self.reach(self.current);
        }
    }

    /// Counts places of this step.
    pub(super) fn add(&mut self, counts: Counts) {
        if self.current == self.last {
            self.at_last.add(counts);
        }
        let range = (self.current.saturating_sub(1) / self.width) as usize;
        if let Some(range) = self.ranges.get_mut(range) {
            range.add(counts);
        }
    }

    /// The worst place of the last step.
    pub(super) const fn worst(&self) -> &Worst {
        &self.worst
    }

    /// The same to be changed, while this is the last step.
    pub(super) fn worst_mut(&mut self) -> Option<&mut Worst> {
        (self.current == self.last).then_some(&mut self.worst)
    }

    fn reach(&mut self, step: u64) {
        while (step - 1) / self.width >= RANGES as u64 {
            self.widen();
        }
        let needed = ((step - 1) / self.width + 1) as usize;
        self.ranges.resize(needed.max(self.ranges.len()), EMPTY);
    }

    fn widen(&mut self) {
        self.width *= 2;
        let join = |pair: &[Counts]| {
            let mut sum = pair[0];
            pair[1..].iter().for_each(|more| sum.add(*more));
            sum
        };
        self.ranges = self.ranges.chunks(2).map(join).collect();
    }

    /// Takes in another run's steps. The last step is that of the longer run.
    pub(super) fn merge(&mut self, mut other: Steps) {
        while self.width < other.width {
            self.widen();
        }
        while other.width < self.width {
            other.widen();
        }
        self.ranges.resize(self.ranges.len().max(other.ranges.len()), EMPTY);
        for (mine, its) in self.ranges.iter_mut().zip(other.ranges) {
            mine.add(its);
        }
        if other.last > self.last {
            (self.last, self.at_last, self.worst) = (other.last, other.at_last, other.worst);
        } else if other.last == self.last {
            self.at_last.add(other.at_last);
            self.worst.merge(other.worst);
        }
    }

    /// The steps that stand for these: whole ranges, so that in runs of more than 1024 steps they may begin earlier and end later.
    #[must_use]
    pub fn around(&self, from: u64, to: u64) -> [u64; 2] {
        let first = from.saturating_sub(1) / self.width * self.width + 1;
        [first, to.div_ceil(self.width).saturating_mul(self.width).min(self.last)]
    }

    /// The places of the steps [`around`](Steps::around) these.
    #[must_use]
    pub fn within(&self, from: u64, to: u64) -> Counts {
        let first = (from.saturating_sub(1) / self.width) as usize;
        let end = (to.div_ceil(self.width) as usize).min(self.ranges.len());
        let mut sum = EMPTY;
        self.ranges.get(first..end).unwrap_or_default().iter().for_each(|counts| sum.add(*counts));
        sum
    }

    /// At most ten ranges of like length that make up the run.
    #[must_use]
    pub fn tenths(&self) -> Vec<Range> {
        let each = self.ranges.len().div_ceil(10).max(1) as u64 * self.width;
        let parts = self.last.div_ceil(each);
        let range = |k: u64| {
            let (from, to) = (k * each + 1, ((k + 1) * each).min(self.last));
            Range { from, to, counts: self.within(from, to) }
        };
        (0..parts).map(range).collect()
    }

    /// The last step up to which it is informative in at least this part of the places of every range; 0 if not even in the first.
    #[must_use]
    pub fn informs_until(&self, share: f64) -> u64 {
        let informs = |counts: &&Counts| counts.share().is_some_and(|found| found >= share);
        let ranges = self.ranges.iter().take_while(informs).count() as u64;
        (ranges * self.width).min(self.last)
    }
}

const EMPTY: Counts = Counts { evaluated: 0, violated: 0, vacuous: 0, failed: 0 };

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Counts = Counts { evaluated: 1, ..EMPTY };
    const VACUOUS: Counts = Counts { evaluated: 1, vacuous: 1, ..EMPTY };

    fn run(steps: u64, informs: impl Fn(u64) -> bool) -> Steps {
        let mut run = Steps::new();
        for t in 1..=steps {
            run.begin(t);
            run.add(if informs(t) { GOOD } else { VACUOUS });
            run.add(GOOD);
        }
        run
    }

    #[test]
    fn a_short_run_is_kept_step_by_step() {
        let run = run(1000, |t| t <= 600);
        assert_eq!((run.last, run.at_last.places(), run.at_last.informative()), (1000, 2, 1));
        assert_eq!(run.within(600, 600).informative(), 2);
        assert_eq!(run.within(601, 601).informative(), 1);
        assert_eq!(
            (run.around(601, 700), run.informs_until(0.9), run.informs_until(0.5)),
            ([601, 700], 600, 1000)
        );
        let tenths = run.tenths();
        assert_eq!((tenths.len(), tenths[9].from, tenths[9].to), (10, 901, 1000));
        assert_eq!(tenths.iter().map(|range| range.counts.informative()).sum::<u64>(), 1600);
    }

    #[test]
    fn a_long_run_is_kept_in_ranges_and_its_last_step_exactly() {
        let run = run(3001, |t| t != 3001);
        assert_eq!((run.width, run.at_last), (4, Counts { evaluated: 2, vacuous: 1, ..EMPTY }));
        assert_eq!(run.around(10, 13), [9, 16]);
        assert_eq!((run.within(10, 13).places(), run.within(1, 3001).places()), (16, 6002));
        assert_eq!((run.informs_until(0.9), run.tenths().last().map(|range| range.to)), (3000, Some(3001)));
        assert!(run.ranges.len() <= RANGES);
    }

    #[test]
    fn merged_in_any_order_the_counts_are_those_of_all() {
        let (long, short) = (run(3000, |t| t < 5), run(7, |t| t < 3));
        for (mut one, other) in [(long.clone(), short.clone()), (short, long)] {
            one.merge(other);
            assert_eq!((one.last, one.width, one.at_last.places()), (3000, 4, 2));
            assert_eq!((one.within(1, 4).informative(), one.within(1, 3000).places()), (8 + 6, 6014));
        }
    }

    #[test]
    fn a_run_after_another_begins_at_its_first_step() {
        let mut both = run(7, |_| true);
        for t in 1..=5 {
            both.begin(t);
            both.add(VACUOUS);
        }
        let mut merged = run(7, |_| true);
        let mut other = Steps::new();
        (1..=5).for_each(|t| {
            other.begin(t);
            other.add(VACUOUS);
        });
        merged.merge(other);
        assert_eq!((both.last, both.at_last, &both.ranges), (merged.last, merged.at_last, &merged.ranges));
    }

    #[test]
    fn a_step_without_places_informs_nowhere() {
        let mut run = run(3, |_| true);
        run.begin(4);
        assert_eq!((run.last, run.at_last.share(), run.informs_until(0.9)), (4, None, 3));
    }
}
