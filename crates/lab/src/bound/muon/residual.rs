//! Errors of the Newton-Schulz iteration: of its start, of each step, and what they come to.

use nalgebra::DMatrix;

use super::polynomial::Polynomial;
use crate::bound::outward::Upper;
use crate::bound::quantization::Errors;
use crate::bound::sums::{Accumulated, accumulated};
use crate::matrix::{frobenius, magnitudes};
use crate::optimizer::newton_schulz::{Elementwise, NewtonSchulz, Step};
use crate::product::Accumulator;
use crate::storage::Storage;

/// What is rounded where, as bounds need it.
#[derive(Clone, Debug)]
pub struct Roundings {
    /// `a, b, c` as they should be.
    pub coefficients: [f64; 3],
    /// How far off each is allowed to be kept.
    pub coefficient: Errors,
    /// Of storing a matrix.
    pub storage: Errors,
    /// Of an elementwise operation, before its result is stored.
    pub elementwise: Errors,
    /// Of sums.
    pub accumulator: Accumulator,
    /// Whether products of two stored numbers are numbers of the accumulator's format.
    pub fits: bool,
}

impl Roundings {
    /// Those of an iteration as it claims to be: coefficients in binary32 or as they are, whatever they were kept in. `None` if the storage is not
    /// a format.
    #[must_use]
    pub fn of(how: &NewtonSchulz) -> Option<Roundings> {
        let storage = match &how.storage {
            Storage::Exact => Errors::none(),
            other => other.format().map(|(format, policy)| Errors::of(format, policy))?,
        };
        let (elementwise, coefficient) = match how.elementwise {
            Elementwise::Once if !storage.is_none() => (Errors::none(), Errors::binary32()),
            Elementwise::Binary32 => (Errors::binary32(), Errors::binary32()),
            Elementwise::Once | Elementwise::Binary64 => (Errors::binary64(), Errors::binary64()),
        };
        let fits = how.storage.format().is_some_and(|(format, _)| {
            let wide = how.accumulator.format();
            2 * format.precision() <= wide.precision()
                && 2 * format.quantum_min() >= wide.quantum_min()
                && 2 * format.emax() < wide.emax()
        });
        Some(Roundings {
            coefficients: how.coefficients,
            coefficient,
            storage,
            elementwise,
            accumulator: how.accumulator.clone(),
            fits,
        })
    }

    /// Those of an evaluation in binary64. Sums of products that are not exact have the same bound in any order, and with or without fused
    /// operations, so that it does not matter how a matrix library goes about them.
    #[must_use]
    pub fn binary64(coefficients: [f64; 3]) -> Roundings {
        Roundings {
            coefficients,
            coefficient: Errors::none(),
            storage: Errors::none(),
            elementwise: Errors::binary64(),
            accumulator: Accumulator::binary64(),
            fits: false,
        }
    }

    /// The largest finite number of the storage.
    #[must_use]
    pub const fn largest(&self) -> f64 {
        self.storage.largest()
    }

    /// A matrix of that norm and size, stored.
    fn stored(&self, norm: Upper, len: usize) -> Upper {
        linear(&self.storage, norm, len)
    }

    /// The result of an elementwise operation: computed, and stored.
    fn operated(&self, norm: Upper, len: usize) -> Upper {
        let stored = self.stored(norm, len);
        stored + linear(&self.elementwise, norm + stored, len)
    }

    fn sums(&self, n: usize) -> Accumulated {
        accumulated(&self.accumulator, n, self.fits)
    }

    /// How far the coefficients can be off.
    fn coefficient(&self, k: usize) -> Upper {
        self.coefficient.of_exact(self.coefficients[k])
    }
}

/// At least the norm of the errors of a matrix that was rounded, by the norm of the result: `u ||Q|| + h sqrt(len)`.
fn linear(errors: &Errors, norm: Upper, len: usize) -> Upper {
    let root = Upper::of(len as f64).sqrt();
    Upper::of(errors.unit()) * norm + Upper::of(errors.absolute()) * root
}

