//! `halfulp formats`: the list of formats.

use std::io::Write as _;

use halfulp::format::catalog;

use crate::exit::Verdict;

/// What to list.
#[derive(clap::Args)]
pub struct Args {
    /// Write JSON.
    #[arg(long)]
    json: bool,
}

/// Lists the formats.
pub fn run(_args: &Args) -> anyhow::Result<Verdict> {
    let mut out = std::io::stdout().lock();
    for entry in catalog::builtin() {
        writeln!(out, "{}", entry.name)?;
    }
    Ok(Verdict::Yes)
}
