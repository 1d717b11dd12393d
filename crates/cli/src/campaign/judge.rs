//! `halfulp merge --manifest`: a campaign, judged.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use halfulp_verify::campaign::{Found, Judgement, REPORT_SCHEMA, judge as judged, judgement_text};
use halfulp_verify::report::Summary;
use serde::Serialize;

use super::files;
use crate::document::{self, Head};
use crate::exit::Verdict;
use crate::input;
use crate::verify::print::Reports;

/// The verdict as JSON.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    head: Head,
    verdict: halfulp_verify::report::Verdict,
    #[serde(flatten)]
    judgement: &'a Judgement,
}

/// Runs `merge --manifest`.
pub fn judge(reports: &[PathBuf], path: &Path, json: bool, junit: Option<&Path>) -> anyhow::Result<Verdict> {
    let manifest = files::manifest(path)?;
    let mut found: Vec<PathBuf> = Vec::new();
    for given in reports {
        if !given.is_dir() {
            ensure!(
                given.exists(),
                "there is no file or folder {}: expected results that `halfulp campaign run` wrote, or a folder of them",
                given.display()
            );
            found.push(given.clone());
            continue;
        }
        let files = results(given)?;
        ensure!(
            !files.is_empty(),
            "there is no result in {}: `halfulp campaign run --out` writes them",
            given.display()
        );
        found.extend(files);
    }
    let inputs = found.iter().map(PathBuf::as_path).chain([path]);
    let outputs = Reports::begin(json, junit, inputs)?;
    let mut judgement = judged(&manifest, found.iter().map(|path| read(path)))?;
    judgement.report.command = document::command();
    let report = judgement.report.clone();
    outputs.write_as(report, &|summary: &Summary, json| {
        let judgement = Judgement { report: summary.clone(), ..judgement.clone() };
        match json {
            false => judgement_text(&judgement),
            true => {
                let head = Head::new(REPORT_SCHEMA);
                let document = Document { head, verdict: summary.verdict, judgement: &judgement };
                // Strings, numbers and lists of them always serialize.
                serde_json::to_string_pretty(&document).unwrap_or_default()
            }
        }
    })
}

/// What a file has that may be a result.
pub fn read(path: &Path) -> Found {
    Found { name: path.display().to_string(), text: input::text(path).map_err(|error| format!("{error:#}")) }
}

/// The files of a folder that may be results, by their names: what a shard has saved on its way is none.
pub fn results(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let named = || format!("could not read the folder {}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(named)? {
        let path = entry.with_context(named)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(".json") && !name.ends_with(".part.json") && !name.starts_with('.') {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
