//! How good a factor the whole iteration is for certain: of its inner product with the momentum and of its size, whatever the momentum is.
//!
//! With singular values `s_i` of the normalized matrix, `rho^2 = sum s_i^2`, the exact iteration has `<M, O> / |M|_* = sum s_i phi_K(s_i) / sum s_i`.
//! Where `phi_K >= 0` on `[0, 1]` and `phi_K >= c` on `[s0, 1]`, at least one `s_i` is not below `s0` if `r s0^2 < rho^2`, so that
//! those below come to at most `(r - 1) s0` of a sum of at least `rho`: the quotient is at least `c (1 - (r - 1) s0 / rho)`.

use super::polynomial::Polynomial;
use super::residual::{Local, Roundings, deviation, initial, local};
use super::{RADIUS, SURVIVED};
use crate::bound::outward::Upper;
use crate::optimizer::newton_schulz::NewtonSchulz;
use crate::storage::Storage;

/// At least how much of a momentum's nuclear norm an iteration's inner product with it loses, and how far its spectral norm is above 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Factor {
    /// `<M, O> >= (1 - lost) |M|_*`.
    pub lost: f64,
    /// `|O|_2 <= 1 + excess`.
    pub excess: f64,
}

impl Factor {
    /// Nothing is known: the zero matrix loses all.
    pub const NONE: Factor = Factor { lost: 1.0, excess: 0.0 };
}

/// The momentum's norm is to be at least this many times epsilon: so much of the normalized matrix's norm is not lost to it.
pub const ABOVE_EPSILON: f64 = 1e3;

/// What is certain of an iteration as it claims to be, of momenta of so many rows and columns whose norm is at least [`ABOVE_EPSILON`] times
/// the iteration's epsilon and at least `norm`. `None` for other coefficients than the reference implementation's, or kept in another storage than binary32 or exactly, a storage that is not a format, and
/// where the roundings of a step can come to more than the iteration is certain to survive.
#[must_use]
pub fn factor(how: &NewtonSchulz, [rows, columns]: [usize; 2], norm: f64) -> Option<Factor> {
    let kept = how.coefficient_storage == Storage::Exact || how.coefficient_storage == Storage::binary32();
    if how.coefficients != NewtonSchulz::COEFFICIENTS || !kept {
        return None;
    }
    let turned = how.transpose && rows > columns;
    let [rows, columns] = if turned { [columns, rows] } else { [rows, columns] };
    let exact = polynomial(how.steps, rows.min(columns));
    let apart = apart(how, [rows, columns], norm)?.get();
    Some(Factor { lost: (exact.lost + apart).next_up(), excess: (exact.excess + apart).next_up() })
}

/// The same of the iteration without roundings, of matrices of this rank.
#[must_use]
pub fn polynomial(steps: usize, rank: usize) -> Factor {
    let phi = Polynomial(NewtonSchulz::COEFFICIENTS);
    let pairing = |k: i32| {
        let least = 2f64.powi(-k);
        let c = phi.range(steps, [least, 1.0], SLACK).low;
        let below = (rank.saturating_sub(1) as f64 * least * (1.0 + 2.0 / ABOVE_EPSILON)).next_up();
        let some = rank as f64 * least * least < 0.99;
        if some { (c * (1.0 - below).next_down()).next_down() } else { 0.0 }
    };
    let pairing = (1..=12).map(pairing).fold(0.0, f64::max);
    let top = phi.range(steps, [0.0, 1.0], SLACK).high;
    Factor { lost: (1.0 - pairing).next_up(), excess: (top - 1.0).next_up().max(0.0) }
}

/// How much wider than the range an interval around it may be.
const SLACK: f64 = 1e-6;

