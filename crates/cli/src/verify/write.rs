//! Files that are there whole or not at all.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// Writes a file beside its place, then moves it there.
pub fn atomically(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut beside = OsString::from(path);
    beside.push(format!(".{}.part", std::process::id()));
    fs::write(&beside, text)
        .and_then(|()| fs::rename(&beside, path))
        .inspect_err(|_| {
            let _ = fs::remove_file(&beside);
        })
        .with_context(|| format!("could not write {}", path.display()))
}
