//! Input files.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::element::Codec;
use crate::error::{Error, Result};
use crate::kind::{self, Kind};
use crate::tensor::{Head, Tensor};
use crate::{npy, safetensors};

/// The default limit for the size of a header: that of the safetensors library.
pub const DEFAULT_HEAD_LIMIT: u64 = 100_000_000;

/// An open file.
pub struct Input {
    /// Its path.
    pub path: PathBuf,
    /// The type of the file, determined by its first bytes.
    pub kind: Kind,
    /// Its header.
    pub head: Head,
    file: File,
}

impl Input {
    /// Opens a file and reads its header of at most `head_limit` bytes.
    ///
    /// # Errors
    /// If there is no such regular file, its type is not supported, its header is invalid or too long, or the size of the file
    /// does not match its header.
    pub fn open(path: &Path, head_limit: u64) -> Result<Input> {
        Input::read(path, head_limit).map_err(|error| error.at(path.display().to_string()))
    }

    fn read(path: &Path, head_limit: u64) -> Result<Input> {
        // Before it is opened, which would wait for the writer of a pipe.
        let about = std::fs::metadata(path)?;
        if !about.is_file() {
            return Err(if about.is_dir() { Error::Folder } else { Error::NotRegular });
        }
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let name = path.file_stem().map_or_else(|| "array".into(), |stem| stem.to_string_lossy());
        let (kind, head) = head(&mut file, length, &name, head_limit)?;
        Ok(Input { path: path.into(), kind, head, file })
    }

    /// Selects tensors by name for quantization; others are left unchanged.
    pub fn select(&mut self, is_wanted: impl Fn(&str) -> bool) {
        for tensor in &mut self.head.tensors {
            tensor.element = tensor.element.filter(|_| is_wanted(&tensor.name));
        }
    }

    /// Reads bytes at an offset.
    ///
    /// # Errors
    /// If the file cannot be read or has become shorter.
    pub fn read_at(&self, bytes: &mut [u8], offset: u64) -> Result<()> {
        let place = || format!("{}: at byte {offset}", self.path.display());
        read_at(&self.file, bytes, offset).map_err(|error| Error::from(error).at(place()))
    }

    /// Reads a tensor's numbers, all at once: 8 bytes of memory for each.
    ///
    /// # Errors
    /// If its elements are not floating-point numbers, or the file cannot be read or has become shorter.
    pub fn numbers(&self, tensor: &Tensor) -> Result<Vec<f64>> {
        let element =
            tensor.element.ok_or_else(|| Error::Element(tensor.dtype.clone()).at(tensor.name.clone()))?;
        let mut bytes = vec![0; tensor.bytes as usize];
        self.read_at(&mut bytes, tensor.offset)?;
        let mut numbers = vec![0.0; bytes.len() / element.size()];
        Codec::new()?.read(element, self.head.big_endian, &bytes, &mut numbers)?;
        Ok(numbers)
    }
}

/// Reads the type of a file of `length` bytes and its header of at most `limit` bytes. The array of a .npy file gets the name `name`.
///
/// Memory is bounded by the length of the file, and time is linear in the length of the header.
///
/// # Errors
/// If the type is not supported, the header is invalid or too long, or `length` does not match the header.
pub fn head(file: &mut impl Read, length: u64, name: &str, limit: u64) -> Result<(Kind, Head)> {
    let mut first = [0; 8];
    if length < 8 {
        return Err(Error::Unknown(format!(
            "a file of {length} bytes is neither a .safetensors nor a .npy file"
        )));
    }
    file.read_exact(&mut first)?;
    if first.starts_with(npy::MAGIC) {
        return Ok((Kind::Npy, npy::head(file, first, length, name, limit)?));
    }
    if let Some(what) = kind::foreign(first) {
        return Err(Error::Unknown(format!("it is {what}")));
    }
    Ok((Kind::Safetensors, safetensors::head(file, u64::from_le_bytes(first), length, limit)?))
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
