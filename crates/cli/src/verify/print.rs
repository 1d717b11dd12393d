//! Where reports go: standard output and files.

use std::io::{self, Write as _};
use std::path::Path;

use halfulp_verify::report::{self, Summary, outcome, to_json, to_junit, to_text};

use super::mismatches::Mismatches;
use crate::document;
use crate::exit::Verdict;
use crate::output::{Output, Outputs};
use crate::say::{say, say_lines};
use crate::{paint, stdout};

/// Where a report is wanted. Files are begun before the run, so that one that cannot be written is known then.
pub struct Reports {
    json: bool,
    junit: Option<Output>,
    outputs: Outputs,
}

impl Reports {
    /// Begins the files, of which none may be one of those that are read.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn begin<'a>(
        json: bool,
        junit: Option<&Path>,
        read: impl IntoIterator<Item = &'a Path>,
    ) -> anyhow::Result<Reports> {
        let mut outputs = Outputs::new();
        read.into_iter().for_each(|path| outputs.reads(path));
        let junit = junit.map(|path| outputs.claim_kind("--junit", path, &["xml"])).transpose()?;
        Ok(Reports { json, junit, outputs })
    }

    /// Begins the file that takes every mismatch, if there is to be one.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn mismatches(&mut self, path: Option<&Path>) -> anyhow::Result<Option<Mismatches>> {
        let file = path.map(|path| self.outputs.claim_kind("--mismatches", path, &["csv"])).transpose()?;
        Ok(file.map(Mismatches::new))
    }

    /// Writes a report wherever it is wanted, and turns its verdict into the program's.
    ///
    /// What could not be written takes no mismatch back: the answer stays no. A yes becomes undecided, in the other report
    /// too: the file is on the disk before standard output says that all agree, and in its place only after that.
    ///
    /// # Errors
    /// A report that could not be printed, without a mismatch.
    pub fn write(mut self, mut summary: Summary) -> anyhow::Result<Verdict> {
        if let Err(error) = stdout::check()
            && summary.verdict != report::Verdict::Differ
        {
            undecided(&mut summary, &error);
        }
        if let Some(Err(error)) = self.junit.as_mut().map(|file| junit(file, &summary)) {
            self.junit = None;
            match summary.verdict {
                report::Verdict::Differ => say(format_args!("{error:#}")),
                _ => undecided(&mut summary, &error),
            }
        }
        summary.reasons.iter().for_each(|reason| say_lines(reason));
        let verdict = program_verdict(&summary);
        let said = verdict.after(print(self.json, &summary).map_err(anyhow::Error::from));
        match self.junit.map(|file| keep(file, summary, said.as_ref().err())) {
            Some(Err(error)) if verdict == Verdict::No => say(format_args!("{error:#}")),
            Some(Err(error)) if said.is_ok() => return Err(error),
            _ => {}
        }
        said
    }
}

fn program_verdict(summary: &Summary) -> Verdict {
    match summary.verdict {
        report::Verdict::Agree | report::Verdict::AsWaived | report::Verdict::NothingCompared => Verdict::Yes,
        report::Verdict::Differ => Verdict::No,
        report::Verdict::Undecided => Verdict::Unknown,
    }
}

fn undecided(summary: &mut Summary, why: &anyhow::Error) {
    summary.verdict = report::Verdict::Undecided;
    summary.reasons.push(format!("{why:#}"));
}

fn print(json: bool, summary: &Summary) -> io::Result<()> {
    let text = if json { document::harmless(&to_json(summary)) + "\n" } else { painted(summary) };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The text, the words of its verdict in colour where the terminal has it.
fn painted(summary: &Summary) -> String {
    let (text, outcome) = (to_text(summary), outcome(summary));
    match text.strip_suffix(&format!("{outcome}\n")) {
        Some(before) => format!("{before}{}\n", paint::verdict(outcome, program_verdict(summary))),
        None => text,
    }
}

/// Writes the file, but not in its place.
fn junit(file: &mut Output, summary: &Summary) -> anyhow::Result<()> {
    file.write_all(to_junit(summary)?.as_bytes())?;
    file.settle()
}

/// Puts the file in its place, after it says that the report could not be printed, if that is so.
fn keep(mut file: Output, mut summary: Summary, unprinted: Option<&anyhow::Error>) -> anyhow::Result<()> {
    if let Some(error) = unprinted
        && file.take_back()?
    {
        undecided(&mut summary, error);
        junit(&mut file, &summary)?;
    }
    file.finish()
}
