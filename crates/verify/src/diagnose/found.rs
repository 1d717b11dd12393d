//! What a diagnosis says.

use halfulp::{Flags, Operands, Task};
use rayon::prelude::*;

use super::common::{Common, Constant};
use super::equal::{distinguishing, is_exhaustive};
use super::features::{FeatureCount, commonest};
use super::outcome::Outcome;
use super::region::Region;
use super::rows::{Row, Rows};
use crate::deviation::{Deviation, Order};
use crate::engine::Answer;
use crate::model::Behaviour;
use crate::verify::Comparison;

/// At most so many mismatches are sorted into regions.
const SORTED: usize = 1 << 17;
/// Operands that tell two explanations apart.
const APART: usize = 4;
/// Rows that are shown of those that nothing explains.
const SHOWN: usize = 8;

/// What explains a device's answers, and what is left.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// What was asked for.
    pub task: Task,
    /// The rows.
    pub rows: u64,
    /// The cases that were to be answered.
    pub planned: u64,
    /// Rows whose answer has undefined digits. They are mismatches that no deviation explains, and are in none of the other counts.
    pub undefined: u64,
    /// Rows that differ from a device without deviations.
    pub mismatches: u64,
    /// Those of them whose result differs; the others differ in flags only.
    pub of_results: u64,
    /// Mismatches that the explanation gives.
    pub explained: u64,
    /// Rows that do not differ from a device without deviations, but from the explanation.
    pub contradicted: u64,
    /// Rows that the explanation does not give: mismatches and contradicted ones.
    pub residual: u64,
    /// Those of them whose result the explanation does not give; the others differ from it in flags only.
    pub residual_of_results: u64,
    /// How the place of a row decides its answer, if that explains the rows: the deviations are then those of the rows by their order, and of a lane
    /// those of its rows.
    pub order: Option<Order>,
    /// Whether a lane's rows are told from the others by bits of their operands too, so that these may decide and not the order.
    pub order_by_operands: bool,
    /// The deviations.
    pub parts: Vec<Part>,
    /// The device that the explanation describes.
    pub device: Behaviour,
    /// Of the mismatches that were held out of the search: how many the set gives, and how many there are. `None` if there were
    /// too few rows, or if the set was found only with them.
    pub held_out: Option<(u64, u64)>,
    /// The mismatches by region, of at most the first 131,072.
    pub regions: Vec<(Region, u64)>,
    /// What the rows have in common that nothing explains.
    pub features: Vec<FeatureCount>,
    /// What all of them have in common.
    pub common: Common,
    /// Some rows that nothing explains.
    pub unexplained: Vec<Unexplained>,
    /// What is the same in all answers, if anything is.
    pub constant: Option<Constant>,
    /// The flags that were compared: those that are asked for and that the device reports in every row.
    pub flags: Flags,
    /// Whether it reports others in some rows, where they were compared too.
    pub more_flags: bool,
}

/// A row that nothing explains.
#[derive(Clone, Copy, Debug)]
pub struct Unexplained {
    /// The row.
    pub row: Row,
    /// The answer of a device without deviations.
    pub expected: Answer,
    /// The answer of the device that the explanation describes.
    pub explained: Answer,
}

/// A deviation of an explanation.
#[derive(Clone, Debug)]
pub struct Part {
    /// The deviation.
    pub deviation: Deviation,
    /// What it explains.
    pub explains: Explains,
    /// Other deviations that give the same answers in all rows.
    pub others: Vec<Other>,
}

/// How many rows need a deviation: for their results, or if it changes none for their flags.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explains {
    /// Rows that are wrong without it and right with it.
    pub rows: u64,
    /// Rows that are right without it and wrong with it.
    pub contradicts: u64,
}

/// Another deviation that the rows do not tell apart.
#[derive(Clone, Debug)]
pub struct Other {
    /// The deviation.
    pub deviation: Deviation,
    /// Operands on which it gives another answer. If there are none, no input tells the two apart, as far as they were tried.
    pub apart: Vec<Operands>,
    /// Whether all inputs were tried.
    pub exhaustive: bool,
}

impl Diagnosis {
    /// The names of the deviations.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.parts.iter().map(|part| part.deviation.name.as_str()).collect()
    }

    /// Whether every row is explained.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.residual == 0 && self.undefined == 0
    }

    /// Whether the device never differed.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.mismatches == 0 && self.undefined == 0
    }
}

/// Explanations that the rows do not tell apart but other inputs do.
pub(super) fn ambiguous(found: &Diagnosis) -> impl Iterator<Item = (&Part, &Other)> {
    let others = found.parts.iter().flat_map(|part| part.others.iter().map(move |other| (part, other)));
    others.filter(|(_, other)| !other.apart.is_empty())
}

