//! `halfulp campaign left`.

use std::io::{self, Write as _};
use std::path::Path;

use anyhow::ensure;
use halfulp_verify::campaign::{Manifest, ranges, survey};

use super::arguments::{Form, Left};
use super::{files, judge};
use crate::exit::Verdict;
use crate::say::say;

/// Runs `campaign left`.
pub fn run(args: &Left) -> anyhow::Result<Verdict> {
    let manifest = files::manifest(&args.manifest)?;
    let left = match &args.out {
        Some(folder) => missing(&manifest, folder)?,
        None => (1..=manifest.len()).collect(),
    };
    Verdict::Yes.after(print(&left, args.form).map_err(anyhow::Error::from))
}

/// The shards without a result in a folder, whatever the names of its files; and says what else is there, as the verdict on the whole will.
fn missing(manifest: &Manifest, folder: &Path) -> anyhow::Result<Vec<u64>> {
    let shown = folder.display();
    ensure!(!folder.exists() || folder.is_dir(), "--out {shown}: expected a folder, and that is a file");
    if !folder.exists() {
        // The first run of a shard makes it.
        say(format_args!("there is no folder {shown} yet: all shards are left"));
        return Ok((1..=manifest.len()).collect());
    }
    let state = survey(manifest, judge::results(folder)?.iter().map(|path| judge::read(path)));
    state.wrong().iter().for_each(say);
    Ok(state.missing)
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
