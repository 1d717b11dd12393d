//! Every single rounding of a run, and how far a store can move a value by what is said of the storage: its format, policy and code book.

mod allowed;
mod levels;

use allowed::of_format;
pub use allowed::{Allowed, Beyond};

use halfulp::Rounding;

use super::Hypothesis::Checked;
use super::Statement;
use super::blockwise::{Block, Blocks};
use super::outward::Upper;
use super::quantization::Errors;
use crate::storage::Keeper;
use crate::storage::blockwise::{Floor, Scheme};

/// One operation or one store.
pub static ROUNDING: Statement = Statement {
    name: "run.rounding",
    formula: "|z - x op y| <= r(z) of every operation; |stored - x| <= r(stored) of every store: half an ulp to nearest, else an ulp, or B11's",
    source: "IEEE 754-2019, 4.3; derived here",
    clause: "B6",
    measures: "|result - result of exact arithmetic on the same operands|, at least, in the tensor's unit",
    trivial: "nothing is known of a rounding",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no saturation, and a block's scale is a normal number")],
};

/// At least what passing a constant through a storage can change of it.
#[must_use]
pub fn of_constant(keeper: &Keeper, x: f64) -> Upper {
    match keeper {
        Keeper::Exact => Upper::ZERO,
        Keeper::Format(arithmetic) => {
            Errors::of(arithmetic.plan().format(), arithmetic.plan().policy()).of_exact(x)
        }
        Keeper::Blockwise(_) | Keeper::Levels(_) | Keeper::Other(_) => Upper::UNKNOWN,
    }
}

/// What storages can change. Code books are looked at once each.
#[derive(Clone, Debug, Default)]
pub struct Stores {
    books: Vec<(Scheme, Blocks)>,
}

impl Stores {
    /// What storing `values`, from the first element of a block on, can change of each: `stored` is what was read back.
    pub fn allowed(
        &mut self,
        keeper: &Keeper,
        values: &[f64],
        stored: &[f64],
    ) -> Vec<Result<Allowed, Beyond>> {
        match keeper {
            Keeper::Exact => vec![Ok(Allowed { most: Upper::ZERO, chance: None }); values.len()],
            Keeper::Format(arithmetic) => {
                let (format, policy) = (arithmetic.plan().format(), arithmetic.plan().policy());
                let errors = Errors::of(format, policy);
                let bits = match policy.rounding {
                    // Flushing is not by chance.
                    Rounding::Stochastic { bits, .. } if !policy.flush_results => Some(bits.get()),
                    _ => None,
                };
                values.iter().zip(stored).map(|(&x, &q)| of_format(&errors, bits, x, q)).collect()
            }
            Keeper::Blockwise(scheme) => self.of_blocks(scheme, values, stored),
            Keeper::Levels(low) => levels::allowed(low, values, stored),
            Keeper::Other(store) => {
                let known = |most: Option<f64>| {
                    most.map(|most| Allowed { most: Upper::of(most), chance: None }).ok_or(Beyond)
                };
                // What is missing is not known, and what is not finite says nothing.
                let mut errors = store.errors(values, stored);
                errors.resize(values.len(), None);
                errors.into_iter().map(|most| known(most.filter(|most| most.is_finite()))).collect()
            }
        }
    }

    fn of_blocks(&mut self, scheme: &Scheme, values: &[f64], stored: &[f64]) -> Vec<Result<Allowed, Beyond>> {
        let known = self.books.iter().position(|(known, _)| known == scheme);
        let known = known.unwrap_or_else(|| {
            self.books.push((scheme.clone(), Blocks::new(scheme)));
            self.books.len() - 1
        });
        let (blocks, len) = (&self.books[known].1, scheme.parameters().block);
        let mut all = Vec::with_capacity(values.len());
        for (values, stored) in values.chunks(len).zip(stored.chunks(len)) {
            // Values of binary64 are rounded to binary32 first.
            let narrow: Vec<f32> = values.iter().map(|&x| x as f32).collect();
            let block = blocks.block(&narrow).or_else(|_| floored(scheme, &narrow));
            let zeros = narrow.iter().all(|x| *x == 0.0);
            for ((&x, &narrow), &q) in values.iter().zip(&narrow).zip(stored) {
                let first = Upper::distance(x, f64::from(narrow));
                all.push(
                    match &block {
                        Ok(block) => Ok(blocks.element(block, narrow, q as f32)),
                        Err(_) if zeros => Ok(Upper::ZERO),
                        Err(_) => Err(Beyond),
                    }
                    .map(|most| Allowed { most: first + most, chance: None }),
                );
            }
        }
        all
    }
}

/// A block whose scale is the least one, which is stored: all else is as of other blocks.
fn floored(scheme: &Scheme, values: &[f32]) -> Result<Block, Beyond> {
    let p = scheme.parameters();
    let largest = values.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    match p.floor {
        Floor::Stored(floor)
            if floor.is_normal()
                && largest / p.map.unit() < floor
                && values.iter().all(|x| x.is_finite() && (p.signed || *x >= 0.0)) =>
        {
            Ok(Block { largest: f64::from(largest), divisor: f64::from(floor) })
        }
        _ => Err(Beyond),
    }
}

#[cfg(test)]
mod tests {
    use halfulp::noise;

    use super::*;
    use crate::storage::blockwise::Map;

    /// What every scheme makes of blocks of all sizes is allowed, and half of what is allowed is met somewhere.
    #[test]
    fn blocks_of_all_sizes_are_known() {
        for preset in ["paper", "bitsandbytes-torch", "torchao"] {
            for signed in [true, false] {
                let scheme = Scheme::preset(preset, Map::Dynamic, signed, 16).expect("a scheme");
                let (mut stores, mut keeper) = (Stores::default(), Keeper::Blockwise(scheme));
                let mut worst = 0.0f64;
                for size in [1.0f32, 1e-6, 1e-11, 1e-13, 1e-20, 0.0] {
                    let drawn = |k: u64| (noise::word(9, k) >> 40) as f32 / 8_388_608.0 - 1.0;
                    let values: Vec<f32> = (0..64).map(drawn).map(|x| x * size).collect();
                    let values: Vec<f32> = values.iter().map(|x| if signed { *x } else { x.abs() }).collect();
                    let mut stored = values.clone();
                    keeper.store(&mut stored, 0, 0);
                    let [before, after] =
                        [&values, &stored].map(|x| x.iter().map(|x| f64::from(*x)).collect());
                    let (before, after): (Vec<f64>, Vec<f64>) = (before, after);
                    for ((x, q), allowed) in
                        before.iter().zip(&after).zip(stores.allowed(&keeper, &before, &after))
                    {
                        let most = allowed.expect("a bound").most.get();
                        assert!((x - q).abs() <= most, "{preset} {signed} {size}: {x} stored as {q}, {most}");
                        worst = worst.max((x - q).abs() / most);
                    }
                }
                assert!(worst > 0.5, "{preset} {signed}: {worst}");
            }
        }
    }

    #[test]
    fn what_is_beyond_a_storage_is_not_allowed_anything() {
        let mut keeper = crate::storage::Storage::bfloat16().keeper().expect("a keeper");
        let (mut stores, values) = (Stores::default(), [1.0, 3.4e38, 3.39e38, f64::NAN]);
        let mut stored = values;
        keeper.store(&mut stored, 0, 0);
        let known = stores.allowed(&keeper, &values, &stored);
        assert_eq!(known.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, false]);
        assert_eq!(known[0].map(|a| a.most), Ok(Upper::ZERO));
    }
}
