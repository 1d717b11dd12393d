//! Runs the real program.
#![allow(dead_code)] // Each test uses its part.

use std::process::{Command, Output, Stdio};

/// What a run of the program gave.
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs `halfulp` with arguments separated by blanks.
pub fn run(args: &str) -> Run {
    let Output { status, stdout, stderr } = command(args).output().expect("the program starts");
    Run {
        code: status.code().expect("the program ends by itself"),
        out: String::from_utf8(stdout).expect("UTF-8"),
        err: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// `halfulp` with arguments separated by blanks, about to run.
pub fn command(args: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halfulp"));
    command.args(args.split_whitespace()).stdin(Stdio::null());
    command
}
