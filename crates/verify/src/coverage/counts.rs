//! Counts of the bins that cases hit.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use halfulp::{Operands, Task};

use super::group::Hits;
use super::model::Model;

/// How often each bin of a model was hit.
pub struct Counts {
    model: Model,
    bins: Vec<u64>,
    cases: u64,
    fingerprint: u64,
}

/// A number of a case: the sum of those of some cases is the same in every order.
fn fingerprint(case: &Operands) -> u64 {
    let words = [case.codes[0], case.codes[1], case.codes[2], case.noise];
    words
        .into_iter()
        .fold(0, |all: u64, word| (all ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29))
}

impl Counts {
    /// Of a task, none yet.
    #[must_use]
    pub fn new(task: &Task) -> Counts {
        let model = Model::new(task);
        Counts { bins: vec![0; model.bins()], model, cases: 0, fingerprint: 0 }
    }

    /// Counts some cases.
    ///
    /// ```
    /// use halfulp::{Format, Op, Task};
    /// use halfulp_verify::coverage::Counts;
    ///
    /// let mut counts = Counts::new(&Task::within(Op::Mul, Format::E4M3FN));
    /// counts.see(&[[0x38, 0x38].into(), [0x00, 0x7f].into()]);
    /// assert_eq!(counts.cases(), 2);
    /// assert!(counts.bins().iter().any(|count| *count > 0));
    /// ```
    pub fn see(&mut self, cases: &[Operands]) {
        let mut hits = Hits::new();
        for case in cases {
            self.model.hits(case, &mut hits);
            self.fingerprint = self.fingerprint.wrapping_add(fingerprint(case));
            for &bin in &hits.list {
                self.bins[bin as usize] += 1;
            }
        }
        self.cases += cases.len() as u64;
    }

    /// The model whose bins are counted.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How often each bin was hit.
    #[must_use]
    pub fn bins(&self) -> &[u64] {
        &self.bins
    }

    /// The number of cases.
    #[must_use]
    pub fn cases(&self) -> u64 {
        self.cases
    }

    /// A number that tells sets of cases apart, whatever their order.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

/// Counts of several tasks, to which several threads add.
pub struct Gatherer {
    tasks: Vec<Task>,
    slots: HashMap<Task, Slot>,
}

struct Slot {
    model: Model,
    counts: Mutex<Sums>,
}

struct Sums {
    bins: Vec<u64>,
    cases: u64,
    fingerprint: u64,
}

/// Why coverage of so much cannot be counted.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "coverage of these {tasks} tasks takes too many counters: name fewer operations, formats or policies, as in `--op mul --round rne \
     --saturate none`"
)]
pub struct TooMany {
    /// The number of tasks.
    pub tasks: usize,
}

/// The most counters of a run: 128 MiB of them.
const MOST: usize = 1 << 24;

/// The most tasks of a run.
const MOST_TASKS: usize = 1 << 12;

impl Gatherer {
    /// Of some tasks, each under its policy.
    ///
    /// # Errors
    /// If their bins are too many to be counted.
    pub fn new(tasks: impl IntoIterator<Item = Task>) -> Result<Gatherer, TooMany> {
        let mut gatherer = Gatherer { tasks: Vec::new(), slots: HashMap::new() };
        let tasks: Vec<Task> = tasks.into_iter().collect();
        if tasks.len() > MOST_TASKS {
            return Err(TooMany { tasks: tasks.len() });
        }
        let mut bins = 0;
        for &task in &tasks {
            if gatherer.slots.contains_key(&task) {
                continue;
            }
            let model = Model::new(&task);
            bins += model.bins();
            if bins > MOST {
                return Err(TooMany { tasks: tasks.len() });
            }
            let counts = Mutex::new(Sums { bins: vec![0; model.bins()], cases: 0, fingerprint: 0 });
            gatherer.slots.insert(task, Slot { model, counts });
            gatherer.tasks.push(task);
        }
        Ok(gatherer)
    }

    /// Counts cases of a task; those of a task that was not named are not counted.
    pub fn see(&self, task: &Task, cases: &[Operands]) {
        let Some(slot) = self.slots.get(task) else { return };
        let mut hits = Hits::new();
        for part in cases.chunks(PART) {
            hits.list.clear();
            part.iter().for_each(|case| slot.model.add_hits(case, &mut hits));
            let own = part.iter().fold(0u64, |all, case| all.wrapping_add(fingerprint(case)));
            let mut counts = slot.counts.lock().unwrap_or_else(PoisonError::into_inner);
            for &bin in &hits.list {
                counts.bins[bin as usize] += 1;
            }
            counts.cases += part.len() as u64;
            counts.fingerprint = counts.fingerprint.wrapping_add(own);
        }
    }

    /// The counts of each task, in the order in which they were named.
    #[must_use]
    pub fn finish(mut self) -> Vec<Counts> {
        let of_task = |task: &Task| {
            let Slot { model, counts } = self.slots.remove(task)?;
            let Sums { bins, cases, fingerprint } =
                counts.into_inner().unwrap_or_else(PoisonError::into_inner);
            Some(Counts { model, bins, cases, fingerprint })
        };
        self.tasks.iter().filter_map(of_task).collect()
    }
}

/// Cases whose hits are kept before they are counted: the lock is held for the counting alone.
const PART: usize = 512;
