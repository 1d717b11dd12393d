//! `halfulp campaign left`.

use std::io::{self, Write as _};

use halfulp_verify::campaign::{Manifest, ShardResult, ShardRun, file_name, ranges};

use super::arguments::{Form, Left};
use super::files;
use crate::exit::Verdict;

/// Runs `campaign left`.
pub fn run(args: &Left) -> anyhow::Result<Verdict> {
    let manifest = files::manifest(&args.manifest)?;
    let is_left = |shard: &u64| {
        let Some(folder) = &args.out else { return true };
        let text = std::fs::read_to_string(folder.join(file_name(*shard, manifest.len())));
        !text.is_ok_and(|text| is_result(&manifest, *shard, &text))
    };
    let left: Vec<u64> = (1..=manifest.len()).filter(is_left).collect();
    Verdict::Yes.after(print(&left, args.form).map_err(anyhow::Error::from))
}

/// Whether a text is the whole result of a shard.
fn is_result(manifest: &Manifest, shard: u64, text: &str) -> bool {
    let result = ShardResult::read(text).ok().filter(|result| result.shard == shard);
    result.is_some_and(|result| ShardRun::resume(manifest, &result).is_ok_and(|run| run.is_done()))
}

fn print(left: &[u64], form: Form) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match form {
        Form::Lines => left.iter().try_for_each(|shard| writeln!(out, "{shard}"))?,
        Form::Ranges => writeln!(out, "{}", ranges(left).replace(' ', ""))?,
        Form::Json => writeln!(out, "{}", serde_json::to_string(left)?)?,
    }
    out.flush()
}
