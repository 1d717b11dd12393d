//! Files that are read: one wording for those that are not there.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{anyhow, bail};

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
