//! The program `halfulp`: emulate, show and verify small floating-point formats, bit for bit.

mod bound;
mod columns;
mod describe;
mod document;
mod eval;
mod exit;
mod format_arg;
mod formats;
mod notation;
mod output;
mod quantize;
mod rounding_arg;
mod say;
mod show;
mod stdout;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Bit-exact software floating point for any small format: emulate it, look at it, verify devices against it.
///
/// FORMAT is a name (see `halfulp formats`), P3109's binary{K}p{P}{s|u}{e|f}, an integer i2 to i64 or u2 to u64, or a
/// format file such as ./mine.toml.
///
/// Exit code: 0 yes (all agree, all bounds hold), 1 no (some differ, some bound fails), 2 could not run.
#[derive(Parser)]
#[command(name = "halfulp", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List the formats.
    Formats(formats::Args),
    /// Show a format, its values, one code, or what a number rounds to.
    Show(show::Args),
    /// Emulate an operation: operand lines in, result and flags out.
    Eval(eval::Args),
    /// Quantize the tensors of a .safetensors or .npy file, and say what that costs.
    Quantize(Box<quantize::Args>),
    /// Verify a subject against oracles.
    Verify(Box<verify::Args>),
    /// Join the reports of the shards of a verification.
    Merge(verify::merge::Args),
    /// Run optimizers in emulated low precision beside the bounds on their errors.
    Bound(Box<bound::Args>),
}

fn main() -> ExitCode {
    output::survive_limits();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::usage(&error),
    };
    let outcome = match cli.verb {
        Verb::Formats(args) => formats::run(&args),
        Verb::Show(args) => show::run(&args),
        Verb::Eval(args) => eval::run(&args),
        Verb::Quantize(args) => quantize::run(&args),
        Verb::Verify(args) => verify::run(&args),
        Verb::Merge(args) => verify::merge::run(&args),
        Verb::Bound(args) => bound::run(&args),
    };
    exit::code(outcome)
}
