//! How the program ends: 0 yes, 1 no, 2 could not run. A verdict is what was found, whether or not it could be printed.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::process::ExitCode;

use halfulp::text::escaped;
use serde::Serialize;

use crate::document::{self, Head, command};
use crate::{say, stdout};

/// The answer of a verb that could run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// All agree, or there was nothing to compare.
    Yes,
    /// Some differ.
    No,
    /// There is no answer; what went wrong has been said.
    Unknown,
}

impl Verdict {
    /// The verdict after it was printed. A reader that has closed the pipe has seen enough, so the verdict stands; a no
    /// stands whatever became of the printing. Where standard output was closed from the beginning nobody can have seen
    /// anything.
    ///
    /// # Errors
    /// A yes, or no answer, that could not be printed.
    pub fn after(self, printed: anyhow::Result<()>) -> anyhow::Result<Verdict> {
        let Err(error) = printed.and_then(|()| stdout::check()) else { return Ok(self) };
        let error = match writing(&error) {
            Some(ErrorKind::BrokenPipe) => return Ok(self),
            Some(_) => error.context("could not print"),
            None => error,
        };
        if self == Verdict::No {
            say::say(format_args!("{error:#}"));
            return Ok(self);
        }
        Err(error)
    }
}

/// The exit code of a verb's outcome. An error is said on standard error, and with `--json` in JSON too.
pub fn code(outcome: anyhow::Result<Verdict>) -> ExitCode {
    match outcome {
        Ok(Verdict::Yes) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Ok(Verdict::Unknown) => ExitCode::from(2),
        Err(error) => {
            failed(&chain(&error));
            ExitCode::from(2)
        }
    }
}

/// An error and its causes, without those that only say again what stands before them.
fn chain(error: &anyhow::Error) -> String {
    let mut texts: Vec<String> = error.chain().map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}

/// Says what went wrong: on standard error, where what a device wrote has lines of its own, and where JSON was asked for in a document on
/// standard output.
pub fn failed(error: &str) {
    say::say_lines(error);
    document(error);
}

/// Help and version on standard output; what is wrong with the arguments on standard error.
pub fn usage(error: &clap::Error) -> ExitCode {
    let plain = error.render().to_string();
    // It has the arguments in it as they were typed: colours only where those do not steer the terminal.
    let harmless = command().iter().all(|argument| !argument.contains(char::is_control));
    if error.use_stderr() {
        if harmless && io::stderr().is_terminal() {
            let _ = error.print();
        } else {
            let lines: Vec<String> = plain.lines().map(|line| escaped(line).to_string()).collect();
            say::raw(&format!("{}\n", lines.join("\n")));
        }
        document(plain.strip_prefix("error: ").unwrap_or(&plain).trim_end());
        return ExitCode::from(2);
    }
    let printed = error.print().and_then(|()| io::stdout().flush());
    code(Verdict::Yes.after(printed.map_err(anyhow::Error::from)))
}

/// What stands on standard output instead of a report.
#[derive(Serialize)]
struct Failure<'a> {
    #[serde(flatten)]
    head: Head,
    error: &'a str,
}

/// Writes an error as JSON, if JSON was asked for.
fn document(error: &str) {
    if !command().iter().take_while(|argument| *argument != "--").any(|argument| argument == "--json") {
        return;
    }
    let failure = Failure { head: Head::new("halfulp.error/1"), error };
    // That it cannot be written changes nothing: the exit code and standard error say the same.
    let _ = document::print(&failure);
}

/// What kind of error of writing an error is, if it is one.
fn writing(error: &anyhow::Error) -> Option<ErrorKind> {
    error.chain().find_map(|cause| {
        let plain = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        plain.or(json)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_survives_what_becomes_of_its_printing() {
        let failed = |kind: ErrorKind| Err(io::Error::from(kind).into());
        for verdict in [Verdict::Yes, Verdict::No, Verdict::Unknown] {
            assert_eq!(verdict.after(Ok(())).ok(), Some(verdict));
            assert_eq!(verdict.after(failed(ErrorKind::BrokenPipe)).ok(), Some(verdict));
            let full = verdict.after(failed(ErrorKind::StorageFull));
            assert_eq!(full.ok(), (verdict == Verdict::No).then_some(Verdict::No));
        }
    }

    #[test]
    fn a_cause_is_said_once() {
        #[derive(Debug)]
        struct Again(io::Error);
        impl std::fmt::Display for Again {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::error::Error for Again {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }
        let error = anyhow::Error::from(Again(io::Error::other("it broke"))).context("add");
        assert_eq!(chain(&error), "add: it broke");
        assert_eq!(format!("{error:#}"), "add: it broke: it broke");
    }

    #[test]
    fn a_pipe_that_broke_elsewhere_is_an_error() {
        let elsewhere: anyhow::Result<Verdict> = Err(io::Error::from(ErrorKind::BrokenPipe).into());
        assert_eq!(format!("{:?}", code(elsewhere)), format!("{:?}", ExitCode::from(2)));
    }
}