/// Puts together what was found; `results` is what counts as equal in results alone.
pub(super) fn assemble(rows: &Rows, outcome: &Outcome, results: &Comparison) -> Diagnosis {
    let (base, device) = (outcome.base, outcome.device());
    let wrong = |behaviour: &Behaviour, comparison: &Comparison| -> Vec<usize> {
        let is_wrong = |index: &usize| !rows.agrees(comparison, behaviour, &rows.rows[*index]);
        (0..rows.rows.len()).into_par_iter().filter(is_wrong).collect()
    };
    let mismatches = wrong(&base, &outcome.comparison);
    let left = wrong(&device, &outcome.comparison);
    let answer = |device: &Behaviour, row: &Row| Answer::full(device.answer(&rows.task, row.operands));
    let unexplained = left.iter().take(SHOWN).map(|&index| {
        let row = rows.rows[index];
        Unexplained { row, expected: answer(&base, &row), explained: answer(&device, &row) }
    });
    let contradicted = left.iter().filter(|index| mismatches.binary_search(index).is_err()).count();
    let unexplained_rows: Vec<(Row, Answer)> =
        left.iter().map(|&index| (rows.rows[index], answer(&device, &rows.rows[index]))).collect();
    Diagnosis {
        task: rows.task,
        rows: rows.rows.len() as u64,
        planned: rows.rows.len() as u64,
        undefined: 0,
        explained: (mismatches.len() + contradicted - left.len()) as u64,
        contradicted: contradicted as u64,
        common: Common::of(&rows.task, &unexplained_rows),
        constant: Constant::of(rows),
        mismatches: mismatches.len() as u64,
        of_results: wrong(&base, results).len() as u64,
        residual: left.len() as u64,
        residual_of_results: wrong(&device, results).len() as u64,
        held_out: outcome.held_out,
        regions: regions(rows, &mismatches),
        features: commonest(&rows.task, left.iter().take(SORTED).map(|&i| &rows.rows[i].operands), SHOWN),
        unexplained: unexplained.collect(),
        flags: rows.always_known(),
        more_flags: rows.always_known() != rows.compared(),
        order: None,
        order_by_operands: false,
        parts: parts(rows, outcome),
        device,
    }
}

fn regions(rows: &Rows, mismatches: &[usize]) -> Vec<(Region, u64)> {
    let sorted = &mismatches[..mismatches.len().min(SORTED)];
    let of = |index: &usize| Region::of(&rows.task, &rows.rows[*index].operands);
    let found: Vec<Region> = sorted.par_iter().map(of).collect();
    let count = |region: Region| found.iter().filter(|other| **other == region).count() as u64;
    Region::ALL.map(|region| (region, count(region))).into_iter().filter(|(_, count)| *count > 0).collect()
}

fn parts(rows: &Rows, outcome: &Outcome) -> Vec<Part> {
    let device = outcome.device();
    let results = Comparison { flags: Flags::NONE, ..outcome.comparison };
    let part = |&number: &usize| {
        let devices = [&outcome.without(Some(number)), &device];
        let of_results = rows.change(&results, devices, &rows.rows);
        let with_flags = || rows.change(&outcome.comparison, devices, &rows.rows);
        let (explained, contradicts) = if of_results == (0, 0) { with_flags() } else { of_results };
        Part {
            deviation: outcome.candidates[number].clone(),
            explains: Explains { rows: explained, contradicts },
            others: others(rows, outcome, number, &device),
        }
    };
    let mut parts: Vec<Part> = outcome.set.iter().map(part).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.explains.rows));
    parts
}

/// Deviations that, in place of one of a set, give the same answers in all rows.
fn others(rows: &Rows, outcome: &Outcome, number: usize, device: &Behaviour) -> Vec<Other> {
    let without = outcome.without(Some(number));
    let is_free = |candidate: &Deviation| {
        let others = outcome.set.iter().filter(|other| **other != number);
        others.map(|&other| &outcome.candidates[other]).all(|other| !other.excludes(candidate))
    };
    let candidates = outcome.candidates.iter().enumerate();
    let candidates =
        candidates.filter(|(other, c)| !outcome.set.contains(other) && is_free(c)).map(|(_, c)| c);
    let flags = if outcome.comparison.flags == Flags::NONE { Flags::NONE } else { rows.compared() };
    let comparison = Comparison { flags, ..outcome.comparison };
    let same = |behaviour: &Behaviour| {
        let alike = |row: &Row| {
            let (a, b) =
                (device.answer(&rows.task, row.operands), behaviour.answer(&rows.task, row.operands));
            comparison.agrees(&rows.task, &Answer::full(a), &Answer::full(b))
        };
        rows.rows.iter().all(alike)
    };
    let mut found = Vec::new();
    for candidate in candidates {
        let mut other = without;
        candidate.plant(&mut other);
        if other.covers(&rows.task) && same(&other) {
            found.push(Other {
                deviation: candidate.clone(),
                apart: distinguishing(&rows.task, &comparison, (device, &other), APART),
                exhaustive: is_exhaustive(&rows.task),
            });
        }
    }
    found
}
