//! Where reports go: standard output and files.

use std::io::{self, Write as _};
use std::path::Path;

use halfulp_verify::report::{self, Summary, to_json, to_junit, to_text};

use crate::document;
use crate::exit::Verdict;
use crate::output::{Output, Outputs};
use crate::say::say;
use crate::stdout;

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
        Ok(Reports { json, junit: junit.map(|path| outputs.claim("--junit", path)).transpose()? })
    }

    /// Writes a report wherever it is wanted, and turns its verdict into the program's.
    ///
    /// What could not be written takes no mismatch back: the answer stays no. A yes becomes undecided, in the report on
    /// standard output too.
    ///
    /// # Errors
    /// A report that could not be printed, without a mismatch.
    pub fn write(self, mut summary: Summary) -> anyhow::Result<Verdict> {
        // Before the file says that all agree.
        if let Err(error) = stdout::check()
            && summary.verdict != report::Verdict::Differ
        {
            undecided(&mut summary, &error);
        }
        if let Some(Err(error)) = self.junit.map(|file| junit(file, &summary)) {
            match summary.verdict {
                report::Verdict::Differ => say(format_args!("{error:#}")),
                _ => undecided(&mut summary, &error),
            }
        }
        summary.reasons.iter().for_each(say);
        let verdict = match summary.verdict {
            report::Verdict::Agree | report::Verdict::NothingCompared => Verdict::Yes,
            report::Verdict::Differ => Verdict::No,
            report::Verdict::Undecided => Verdict::Unknown,
        };
        verdict.after(print(self.json, &summary).map_err(anyhow::Error::from))
    }
}

fn undecided(summary: &mut Summary, why: &anyhow::Error) {
    summary.verdict = report::Verdict::Undecided;
    summary.reasons.push(format!("{why:#}"));
}

fn print(json: bool, summary: &Summary) -> io::Result<()> {
    let text = if json { document::harmless(&to_json(summary)) + "\n" } else { to_text(summary) };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn junit(mut file: Output, summary: &Summary) -> anyhow::Result<()> {
    file.write_all(to_junit(summary)?.as_bytes())?;
    file.finish()
}
