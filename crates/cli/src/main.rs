//! The program `halfulp`: emulate, show and verify small floating-point formats, bit for bit.

mod bound;
mod campaign;
mod check;
mod columns;
mod comparing;
mod completions;
mod coverage;
mod describe;
mod device;
mod diagnose;
mod diagnosis;
mod diff;
mod document;
mod eval;
mod exit;
mod format_arg;
mod formats;
mod input;
mod man;
mod notation;
mod offered;
mod operations;
mod output;
mod paint;
mod profile_arg;
mod profiles;
mod quantize;
mod say;
mod serve;
mod show;
mod stdout;
mod stream;
mod task;
mod threads;
mod vectors;
mod verify;
mod version;

use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum as _};

/// Bit-exact software floating point for any small format: emulate operations, inspect values, verify devices.
///
/// FORMAT is a name (see `halfulp formats`), a P3109 name binary{K}p{P}{s|u}{e|f}, an integer i2 to i64 or u2 to u64, or a
/// format file such as ./mine.toml.
///
/// Exit code: 0 success (all results agree, all bounds hold), 1 failure (some results differ, some bound fails), 2 could not run.
#[derive(Parser)]
#[command(name = "halfulp", version, long_version = version::long(), max_term_width = 110)]
struct Cli {
    /// When to use colour: auto (on a terminal, unless NO_COLOR is set), always or never.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    color: ColorChoice,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List the formats.
    Formats(formats::Args),
    /// Show a format, its values, one code, or how a number is rounded.
    Show(show::Args),
    /// Emulate an operation as a filter: lines of operands in, results and flags out.
    Eval(eval::Args),
    /// Quantize the tensors of a .safetensors or .npy file, and report the errors.
    Quantize(Box<quantize::Args>),
    /// Verify an implementation against oracles.
    ///
    /// Without a FORMAT the main job runs: all operations and conversions, exhaustively for formats of at most 8 bits, and on edge and
    /// random cases for wider formats.
    Verify(Box<verify::Args>),
    /// Find out which deviations explain what an implementation answers.
    Diagnose(Box<diagnose::Args>),
    /// Answer as a device with planted deviations would: lines of operands in, results and flags out.
    Device(Box<device::Args>),
    /// Show on how many operands two implementations differ, region by region.
    ///
    /// Each is a profile (`halfulp profiles` lists them), a profile's file, or an engine: scalar, definition, mpfr, apfloat, host, or cmd:PROGRAM.
    Diff(Box<diff::Args>),
    /// List the profiles: how other implementations compute. Or show one.
    Profiles(profiles::Args),
    /// Write vectors for testbenches: cases with their expected answers, in a form that simulators and programs read.
    Vectors(Box<vectors::Args>),
    /// Judge the answers that a device recorded in a file.
    Check(Box<check::Args>),
    /// Show which situations the cases of runs met, and merge the coverage of several.
    Coverage(Box<coverage::Args>),
    /// Ask a device cases of several operations and roundings in one stream, and reduce the history of wrong answers that depend on it.
    Stream(Box<stream::Args>),
    /// Answer the lines of protocol 2, as a device of `halfulp verify --subject cmd2:...`.
    Serve(serve::Args),
    /// Divide a verification into shards for many machines, and run them.
    Campaign(Box<campaign::Args>),
    /// Combine the reports of the shards of a verification, or judge a campaign.
    Merge(verify::merge::Args),
    /// Run optimizers in emulated low precision, and check bounds on their errors.
    Bound(Box<bound::Args>),
    /// Print the completion script for a shell.
    Completions(completions::Args),
    /// Print the manual page, or write a page for each subcommand.
    Man(man::Args),
}

/// The program's arguments. `diagnose` takes those of `verify` but for some, and `device` those of `eval`; where they mean less there, the
/// help says so.
fn command() -> clap::Command {
    let of_diagnose = |arg: clap::Arg| {
        match arg.get_id().as_str() {
        id if diagnose::NOT_TAKEN.contains(&id) => arg.hide(true),
        "op" => arg.help("The operations: add, sub, mul, div, sqrt, fma; without one, --from says that it is convert"),
        "round" => arg.help(
            "The roundings: rne, rna, rtz, rup, rdn, odd, sr-a:N, sr-b:N, sr-c:N with N noise bits [default: rne]",
        ),
        "saturate" => arg.help("The saturations: none, finite, propagate [default: none]"),
        _ => arg,
    }
    };
    let of_stream = |arg: clap::Arg| match arg.get_id().as_str() {
        id if stream::NOT_TAKEN.contains(&id) => arg.hide(true),
        "subject" => arg.help("The device: cmd2:PROGRAM (docs/devices.md)"),
        "against" => arg.help("The engine whose answers are taken for right [default: definition]"),
        "explain" => arg.help(
            "The number of mismatches whose history is reduced; four times as many are asked again alone",
        ),
        _ => arg,
    };
    let of_device = |arg: clap::Arg| {
        match arg.get_id().as_str() {
        "operation" => arg.help(
            "The operation: add, sub, mul, div, sqrt, fma or convert; or a TestFloat name, which includes the formats: f16_mulAdd, \
             e4m3fn_add, f32_to_e5m2",
        ),
        _ => arg,
    }
    };
    Cli::command()
        .mut_subcommand("campaign", |verb| verb.mut_subcommand("plan", |plan| plan.mut_args(campaign::taken)))
        .mut_subcommand("diagnose", |verb| verb.mut_args(of_diagnose))
        .mut_subcommand("stream", |verb| verb.mut_args(of_stream))
        .mut_subcommand("device", |verb| verb.mut_args(of_device))
}

fn main() -> ExitCode {
    output::survive_limits();
    let matches = command().color(color()).try_get_matches_from(vectors::aliases::arguments());
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return exit::usage(&error),
    };
    paint::choose(cli.color);
    let outcome = match cli.verb {
        Verb::Formats(args) => formats::run(&args),
        Verb::Show(args) => show::run(&args),
        Verb::Eval(args) => eval::run(&args),
        Verb::Quantize(args) => quantize::run(&args),
        Verb::Verify(args) => verify::run(&args),
        Verb::Diagnose(args) => diagnose::run(*args),
        Verb::Device(args) => device::run(&args),
        Verb::Diff(args) => diff::run(&args),
        Verb::Profiles(args) => profiles::run(&args),
        Verb::Vectors(args) => vectors::run(&args),
        Verb::Check(args) => check::run(&args),
        Verb::Coverage(args) => coverage::run(&args),
        Verb::Stream(args) => stream::run(&args),
        Verb::Serve(args) => serve::run(&args),
        Verb::Campaign(args) => campaign::run(*args),
        Verb::Merge(args) => verify::merge::run(&args),
        Verb::Bound(args) => bound::run(&args),
        Verb::Completions(args) => completions::run(&args, command()),
        Verb::Man(args) => man::run(&args, command()),
    };
    exit::code(outcome)
}

/// What --color says, before all arguments are understood: help and errors have colours too. A word that it does not take is an
/// error later.
fn color() -> ColorChoice {
    let words: Vec<String> = document::command().into_iter().take_while(|word| word != "--").collect();
    let beside = words.windows(2).filter(|pair| pair[0] == "--color").map(|pair| pair[1].as_str());
    let within = words.iter().filter_map(|word| word.strip_prefix("--color="));
    let last = beside.chain(within).last();
    last.and_then(|word| ColorChoice::from_str(word, false).ok()).unwrap_or(ColorChoice::Auto)
}
