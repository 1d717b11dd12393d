//! What storing in few bits can change.

use super::allowed::{Allowed, Beyond};
use crate::bound::outward::Upper;
use crate::storage::levels::{BlockLevels, Chance, LowBit, Spacing};

/// How much closer to a level a number may come by what is rounded on the way to its code, relatively: quotient, and of logarithmic levels two logarithms of at
/// most 150 and their quotient, each 2^-24.
const ROUNDED: f64 = 1.0 / (1u64 << 15) as f64;

/// What storing `values`, from the first element of a block on, can change of each.
pub(super) fn allowed(low: &LowBit, values: &[f64], stored: &[f64]) -> Vec<Result<Allowed, Beyond>> {
    let mut all = Vec::with_capacity(values.len());
    for (values, _) in values.chunks(low.block).zip(stored.chunks(low.block)) {
        let narrow: Vec<f32> = values.iter().map(|&x| x as f32).collect();
        let scale = low.scale(&narrow);
        let levels = low.levels_of(scale);
        let finite = narrow.iter().all(|x| x.is_finite()) && scale.base.is_finite();
        for (&x, &narrow) in values.iter().zip(&narrow) {
            let beyond = !finite || (!low.signed && narrow < 0.0);
            all.push(if beyond { Err(Beyond) } else { Ok(element(low, &levels, x, narrow)) });
        }
    }
    all
}

fn element(low: &LowBit, levels: &BlockLevels, x: f64, narrow: f32) -> Allowed {
    let room = (f64::from(narrow.abs()) * ROUNDED) as f32;
    let [below, above] = [levels.around(narrow - room)[0], levels.around(narrow + room)[1]].map(f64::from);
    let gap = Upper::distance(above, below);
    let slack = Upper::of(f64::from(room)) + Upper::distance(x, f64::from(narrow));
    let reach = Upper::distance(above, x).max(Upper::distance(below, x)) + slack;
    let nearest = low.rounding == Chance::Nearest && low.spacing != Spacing::Logarithmic;
    let most = if nearest && below <= x && x <= above { gap * Upper::of(0.5) + slack } else { reach };
    let by_chance = low.is_unbiased() && below <= x && x <= above;
    Allowed { most, chance: by_chance.then(|| [gap + slack, gap * Upper::of(0.5f64.powi(20)) + slack]) }
}

#[cfg(test)]
mod tests;
