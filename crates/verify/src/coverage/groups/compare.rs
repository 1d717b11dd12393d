//! Bins of comparisons: signs, exponents and significands against each other.

use core::cmp::Ordering;

use halfulp::{Code, Exact, Task, Value};

use crate::coverage::axis::Axis;
use crate::coverage::dice::{Dice, code};
use crate::coverage::group::{Bins, Hits};
use crate::coverage::situation::Situation;

/// The signs of both operands, and how their exponents and their significands compare.
pub struct Compared;

const RELATIONS: [&str; 3] = ["less", "equal", "greater"];

fn place(order: Ordering) -> usize {
    (order as i8 + 1) as usize
}

/// The significand, aligned at its leading bit.
fn aligned(x: Exact) -> u64 {
    x.significand << x.significand.leading_zeros()
}

impl Bins for Compared {
    fn axes(&self) -> Vec<Axis> {
        vec![
            Axis::new("sign of a", ["+", "-"]),
            Axis::new("sign of b", ["+", "-"]),
            Axis::new("exponent of a to that of b", RELATIONS),
            Axis::new("significand of a to that of b", RELATIONS),
        ]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let [Value::Finite(a), Value::Finite(b), _] = case.values else { return };
        let signs = usize::from(a.negative) << 1 | usize::from(b.negative);
        let exponents = place(a.leading_exponent().cmp(&b.leading_exponent()));
        hits.push((signs * 3 + exponents) * 3 + place(aligned(a).cmp(&aligned(b))));
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let [f, g, _] = &task.operands;
        let exponent = dice.exponent(f);
        let difference = (bin[2] as i64 - 1) * dice.between(1, 3);
        let fraction = dice.fraction(f);
        let other = match bin[3] {
            1 if f == g => fraction,
            1 => 0,
            _ => dice.fraction(g),
        };
        let fraction = if bin[3] == 1 && f != g { 0 } else { fraction };
        let a = code(f, bin[0] == 1, exponent, fraction)?;
        Some([a, code(g, bin[1] == 1, exponent - difference as i32, other)?, 0])
    }
}
