//! Diagnosis of answers that depend on the place of their rows: where no deviation of the operands explains them, results that come late and lanes of
//! which one deviates are looked for.

use rayon::prelude::*;

use super::found::Diagnosis;
use super::rows::{Row, Rows};
use super::run;
use crate::deviation::Order;
use crate::engine::Answer;
use crate::model::Behaviour;

/// The most rows by which answers may be late.
const LATEST: usize = 64;
/// The most lanes.
const LANES: usize = 64;
/// Rows that are looked at for an offset.
const LOOKED_AT: usize = 1 << 14;
/// At an offset at least this part of the answers is right that is wrong without it.
const BETTER: usize = 8;
/// Mismatches are in one of several lanes by chance once in 2 to this power, at most.
const CHANCE: usize = 20;

/// The least set of deviations from `base` that explains the rows: of the results first, then of the flags that the device reports. Rows without
/// a defined answer are counted and take no part. Rows have to be in the order in which they were asked for answers that are late, or lanes of which
/// one deviates, to be named; these are named if they leave nothing.
#[must_use]
pub fn diagnose(rows: &Rows, base: &Behaviour) -> Diagnosis {
    let wrong = wrong(rows, base);
    let by_order = late(rows, base, &wrong).or_else(|| lane(rows, base, &wrong, false));
    by_order.unwrap_or_else(|| {
        let found = run::of_rows(rows, base);
        // Where operands tell the rows too, they are taken to decide.
        if found.residual == 0 { found } else { lane(rows, base, &wrong, true).unwrap_or(found) }
    })
}

/// The places of rows with an answer that differs from a device's.
fn wrong(rows: &Rows, base: &Behaviour) -> Vec<usize> {
    let is_wrong = |row: &Row| row.answer.is_some() && !rows.agrees(&rows.comparison, base, row);
    (0..rows.rows.len()).into_par_iter().filter(|&place| is_wrong(&rows.rows[place])).collect()
}

/// What explains the rows if each answer is that of an earlier row.
fn late(rows: &Rows, base: &Behaviour, wrong: &[usize]) -> Option<Diagnosis> {
    let by = offset(rows, base, wrong)?;
    let pairs = rows.rows.iter().zip(&rows.rows[by..]);
    let shifted = pairs.map(|(asked, answered)| Row { operands: asked.operands, answer: answered.answer });
    let found = run::of_rows(&Rows { rows: shifted.collect(), ..rows.clone() }, base);
    // The first answers are of no row.
    let of_none = wrong.iter().filter(|&&place| place < by).count() as u64;
    (found.residual == 0).then(|| in_order(Order::Late { by }, (rows, base, of_none), found))
}

/// The offset at which more answers are right than at any other, and many more than without one.
fn offset(rows: &Rows, base: &Behaviour, wrong: &[usize]) -> Option<usize> {
    let looked_at = &rows.rows[..rows.rows.len().min(LOOKED_AT)];
    if wrong.len() < looked_at.len() / BETTER {
        return None;
    }
    let expected: Vec<Answer> =
        looked_at.par_iter().map(|row| Answer::full(base.answer(&rows.task, row.operands))).collect();
    let right = |by: usize| {
        let agrees = |(expected, row): (&Answer, &Row)| {
            row.answer.is_some_and(|answer| rows.comparison.agrees(&rows.task, &answer, expected))
        };
        expected.par_iter().zip(&looked_at[by..]).filter(|pair| agrees(*pair)).count()
    };
    let most = (looked_at.len() / 4).min(LATEST);
    let (by, count) = (1..=most).map(|by| (by, right(by))).max_by_key(|&(by, count)| (count, most - by))?;
    (count >= right(0) + looked_at.len() / BETTER).then_some(by)
}

/// What explains the rows if every so many-th deviates and no other, whether or not operands tell these rows too.
fn lane(rows: &Rows, base: &Behaviour, wrong: &[usize], by_operands: bool) -> Option<Diagnosis> {
    let apart = wrong.windows(2).map(|pair| pair[1] - pair[0]).fold(0, gcd);
    let is_likely = |of: &usize| {
        let by_chance = wrong.len().saturating_sub(1) * of.ilog2() as usize;
        apart.is_multiple_of(*of)
            && by_chance >= CHANCE
            && is_told_by_operands(rows, wrong[0] % of, *of) == by_operands
    };
    (2..=LANES.min(apart)).filter(is_likely).find_map(|of| {
        let first = wrong[0] % of;
        let own = rows.rows.iter().skip(first).step_by(of).copied().collect();
        let found = run::of_rows(&Rows { rows: own, ..rows.clone() }, base);
        let order = Order::Lane { lane: first + 1, of };
        let explains = found.residual == 0 && !found.parts.is_empty();
        explains
            .then(|| Diagnosis { order_by_operands: by_operands, ..in_order(order, (rows, base, 0), found) })
    })
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Whether some bits of the operands tell the rows of a lane from all others, as the last bits of codes do that are gone through in order.
fn is_told_by_operands(rows: &Rows, first: usize, of: usize) -> bool {
    let mut own = rows.rows.iter().skip(first).step_by(of).map(|row| row.operands.codes);
    let Some(codes) = own.next() else { return false };
    let same = own.fold([u64::MAX; 3], |same, other| [0, 1, 2].map(|i| same[i] & !(codes[i] ^ other[i])));
    let is_alike = |row: &Row| (0..3).all(|i| (row.operands.codes[i] ^ codes[i]) & same[i] == 0);
    let mut others = rows.rows.iter().enumerate().filter(|(place, _)| place % of != first);
    !others.any(|(_, row)| is_alike(row))
}

/// The counts of all rows, of which some mismatches are left, with what explains the others in an order.
fn in_order(order: Order, (rows, base, left): (&Rows, &Behaviour, u64), found: Diagnosis) -> Diagnosis {
    let all = run::unsearched(rows, base);
    Diagnosis {
        order: Some(order),
        explained: all.mismatches - left,
        contradicted: 0,
        residual: left,
        residual_of_results: left,
        features: Vec::new(),
        unexplained: Vec::new(),
        ..Diagnosis {
            parts: found.parts,
            device: found.device,
            held_out: found.held_out,
            common: found.common,
            ..all
        }
    }
}
