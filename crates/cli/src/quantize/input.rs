//! The file that is read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::tensor::{Head, Kind};
use super::{npy, safetensors};

/// An open file.
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// What kind of file it is, by its first bytes.
    pub kind: Kind,
    /// What its head says.
    pub head: Head,
    file: File,
}

impl Input {
    /// Opens a file and reads its head.
    ///
    /// # Errors
    /// There is no such file, it is of neither kind, its head is wrong, or it is shorter or longer than its head says.
    pub fn open(path: &Path) -> anyhow::Result<Input> {
        Input::read(path).with_context(|| path.display().to_string())
    }

    fn read(path: &Path) -> anyhow::Result<Input> {
        let mut file = File::open(path)?;
        let about = file.metadata()?;
        ensure!(about.is_file(), "not a file that can be read at any place (a pipe cannot)");
        let length = about.len();
        let mut magic = [0; 8];
        file.read_exact(&mut magic[..usize::try_from(length.min(8)).unwrap_or(8)])?;
        let kind = if magic.starts_with(npy::MAGIC) { Kind::Npy } else { Kind::Safetensors };
        let stem =
            path.file_stem().map_or_else(|| "array".into(), |stem| stem.to_string_lossy().into_owned());
        let head = match kind {
            Kind::Npy => npy::head(&mut file, length, stem)?,
            Kind::Safetensors if length < 8 => {
                bail!("{length} bytes are neither a .safetensors nor a .npy file")
            }
            Kind::Safetensors => safetensors::head(&mut file, length, u64::from_le_bytes(magic))?,
        };
        Ok(Input { path: path.into(), kind, head, file })
    }

    /// Reads bytes at a place.
    ///
    /// # Errors
    /// The file cannot be read, or has become shorter.
    pub fn read_at(&self, bytes: &mut [u8], offset: u64) -> anyhow::Result<()> {
        read_at(&self.file, bytes, offset)
            .with_context(|| format!("{}: at byte {offset}", self.path.display()))
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        offset += read as u64;
    }
    Ok(())
}
