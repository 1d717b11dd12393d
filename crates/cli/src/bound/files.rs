//! The files that are written: all of them whole, or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use halfulp_lab::report::{Outcome, Report, csv, html, junit, svg};

use super::arguments::Output;
use crate::output;

/// Checks the places before anything is run, and makes the folders that are asked for.
///
/// # Errors
/// A place will not do.
pub fn check(wanted: &Output) -> anyhow::Result<()> {
    let files = [("--html", &wanted.html), ("--junit", &wanted.junit)];
    for (option, path) in files.into_iter().filter_map(|(option, path)| Some((option, path.as_deref()?))) {
        output::folder(path).context(option)?;
    }
    if let Some(path) = &wanted.svg {
        output::Outputs::new().folder("--svg", path)?;
    }
    match &wanted.csv {
        Some(path) if is_csv(path) => output::folder(path).map(|_| ()).context("--csv"),
        Some(path) => output::Outputs::new().folder("--csv", path),
        None => Ok(()),
    }
}

/// Writes the files that are asked for.
///
/// # Errors
/// One cannot be written.
pub fn write(wanted: &Output, outcomes: &[Outcome]) -> anyhow::Result<()> {
    if let Some(path) = &wanted.html {
        file(path, &html::page(outcomes))?;
    }
    if let Some(path) = &wanted.junit {
        file(path, &junit::document(outcomes)?)?;
    }
    if let Some(folder) = &wanted.svg {
        for report in reports(outcomes) {
            all(folder, svg::files(report))?;
        }
    }
    match &wanted.csv {
        Some(path) if is_csv(path) => file(path, &csv::results(outcomes)?),
        Some(folder) => {
            file(&folder.join("results.csv"), &csv::results(outcomes)?)?;
            reports(outcomes).try_for_each(|report| all(folder, csv::files(report)?))
        }
        None => Ok(()),
    }
}

fn reports(outcomes: &[Outcome]) -> impl Iterator<Item = &Report> {
    outcomes.iter().filter_map(|outcome| outcome.report.as_ref().ok())
}

fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) && !path.is_dir()
}

fn all(folder: &Path, files: Vec<(String, String)>) -> anyhow::Result<()> {
    files.into_iter().try_for_each(|(name, text)| file(&PathBuf::from(folder).join(name), &text))
}

fn file(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut out = output::Output::create(path)?;
    out.write_all(text.as_bytes())?;
    out.finish()
}
