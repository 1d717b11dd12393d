//! Bins at the ends of the range: overflow and underflow.

use halfulp::{Code, Format, Real, Task, Value, decode};

use crate::coverage::axis::{Axis, Near, Span, power};
use crate::coverage::cut::{Cut, leading, units};
use crate::coverage::dice::Dice;
use crate::coverage::group::{Bins, Hits};
use crate::coverage::situation::Situation;
use crate::coverage::solve;

/// A number to be hit, and how far: exact results near it.
#[derive(Clone, Copy)]
pub struct NearRange {
    /// In units of half the quantum at hand: the landmark.
    landmark: i128,
    /// Exponent of the unit.
    unit: i32,
    near: Near,
    /// The exponents of numbers near it: others are told apart by them alone.
    leading: (i32, i32),
}

/// Ulps on each side of a landmark.
const ULPS: i64 = 3;

impl NearRange {
    fn new(landmark: i128, unit: i32, near: Near) -> NearRange {
        let exponent = |steps: i64| {
            let whole = landmark + i128::from(steps);
            if whole > 0 { unit + whole.ilog2() as i32 } else { i32::MIN }
        };
        NearRange { landmark, unit, near, leading: (exponent(near.first), exponent(near.last)) }
    }

    /// Around the largest finite value of a sign.
    pub fn largest(format: &Format, negative: bool) -> NearRange {
        let Value::Finite(x) = decode(format, format.largest(negative)) else {
            // The largest value is finite and not zero.
            return NearRange::smallest(format);
        };
        let near = Near { first: -2 * ULPS, last: 2 * ULPS, of: 2 };
        NearRange::new(2 * i128::from(x.significand), x.exponent - 1, near)
    }

    /// From zero to beyond the smallest value.
    pub fn smallest(format: &Format) -> NearRange {
        let near = Near { first: 0, last: 2 + 2 * ULPS, of: 2 };
        NearRange::new(0, format.quantum_min() - 1, near)
    }

    /// Around the smallest normal value.
    pub fn normal(format: &Format) -> NearRange {
        let near = Near { first: -2 * ULPS, last: 2 * ULPS, of: 2 };
        // In halves of the smallest quantum.
        let landmark = 2i128 << (format.precision() - 1);
        NearRange::new(landmark, format.quantum_min() - 1, near)
    }

    #[inline]
    fn place(&self, x: Real) -> Option<usize> {
        let exponent = leading(x);
        if exponent < self.leading.0 || exponent > self.leading.1 {
            return None;
        }
        let (whole, more) = units(x, self.unit)?;
        let steps = whole - self.landmark;
        self.near.place(i64::try_from(steps).ok()?, more)
    }

    /// The exponents of the numbers of a place; `None` of zero.
    pub fn exponents(&self, place: usize) -> Option<(i64, i64)> {
        let (steps, more) = self.near.steps(place);
        let whole = self.landmark + i128::from(steps);
        match (whole, more) {
            (..0, _) => Some((i64::MAX, i64::MAX)),
            (0, false) => None,
            (0, true) => Some((i64::MIN, i64::from(self.unit) - 1)),
            _ => {
                let exponent = i64::from(self.unit) + i64::from(whole.ilog2());
                Some((exponent, exponent))
            }
        }
    }

    /// Whether the numbers of a place are multiples of two units, which is the quantum.
    pub fn is_whole(&self, place: usize) -> bool {
        let (steps, more) = self.near.steps(place);
        !more && (self.landmark + i128::from(steps)) % 2 == 0
    }

    /// Whether the number of a place is half-way between two values of so much precision, or has even more bits.
    pub fn is_half(&self, place: usize, precision: u32) -> bool {
        let (steps, more) = self.near.steps(place);
        let odd = !more && (self.landmark + i128::from(steps)) % 2 != 0;
        // A binade lower, its last bit may be that of a value.
        let wide = |(exponent, _)| exponent - i64::from(precision) >= self.unit.into();
        odd && self.exponents(place).is_some_and(wide)
    }

    fn target(&self, place: usize, negative: bool, dice: &mut Dice) -> Option<Real> {
        let (steps, more) = self.near.steps(place);
        let bits = dice.between(1, 6) as u32;
        let rest = if more { 1 + u128::from(dice.below((1 << bits) - 1)) } else { 0 };
        let whole = u128::try_from(self.landmark + i128::from(steps)).ok()?;
        let significand = whole << bits | rest;
        (significand != 0).then_some(Real {
            negative,
            exponent: self.unit - bits as i32,
            significand,
            tail: false,
        })
    }
}

