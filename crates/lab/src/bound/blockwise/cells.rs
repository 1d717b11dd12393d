//! What a code book and a rule are good for, from their definitions alone.

use super::U;
use crate::bound::outward::Upper;
use crate::storage::blockwise::{Decision, Map, Scaling, Scheme};

/// A code book between its entries.
#[derive(Clone, Debug)]
pub struct Cells {
    book: Vec<f64>,
    signed: bool,
    map: Map,
    unit: f64,
    decision: Decision,
    repaired: bool,
    flush: bool,
    tau: f64,
    reach: f64,
    relative: [Upper; 7],
}

/// The decade of a share of the largest magnitude: `k` for `10^-(k+1) <= z < 10^-k`, 0 for 1 too; `None` below 1e-7 and for what is
/// no number.
#[must_use]
pub fn decade_of(z: f64) -> Option<usize> {
    (0..7).find(|&k| z >= DECADES[k + 1]).filter(|_| z.is_finite())
}

const DECADES: [f64; 8] = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7];

impl Cells {
    /// Those of a scheme.
    #[must_use]
    pub fn new(scheme: &Scheme) -> Cells {
        let p = scheme.parameters();
        let divided = p.scaling == Scaling::Division;
        let mut cells = Cells {
            book: scheme.book().iter().map(|&c| f64::from(c)).collect(),
            signed: p.signed,
            map: p.map,
            unit: f64::from(p.map.unit()),
            decision: p.decision,
            repaired: p.sign_repair,
            flush: p.flush,
            tau: if divided { U } else { 2.0 * U + U * U },
            // Half a step of the grid; (z + 1) / 2 is off by u, its place among 65536 by 2^-9 of a step, what is read there by 2u and u.
            reach: if p.decision == Decision::Grid { 1.0 / 65535.0 + 12.0 * U } else { 0.0 },
            relative: [Upper::UNKNOWN; 7],
        };
        cells.relative = std::array::from_fn(|decade| cells.worst(decade));
        cells
    }

    /// The relative error of a computed quotient.
    #[must_use]
    pub const fn tau(&self) -> Upper {
        Upper::of(self.tau)
    }

    /// How many entries are at magnitudes in a decade below 1: `10^-(k+1) <= |c| < 10^-k`, of one sign.
    #[must_use]
    pub fn entries(&self, decade: usize) -> usize {
        self.book.iter().filter(|c| decade_of(**c / self.unit) == Some(decade) && **c < self.unit).count()
    }

    /// At least `|c - z|` for a quotient at most `reach` from `z`: half the gap, and what the rule adds.
    fn half_gap(&self, z: f64) -> Upper {
        let above = self.book.partition_point(|c| *c <= z);
        match above {
            0 => Upper::distance(self.book[0], z),
            256 => Upper::distance(z, self.book[255]),
            _ => {
                let [low, high] = [self.book[above - 1], self.book[above]];
                let gap = Upper::distance(high, low);
                let slack = match self.decision {
                    Decision::Nearest(_) => Upper::ZERO,
                    // The middle is rounded once.
                    Decision::Middle(_) | Decision::Grid => Upper::of(U * low.abs().max(high.abs())),
                    // Both differences are rounded.
                    Decision::Residual => gap * Upper::of(2.0 * U),
                };
                // The zero's code has no sign, so all of the cell below it may go to the other end.
                let share = if self.repaired && low < 0.0 && high >= 0.0 { 1.0 } else { 0.5 };
                gap * Upper::of(share) + slack
            }
        }
    }

    /// At least `|c - z|` for the entry `c` that a quotient computed for `z` gets.
    #[must_use]
    pub fn distance(&self, z: f64) -> Upper {
        let reach = self.tau * z.abs() + self.reach;
        // Gaps widen with the distance from zero, so that the widest in reach is at one of the ends.
        let ends = self.half_gap(z - reach).max(self.half_gap(z + reach));
        // A negative zero is repaired like any negative number.
        let below = self.repaired && z == 0.0 && z.is_sign_negative();
        let ends = if below { ends.max(self.half_gap(-f64::MIN_POSITIVE)) } else { ends };
        ends + Upper::of(reach)
    }

