//! A file that is written beside its place, then moved there whole.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use tempfile::NamedTempFile;

/// A file in the making. Dropped before it is finished, it leaves nothing behind.
pub struct Output {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl Output {
    /// Begins a file for a place.
    ///
    /// # Errors
    /// There is no such folder, or nothing can be written in it.
    pub fn create(path: &Path) -> anyhow::Result<Output> {
        let named = || path.display().to_string();
        let folder = folder(path)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".halfulp-").suffix(".part");
        // As any program's files: what the umask leaves.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder).with_context(named)?;
        Ok(Output { file: BufWriter::with_capacity(1 << 20, file), path: path.into() })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// It cannot be written; then there is nothing new in its place.
    pub fn finish(self) -> anyhow::Result<()> {
        let named = || format!("could not write {}", self.path.display());
        let file = self.file.into_inner().map_err(|error| error.into_error()).with_context(named)?;
        file.as_file().sync_all().with_context(named)?;
        file.persist(&self.path).map_err(|error| error.error).with_context(named)?;
        Ok(())
    }
}

impl Output {
    fn named(&self, error: io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("could not write {}: {error}", self.path.display()))
    }
}

/// Errors say which file could not be written.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).map_err(|error| self.named(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(|error| self.named(error))
    }
}

/// The folder of a file that is to be written.
///
/// # Errors
/// There is none, or the file itself is a folder.
pub fn folder(path: &Path) -> anyhow::Result<&Path> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    ensure!(!path.is_dir(), "{} is a folder", path.display());
    ensure!(folder.is_dir(), "{}: there is no folder {}", path.display(), folder.display());
    Ok(folder)
}
