//! Exponential moving averages, in the forms that libraries compute them.

use serde::{Deserialize, Serialize};

use super::{Observer, Quantity};
use crate::arithmetic::Arithmetic;

/// The form of `b m + (1 - b) x`. In exact arithmetic all but the last are one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ema {
    /// `(b m) + ((1 - b) x)`: two products and a sum.
    #[default]
    TwoProduct,
    /// `m + (1 - b) (x - m)`.
    Lerp,
    /// `fma(b, m, (1 - b) x)`.
    Fma,
    /// `fma(1 - b, x - m, m)`: the lerp of PyTorch's CPU kernels.
    LerpFused,
    /// `fma(1 - b, x, b m)`: their product and sum.
    TwoProductFused,
    /// `b m + x`: a weighted sum, of which the average is `1 - b` times as much.
    Sum,
}

/// Constants of an average, in every place of a part.
#[derive(Clone, Debug)]
pub struct Factors<N> {
    /// `b`.
    pub keep: Vec<N>,
    /// `1 - b`.
    pub add: Vec<N>,
}

impl Ema {
    /// Takes `x` into the average `m`. `seen` names the two intermediate results.
    pub fn step<A: Arithmetic>(
        self,
        a: &mut A,
        factors: &Factors<A::Number>,
        m: &mut [A::Number],
        x: &[A::Number],
        rooms: [&mut [A::Number]; 3],
        seen: impl FnMut(usize, &[A::Number]),
    ) {
        let (keep, add) = (&factors.keep[..m.len()], &factors.add[..m.len()]);
        let ([r, s, sum], mut seen) = (rooms, seen);
        match self {
            Ema::TwoProduct => {
                a.mul(keep, m, r);
                a.written(r);
                a.mul(add, x, s);
                a.add(r, s, m);
                seen(0, r);
                seen(1, s);
            }
            Ema::Lerp => {
                a.lerp(add, x, m, [&mut *r, &mut *s, sum], false);
                seen(0, r);
                seen(1, s);
            }
            Ema::Fma => {
                a.mul(add, x, s);
                a.fma(keep, m, s, sum);
                m.clone_from_slice(sum);
                seen(1, s);
            }
            Ema::LerpFused => {
                a.lerp(add, x, m, [&mut *r, s, sum], true);
                seen(0, r);
            }
            Ema::TwoProductFused => {
                a.mul(keep, m, r);
                a.written(r);
                a.fma(add, x, r, m);
                seen(0, r);
            }
            Ema::Sum => {
                a.mul(keep, m, r);
                a.written(r);
                a.add(r, x, m);
                seen(0, r);
            }
        }
    }
}

/// Hands what one average computes to an observer, under the names of a moment.
pub(super) fn named<'o, N, O: Observer<N>>(
    observer: &'o mut O,
    names: [Quantity; 2],
    first: usize,
) -> impl FnMut(usize, &[N]) + use<'o, N, O> {
    move |k, values| observer.see(names[k], first, values)
}
