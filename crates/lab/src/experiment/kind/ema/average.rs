//! The run of one average, beside its bounds.

use halfulp::noise;

use super::cell::Cell;
use super::tallies::{Tallies, largest_of};
use crate::arithmetic::{Arithmetic, Coefficient, Plain, Rounded};
use crate::bound::Tally;
use crate::bound::ema::{self, Averages, Constants};
use crate::bound::outward::Upper;
use crate::bound::quantization::Errors;
use crate::detect::Count;
use crate::experiment::Invalid;
use crate::optimizer::ema::{Ema, Factors};
use crate::storage::Keeper;

/// What a run found.
pub(super) struct Outcome {
    pub(super) of: String,
    pub(super) tallies: Vec<Tally>,
    pub(super) curve: Vec<(f64, f64, f64)>,
    pub(super) frozen: Count,
    pub(super) mean: f64,
}

/// Runs it, for so many steps and elements.
///
/// # Errors
/// A storage that cannot be had.
pub(super) fn run(cell: &Cell<'_>, steps: u64, elements: usize) -> Result<Outcome, Invalid> {
    let wrong = |e: crate::storage::StorageError| Invalid::new("run.ema.storages", e.to_string());
    let keeper = cell.storage.keeper().map_err(wrong)?;
    let Some((format, policy)) = cell.storage.format() else {
        return Err(Invalid::new("run.ema.storages", "expected a format that rounds"));
    };
    match cell.form {
        None => average(cell, [steps, elements as u64], Plain::<f64>::default(), keeper, Ema::TwoProduct),
        Some(form) => {
            let rounded = Rounded::<f64>::new(format, policy).map_err(wrong)?;
            average(cell, [steps, elements as u64], rounded, keeper, form)
        }
    }
}

fn average<A: Arithmetic<Number = f64>>(
    cell: &Cell<'_>,
    [steps, elements]: [u64; 2],
    mut a: A,
    mut keeper: Keeper,
    form: Ema,
) -> Result<Outcome, Invalid> {
    let n = elements as usize;
    let (format, policy) = cell.storage.format().unwrap_or_else(|| unreachable!("checked"));
    let (store, step) = (Errors::of(format, policy), a.errors());
    let keep = a.coefficient(Coefficient::Given(cell.beta), &mut Keeper::Exact);
    let add = a.coefficient(Coefficient::Complement(cell.beta), &mut Keeper::Exact);
    let constants = Constants::new(cell.beta, keep, add);
    let factors = Factors { keep: vec![keep; n], add: vec![add; n] };
    let rounding = noise::word(cell.seed, 2);
    let mut up = largest_of(cell.storage);
    let mut rooms = [vec![0.0; n], vec![0.0; n], vec![0.0; n]];
    let (mut m, mut before) = (vec![0.0; n], vec![0.0; n]);
    let mut averages = Averages::new(cell.beta, store, n);
    let mut tallies = Tallies::new(cell);
    let (mut largest, mut frozen, mut curve) = (0.0f64, Count::default(), Vec::new());
    let mut mean = 0.0;
    for t in 1..=steps {
        let g: Vec<f64> = (0..n).map(|k| a.number(cell.signal.at(noise::word(cell.seed, 1), t, k))).collect();
        tallies.begin(t);
        before.copy_from_slice(&m);
        a.place(noise::word(rounding, 2 * t), 0);
        let mut seen = [vec![0.0; n], vec![0.0; n]];
        let [r, s, sum] = &mut rooms;
        form.step(&mut a, &factors, &mut m, &g, [r, s, sum], |k, x| seen[k].copy_from_slice(x));
        let fresh = m.clone();
        keeper.store(&mut m, noise::word(rounding, 2 * t + 1), 0);
        largest = g.iter().fold(largest, |max, x| max.max(x.abs()));
        for k in 0..n {
            if store.saturates(fresh[k]) {
                tallies.lose(k);
            }
            frozen.add(fresh[k] != before[k], m[k] == before[k]);
            if cell.form.is_none() {
                tallies.one(&store, fresh[k], m[k], t, k);
                averages.stored(k, g[k], before[k], fresh[k], m[k]);
                continue;
            }
            // What is stored is in the format already.
            let stored = Upper::distance(fresh[k], m[k]);
            let parts = [seen[0][k], seen[1][k], fresh[k]];
            let local = match form {
                Ema::Lerp => ema::lerp(&constants, &step, stored, before[k], g[k], parts),
                _ => ema::two_products(&constants, &step, stored, before[k], g[k], parts),
            };
            averages.rounded(k, g[k], local);
        }
        tallies.step(cell, &averages, &m, t, up(largest), &g);
        let worst = (0..n).map(|k| ((m[k] - averages.exact()[k]).abs(), averages.with_slack(k)));
        let worst = worst.fold((0.0f64, 0.0f64), |(x, y), (a, b)| (x.max(a), y.max(b)));
        if t.is_power_of_two() || t == steps || t % (steps / 64).max(1) == 0 {
            curve.push((t as f64, worst.0, worst.1));
        }
        mean = m.iter().sum::<f64>() / n as f64;
    }
    tallies.finish(cell, &averages, &m, steps, up(largest));
    Ok(Outcome { of: cell.name(), tallies: tallies.all(), curve, frozen, mean })
}
