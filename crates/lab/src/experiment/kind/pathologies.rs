//! `[run.pathologies]`: what low precision does to averages, decays, updates and constants, each alone.

mod average;
mod found;

use halfulp::slice::Arithmetic as Slices;
use serde::Deserialize;

use average::Average;
use found::{detection, invalid, table};

use crate::bound::quantization::{Errors, exp2};
use crate::detect::{Count, coefficients};
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, range};
use crate::parallel;
use crate::report::Detection;
use crate::storage::{Storage, StorageError};

/// The settings: each list is a list of cases of its own.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PathologiesRun {
    /// Averages of a signal, stored after every step.
    averages: Vec<Average>,
    /// Averages of nothing: which values of a format still decay.
    decays: Vec<Decay>,
    /// Updates of one size: which weights they still move.
    updates: Vec<Update>,
    /// Constants that are stored.
    constants: Vec<Constant>,
}

/// A decay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Decay {
    storage: Storage,
    betas: Vec<f64>,
}

/// An update.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Update {
    storage: Storage,
    update: f64,
}

/// Constants.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Constant {
    storage: Storage,
    betas: Vec<f64>,
}

impl Kind for PathologiesRun {
    fn check(&self) -> Result<(), Invalid> {
        let wrong = |key: String, why: &str| Err(Invalid::new(format!("run.pathologies.{key}"), why));
        let storages = [
            ("averages", self.averages.iter().map(|x| &x.storage).collect::<Vec<_>>()),
            ("decays", self.decays.iter().map(|x| &x.storage).collect()),
            ("updates", self.updates.iter().map(|x| &x.storage).collect()),
            ("constants", self.constants.iter().map(|x| &x.storage).collect()),
        ];
        for (list, storages) in storages {
            if let Some(k) = storages.iter().position(|storage| storage.format().is_none()) {
                return wrong(format!("{list}[{k}].storage"), "expected a format that rounds");
            }
        }
        for (k, x) in self.averages.iter().enumerate() {
            let key = |key: &str| format!("run.pathologies.averages[{k}].{key}");
            range::share(key("beta"), x.beta)?;
            range::steps(key("steps"), x.steps)?;
            range::elements(key("elements"), x.elements)?;
            range::real(key("start"), x.start)?;
        }
        let decays = self.decays.iter().map(|x| &x.betas).enumerate().map(|(k, betas)| ("decays", k, betas));
        let constants = self.constants.iter().map(|x| &x.betas).enumerate();
        for (list, k, betas) in decays.chain(constants.map(|(k, betas)| ("constants", k, betas))) {
            for (i, beta) in betas.iter().enumerate() {
                range::share(format!("run.pathologies.{list}[{k}].betas[{i}]"), *beta)?;
            }
        }
        for (k, x) in self.updates.iter().enumerate() {
            let key = format!("run.pathologies.updates[{k}].update");
            range::within(key, x.update, &(f64::MIN_POSITIVE..=range::LARGEST))?;
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let largest = self.averages.iter().map(|x| x.elements as u64).max().unwrap_or(0);
        let elements = Memory::of("run.pathologies.averages", &[largest, 48, threads]);
        // One case after the other: every number of 24 binades, three times, and of one.
        let binades = |storage: &Storage| {
            let bits = storage.format().map_or(0, |(format, _)| format.precision().saturating_sub(1).min(20));
            Memory::of("run.pathologies.updates", &[1 << bits, 8, 76])
        };
        let updates = self.updates.iter().map(|x| binades(&x.storage)).max_by_key(|memory| memory.bytes);
        Memory::of_runs("run.pathologies.averages", &[self.averages.len() as u64])
            .and(elements)
            .and(updates.unwrap_or(Memory::of("run.pathologies.updates", &[0])))
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        progress.parts(self.averages.len() as u64);
        let mut found = Findings::default();
        let averages: Vec<(f64, f64, Vec<Detection>)> =
            parallel::try_map(&self.averages, || progress.done(), |case| case.run())?;
        let mut rows = Vec::new();
        for (case, (frozen, mean, detections)) in self.averages.iter().zip(averages) {
            let name = case.name();
            found.numbers.push((format!("frozen of {name}"), frozen));
            found.numbers.push((format!("mean of {name}"), mean));
            rows.push(vec![name, format!("{:.1} %", 100.0 * frozen), format!("{mean:.4}")]);
            found.detections.extend(detections);
        }
        found.tables.push(table(
            "averages",
            "Averages of a signal of mean 1",
            &["average", "frozen writes", "mean at the end"],
            rows,
        ));
        self.decays(&mut found)?;
        self.updates(&mut found)?;
        self.constants(&mut found)?;
        Ok(found)
    }
}

/// All numbers of a format from 1 to below 2.
fn binade(storage: &Storage) -> Result<(Vec<f64>, Errors, Slices), StorageError> {
    let Some((format, policy)) = storage.format() else {
        return Err(StorageError::new("expected a format that rounds".into()));
    };
    let errors = Errors::of(format, policy);
    let step = errors.ulp(1.0);
    let count = (1.0 / step).min((1u64 << 20) as f64) as u64;
    let numbers = (0..count).map(|k| 1.0 + k as f64 * step).collect();
    Ok((numbers, errors, Slices::new(format, policy)?))
}

fn stored(slices: &Slices, mut values: Vec<f64>) -> Vec<f64> {
    // In place, nothing can differ in length.
    slices.quantize_in_place(&mut values);
    values
}

impl PathologiesRun {
    fn decays(&self, found: &mut Findings) -> Result<(), Invalid> {
        let mut rows = Vec::new();
        for case in &self.decays {
            let (numbers, errors, slices) = binade(&case.storage).map_err(invalid("decays"))?;
            let unit = errors.unit();
            for &beta in &case.betas {
                let after = stored(&slices, numbers.iter().map(|m| beta * m).collect());
                let stuck = after.iter().zip(&numbers).filter(|(after, m)| after == m).count();
                let count = Count { seen: stuck as u64, of: numbers.len() as u64 };
                let name = format!("{}, beta {beta}", case.storage);
                let theory = match 1.0 - beta {
                    c if c > unit => "always decays",
                    c if c <= unit / 2.0 => "never decays",
                    _ => "depends on the value",
                };
                found.numbers.push((format!("stuck of {name}"), count.share()));
                let meaning = "an average of zeros that keeps its value for ever";
                found.detections.push(detection("frozen-decay", &name, count, 0.0, meaning));
                rows.push(vec![name, format!("{} of {}", count.seen, count.of), theory.into()]);
            }
        }
        let head = [
            "format and decay",
            "values from 1 to 2 that never decay",
            "theory: 1 - beta against u and u / 2",
        ];
        found.tables.push(table("decays", "Averages of zeros, every value of a binade", &head, rows));
        Ok(())
    }

