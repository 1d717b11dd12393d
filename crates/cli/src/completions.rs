//! `halfulp completions`: what a shell needs to complete command lines.

use std::io::{self, Write as _};

use clap_complete::Shell;

use crate::exit::Verdict;

/// Print the completion script for a shell. Install it where the shell looks for completions.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  halfulp completions bash > halfulp.bash
  halfulp completions zsh > _halfulp
  halfulp completions fish > halfulp.fish")]
pub struct Args {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints the completions of `program`.
pub fn run(args: &Args, mut program: clap::Command) -> anyhow::Result<Verdict> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut program, "halfulp", &mut text);
    let mut out = io::stdout().lock();
    let printed = out.write_all(&text).and_then(|()| out.flush());
    Verdict::Yes.after(printed.map_err(anyhow::Error::from))
}
