//! Bins of quotients and roots, and of division by zero.

use halfulp::{Code, Real, Task, Value};

use super::operands::any;
use crate::coverage::axis::{Axis, Span};
use crate::coverage::dice::{Dice, exponents};
use crate::coverage::group::{Bins, Hits};
use crate::coverage::situation::Situation;
use crate::coverage::solve;

/// Exact quotients and roots by their lowest bit: the guard bit, the last bit, and so on up.
pub struct LowestBit {
    pub precision: u32,
}

impl Bins for LowestBit {
    fn axes(&self) -> Vec<Axis> {
        let name = |place: i64| match place {
            -1 => "guard bit".to_string(),
            0 => "last bit".to_string(),
            place => format!("{place} above the last"),
        };
        vec![Axis::sign(), Span::closed(-1, i64::from(self.precision) - 1).axis("lowest bit", name)]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let (Some(x), Some(cut)) = (case.number(), case.cut) else { return };
        let lowest = x.exponent + x.significand.trailing_zeros() as i32 - cut.quantum;
        let place = lowest + 1;
        if !x.tail && cut.leading <= case.task.result.emax() && (0..=self.precision as i32).contains(&place) {
            hits.push(usize::from(x.negative) * (self.precision as usize + 1) + place as usize);
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let format = &task.result;
        let (_, highest) = exponents(format);
        let leading = dice.between(format.emin().min(highest).into(), highest.into()) as i32;
        // The bits from the leading one down to the lowest.
        let length = self.precision as i32 + 1 - bin[1] as i32;
        let significand = match length {
            1 => 1,
            _ => 1u128 << (length - 1) | u128::from(dice.below(1 << (length - 2))) << 1 | 1,
        };
        let target = Real { negative: bin[0] == 1, exponent: leading - length + 1, significand, tail: false };
        solve::operands_for(task, target, dice)
    }
}

/// The kinds of a dividend and a divisor.
pub struct ByZero;

const KINDS: [&str; 4] = ["zero", "nonzero", "infinity", "NaN"];

fn kind<T>(value: Value<T>) -> usize {
    match value {
        Value::Zero { .. } => 0,
        Value::Finite(_) => 1,
        Value::Infinite { .. } => 2,
        Value::Nan(_) => 3,
    }
}

impl Bins for ByZero {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::new("a", KINDS), Axis::new("b", KINDS)]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        hits.push(kind(case.values[0]) * 4 + kind(case.values[1]));
    }

    fn solve(&self, task: &Task, _: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        // Classes and kinds have them all: what is left is chance.
        Some(any(task, dice))
    }
}