/// At least the distance of the computed iteration from the one without roundings, in the Frobenius norm. `None` where a step can round more than
/// it survives.
fn apart(how: &NewtonSchulz, [rows, columns]: [usize; 2], norm: f64) -> Option<Upper> {
    let roundings = Roundings::of(how)?;
    let first = initial(&roundings, norm, how.epsilon, rows * columns);
    let each = local(&roundings, &Local::known(&roundings, [rows, columns], Upper::of(RADIUS)));
    if first.get() > RADIUS - 1.0 || each.get() > SURVIVED {
        return None;
    }
    let errors: Vec<Upper> = std::iter::once(first).chain((0..how.steps).map(|_| each)).collect();
    Some(deviation(how.coefficients, RADIUS, &errors))
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::*;
    use crate::matrix::{nuclear, spectral};
    use crate::problem::symmetric;
    use crate::storage::Storage;

    /// Of matrices with singular values over many orders of magnitude: nothing that is computed is beyond what is certain.
    #[test]
    fn no_factor_is_worse_than_what_is_certain() {
        for (rows, columns) in [(4, 6), (6, 4), (1, 3)] {
            let exact = NewtonSchulz::exact();
            let single = NewtonSchulz::reference().stored(Storage::binary32());
            for how in [exact, single] {
                let certain = factor(&how, [rows, columns], 1e-3).expect("the reference's coefficients");
                let mut worst = Factor { lost: 0.0, excess: 0.0 };
                for seed in 0..300u64 {
                    let spread = (seed % 6) as f64;
                    let m = DMatrix::from_fn(rows, columns, |i, j| {
                        let scale = 10f64.powf(-spread * i as f64 / rows as f64);
                        scale * symmetric(seed, (i * columns + j) as u64)
                    });
                    let o = how.orthogonalize(&m, seed).expect("an iteration");
                    worst.lost = worst.lost.max(1.0 - m.dot(&o) / nuclear(&m));
                    worst.excess = worst.excess.max(spectral(&o).get() - 1.0);
                }
                assert!(
                    worst.lost <= certain.lost && worst.excess <= certain.excess,
                    "{worst:?} {certain:?}"
                );
                // And it is not far off: the polynomial's least value is 0.68.
                assert!(certain.lost < 0.34 && certain.excess < 0.22, "{certain:?}");
            }
        }
    }

    /// The exact iteration's pairing and largest value, of normalized matrices of every rank up to 16 whose singular values are one and some more, of equal
    /// size, from as large down to 2^-14: what keeps least has many small values. And the polynomial itself on a million places of [0, 1].
    #[test]
    fn no_singular_values_keep_less_than_what_is_certain() {
        let [a, b, c] = NewtonSchulz::COEFFICIENTS;
        let phi = |steps: usize, s: f64| (0..steps).fold(s, |s, _| s * (a + s * s * (b + c * s * s)));
        for steps in 1..=7 {
            let top = (0..=1u32 << 20)
                .map(|k| phi(steps, f64::from(k) / f64::from(1u32 << 20)))
                .fold(0.0, f64::max);
            for rank in [1usize, 2, 3, 4, 6, 8, 12, 16] {
                let certain = polynomial(steps, rank);
                let mut least = f64::INFINITY;
                for more in 0..rank {
                    for k in 0..=14 * 64u32 {
                        let ratio = 2f64.powf(-f64::from(k) / 64.0);
                        let one = 1.0 / (1.0 + more as f64 * ratio * ratio).sqrt();
                        let [sum, paired] = [one * ratio, one]
                            .into_iter()
                            .zip([more as f64, 1.0])
                            .fold([0.0, 0.0], |[sum, paired], (s, times)| {
                                [sum + times * s, paired + times * s * phi(steps, s)]
                            });
                        least = least.min(paired / sum);
                    }
                }
                assert!(1.0 - least <= certain.lost, "{steps} steps, rank {rank}: {least} {certain:?}");
                assert!(
                    top - 1.0 <= certain.excess && certain.excess <= top - 1.0 + 1e-5,
                    "{steps}: {top} {certain:?}"
                );
                // What is certain is near what is attained, where it says much.
                let far = least - (1.0 - certain.lost);
                assert!(steps != 5 || far < 0.05 + 0.002 * rank as f64, "rank {rank}: {far}");
            }
        }
    }

    #[test]
    fn what_is_not_certain_is_not_said() {
        let reference = NewtonSchulz::reference();
        assert_eq!(factor(&reference, [8, 12], 1.0), None, "bfloat16 rounds too much");
        let other = NewtonSchulz { coefficients: [1.875, -1.25, 0.375], ..NewtonSchulz::exact() };
        assert_eq!(factor(&other, [8, 12], 1.0), None);
        // One application leaves small values small.
        assert!(polynomial(1, 8).lost > 0.5);
    }
}
