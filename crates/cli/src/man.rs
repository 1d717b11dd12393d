//! `halfulp man`: the manual pages.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap_mangen::Man;

use crate::exit::Verdict;
use crate::output::Outputs;

/// Print the manual page halfulp(1), or write it and a page for each subcommand into a folder.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  halfulp man > halfulp.1
  halfulp man man1/")]
pub struct Args {
    /// The folder for all pages: halfulp.1, halfulp-verify.1 and so on. It is created if necessary, in a folder that is there.
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Prints or writes the pages of `program`.
pub fn run(args: &Args, program: clap::Command) -> anyhow::Result<Verdict> {
    let mut program = program.disable_help_subcommand(true);
    program.build();
    let Some(folder) = &args.folder else {
        let mut out = io::stdout().lock();
        let printed = Man::new(program).render(&mut out).and_then(|()| out.flush());
        return Verdict::Yes.after(printed.map_err(anyhow::Error::from));
    };
    let mut outputs = Outputs::new();
    outputs.folder("FOLDER", folder)?;
    let mut pages = Vec::new();
    collect(program, &mut pages);
    let claim = |page: &Man| outputs.claim("FOLDER", &folder.join(page.get_filename()));
    let files = pages.iter().map(claim).collect::<anyhow::Result<Vec<_>>>()?;
    for (page, mut file) in pages.iter().zip(files) {
        page.render(&mut file)?;
        file.finish()?;
    }
    let mut out = io::stdout().lock();
    let told = writeln!(out, "{} pages were written to {}", pages.len(), folder.display());
    Verdict::Yes.after(told.and_then(|()| out.flush()).map_err(anyhow::Error::from))
}

/// The page of a command, and those of the commands below it.
fn collect(command: clap::Command, pages: &mut Vec<Man>) {
    let below: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    pages.push(Man::new(command));
    below.into_iter().for_each(|command| collect(command, pages));
}
