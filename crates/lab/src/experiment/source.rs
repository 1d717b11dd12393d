//! Where experiments come from: the program itself, and files.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::{Experiment, ExperimentError};
use crate::registry::Registry;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// The experiments that come with the program: name and text.
pub const BUILTIN: &[(&str, &str)] = &[
    ("ema", include_str!("../../experiments/ema.toml")),
    ("one-step", include_str!("../../experiments/one-step.toml")),
    ("blockwise", include_str!("../../experiments/blockwise.toml")),
    ("adamw-open-loop", include_str!("../../experiments/adamw-open-loop.toml")),
    ("rates-adam", include_str!("../../experiments/rates-adam.toml")),
    ("rates-muon", include_str!("../../experiments/rates-muon.toml")),
    ("rates-digits", include_str!("../../experiments/rates-digits.toml")),
    ("sensitivity", include_str!("../../experiments/sensitivity.toml")),
    ("theorem-adam", include_str!("../../experiments/theorem-adam.toml")),
    ("theorem-adam-flat", include_str!("../../experiments/theorem-adam-flat.toml")),
    ("theorem-muon", include_str!("../../experiments/theorem-muon.toml")),
    ("theorem-newton-schulz", include_str!("../../experiments/theorem-newton-schulz.toml")),
    ("pathologies", include_str!("../../experiments/pathologies.toml")),
    ("rosenbrock", include_str!("../../experiments/rosenbrock.toml")),
    ("digits", include_str!("../../experiments/digits.toml")),
    ("ablation", include_str!("../../experiments/ablation.toml")),
    ("eight-bit", include_str!("../../experiments/eight-bit.toml")),
    ("sums", include_str!("../../experiments/sums.toml")),
    ("swamping", include_str!("../../experiments/swamping.toml")),
    ("low-bit", include_str!("../../experiments/low-bit.toml")),
    ("eco", include_str!("../../experiments/eco.toml")),
    ("muon-step", include_str!("../../experiments/muon-step.toml")),
];

/// An experiment that comes with the program.
///
/// # Errors
/// There is none of that name; the error lists those that there are.
pub fn builtin(name: &str) -> Result<Experiment, ExperimentError> {
    builtin_with(name, &Registry::default())
}

fn builtin_with(name: &str, registry: &Registry) -> Result<Experiment, ExperimentError> {
    match registry.experiments().find(|(known, _)| *known == name) {
        Some((name, text)) => {
            let experiment = Experiment::parse_with(text, &format!("experiments/{name}.toml"), registry)?;
            Ok(experiment.named(name))
        }
        None => {
            let known = registry.experiments().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
            Err(ExperimentError::Unknown { name: name.into(), known })
        }
    }
}

/// The experiment of a file: what has a folder in it, or ends in `.toml`; else the one of that name that comes with the program, or that the registry has.
///
/// # Errors
/// The file cannot be read or is wrong, or there is no experiment of that name.
pub fn open(name: &str) -> Result<Experiment, ExperimentError> {
    open_with(name, &Registry::default())
}

/// The same, with what a registry has beside what this crate has.
///
/// # Errors
/// As of [`open`].
pub fn open_with(name: &str, registry: &Registry) -> Result<Experiment, ExperimentError> {
    if !name.contains(['/', std::path::MAIN_SEPARATOR]) && !name.ends_with(".toml") {
        return builtin_with(name, registry);
    }
    let text = read(Path::new(name)).map_err(|why| ExperimentError::unreadable(name, why))?;
    Experiment::parse_with(&text, name, registry)
}

/// The text of a file that has an end: a pipe may never have one, and opening it may already wait for ever.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let said = |error: std::io::Error| error.to_string();
    if !std::fs::metadata(path).map_err(said)?.is_file() {
        return Err("expected a regular file".into());
    }
    let mut text = String::new();
    let size = File::open(path).map_err(said)?.take(LARGEST + 1).read_to_string(&mut text).map_err(said)?;
    match size as u64 > LARGEST {
        true => Err(format!("expected at most {} MiB, which this file exceeds", LARGEST >> 20)),
        false => Ok(text),
    }
}
