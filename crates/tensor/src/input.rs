//! The file that is read.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::tensor::{Head, Kind};
use crate::{foreign, npy, safetensors};

/// The longest head that is taken for one unless another limit is given: that of the .safetensors format's own library.
pub const DEFAULT_HEAD_LIMIT: u64 = 100_000_000;

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
    /// Opens a file and reads its head, of at most so many bytes.
    ///
    /// # Errors
    /// There is no such regular file, it is of neither kind, its head is wrong or too long, or the file is shorter or longer
    /// than its head says.
    pub fn open(path: &Path, head_limit: u64) -> Result<Input> {
        Input::read(path, head_limit).map_err(|error| error.at(path.display().to_string()))
    }

    fn read(path: &Path, head_limit: u64) -> Result<Input> {
        // Before it is opened, which would wait for the writer of a pipe.
        if !std::fs::metadata(path)?.is_file() {
            return Err(Error::NotRegular);
        }
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let name = path.file_stem().map_or_else(|| "array".into(), |stem| stem.to_string_lossy());
        let (kind, head) = head(&mut file, length, &name, head_limit)?;
        Ok(Input { path: path.into(), kind, head, file })
    }

    /// Leaves all tensors as they are but those of some names.
    pub fn select(&mut self, is_wanted: impl Fn(&str) -> bool) {
        for tensor in &mut self.head.tensors {
            tensor.element = tensor.element.filter(|_| is_wanted(&tensor.name));
        }
    }

    /// Reads bytes at a place.
    ///
    /// # Errors
    /// The file cannot be read, or has become shorter.
    pub fn read_at(&self, bytes: &mut [u8], offset: u64) -> Result<()> {
        let place = || format!("{}: at byte {offset}", self.path.display());
        read_at(&self.file, bytes, offset).map_err(|error| Error::from(error).at(place()))
    }
}

/// The kind of a file of `length` bytes, and its head, of at most `limit` bytes. An array of a .npy file is called `name`.
///
/// Nothing is allocated that the length does not warrant, and the time is linear in the head's.
///
/// # Errors
/// It is of neither kind, its head is wrong or too long, or the length is not what the head says.
pub fn head(file: &mut impl Read, length: u64, name: &str, limit: u64) -> Result<(Kind, Head)> {
    let mut first = [0; 8];
    if length < 8 {
        return Err(Error::Unknown(format!("{length} bytes are neither a .safetensors nor a .npy file")));
    }
    file.read_exact(&mut first)?;
    if first.starts_with(npy::MAGIC) {
        return Ok((Kind::Npy, npy::head(file, first, length, name, limit)?));
    }
    if let Some(what) = foreign::named(first) {
        return Err(Error::Unknown(format!("it is {what}")));
    }
    Ok((Kind::Safetensors, safetensors::head(file, u64::from_le_bytes(first), length, limit)?))
}

/// The text of a head of so many bytes, if there are as many bytes left.
///
/// # Errors
/// It is longer than the limit.
pub fn read_head(file: &mut impl Read, bytes: u64, left: u64, limit: u64) -> Result<Option<Vec<u8>>> {
    if bytes > left {
        return Ok(None);
    }
    let size = usize::try_from(bytes).ok().filter(|_| bytes <= limit);
    let mut text = vec![0; size.ok_or(Error::HeadTooLong { bytes, limit })?];
    file.read_exact(&mut text)?;
    Ok(Some(text))
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
