//! Files that are read: one wording for those that are not there.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail, ensure};

/// Bytes at the beginning of a file that tell text from other things.
const START: u64 = 4096;

/// Whether there is a file of this name, of whatever kind.
///
/// # Errors
/// There is none, or it is a folder.
pub fn exists(path: &Path) -> anyhow::Result<()> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => bail!("{shown} is a folder, and a file was expected"),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("there is no file {shown}"),
        Err(error) => Err(anyhow!("{shown}: {error}")),
    }
}

/// Whether there is a file of this name, and no bytes at its beginning that no text has.
///
/// # Errors
/// There is none, it is a folder, or it is not text.
pub fn is_text(path: &Path) -> anyhow::Result<()> {
    exists(path)?;
    // What is not a regular file may have no end, and is refused where it is read.
    if !fs::metadata(path)?.is_file() {
        return Ok(());
    }
    let mut start = Vec::new();
    File::open(path)
        .and_then(|file| file.take(START).read_to_end(&mut start))
        .with_context(|| path.display().to_string())?;
    ensure!(!start.contains(&0), "{} is not text", path.display());
    Ok(())
}

/// The text of a regular file: what is none, such as a pipe or `/dev/zero`, may have no end.
///
/// # Errors
/// There is no such file, or it could not be read as UTF-8.
pub fn text(path: &Path) -> anyhow::Result<String> {
    exists(path)?;
    let shown = path.display();
    let read = || format!("could not read {shown}");
    ensure!(fs::metadata(path).with_context(read)?.is_file(), "{shown} is not a regular file");
    fs::read_to_string(path).with_context(read)
}