/// Whether a magnitude exceeds the largest finite value of its sign.
#[inline]
pub fn is_beyond(format: &Format, cut: &Cut) -> bool {
    let last = format.largest_magnitude(cut.negative);
    cut.leading > format.emax()
        || cut.leading == format.emax() && (cut.code > last || cut.code == last && cut.is_inexact())
}

/// Exact results near a landmark, of both signs.
pub struct Landmark {
    pub name: &'static str,
    pub unit: &'static str,
    /// Of positive and of negative results.
    pub near: [NearRange; 2],
}

impl Bins for Landmark {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::sign(), self.near[0].near.axis(self.name, self.unit)]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let (sign, place) = match case.exact.map(|outcome| outcome.value) {
            Some(Value::Finite(x)) => (x.negative, self.near[usize::from(x.negative)].place(x)),
            Some(Value::Zero { negative }) => (negative, (self.near[0].landmark == 0).then_some(0)),
            _ => return,
        };
        if let Some(place) = place {
            hits.push(usize::from(sign) * self.near[0].near.len() + place);
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let target = self.near[bin[0]].target(bin[1], bin[0] == 1, dice)?;
        solve::operands_for(task, target, dice)
    }
}

/// The exponents of exact results at an end of the range.
pub struct EndExponents {
    span: Span,
    /// The exponent that is written as 0, if exponents are written as distances.
    from: Option<i32>,
}

impl EndExponents {
    /// From three below that of the largest value to three above, and all that lie higher.
    pub fn top(format: &Format) -> EndExponents {
        EndExponents { span: Span::open(-3, 3), from: Some(format.emax()) }
    }

    /// From below the smallest value to five above that of the smallest normal value.
    pub fn bottom(format: &Format) -> EndExponents {
        let last = i64::from(format.emin()) + 5;
        EndExponents { span: Span::open(i64::from(format.quantum_min()) - 2, last), from: None }
    }

    /// The first and the last exponent of a place.
    pub fn range(&self, place: usize) -> (i64, i64) {
        let from = i64::from(self.from.unwrap_or(0));
        let (first, last) = self.span.range(place);
        (first.saturating_add(from), last.saturating_add(from))
    }
}

impl Bins for EndExponents {
    fn axes(&self) -> Vec<Axis> {
        let axis = match self.from {
            Some(_) => self.span.axis("exponent less that of the largest value", |e| format!("{e:+}")),
            None => self.span.axis("exponent", power),
        };
        vec![Axis::sign(), axis]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let Some(x) = case.number() else { return };
        let exponent = i64::from(leading(x)) - i64::from(self.from.unwrap_or(0));
        if let Some(place) = self.span.place(exponent) {
            hits.push(usize::from(x.negative) * self.span.len() + place);
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let bits = task.result.precision().min(50) as i32;
        let exponent = self.span.value(bin[1]) as i32 + self.from.unwrap_or(0);
        let fraction = dice.fraction(&task.result) & ((1 << (bits - 1)) - 1);
        let significand = u128::from(1u64 << (bits - 1) | fraction);
        let target = Real { negative: bin[0] == 1, exponent: exponent - bits + 1, significand, tail: false };
        solve::operands_for(task, target, dice)
    }
}

/// Exact results below the smallest value: sign, guard bit and sticky bit.
pub struct BelowSmallest;

impl Bins for BelowSmallest {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::sign(), Axis::new("part of the smallest value", ["below half", "half", "above half"])]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let Some(cut) = case.cut else { return };
        if cut.leading < case.task.result.quantum_min() {
            let part = usize::from(cut.guard) << 1 | usize::from(cut.sticky);
            hits.push(usize::from(cut.negative) * 3 + part - 1);
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let bits = dice.between(2, 6) as u32;
        let half = 1u128 << (bits - 1);
        let significand = match bin[1] {
            0 => 1 + u128::from(dice.below(half as u64 - 1)),
            1 => half,
            _ => half + 1 + u128::from(dice.below(half as u64 - 1)),
        };
        let exponent = task.result.quantum_min() - bits as i32;
        let target = Real { negative: bin[0] == 1, exponent, significand, tail: false };
        solve::operands_for(task, target, dice)
    }
}
