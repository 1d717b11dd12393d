//! How quantization errors propagate: the decomposition of "Beyond Outliers" (arXiv 2509.23500).
//!
//! Two tracks go through a network: clean activations `h`, and `h^q` of the quantized network. A part of it with the maps `f`, clean, and `f^q` makes of their
//! difference what was propagated and what was newly created,
//!
//! ```text
//! a = ((f^q(h^q) - f^q(h)) + (f(h^q) - f(h))) / 2
//! b = ((f^q(h^q) - f(h^q)) + (f^q(h) - f(h))) / 2        a + b = f^q(h^q) - f(h)
//! ```
//!
//! and with `|f(h)|^2` for a unit, `A = |a|^2`, `B = |b|^2`, `C = 2 <a, b>` and `R = |a + b|^2`: `R = A + B + C`. The gain of a part is `A` over the `R` before it.

mod exact;
pub mod linear;
mod statements;
mod subject;
mod tracks;

pub use exact::{Exactly, balls, rationals};
pub use statements::{GAIN, IDENTITY, KEPT, LINEAR, PRODUCT, STATEMENTS};
pub use subject::{Kept, Subject};
pub(crate) use tracks::{Keep, forward, wide};
pub use tracks::{StageRatios, Tracks};

use serde::{Deserialize, Serialize};

use crate::numerics::{Numerics, Operation};

/// The four of a token, or their means.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ratios<N> {
    /// The whole error.
    pub r: N,
    /// What was propagated.
    pub a: N,
    /// What was newly created.
    pub b: N,
    /// Twice the inner product of both.
    pub c: N,
}

/// What a part makes of both tracks by both maps: rows of one token.
#[derive(Debug)]
pub struct Four<'f, N> {
    /// `f(h)`.
    pub clean: &'f [N],
    /// `f(h^q)`.
    pub clean_of_quantized: &'f [N],
    /// `f^q(h)`.
    pub quantized_of_clean: &'f [N],
    /// `f^q(h^q)`.
    pub quantized: &'f [N],
}

impl<N> Clone for Four<'_, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for Four<'_, N> {}

/// The propagated and the created part: `a` and `b`.
pub fn parts<A: Numerics>(n: &mut A, four: Four<'_, A::Number>) -> [Vec<A::Number>; 2] {
    let half = n.number(0.5);
    let mut mean = |pairs: [[&[A::Number]; 2]; 2]| {
        let [x, y] = pairs.map(|[x, y]| n.binary(Operation::Sub, x, y));
        let sum = n.binary(Operation::Add, &x, &y);
        let mut to = n.zeros(sum.len());
        n.scale(&sum, &half, &mut to);
        to
    };
    let Four { clean, clean_of_quantized, quantized_of_clean, quantized } = four;
    [
        mean([[quantized, quantized_of_clean], [clean_of_quantized, clean]]),
        mean([[quantized, clean_of_quantized], [quantized_of_clean, clean]]),
    ]
}

impl<N: Clone> Ratios<N> {
    /// Of one token. `R` is computed from `f^q(h^q) - f(h)`, not from the others. Where `f(h)` is 0, they are what the numbers have for a division by 0.
    pub fn of<A: Numerics<Number = N>>(n: &mut A, four: Four<'_, N>) -> Ratios<N> {
        let [a, b] = parts(n, four);
        let whole = n.binary(Operation::Sub, four.quantized, four.clean);
        let unit = n.dot(four.clean, four.clean);
        let mut over = |x: &[N], y: &[N]| {
            let product = n.dot(x, y);
            n.one(Operation::Div, &product, &unit)
        };
        let [r, aa, bb, ab] = [(&whole, &whole), (&a, &a), (&b, &b), (&a, &b)].map(|(x, y)| over(x, y));
        Ratios { r, a: aa, b: bb, c: n.one(Operation::Add, &ab, &ab) }
    }

    /// `R - (A + B + C)`: 0 in exact arithmetic.
    pub fn defect<A: Numerics<Number = N>>(&self, n: &mut A) -> N {
        let sum = n.one(Operation::Add, &self.a, &self.b);
        let sum = n.one(Operation::Add, &sum, &self.c);
        n.one(Operation::Sub, &self.r, &sum)
    }
}
