//! The division of tasks into shards of about equal cost.

use serde::{Deserialize, Serialize};

use super::CampaignError;

/// Some parts of a task: those from `first` up to but excluding `end`. In documents it is a list of three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(usize, u64, u64)", into = "(usize, u64, u64)")]
pub struct Piece {
    /// The position of the task.
    pub task: usize,
    /// The first part.
    pub first: u64,
    /// The part after the last one.
    pub end: u64,
}

impl From<(usize, u64, u64)> for Piece {
    fn from((task, first, end): (usize, u64, u64)) -> Piece {
        Piece { task, first, end }
    }
}

impl From<Piece> for (usize, u64, u64) {
    fn from(Piece { task, first, end }: Piece) -> (usize, u64, u64) {
        (task, first, end)
    }
}

/// What one command runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// The estimated time on one thread.
    pub core_seconds: f64,
    /// The pieces, in steps: after each step the results so far are saved.
    pub steps: Vec<Vec<Piece>>,
}

/// How many shards are wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shards {
    /// So many.
    Number(u64),
    /// As many as it takes for each to have at most so many core-seconds, about.
    CoreSeconds(f64),
}

/// The size and the cost of a task, on one thread.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub cases: u64,
    pub block: u64,
    /// What it takes to begin.
    pub fixed: f64,
    /// What each case takes under all policies.
    pub per_case: f64,
}

impl Cost {
    fn blocks(&self) -> u64 {
        self.cases.div_ceil(self.block)
    }

    pub fn total(&self) -> f64 {
        if self.cases == 0 { 0.0 } else { self.fixed + self.cases as f64 * self.per_case }
    }
}

/// Parts of a task that costs as much as a shard: the shards then differ by less than that part of it.
const PARTS_A_SHARD: f64 = 64.0;

/// What a part may be over a budget.
const ROUNDING: f64 = 0.5;

/// The most shards of a campaign: a manifest lists them all.
pub const MOST_SHARDS: u64 = 100_000;

/// A saved step costs so many times what it takes to begin it, at least.
const STEP_AGAINST_BEGIN: f64 = 20.0;

/// Divides tasks into shards: the parts of each task, and which shard has which.
pub fn divide(costs: &[Cost], shards: Shards, step: f64) -> Result<(Vec<u64>, Vec<Shard>), CampaignError> {
    let total: f64 = costs.iter().map(Cost::total).sum();
    let most: u64 = costs.iter().fold(0, |sum, cost| sum.saturating_add(cost.blocks()));
    if most == 0 {
        return Err(CampaignError::Nothing);
    }
    let wanted = match shards {
        Shards::Number(number) => number,
        Shards::CoreSeconds(seconds) => ((total / seconds).ceil() as u64).clamp(1, most),
    };
    if wanted > most.min(MOST_SHARDS) || wanted == 0 {
        return Err(CampaignError::TooManyShards { wanted, most: most.min(MOST_SHARDS) });
    }
    let parts = parts(costs, wanted, total);
    let budgets = Budgets::of(costs, &parts, wanted, total);
    let mut line = Line::new(costs, &parts);
    let mut spent = 0.0;
    let mut shards = Vec::new();
    for after in (0..wanted).rev() {
        let even = (budgets.together - spent) / (after + 1) as f64;
        // The last one takes what is left.
        let budget = if after == 0 { (f64::INFINITY, f64::INFINITY) } else { (even, budgets.most) };
        let taken = line.take(after, budget);
        spent += taken.iter().map(Taken::cost).sum::<f64>();
        shards.push(steps(&taken, step));
    }
    Ok((parts, shards))
}

/// What shards cost where each begins its tasks anew.
struct Budgets {
    /// The least that each may cost at most.
    most: f64,
    /// What they then cost together.
    together: f64,
}

impl Budgets {
    fn of(costs: &[Cost], parts: &[u64], shards: u64, total: f64) -> Budgets {
        // The cost together, if so many shards are enough.
        let together = |most: f64| {
            let mut line = Line::new(costs, parts);
            let mut spent = 0.0;
            for _ in 0..shards {
                spent += line.take(0, (most, most)).iter().map(Taken::cost).sum::<f64>();
            }
            (line.left == 0).then_some(spent)
        };
        let (mut low, mut high) = (0.0, 2.0 * total + f64::MIN_POSITIVE);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if together(middle).is_some() { high = middle } else { low = middle }
        }
        Budgets { most: high, together: together(high).unwrap_or(total) }
    }
}

