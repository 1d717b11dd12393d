//! Networks as problems of the lab, which any of its optimizers minimizes: `problem = { residual-digits = { .. } }`, `{ transformer-text = { .. } }`.

mod digits;
mod learner;
mod straight;
mod text;

use halfulp_lab::experiment::Invalid;
use halfulp_lab::problem::{Constant, Constants, Domain};

pub use digits::{DigitsSettings, ResidualDigits};
pub use learner::{Examples, Learner};
pub use straight::StraightDigits;
pub use text::{TextSettings, TransformerText};

/// Nothing that bounds of whole runs need is known of networks.
fn constants() -> Constants {
    let unknown = Constant::unknown(
        "a network's gradient has no Lipschitz constant and no bound that holds everywhere",
    );
    Constants {
        smoothness: unknown,
        sampled: unknown,
        minimum: Constant::known(0.0),
        gradient_bound: unknown,
        deviation: unknown,
        domain: Domain::Everywhere,
        deterministic: false,
    }
}

/// Whether a size lies in a range.
pub(crate) fn within(key: &str, x: usize, range: std::ops::RangeInclusive<usize>) -> Result<(), Invalid> {
    match range.contains(&x) {
        true => Ok(()),
        false => Err(Invalid::new(key, format!("expected {} to {}, got {x}", range.start(), range.end()))),
    }
}

/// Which of `count` things draw number `index` of a seed takes: each has the same chance, up to one part in 2^53.
pub(crate) fn draw(seed: u64, index: u64, count: usize) -> usize {
    let word = halfulp::noise::word(seed, index);
    ((u128::from(word) * count as u128) >> 64) as usize
}
