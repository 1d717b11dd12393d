//! How the program ends: 0 yes, 1 no, 2 could not run. A reader that has closed the pipe has seen enough.

use std::io::ErrorKind;
use std::process::ExitCode;

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

/// The exit code of a verb's outcome; says on standard error what went wrong.
pub fn code(outcome: anyhow::Result<Verdict>) -> ExitCode {
    match outcome {
        Ok(Verdict::Yes) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Ok(Verdict::Unknown) => ExitCode::from(2),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("halfulp: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether an error is that nobody reads any more.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let plain = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        plain.or(json) == Some(ErrorKind::BrokenPipe)
    })
}