/// How many parts each task has: as many as equal shards need, and at least one for each shard together.
fn parts(costs: &[Cost], shards: u64, total: f64) -> Vec<u64> {
    let share = |cost: &Cost| if total > 0.0 { cost.total() / total } else { 1.0 };
    let wished = |cost: &Cost| (PARTS_A_SHARD * shards as f64 * share(cost)).ceil() as u64;
    let parts = |cost: &Cost| wished(cost).clamp(1, cost.blocks().max(1));
    let some: Vec<u64> = costs.iter().map(|cost| if cost.cases == 0 { 0 } else { parts(cost) }).collect();
    let enough = some.iter().fold(0u64, |sum, parts| sum.saturating_add(*parts)) >= shards;
    if enough { some } else { costs.iter().map(Cost::blocks).collect() }
}

/// A piece that a shard takes, the cost of beginning it and that of a part.
struct Taken {
    piece: Piece,
    fixed: f64,
    per_part: f64,
}

impl Taken {
    fn cost(&self) -> f64 {
        self.fixed + (self.piece.end - self.piece.first) as f64 * self.per_part
    }
}

/// All parts of all tasks, and where the next one is.
struct Line<'a> {
    costs: &'a [Cost],
    parts: &'a [u64],
    task: usize,
    part: u64,
    /// Parts that are left.
    left: u64,
}

impl<'a> Line<'a> {
    fn new(costs: &'a [Cost], parts: &'a [u64]) -> Line<'a> {
        let left = parts.iter().fold(0, |sum: u64, parts| sum.saturating_add(*parts));
        let mut line = Line { costs, parts, task: 0, part: 0, left };
        line.skip_done();
        line
    }

    fn skip_done(&mut self) {
        while self.task < self.parts.len() && self.part == self.parts[self.task] {
            (self.task, self.part) = (self.task + 1, 0);
        }
    }

    /// What the next shard takes, so that one part is left for each of those after it: about as much as `even`, or as `most` where beginning a task is
    /// what costs.
    fn take(&mut self, after: u64, (even, most): (f64, f64)) -> Vec<Taken> {
        let (mut used, mut taken) = (0.0, Vec::new());
        while self.left > after && self.task < self.parts.len() {
            let cost = &self.costs[self.task];
            let fixed = cost.fixed;
            let per_part = cost.cases as f64 / self.parts[self.task] as f64 * cost.per_case;
            let budget = if taken.is_empty() && 2.0 * fixed > even { most } else { even };
            let affordable = match budget - used - fixed {
                left if left < 0.0 => 0,
                left if per_part > 0.0 => (left / per_part + ROUNDING).floor() as u64,
                _ => u64::MAX,
            };
            let there = (self.parts[self.task] - self.part).min(self.left - after);
            let count = there.min(affordable.max(u64::from(taken.is_empty())));
            if count == 0 {
                break;
            }
            let piece = Piece { task: self.task, first: self.part, end: self.part + count };
            let own = Taken { piece, fixed, per_part };
            used += own.cost();
            taken.push(own);
            self.left -= count;
            self.part += count;
            self.skip_done();
            if count < there {
                break;
            }
        }
        taken
    }
}

/// Pieces in steps of about so many core-seconds, with the cost of beginning and of parts for each.
fn steps(pieces: &[Taken], step: f64) -> Shard {
    let mut shard = Shard { core_seconds: 0.0, steps: Vec::new() };
    let (mut now, mut used) = (Vec::new(), 0.0);
    for &Taken { piece, fixed, per_part } in pieces {
        let aim = step.max(STEP_AGAINST_BEGIN * fixed);
        let mut first = piece.first;
        while first < piece.end {
            let affordable =
                if per_part > 0.0 { ((aim - used - fixed) / per_part).ceil().max(1.0) } else { f64::MAX };
            let end = piece.end.min(first.saturating_add(affordable as u64));
            now.push(Piece { first, end, ..piece });
            used += fixed + (end - first) as f64 * per_part;
            first = end;
            if used >= aim {
                shard.core_seconds += used;
                shard.steps.push(std::mem::take(&mut now));
                used = 0.0;
            }
        }
    }
    if !now.is_empty() {
        shard.core_seconds += used;
        shard.steps.push(now);
    }
    shard
}

#[cfg(test)]
mod tests;
