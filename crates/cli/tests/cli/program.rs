//! Runs the real program.
#![allow(dead_code)] // Each test program uses its part.

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
    finish(&mut command(args))
}

/// Runs `halfulp verify` with these arguments: standard output, standard error and exit code.
pub fn verify(args: &[&str]) -> (String, String, i32) {
    let Run { out, err, code } = finish(command("verify").args(args));
    (out, err, code)
}

/// The words of a text, as arguments.
pub fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// Waits for a run's end.
fn finish(command: &mut Command) -> Run {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    Run {
        code: status.code().expect("the program ends by itself"),
        out: String::from_utf8(stdout).expect("UTF-8"),
        err: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// Whether a signal is ignored here, and so by the programs that are started here, as under `nohup`: then it ends none.
pub fn is_ignored(signal: &str) -> bool {
    let numbers =
        [("HUP", 1), ("INT", 2), ("QUIT", 3), ("USR1", 10), ("ALRM", 14), ("TERM", 15), ("XCPU", 24)];
    let (_, number) = numbers.into_iter().find(|(name, _)| *name == signal).expect("a signal of the list");
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let ignored = mask >> (number - 1) & 1 == 1;
    if ignored {
        eprintln!("SIG{signal} is ignored here: not tried");
    }
    ignored
}

/// `halfulp` with arguments separated by blanks, about to run.
pub fn command(args: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halfulp"));
    command.args(args.split_whitespace()).stdin(Stdio::null()).env_remove("COLUMNS");
    command
}