    fn updates(&self, found: &mut Findings) -> Result<(), Invalid> {
        let mut rows = Vec::new();
        for case in &self.updates {
            let (binade, _, slices) = binade(&case.storage).map_err(invalid("updates"))?;
            // Every weight from 2^-20 to 2^4, and an update that makes it smaller.
            let weights = (-20..4).flat_map(|e| binade.iter().map(move |m| m * exp2(e)));
            let weights: Vec<f64> = weights.collect();
            let after = stored(&slices, weights.iter().map(|w| w - case.update).collect());
            let moves = |k: &usize| after[*k] != weights[*k];
            let largest = (0..weights.len()).rfind(moves).map_or(0.0, |k| weights[k]);
            let smallest = (0..weights.len()).find(|k| !moves(k)).map_or(f64::INFINITY, |k| weights[k]);
            let name = format!("{}, update {}", case.storage, case.update);
            found.numbers.push((format!("largest weight that moves of {name}"), largest));
            found.numbers.push((format!("smallest frozen weight of {name}"), smallest));
            let count = Count {
                seen: (0..weights.len()).filter(|k| !moves(k)).count() as u64,
                of: weights.len() as u64,
            };
            let meaning = "weights that an update of this size leaves as they are";
            found.detections.push(detection("lost-updates", &name, count, 0.0, meaning));
            rows.push(vec![name, format!("{smallest:.6}"), format!("{largest:.6}")]);
        }
        let head = ["format and update", "smallest frozen weight", "largest weight that moves"];
        found.tables.push(table(
            "updates",
            "Which weights an update still moves, every value of 24 binades",
            &head,
            rows,
        ));
        Ok(())
    }

    fn constants(&self, found: &mut Findings) -> Result<(), Invalid> {
        for case in &self.constants {
            let (_, _, slices) = binade(&case.storage).map_err(invalid("constants"))?;
            for &beta in &case.betas {
                let kept = stored(&slices, vec![beta, 1.0 - beta]);
                let name = format!("{}, beta {beta}", case.storage);
                found.numbers.push((format!("stored beta of {name}"), kept[0]));
                found.detections.push(coefficients(beta, [kept[0], kept[1]], &name));
            }
        }
        Ok(())
    }
}
