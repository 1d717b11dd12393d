//! What an error of the momentum does to the polar factor.

use halfulp::noise;
use nalgebra::DMatrix;

use crate::bound::Tally;
use crate::bound::muon::{PAIRING, PAIRING_INEXACT, PERTURBATION, inexact, momentum};
use crate::experiment::Invalid;
use crate::experiment::kind::signal::normal;
use crate::matrix::polar;
use crate::optimizer::newton_schulz::NewtonSchulz;
use crate::storage::Storage;

fn matrix(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |i, j| normal(seed, (i * columns + j) as u64))
}

/// The factor that Muon takes, which is not finite where its argument is not.
fn factor(m: &DMatrix<f64>) -> DMatrix<f64> {
    polar(m).unwrap_or_else(|| DMatrix::from_element(m.nrows(), m.ncols(), f64::NAN))
}

/// Errors drawn at random, and those of storing.
pub(super) fn all(
    storages: &[Storage],
    cases: usize,
    seeds: &[u64],
) -> Result<Vec<(String, Tally)>, Invalid> {
    let mut found = Vec::new();
    if cases > 0 {
        let [pairing, perturbation] = at_random(cases, seeds);
        found.push(("random errors".into(), pairing));
        found.push(("random errors".into(), perturbation));
    }
    for storage in storages {
        let [pairing, perturbation, through] = stored(storage, seeds)?;
        let of = format!("momentum in {storage}");
        found.extend([(of.clone(), pairing), (of.clone(), perturbation), (of, through)]);
    }
    Ok(found)
}

/// Matrices of up to 6 by 9, with singular values over some orders of magnitude, and errors up to the least of them.
fn at_random(cases: usize, seeds: &[u64]) -> [Tally; 2] {
    let mut tallies = [&PAIRING, &PERTURBATION].map(Tally::new);
    for &seed in seeds {
        for k in 0..cases {
            let word = |i: u64| noise::word(seed ^ 0x7061_6972, 4 * k as u64 + i);
            let rows = 1 + (word(0) % 6) as usize;
            let columns = rows + (word(1) % 4) as usize;
            // A smaller share of a second matrix in some rows: an uneven spectrum.
            let mut m = matrix(rows, columns, word(0));
            let uneven = (word(2) % 5) as f64;
            for (i, mut row) in m.row_iter_mut().enumerate() {
                row *= 10f64.powf(-uneven * i as f64 / rows as f64);
            }
            let e = matrix(rows, columns, word(1));
            let least = crate::matrix::singular(&m).map_or(0.0, |s| s.values.min());
            let share = 10f64.powf(-3.0 * (word(3) >> 11) as f64 / (1u64 << 53) as f64);
            let largest = crate::matrix::singular(&e).map_or(1.0, |s| s.values.max());
            let e = e * (least * share / largest);
            let [pairing, perturbation] = &mut tallies;
            momentum(&m, &e, &factor(&(&m + &e)), [pairing, perturbation], || {
                format!("case {k}, seed {seed}, {rows}x{columns}")
            });
        }
    }
    tallies
}

/// A momentum of 24 by 32 that is stored.
fn stored(storage: &Storage, seeds: &[u64]) -> Result<[Tally; 3], Invalid> {
    let mut tallies = [&PAIRING, &PERTURBATION, &PAIRING_INEXACT].map(Tally::new);
    let mut keeper = storage.keeper()?;
    for &seed in seeds {
        for k in 0..8 {
            let m = matrix(24, 32, noise::word(seed ^ 0x6d6f_6d65, k));
            let mut kept = m.transpose();
            keeper.store(kept.as_mut_slice(), seed, k << 32);
            let e = kept.transpose() - &m;
            let at = || format!("matrix {k}, seed {seed}");
            let [pairing, perturbation, through] = &mut tallies;
            momentum(&m, &e, &factor(&(&m + &e)), [pairing, perturbation], at);
            let o = NewtonSchulz::reference().orthogonalize(&(&m + &e), seed)?;
            inexact(&m, &e, &o, through, at);
        }
    }
    Ok(tallies)
}
