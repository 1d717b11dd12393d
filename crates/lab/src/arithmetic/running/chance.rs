//! How far a number is from the exact one but for a small chance, where stores round by chance.
//!
//! A store without bias adds a difference of mean 0 in an interval of one gap to all that came before. A sum of such differences, each times a
//! constant, is a martingale; with `s^2` the sum of the squares of half the gaps, each times its constant, it is beyond `k s` with a
//! probability of at most `2 exp(-k^2 / 2)` (Hoeffding and Azuma). The error of a number is such a sum, at most `k s`, and a `rest` that is added up
//! in magnitude: all other roundings, the bias, and whatever has been through an operation that is not linear.

use crate::arithmetic::Operation;
use crate::arithmetic::running::magnitude;
use crate::bound::outward::Upper;

/// An error of two parts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chance {
    /// The root of the sum of squares of what stores by chance can add, half a gap each.
    pub spread: Upper,
    /// At least all that is not in that sum.
    pub rest: Upper,
    /// Whether this is a constant: known before the run, the same whatever chance does.
    pub constant: bool,
}

impl Chance {
    /// Of a constant that is so far from the exact one.
    pub(super) const fn constant(error: Upper) -> Chance {
        Chance { spread: Upper::ZERO, rest: error, constant: true }
    }

    /// Of a number that is so far from the exact one, by no chance.
    pub(super) const fn of(error: Upper) -> Chance {
        Chance { spread: Upper::ZERO, rest: error, constant: false }
    }

    /// At least the error, but for a small chance: `k` is how many spreads a sum may be beyond 0.
    #[must_use]
    pub fn within(self, k: Upper) -> Upper {
        k * self.spread + self.rest
    }

    /// The same with what was rounded by no chance.
    pub(super) fn and(self, rounded: Upper) -> Chance {
        Chance { rest: self.rest + rounded, ..self }
    }

    /// Stored by chance, by one of two numbers that are a gap apart, with at most this bias.
    pub(super) fn stored(self, gap: Upper, bias: Upper) -> Chance {
        let half = gap * Upper::of(0.5);
        let spread = (self.spread * self.spread + half * half).sqrt();
        Chance { spread, rest: self.rest + bias, constant: false }
    }
}

/// What the errors of operands make of the result, without its own rounding. Sums, and products with constants, stay sums of differences.
pub(super) fn carried(op: Operation, [a, b, c]: [(f64, Chance); 3], k: Upper) -> Chance {
    let together = |x: Chance, y: Chance| Chance {
        spread: x.spread + y.spread,
        rest: x.rest + y.rest,
        constant: x.constant && y.constant,
    };
    match op {
        Operation::Add | Operation::Sub => together(a.1, b.1),
        Operation::Mul => product(a, b, k),
        Operation::Fma => together(product(a, b, k), c.1),
        Operation::Div | Operation::Sqrt => {
            let error = magnitude::carried(op, [a, b, c].map(|(x, e)| (x, e.within(k))));
            Chance { constant: a.1.constant && b.1.constant, ..Chance::of(error) }
        }
    }
}

fn product((x, ex): (f64, Chance), (y, ey): (f64, Chance), k: Upper) -> Chance {
    let of =
        |ex: Upper, ey: Upper| magnitude::carried(Operation::Mul, [(x, ex), (y, ey), (0.0, Upper::ZERO)]);
    let constant = ex.constant && ey.constant;
    let spread = match (ex.constant, ey.constant) {
        (true, _) => (Upper::of(x) + ex.rest) * ey.spread,
        (_, true) => (Upper::of(y) + ey.rest) * ex.spread,
        _ if ex.spread == Upper::ZERO && ey.spread == Upper::ZERO => Upper::ZERO,
        _ => return Chance::of(of(ex.within(k), ey.within(k))),
    };
    Chance { spread, rest: of(ex.rest, ey.rest), constant }
}

/// The same of `m + c (x - m)`, where `c` is a constant.
pub(super) fn lerp(operands: [(f64, Chance); 3]) -> Chance {
    let [(c, ec), (_, ex), (_, em)] = operands;
    let spread = magnitude::keep(c, ec.rest) * em.spread + (Upper::of(c) + ec.rest) * ex.spread;
    Chance { spread, rest: magnitude::lerp(operands.map(|(x, e)| (x, e.rest))), constant: false }
}
