//! Levels that an average is kept by: those of a scheme, and code books of few bits.

use std::fmt;

use serde::Deserialize;

use crate::bound::Tally;
use crate::bound::outward::Upper;
use crate::storage::blockwise::{Decision, Map, Scheme};
use crate::storage::levels::LowBit;

/// A code book by its closed form, with levels in units of the scale.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Book {
    /// Equal steps (`linear`), or as many in every decade as there are bits for (`dynamic`).
    pub map: Map,
    /// Bits of a code, 2 to 8.
    pub bits: u32,
    /// Whether it has negative levels.
    #[serde(default)]
    pub signed: bool,
}

impl fmt::Display for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}-bit{}", self.map, self.bits, if self.signed { " signed" } else { "" })
    }
}

impl Book {
    /// The levels, ascending. Linear: `k / (2^bits - 1)`; signed `k / (2^(bits-1) - 1)`, where one code stands for nothing. Dynamic: 0, 1, and the
    /// centres of `2^(i+1)` (signed `2^i`, and their negatives) equal parts of `[0.1, 1]` times `10^-(bits-2-i)`, `i` from 0 to `bits - 2`
    /// (Dettmers et al., arXiv 2110.02861; here in binary64, so that the last bits are not those of a library's table).
    ///
    /// # Errors
    /// What is wrong with the book.
    pub fn levels(&self) -> Result<Vec<f64>, String> {
        if !(2..=8).contains(&self.bits) {
            return Err(format!("{} bits: expected 2 to 8", self.bits));
        }
        let n = 1u32 << self.bits;
        match self.map {
            Map::Linear if self.signed => {
                let most = i32::from(n as u16 / 2) - 1;
                Ok((-most..=most).map(|k| f64::from(k) / f64::from(most)).collect())
            }
            Map::Linear => Ok((0..n).map(|k| f64::from(k) / f64::from(n - 1)).collect()),
            Map::Dynamic => {
                let decades = self.bits - 1;
                let mut positive = Vec::new();
                for i in 0..decades {
                    let (parts, power) = (1u32 << (i + u32::from(!self.signed)), (decades - 1 - i) as i32);
                    let centre =
                        |j| (0.1 + 0.9 * (f64::from(j) + 0.5) / f64::from(parts)) / 10f64.powi(power);
                    positive.extend((0..parts).map(centre));
                }
                let negative = positive.iter().rev().map(|y| -y).filter(|_| self.signed);
                Ok(negative.chain([0.0]).chain(positive.iter().copied()).chain([1.0]).collect())
            }
            Map::Integer => {
                Err("map: integers have no levels of fewer bits; expected linear or dynamic".into())
            }
        }
    }
}

/// The levels of a scheme, and how much closer to a boundary its arithmetic may come.
#[derive(Clone, Debug)]
pub struct Levels {
    levels: Vec<f64>,
    slack: f64,
}

impl Levels {
    /// Those of a scheme.
    #[must_use]
    pub fn new(scheme: &Scheme) -> Levels {
        let p = scheme.parameters();
        let unit = f64::from(p.map.unit());
        let levels = scheme.book().iter().map(|c| f64::from(*c) / unit).collect();
        // The step in binary32 (or rounded to it), the scale, the quotient and the rule's middles: each a few 2^-24 of at most 1; the
        // grid's rule reaches half a step.
        let grid = if p.decision == Decision::Grid { 1.0 / 65535.0 } else { 0.0 };
        Levels { levels, slack: 16.0 * 2f64.powi(-24) + grid }
    }

    /// Those of a low-bit storage, which computes in binary32; none of logarithmic ones.
    #[must_use]
    pub fn low_bit(low: &LowBit) -> Levels {
        // As for schemes.
        Levels { levels: low.book().iter().map(|y| f64::from(*y)).collect(), slack: 16.0 * 2f64.powi(-24) }
    }

    /// Those of a code book, with an average that is computed and stored in binary64.
    ///
    /// # Errors
    /// What is wrong with the book.
    pub fn of(book: &Book) -> Result<Levels, String> {
        // Two products, a sum, the scale, the quotient, the middle: each a 2^-53 of at most 1.
        Ok(Levels { levels: book.levels()?, slack: 16.0 * 2f64.powi(-53) })
    }