/// Norms that a local error is made of.
#[derive(Clone, Copy, Debug)]
pub struct Local {
    /// The inner lengths: of the Gram product, and of the others.
    inner: [usize; 2],
    x: Upper,
    x_spectral: Upper,
    /// Of `A, C, P, bA, B, S, aX, X+`.
    norms: [Upper; 8],
    /// Of `|X||X|', |C||A|, |B||X|`.
    magnitudes: [Upper; 3],
}

impl Local {
    /// The norms of a step from `x`, whose spectral norm is at most `two`.
    #[must_use]
    pub fn of(x: &DMatrix<f64>, two: Upper, step: &Step) -> Local {
        let all = [
            &step.gram,
            &step.scaled,
            &step.square,
            &step.linear,
            &step.polynomial,
            &step.product,
            &step.multiple,
            &step.next,
        ];
        Local {
            inner: [x.ncols(), x.nrows()],
            x: frobenius(x),
            x_spectral: two,
            norms: all.map(frobenius),
            magnitudes: [
                magnitudes(x, &x.transpose()),
                magnitudes(&step.scaled, &step.gram),
                magnitudes(&step.polynomial, x),
            ],
        }
    }

    /// At least the norms of any step from a matrix of this shape whose spectral norm is at most `two`.
    pub(super) fn known(r: &Roundings, [rows, columns]: [usize; 2], two: Upper) -> Local {
        let rank = Upper::of(rows.min(columns) as f64).sqrt();
        Local::within(r, [rows, columns], two * rank, two)
    }

    /// At least the norms of a step from a matrix of this shape and these norms. What is computed as a product `A B` is off by no more than `g`
    /// times `| |A||B| |`, which is at most `g` times the root of the smaller side times the norm of either times the spectral norm of the other.
    fn within(r: &Roundings, [m, n]: [usize; 2], whole: Upper, two: Upper) -> Local {
        let [a, b, c] = r.coefficients.map(Upper::of);
        let one = Upper::of(1.0);
        let side = Upper::of(m.max(n) as f64).sqrt();
        let (long, short) = (r.sums(n), r.sums(m));
        let relative = long.relative.max(short.relative) * side;
        let unit = one + Upper::of(r.storage.unit());
        let constant = one + (0..3).map(|k| r.coefficient(k).over(r.coefficients[k].abs())).sum::<Upper>();
        let operation = one + Upper::of(r.elementwise.unit());
        let below = long.absolute.max(short.absolute)
            + Upper::of(r.storage.absolute())
            + Upper::of(r.elementwise.absolute());
        let below = below * Upper::of((m * m.max(n)) as f64).sqrt();
        let room = |x: Upper| x * (one + relative) * unit * operation * constant + below;
        let gram = room(two * whole);
        let gram_spectral = two * two + Upper::of((gram.get() - (two * whole).get()).max(0.0));
        let scaled = room(c * gram);
        let square = room(scaled * gram_spectral);
        let linear = room(b * gram);
        let polynomial = room(linear + square);
        let product = room(polynomial * two);
        let multiple = room(a * whole);
        let next = room(multiple + product);
        Local {
            inner: [n, m],
            x: whole,
            x_spectral: two,
            norms: [gram, scaled, square, linear, polynomial, product, multiple, next],
            magnitudes: [whole * whole, scaled * gram, polynomial * whole],
        }
    }
}

/// The bound of [`LOCAL`](super::LOCAL): at least `||X+ - phi(X)||` of one rounded step.
#[must_use]
pub fn local(r: &Roundings, norms: &Local) -> Upper {
    let [n, m] = norms.inner;
    let (small, large) = (m * m, m * n);
    let [gram, scaled, square, linear_a, polynomial, product, multiple, next] = norms.norms;
    let [xx, ca, bx] = norms.magnitudes;
    let [_, b, c] = r.coefficients.map(Upper::of);
    let sums = |length: usize, magnitudes: Upper, len: usize| {
        let sum = r.sums(length);
        sum.relative * magnitudes + sum.absolute * Upper::of(len as f64).sqrt()
    };
    let al = sums(n, xx, small) + r.stored(gram, small);
    // A is X X' to within al.
    let gram_spectral = norms.x_spectral * norms.x_spectral + al;
    let be = r.operated(polynomial, small)
        + r.operated(linear_a, small)
        + r.coefficient(1) * gram
        + sums(m, ca, small)
        + r.stored(square, small)
        + (r.operated(scaled, small) + r.coefficient(2) * gram) * gram_spectral
        + b * al
        + c * (Upper::of(2.0) * gram_spectral + al) * al;
    r.operated(next, large)
        + r.operated(multiple, large)
        + r.coefficient(0) * norms.x
        + sums(m, bx, large)
        + r.stored(product, large)
        + be * norms.x_spectral
}

