//! `halfulp bound run --shard`: a share of the parts of long runs.

use std::io::{self, Write as _};

use halfulp_lab::experiment::{Experiment, Shard, Share};
use halfulp_lab::program::Request;

use super::names::experiments;
use super::progress::Progress;
use crate::exit::Verdict;
use crate::output::Outputs;
use crate::say;

/// Computes the parts of a shard, and says which there are by now. Nothing is judged.
pub fn share(request: &Request, shard: Shard) -> anyhow::Result<Verdict> {
    let experiments = experiments(request)?;
    if let Some(folder) = &request.parts {
        Outputs::new().folder("--parts", folder)?;
    }
    let shares = request.shares(&experiments, shard, |name| Progress::new(name, true))?;
    let mut out = io::stdout().lock();
    let (mut verdict, mut printed) = (Verdict::Yes, Ok(()));
    for (experiment, share) in experiments.iter().zip(shares) {
        match share {
            Ok(share) => printed = printed.and_then(|()| writeln!(out, "{}", line(experiment, shard, share))),
            Err(error) => {
                say::say(error);
                verdict = Verdict::Unknown;
            }
        }
    }
    verdict.after(printed.map_err(anyhow::Error::from))
}

/// What was done, and what is left to do.
fn line(experiment: &Experiment, shard: Shard, share: Share) -> String {
    let Share { all, own, computed, missing } = share;
    let (name, there) = (experiment.name(), own - computed);
    let rest = match missing {
        0 => "all parts are there: the run without --shard judges them".into(),
        _ => format!("{missing} parts of other shards are not there yet"),
    };
    format!(
        "{name}: shard {shard}, {own} of {all} parts: {computed} computed, {there} found in the folder. Nothing was judged; {rest}."
    )
}
