//! `halfulp eval`.

use crate::exit::Verdict;

/// The arguments of `eval`.
#[derive(clap::Args)]
pub struct Args {}

/// Runs `eval`.
pub fn run(_args: &Args) -> anyhow::Result<Verdict> {
    anyhow::bail!("eval is not there yet")
}
