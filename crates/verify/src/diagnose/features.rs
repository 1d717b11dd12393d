//! What rows have in common that no deviation explains.

use std::collections::HashMap;

use halfulp::{Op, Operands, Task};
use serde::Serialize;

use super::region::{Region, short};
use crate::engine::definition::place::{Exact, Magnitude, Meaning, Values, at_most, compare, midpoint};
use crate::engine::definition::{exact, operand};

/// The features of a case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Features {
    /// The region.
    pub region: Region,
    /// Of a sum: whether its terms have opposite signs.
    pub subtracts: Option<bool>,
    /// Of a sum: the exponent of the larger term less that of the smaller one.
    pub distance: Option<i64>,
    /// Of a sum: the exponent of the result less that of the larger term: 1 for a carry, negative for a cancellation.
    pub shift: Option<i64>,
    /// The last bit of the value nearer zero, and the first bit below it.
    pub last_and_guard: Option<(bool, bool)>,
    /// Whether any bit below that is set.
    pub sticky: Option<bool>,
}

/// Features, and how many rows have them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct FeatureCount {
    /// The features.
    pub features: Features,
    /// The number of rows.
    pub rows: u64,
}

impl Features {
    /// The features of a case, by the oracle `definition`.
    #[must_use]
    pub fn of(task: &Task, operands: &Operands) -> Features {
        let region = Region::of(task, operands);
        let (subtracts, distance, larger) = terms(task, operands);
        let bare = Features { region, subtracts, distance, shift: None, last_and_guard: None, sticky: None };
        let Some(Exact::Number { magnitude, more, .. }) = exact(task, operands).map(|outcome| outcome.exact)
        else {
            return bare;
        };
        let shift = larger.zip(leading(magnitude)).map(|(larger, result)| result - larger);
        let values = Values::new(&task.result.facts());
        let Some(k) = at_most(&values, short(magnitude)) else { return Features { shift, ..bare } };
        let against = compare(magnitude, midpoint(&values, k));
        let guard = against.is_ge();
        let exact_value = compare(magnitude, values.at(i128::from(k))).is_eq();
        let sticky = more || !(exact_value || against.is_eq());
        Features { shift, last_and_guard: Some((k % 2 == 1, guard)), sticky: Some(sticky), ..bare }
    }
}

fn leading(x: Magnitude) -> Option<i64> {
    Some(x.exponent + i64::from(x.significand.checked_ilog2()?))
}

/// Of a sum: whether its terms have opposite signs, how far apart their exponents are, and the larger exponent.
fn terms(task: &Task, operands: &Operands) -> (Option<bool>, Option<i64>, Option<i64>) {
    let number = |index: usize| match operand(task, operands, index) {
        Meaning::Finite { negative, magnitude } => leading(magnitude).map(|e| (negative, e)),
        _ => None,
    };
    let pair = match task.op {
        Op::Add => number(0).zip(number(1)),
        Op::Sub => number(0).zip(number(1)).map(|(a, (negative, e))| (a, (!negative, e))),
        Op::Fma => number(0).zip(number(1)).map(|(a, b)| (a.0 != b.0, a.1 + b.1)).zip(number(2)),
        _ => None,
    };
    match pair {
        Some(((p, e), (q, f))) => (Some(p != q), Some((e - f).abs()), Some(e.max(f))),
        None => (None, None, None),
    }
}

/// The commonest features of cases.
pub(super) fn commonest<'a>(
    task: &Task,
    cases: impl IntoIterator<Item = &'a Operands>,
    most: usize,
) -> Vec<FeatureCount> {
    let mut counts: HashMap<Features, u64> = HashMap::new();
    for operands in cases {
        *counts.entry(Features::of(task, operands)).or_default() += 1;
    }
    let mut all: Vec<FeatureCount> =
        counts.into_iter().map(|(features, rows)| FeatureCount { features, rows }).collect();
    all.sort_by_key(|count| (std::cmp::Reverse(count.rows), format!("{:?}", count.features)));
    all.truncate(most);
    all
}
