//! Bins of products that would not fit without the addend of a fused multiply-add.

use halfulp::{Code, Real, Task};

use super::range::is_beyond;
use crate::coverage::axis::Axis;
use crate::coverage::cut::Cut;
use crate::coverage::dice::Dice;
use crate::coverage::group::{Bins, Hits};
use crate::coverage::situation::Situation;
use crate::coverage::solve;

/// What becomes of a product that would not fit by itself, once the addend is there.
pub struct ProductEvents;

const EVENTS: [&str; 4] = [
    "a*b inexact, the sum exact",
    "a*b beyond the largest value, the sum within the range",
    "a*b below the smallest normal value, the sum normal",
    "a*b below half the smallest value, the sum above it",
];

impl Bins for ProductEvents {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::new("event", EVENTS), Axis::effective()]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let (Some(sum), Some(cut)) = (&case.sum, &case.cut) else { return };
        let format = &case.task.result;
        let product = Cut::of(format, sum.first);
        let largest = is_beyond(format, &product);
        let within = !is_beyond(format, cut);
        let events = [
            product.is_inexact() && !cut.is_inexact() && within,
            largest && within,
            product.leading < format.tiny_below() && cut.leading >= format.tiny_below(),
            product.leading < format.quantum_min() - 1 && cut.leading >= format.quantum_min(),
        ];
        for (event, _) in events.into_iter().enumerate().filter(|(_, happens)| *happens) {
            hits.push(event << 1 | usize::from(sum.subtracts));
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let format = &task.result;
        let exponent = match bin[0] {
            0 => dice.exponent(format),
            1 => format.emax() - dice.between(0, 3) as i32,
            2 => format.emin() + dice.between(0, 6) as i32,
            _ => format.quantum_min() + dice.between(0, 6) as i32,
        };
        let bits = dice.between(0, i64::from(format.precision().min(20)) - 1) as i32;
        let significand = 1u128 << bits | u128::from(dice.below(1 << bits));
        let sum = Real { negative: dice.sign(format), exponent: exponent - bits, significand, tail: false };
        solve::operands_for(task, sum, dice)
    }
}
