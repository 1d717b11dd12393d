//! Every single rounding of a run, and how far a store can move a value by what is said of the storage: its format, policy and code book.

use halfulp::Rounding;

use super::Statement;
use super::blockwise::Blocks;
use super::outward::Upper;
use super::quantization::Errors;
use crate::storage::Keeper;
use crate::storage::blockwise::Scheme;

/// One operation or one store.
pub static ROUNDING: Statement = Statement {
    name: "run.rounding",
    formula: "|z - x op y| <= r(z) of every operation; |stored - x| <= r(stored) of every store: half an ulp to nearest, else an ulp, or B11's",
    source: "IEEE 754-2019, 4.3; derived here",
    clause: "B6",
    measures: "|result - result of exact arithmetic on the same operands|, at least, in the tensor's unit",
    hypotheses: &["no saturation, and a block's scale is a normal number"],
};

/// What storing a value can change.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Allowed {
    /// At least the distance.
    pub most: Upper,
    /// The gap, and at least the bias, where one of the two numbers around the value is taken by chance.
    pub chance: Option<[Upper; 2]>,
}

/// Why nothing can be said of a value: it was beyond the storage's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Beyond;

/// At least what passing a constant through a storage can change of it.
#[must_use]
pub fn of_constant(keeper: &Keeper, x: f64) -> Upper {
    match keeper {
        Keeper::Exact => Upper::ZERO,
        Keeper::Format(arithmetic) => {
            Errors::of(arithmetic.plan().format(), arithmetic.plan().policy()).of_exact(x)
        }
        Keeper::Blockwise(_) => Upper::UNKNOWN,
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
            let block = blocks.block(&narrow);
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

fn of_format(errors: &Errors, bits: Option<u32>, x: f64, q: f64) -> Result<Allowed, Beyond> {
    if errors.saturates(x) {
        return Err(Beyond);
    }
    // A number of the format is not rounded: neither is anything left to chance.
    if x == q {
        return Ok(Allowed { most: Upper::ZERO, chance: bits.map(|_| [Upper::ZERO; 2]) });
    }
    let gap = Upper::of(errors.ulp(x));
    let chance = bits.map(|bits| [gap, gap * Upper::of(0.5f64.powi(bits.cast_signed()))]);
    Ok(Allowed { most: errors.of_result(q), chance })
}
