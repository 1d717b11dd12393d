//! `halfulp bound new`: an experiment file to begin with.

use std::fs::File;
use std::io::{self, Write as _};

use anyhow::Context as _;
use halfulp_lab::experiment::template;

use super::arguments::New;
use crate::exit::Verdict;

/// Writes the file of a kind.
pub fn new(args: &New) -> anyhow::Result<Verdict> {
    let text = template(&args.kind).map_err(anyhow::Error::msg)?;
    let Some(path) = &args.output else {
        let mut out = io::stdout().lock();
        return Verdict::Yes
            .after(out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Into::into));
    };
    // What somebody has written is not replaced.
    let file = File::create_new(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).with_context(|| path.display().to_string())?;
    Ok(Verdict::Yes)
}
