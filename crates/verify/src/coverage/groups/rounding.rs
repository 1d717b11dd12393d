//! Bins of the place of rounding: the last bit, the guard bit and what lies below.

use halfulp::{Code, Real, Rounding, Task, Value};

use crate::coverage::axis::{Axis, Span};
use crate::coverage::cut::{Cut, leading};
use crate::coverage::dice::{Dice, exponents};
use crate::coverage::group::{Bins, Hits};
use crate::coverage::situation::Situation;
use crate::coverage::solve;

/// A number to be rounded: bits from the last one on, in a binade that was drawn.
///
/// `low` has the last bit and, below it, `extra` bits.
fn target(
    task: &Task,
    negative: bool,
    subnormal: bool,
    low: u128,
    extra: u32,
    dice: &mut Dice,
) -> Option<Real> {
    let format = &task.result;
    let precision = format.precision() as i32;
    let length =
        if subnormal { dice.between(0, i64::from((precision - 1).max(1)) - 1) as i32 + 1 } else { precision };
    let (lowest, highest) = exponents(format);
    let quantum = match subnormal {
        true => format.quantum_min(),
        false => dice.between(lowest.max(format.emin()).into(), highest.into()) as i32 - precision + 1,
    };
    let high = 1u128 << (length - 1);
    let kept = high | u128::from(dice.word()) & (high - 1);
    let significand = (kept >> 1 << 1) << extra | low;
    // A subnormal number may have no bits above the last one.
    let significand = if length == 1 { low } else { significand };
    let x = Real { negative, exponent: quantum - extra as i32, significand, tail: false };
    (significand != 0 && leading(x) <= format.emax()).then_some(x)
}

/// Sign, last bit, guard bit and sticky bit of a result within the range, of subnormal and normal ones apart.
pub struct Situations {
    /// Whether results can be subnormal.
    pub ranges: bool,
}

impl Bins for Situations {
    fn axes(&self) -> Vec<Axis> {
        let range: &[&str] = if self.ranges { &["subnormal", "normal"] } else { &["any"] };
        let bits = [Axis::bit("last bit"), Axis::bit("guard bit"), Axis::bit("sticky bit")];
        [Axis::new("result", range), Axis::sign()].into_iter().chain(bits).collect()
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let Some(cut) = case.cut.filter(|cut| cut.leading <= case.task.result.emax()) else { return };
        let range = usize::from(self.ranges && cut.leading >= case.task.result.tiny_below());
        let bits = [cut.negative, cut.last, cut.guard, cut.sticky];
        hits.push(bits.into_iter().fold(range, |bin, bit| bin << 1 | usize::from(bit)));
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let extra = dice.between(2, 6) as u32;
        let below = match bin[4] {
            0 => 0,
            _ => 1 + u128::from(dice.below((1 << (extra - 1)) - 1)),
        };
        let low = (bin[2] << 1 | bin[3]) as u128 * (1 << (extra - 1)) + below;
        let subnormal = self.ranges && bin[0] == 0;
        solve::operands_for(task, target(task, bin[1] == 1, subnormal, low, extra, dice)?, dice)
    }
}

/// The bits of rounding to an integral value.
pub struct Integral;

impl Bins for Integral {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::sign(), Axis::bit("last bit"), Axis::bit("guard bit"), Axis::bit("sticky bit")]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let Value::Finite(x) = case.values[0] else { return };
        let cut = Cut::at(x.real(), x.leading_exponent(), 0);
        let bits = [cut.negative, cut.last, cut.guard, cut.sticky];
        hits.push(bits.into_iter().fold(0, |bin, bit| bin << 1 | usize::from(bit)));
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let format = &task.operands[0];
        let extra = 3;
        let low = (bin[1] << 3 | bin[2] << 2 | bin[3]) as u128;
        let high = u128::from(dice.below(1 << format.precision().min(20))) << (extra + 1);
        let x = Real { negative: bin[0] == 1, exponent: -extra, significand: high | low, tail: false };
        if x.significand == 0 {
            return None;
        }
        solve::exactly(format, x).map(|code| [code, 0, 0])
    }
}

/// A single bit below a guard bit of zero, at each place.
pub struct LoneBit {
    /// The lowest place.
    pub places: u32,
}

