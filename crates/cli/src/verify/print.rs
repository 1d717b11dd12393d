//! Where reports go: standard output and files.

use std::io::{self, Write as _};
use std::path::Path;

use halfulp_verify::report::{self, Summary, outcome, to_json, to_junit, to_text};

use crate::document;
use crate::exit::Verdict;
use crate::output::{Output, Outputs};
use crate::say::{say, say_lines};
use crate::{paint, stdout};

/// Where a report is wanted. Files are begun before the run, so that one that cannot be written is known then.
pub struct Reports {
    json: bool,
    junit: Option<Output>,
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
        Reports::begin_among(&mut outputs, json, junit)
    }

    /// The same among other files of a run.
    ///
    /// # Errors
    /// As of [`Reports::begin`].
    pub fn begin_among(outputs: &mut Outputs, json: bool, junit: Option<&Path>) -> anyhow::Result<Reports> {
        Ok(Reports {
            json,
            junit: junit.map(|path| outputs.claim_kind("--junit", path, &["xml"])).transpose()?,
        })
    }

    /// As [`Reports::write`], after another file of the run was written, or could not be.
    ///
    /// # Errors
    /// As of [`Reports::write`].
    pub fn write_after(self, mut summary: Summary, other: anyhow::Result<()>) -> anyhow::Result<Verdict> {
        match other {
            Err(error) if summary.verdict == report::Verdict::Differ => say(format_args!("{error:#}")),
            Err(error) => undecided(&mut summary, &error),
            Ok(()) => {}
        }
        self.write(summary)
    }

    /// Writes a report wherever it is wanted, and turns its verdict into the program's.
    ///
    /// What could not be written takes no mismatch back: the answer stays no. A yes becomes undecided, in the other report
    /// too: the file is on the disk before standard output says that all agree, and in its place only after that.
    ///
    /// # Errors
    /// A report that could not be printed, without a mismatch.
    pub fn write(self, summary: Summary) -> anyhow::Result<Verdict> {
        self.write_as(summary, &|summary, json| if json { to_json(summary) } else { to_text(summary) })
    }

    /// The same where the report is part of another document, as text and as JSON.
    ///
    /// # Errors
    /// As for [`Reports::write`].
    pub fn write_as(mut self, mut summary: Summary, document: Document<'_>) -> anyhow::Result<Verdict> {
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
        let said = verdict.after(print(self.json, &summary, document).map_err(anyhow::Error::from));
        match self.junit.map(|file| keep(file, summary, said.as_ref().err())) {
            Some(Err(error)) if verdict == Verdict::No => say(format_args!("{error:#}")),
            Some(Err(error)) if said.is_ok() => return Err(error),
            _ => {}
        }
        said
    }
}

/// What is printed of a summary: JSON, if that is asked for, or text.
pub type Document<'a> = &'a dyn Fn(&Summary, bool) -> String;

/// The program's verdict on a report.
pub fn program_verdict(summary: &Summary) -> Verdict {
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

fn print(json: bool, summary: &Summary, document: Document<'_>) -> io::Result<()> {
    let text = document(summary, json);
    let text = if json { document::harmless(&text) + "\n" } else { painted(summary, text) };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The text, the words of its verdict in colour where the terminal has it.
fn painted(summary: &Summary, text: String) -> String {
    let outcome = outcome(summary);
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
