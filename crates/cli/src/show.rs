//! `halfulp show`: a format, its values, one code, or what a number rounds to.

use std::io::Write as _;

use crate::exit::Verdict;
use crate::format_arg::format_arg;

/// What to show.
#[derive(clap::Args)]
pub struct Args {
    /// The format.
    #[arg(value_name = "FORMAT")]
    format: String,
}

/// Shows a format.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let named = format_arg(&args.format)?;
    writeln!(std::io::stdout(), "{} {:?}", named.name, named.format)?;
    Ok(Verdict::Yes)
}