impl Bins for LoneBit {
    fn axes(&self) -> Vec<Axis> {
        let places = Span::closed(2, self.places.into());
        vec![Axis::sign(), places.axis("bit below the last", |place| place.to_string())]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        if let Some(cut) = case.cut
            && cut.leading <= case.task.result.emax()
            && let Some(place) = cut.alone
            && place <= self.places
        {
            hits.push(usize::from(cut.negative) * (self.places as usize - 1) + place as usize - 2);
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let extra = bin[1] as u32 + 2;
        let low = (u128::from(dice.coin()) << extra) | 1;
        let subnormal = task.result.tiny_below() == task.result.emin() && dice.coin();
        solve::operands_for(task, target(task, bin[0] == 1, subnormal, low, extra, dice)?, dice)
    }
}

/// Results just beside a value or a midpoint: how many bits after the guard bit are equal.
pub struct Boundary {
    /// The longest run that is counted by itself, or with all longer ones.
    pub longest: u32,
}

impl Bins for Boundary {
    fn axes(&self) -> Vec<Axis> {
        let sides = ["above the value", "below the midpoint", "above the midpoint", "below the next value"];
        let run = |n: u32| if n == self.longest { format!("{n} or more") } else { n.to_string() };
        vec![
            Axis::sign(),
            Axis::bit("last bit"),
            Axis::new("result", sides),
            Axis::new("equal bits", (1..=self.longest).map(run)),
        ]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let Some(cut) = case.cut.filter(|cut| cut.leading <= case.task.result.emax()) else { return };
        let (ones, run) = cut.run;
        if !cut.sticky || run == 0 {
            return;
        }
        let side = usize::from(cut.guard) << 1 | usize::from(ones);
        let bin = (usize::from(cut.negative) << 1 | usize::from(cut.last)) << 2 | side;
        hits.push(bin * self.longest as usize + run.min(self.longest) as usize - 1);
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let (guard, ones) = ((bin[2] >> 1) as u128, bin[2] & 1 == 1);
        let run = bin[3] as u32 + 1;
        // One bit more ends the run, unless all bits are ones.
        let ends = !ones || dice.coin();
        let below = match (ones, ends) {
            (true, true) => ((1u128 << run) - 1) << 1,
            (true, false) => (1 << run) - 1,
            (false, _) => 1,
        };
        let bits = run + u32::from(ends);
        let low = (bin[1] as u128) << (bits + 1) | guard << bits | below;
        let subnormal = task.result.tiny_below() == task.result.emin() && dice.coin();
        solve::operands_for(task, target(task, bin[0] == 1, subnormal, low, bits + 1, dice)?, dice)
    }
}

/// Stochastic rounding: the ends of the noise, what is cut off, and where the result goes.
pub struct Noise;

impl Bins for Noise {
    fn axes(&self) -> Vec<Axis> {
        vec![
            Axis::new("noise", ["zero", "between", "all ones"]),
            Axis::new("cut off", ["nothing", "less than half", "half", "more than half"]),
            Axis::new("rounded", ["toward zero", "away from zero"]),
        ]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let Rounding::Stochastic { bits, .. } = case.task.policy.rounding else { return };
        let Some(cut) = case.cut.filter(|cut| cut.leading < case.task.result.emax()) else { return };
        let noise = match bits.of_word(case.operands.noise) {
            0 => 0,
            word if word == (1 << bits.get()) - 1 => 2,
            _ => 1,
        };
        let away = usize::from(case.task.result.split(case.rounded.code).1 != cut.code);
        let part = usize::from(cut.guard) << 1 | usize::from(cut.sticky);
        hits.push((noise * 4 + [0, 1, 2, 3][part]) * 2 + away);
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let extra = dice.between(2, 6) as u32;
        let half = 1u128 << (extra - 1);
        let low = match bin[1] {
            0 => 0,
            1 => 1 + u128::from(dice.below(half as u64 - 1)),
            2 => half,
            _ => half + 1 + u128::from(dice.below(half as u64 - 1)),
        };
        let low = low | u128::from(dice.coin()) << extra;
        solve::operands_for(task, target(task, false, false, low, extra, dice)?, dice)
    }
}