    pub(super) fn element(&self, divisor: f64, x: f64, read_back: f64) -> Upper {
        Upper::of(divisor) * self.distance(x / divisor) * Upper::of(1.0 + 1e-15)
            + Upper::of(read_back) * Upper::of(U * (1.0 + 2.0 * U))
            + self.underflow(divisor)
    }

    /// What underflow can add.
    pub(super) fn underflow(&self, divisor: f64) -> Upper {
        let least = if self.flush { 2f64.powi(-125) } else { 2f64.powi(-148) };
        Upper::of(least) + Upper::of(least) * Upper::of(divisor)
    }

    /// The largest half-gap, in units of the scale.
    #[must_use]
    pub fn widest(&self) -> Upper {
        let low = if self.signed { -self.unit } else { 0.0 };
        let inner = self.book.iter().filter(|c| **c > low && **c < self.unit);
        inner.chain(&[low, self.unit]).map(|&z| self.distance(z)).fold(Upper::ZERO, Upper::max)
    }

    /// For an equidistant code book.
    pub(super) fn linear(&self, largest: f64, x: f64) -> Upper {
        let steps = if self.signed { 127.0 } else { 255.0 };
        let (scale, error) = match self.map {
            Map::Integer => (steps, 0.0),
            _ => (1.0, self.table_error(steps)),
        };
        // Where a sign is repaired, a whole step.
        let share = if self.repaired { 1.0 } else { 0.5 };
        let half =
            Upper::of(share).over(steps) + Upper::of(error + 2.0 * U + self.reach) * Upper::of(1.0 / scale);
        let per_x = Upper::of(self.tau) + Upper::of(U * (1.0 + self.tau));
        // Integers take their scale from the rounded quotient by 127; the table's rules err by 2u.
        Upper::of(largest) * half * Upper::of((1.0 + U) * (1.0 + U))
            + per_x * Upper::of(x)
            + self.underflow(largest)
    }

    fn table_error(&self, steps: f64) -> f64 {
        let exact = |code: usize| match (self.signed, code as f64) {
            (false, k) => k / steps,
            (true, k) if code < 128 => (k - 127.0) / steps,
            (true, k) => (k - 128.0) / steps,
        };
        self.book.iter().enumerate().fold(0.0, |worst, (code, c)| f64::max(worst, (c - exact(code)).abs()))
    }

    /// The largest relative error of an element in a decade below the largest magnitude.
    #[must_use]
    pub fn relative(&self, decade: usize) -> Upper {
        self.relative.get(decade).copied().unwrap_or(Upper::UNKNOWN)
    }

    fn worst(&self, decade: usize) -> Upper {
        let [top, bottom] = [DECADES[decade] * self.unit, DECADES[decade + 1] * self.unit];
        let sides: &[f64] = if self.signed { &[1.0, -1.0] } else { &[1.0] };
        let worst_on = |side: &f64| {
            let mut magnitudes: Vec<f64> = self.book.iter().map(|c| c * side).filter(|c| *c >= 0.0).collect();
            magnitudes.sort_by(f64::total_cmp);
            // Past the last entry, up to the largest magnitude.
            magnitudes.push(f64::INFINITY);
            let cells = magnitudes.windows(2).filter(|cell| cell[0] <= top && cell[1] >= bottom);
            let ratio = |cell: &[f64]| {
                let (low, high) = (cell[0], cell[1]);
                let middle = (low + (high - low) / 2.0).clamp(bottom, top);
                let beside = (middle - low).min(high - middle) / middle;
                let repaired = self.repaired && low == 0.0 && *side < 0.0;
                if repaired { f64::max(beside, (high - bottom) / bottom) } else { beside }
            };
            cells.map(ratio).fold(0.0, f64::max)
        };
        let worst = sides.iter().map(worst_on).fold(0.0, f64::max);
        // The rule's reach moves both the quotient and the entry; slack and products add a few u.
        Upper::of(worst * (1.0 + 1e-12))
            + Upper::of(2.0 * self.reach).over(DECADES[decade + 1])
            + Upper::of(12.0 * U + 4.0 * self.tau)
    }
}
