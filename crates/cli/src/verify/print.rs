//! Where reports go: standard output and files.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use anyhow::Context as _;
use halfulp_verify::report::{self, Summary, to_json, to_junit, to_text};

use crate::exit::Verdict;
use crate::output::Output;

/// The outputs of a report, begun before the run, so that one that cannot be written is known then.
pub struct Outputs {
    json: bool,
    junit: Option<Output>,
}

impl Outputs {
    /// Begins them.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn begin(json: bool, junit: Option<&Path>) -> anyhow::Result<Outputs> {
        let file = |path: &Path| {
            Output::create(path).with_context(|| format!("could not write {}", path.display()))
        };
        Ok(Outputs { json, junit: junit.map(file).transpose()? })
    }

    /// Writes a report wherever it is wanted, and turns its verdict into the program's.
    ///
    /// What could not be written takes no mismatch back: the answer stays no. A yes needs its report, but for a reader
    /// of standard output that has seen enough.
    ///
    /// # Errors
    /// All agree, and a report could not be written.
    pub fn write(self, summary: &Summary) -> anyhow::Result<Verdict> {
        let printed = print(&if self.json { to_json(summary) + "\n" } else { to_text(summary) });
        let printed = printed.context("could not write to standard output");
        let filed = self.junit.map_or(Ok(()), |file| junit(file, summary));
        for why in &summary.reasons {
            say(why);
        }
        let written = printed.and(filed);
        match (summary.verdict, written) {
            (report::Verdict::Agree, written) => written.map(|()| Verdict::Yes),
            (verdict, written) => {
                if let Err(error) = written {
                    say(&format!("{error:#}"));
                }
                Ok(if verdict == report::Verdict::Differ { Verdict::No } else { Verdict::Unknown })
            }
        }
    }
}

/// Writes to standard output. A reader that has closed it has seen enough.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn junit(mut file: Output, summary: &Summary) -> anyhow::Result<()> {
    file.write_all(to_junit(summary)?.as_bytes())?;
    file.finish()
}

/// Says something on standard error, if that is still open.
fn say(what: &impl Display) {
    let _ = writeln!(io::stderr(), "halfulp: {what}");
}