    /// The levels, ascending, in units of the scale.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.levels
    }

    /// The code of the level next to `z`, the lower one in the middle between two.
    #[must_use]
    pub fn nearest(&self, z: f64) -> u8 {
        let middle = |k: usize| (self.levels[k] + self.levels[k + 1]) / 2.0;
        let (mut low, mut high) = (0, self.levels.len() - 1);
        while low < high {
            let k = usize::midpoint(low, high);
            if z > middle(k) { low = k + 1 } else { high = k }
        }
        low as u8
    }

    /// The code of one of the two levels around `z`, by chance, so that the mean is `z`: the upper one if 53 bits of the noise are, as a part of
    /// 1, below `(z - lower) / (upper - lower)`. Outside the levels it is the last one.
    #[must_use]
    pub fn by_chance(&self, z: f64, noise: u64) -> u8 {
        let above = self.levels.partition_point(|level| *level <= z);
        if above == 0 || above == self.levels.len() {
            return above.saturating_sub(1) as u8;
        }
        let [low, high] = [self.levels[above - 1], self.levels[above]];
        let part = (noise >> 11) as f64 / 2f64.powi(53);
        (if part < (z - low) / (high - low) { above } else { above - 1 }) as u8
    }

    /// Half the largest gap: the `r_max` of Theorem 3.6.
    #[must_use]
    pub fn widest(&self) -> f64 {
        self.levels.windows(2).map(|pair| (pair[1] - pair[0]) / 2.0).fold(0.0, f64::max)
    }

    /// Half the smaller gap beside a level, in units of the scale: the `r` of the theorem.
    #[must_use]
    pub fn half_gap(&self, code: u8) -> f64 {
        let k = usize::from(code);
        let below = k.checked_sub(1).map_or(f64::INFINITY, |below| self.levels[k] - self.levels[below]);
        let above = self.levels.get(k + 1).map_or(f64::INFINITY, |above| above - self.levels[k]);
        below.min(above) / 2.0
    }

    /// Whether the theorem says that the index stays: decay, signal, scale before and after, and the stored index.
    #[must_use]
    pub fn swamped(&self, beta: f64, z: f64, before: f64, after: f64, code: u8) -> bool {
        if !(before.is_finite() && after.is_normal() && after > 0.0) {
            return false;
        }
        let level = self.levels[usize::from(code)];
        let pull = Upper::of(1.0 - beta) * Upper::distance(z / after, level);
        let moved =
            pull + Upper::distance(before / after, 1.0) + Upper::of(self.slack * (1.0 + (z / after).abs()));
        moved.get() < self.half_gap(code)
    }

    /// A step of an element's average: what the theorem says beside what became of the index.
    pub fn observe(&self, tally: &mut Tally, beta: f64, step: &Step, at: impl FnOnce() -> String) {
        if self.swamped(beta, step.signal, step.scales[0], step.scales[1], step.codes[0]) {
            tally.observe(f64::from(u8::from(step.codes[0] != step.codes[1])), 0.0, 1.0, at);
        } else {
            tally.fail(0, at);
        }
    }

    fn codes(&self) -> impl Iterator<Item = u8> {
        (0..self.levels.len()).map(|code| code as u8)
    }

    /// The decay from which on a signal of at most `reach` times the scale away from a level never moves an average off it, the scale being
    /// constant: `r >= reach (1 - b)`. Sorted ascending over all levels.
    #[must_use]
    pub fn thresholds(&self, reach: f64) -> Vec<f64> {
        let mut all: Vec<f64> = self.codes().map(|code| 1.0 - self.half_gap(code) / reach).collect();
        all.sort_by(f64::total_cmp);
        all
    }
}

/// A step of one element's average.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What is averaged.
    pub signal: f64,
    /// The scale before and after, in the unit of the signal.
    pub scales: [f64; 2],
    /// The stored index before and after.
    pub codes: [u8; 2],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_of_eight_bits_are_the_ones_that_libraries_have() {
        for map in [Map::Linear, Map::Dynamic] {
            for signed in [true, false] {
                let levels = Book { map, bits: 8, signed }.levels().unwrap();
                let scheme = Scheme::preset("paper", map, signed, 256).unwrap();
                // The signed linear table has 2^-28 beside 0.
                let table = scheme.book().iter().map(|y| f64::from(*y));
                let mut table: Vec<f64> = table.collect();
                table.dedup_by(|a, b| (*a - *b).abs() < 1e-8);
                assert_eq!(levels.len(), table.len(), "{map} {signed}");
                for (level, entry) in levels.iter().zip(table) {
                    // Linear tables are steps from -1, rounded there.
                    let rounded = if map == Map::Linear { 6e-8 } else { 1e-12 };
                    let near = (level - entry).abs() <= 2e-7 * entry.abs() + rounded;
                    assert!(near, "{map} {signed}: {level} {entry}");
                }
            }
        }
        let wrong = |map, bits| Book { map, bits, signed: true }.levels().unwrap_err();
        assert!(wrong(Map::Linear, 9).contains("9 bits") && wrong(Map::Integer, 8).contains("linear"));
    }

    #[test]
    fn codes_are_the_nearest_and_by_chance_one_of_two() {
        let levels = Levels::of(&Book { map: Map::Dynamic, bits: 4, signed: false }).unwrap();
        for k in 0..=1000 {
            let z = f64::from(k) / 1000.0;
            let distance = |code: u8| (levels.values()[usize::from(code)] - z).abs();
            let nearest = levels.nearest(z);
            assert!((0..16).all(|code| distance(nearest) <= distance(code) + 1e-15), "{z}");
            let (low, high) = (levels.by_chance(z, u64::MAX), levels.by_chance(z, 0));
            assert!(high - low <= 1 && (low..=high).contains(&nearest), "{z}");
            assert!(levels.values()[usize::from(low)] <= z && z <= levels.values()[usize::from(high)], "{z}");
        }
    }
}