/// `phi(X)` in binary64, and how far that can be off, for a matrix whose spectral norm is at most `two`.
#[must_use]
pub fn evaluated(x: &DMatrix<f64>, two: Upper, coefficients: [f64; 3]) -> (DMatrix<f64>, Upper) {
    let [a, b, c] = coefficients;
    let gram = x * x.transpose();
    let polynomial = &gram * b + (&gram * c) * &gram;
    let next = x * a + polynomial * x;
    let roundings = Roundings::binary64(coefficients);
    let norms = Local::within(&roundings, [x.nrows(), x.ncols()], frobenius(x), two);
    (next, local(&roundings, &norms))
}

/// At least `||X_0 - G / (||G|| + epsilon)||`, a priori, for a matrix whose exact norm is not below `norm`: `3 u` and little more.
///
/// Storing `G` moves `G / (||G|| + epsilon)` by no more than it moves `G`, over the norm: that map's derivative is at most `1 / (||G|| + epsilon)`.
/// Then every element is that of the stored matrix times `(1 + d1) / (1 + d2)`: `d1` of the quotient, `d2` of the sum of squares, of its root,
/// of storing that, and of adding epsilon.
#[must_use]
pub fn initial(r: &Roundings, norm: f64, epsilon: f64, len: usize) -> Upper {
    let one = Upper::of(1.0);
    let root = Upper::of(len as f64).sqrt();
    let unit = Upper::of(r.storage.unit());
    let op = Upper::of(r.elementwise.unit());
    // Storing G, as a share of its norm.
    let cast = unit + (Upper::of(r.storage.absolute()) * root).over(norm);
    if cast.get() >= 0.5 {
        return Upper::UNKNOWN;
    }
    let moved = cast.over((1.0 - cast.get()).next_down());
    let sum = r.sums(len);
    let accumulator = Errors::of(r.accumulator.format(), r.accumulator.policy());
    let squares = sum.relative + sum.absolute.over((norm * norm * (1.0 - 2.0 * cast.get())).next_down());
    // The root halves a relative error, but for its square.
    let norms = squares * Upper::of(0.5) * (one + squares) + Upper::of(accumulator.unit()) + unit;
    let adding = unit + op + unit * op;
    // To nearest, each of the two roundings of a sum moves it by no more than what was added to a number that is already there.
    let dropped = Upper::of(4.0 * epsilon).over(norm * (1.0 - cast.get() - norms.get()).max(0.0));
    let adding = if r.storage.is_nearest() { adding.min(dropped) } else { adding };
    let below = 1.0 - (norms + adding).get();
    if below <= 0.0 {
        return Upper::UNKNOWN;
    }
    let quotient = ((one + unit) * (one + op)).over(below.next_down());
    let relative = Upper::of((quotient.get() - 1.0).next_up());
    moved + relative + Upper::of(r.storage.absolute() + r.elementwise.absolute()) * root
}

/// The bound of [`DEVIATION`](super::DEVIATION): `sum_j Lip_{K-j}(s) R_j`, for the error of the start and those of the steps.
#[must_use]
pub fn deviation(coefficients: [f64; 3], s: f64, errors: &[Upper]) -> Upper {
    let steps = errors.len().saturating_sub(1);
    let phi = Polynomial(coefficients);
    errors.iter().enumerate().map(|(j, &error)| Upper::of(phi.lipschitz(steps - j, s)) * error).sum()
}
