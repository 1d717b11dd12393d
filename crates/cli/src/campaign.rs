//! `halfulp campaign`: a verification in shards, for many machines.

mod arguments;
mod files;
pub mod judge;
mod left;
mod plan;
mod run;

use crate::exit::Verdict;
pub use arguments::Args;
use arguments::Verb;
pub use plan::taken;

/// Runs `campaign`.
pub fn run(args: Args) -> anyhow::Result<Verdict> {
    match args.verb {
        Verb::Plan(args) => plan::run(*args),
        Verb::Run(args) => run::run(&args),
        Verb::Left(args) => left::run(&args),
    }
}
