//! The files that are written: begun before anything is run, and each there whole or not at all.

use std::io::Write as _;
use std::path::Path;

use anyhow::ensure;
use halfulp_lab::report::{Outcome, Report, csv, html, junit, svg};

use super::arguments::Output as Wanted;
use crate::output::{Output, Outputs};

/// The files of a run.
pub struct Files<'a> {
    outputs: Outputs,
    html: Option<Output>,
    junit: Option<Output>,
    table: Option<Output>,
    pictures: Option<&'a Path>,
    tables: Option<&'a Path>,
}

impl<'a> Files<'a> {
    /// Begins the files, and makes the folders that are asked for. `names` are the reports' names, `read` the files that they are made from.
    ///
    /// # Errors
    /// A place will not do: nothing can be written there, or it would replace an experiment or another output.
    pub fn begin(wanted: &'a Wanted, names: &[&str], read: &[&Path]) -> anyhow::Result<Files<'a>> {
        let mut outputs = Outputs::new();
        read.iter().for_each(|path| outputs.reads(path));
        let csv = wanted.csv.as_deref();
        let (table, tables) = if csv.is_some_and(is_csv) { (csv, None) } else { (None, csv) };
        let pictures = wanted.svg.as_deref();
        for (option, folder) in [("--svg", pictures), ("--csv", tables)] {
            if let Some(folder) = folder {
                have_different_names(option, names)?;
                outputs.folder(option, folder)?;
            }
        }
        let mut claim = |option, path: Option<&Path>, extensions: &[&str]| {
            path.map(|path| outputs.claim_kind(option, path, extensions)).transpose()
        };
        let html = claim("--html", wanted.html.as_deref(), &["html", "htm"])?;
        let table = claim("--csv", table, &["csv"])?;
        let junit = claim("--junit", wanted.junit.as_deref(), &["xml"])?;
        Ok(Files { html, junit, table, pictures, tables, outputs })
    }

    /// Writes them all.
    ///
    /// # Errors
    /// One cannot be written.
    pub fn write(mut self, outcomes: &[Outcome]) -> anyhow::Result<()> {
        if let Some(file) = self.html.take() {
            write(file, &html::page(outcomes))?;
        }
        if let Some(file) = self.junit.take() {
            write(file, &junit::document(outcomes)?)?;
        }
        if let Some(file) = self.table.take() {
            write(file, &csv::results(outcomes)?)?;
        }
        if let Some(folder) = self.pictures {
            reports(outcomes).try_for_each(|report| self.all("--svg", folder, svg::files(report)))?;
        }
        if let Some(folder) = self.tables {
            self.all("--csv", folder, vec![("results.csv".into(), csv::results(outcomes)?)])?;
            reports(outcomes).try_for_each(|report| self.all("--csv", folder, csv::files(report)?))?;
        }
        Ok(())
    }

    fn all(&mut self, option: &str, folder: &Path, files: Vec<(String, String)>) -> anyhow::Result<()> {
        files.into_iter().try_for_each(|(name, text)| {
            let file = self.outputs.claim(option, &folder.join(name))?;
            write(file, &text)
        })
    }
}

/// Files in a folder begin with the experiment's name.
fn have_different_names(option: &str, names: &[&str]) -> anyhow::Result<()> {
    for (k, name) in names.iter().enumerate() {
        let again = names[..k].iter().any(|other| other.eq_ignore_ascii_case(name));
        ensure!(
            !again,
            "{option}: two experiments are named {name}, and files in a folder begin with that name"
        );
    }
    Ok(())
}

fn reports(outcomes: &[Outcome]) -> impl Iterator<Item = &Report> {
    outcomes.iter().filter_map(|outcome| outcome.report.as_ref().ok())
}

fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) && !path.is_dir()
}

fn write(mut file: Output, text: &str) -> anyhow::Result<()> {
    file.write_all(text.as_bytes())?;
    file.finish()
}
