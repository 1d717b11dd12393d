//! Errors of this package.

use std::io;

use halfulp::format::catalog::LookupError;
use halfulp::slice::SliceError;
use halfulp::text::escaped;

use crate::kind::Kind;

/// Why tensors cannot be read, quantized or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The path is not a regular file.
    #[error("not a file that can be read at any place (a pipe or a device cannot)")]
    NotRegular,
    /// The path is a folder.
    #[error("is a folder, and a file was expected")]
    Folder,
    /// The file is neither a .npy nor a .safetensors file.
    #[error("{0}")]
    Unknown(String),
    /// The header is longer than the limit.
    #[error("its head has {bytes} bytes, more than the limit of {limit}")]
    HeadTooLong {
        /// The size of the header in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The header is invalid.
    #[error("the .{} head is wrong: {}", kind.extension(), escaped(what))]
    Head {
        /// The kind of file.
        kind: Kind,
        /// The error and its position.
        what: String,
    },
    /// The size of the file does not match its header.
    #[error(
        "{}: the head promises {promised} bytes of data, the file has {found}",
        if promised > found { "truncated" } else { "too long" }
    )]
    Length {
        /// The size in bytes according to the header.
        promised: u64,
        /// The size of the file in bytes.
        found: u64,
    },
    /// The elements of the array are not floating-point numbers.
    #[error("elements of type {}: expected f2, f4, f8, or V2 as ml_dtypes writes bfloat16", escaped(.0))]
    Element(String),
    /// The format is not supported for quantization.
    #[error("{0}")]
    Format(String),
    /// The scale is out of range.
    #[error("the scale that maps {0:e} to the largest value is beyond binary64")]
    Scale(f64),
    /// The name of a scale is already the name of a tensor.
    #[error("there is a tensor {} already, which is what the scale would be called", escaped(.0))]
    NameTaken(String),
    /// An error with its context.
    #[error("{place}: {error}")]
    At {
        /// The context.
        place: String,
        /// The error.
        error: Box<Error>,
    },
    /// An error of an array operation.
    #[error(transparent)]
    Arrays(#[from] SliceError),
    /// The catalog lacks an IEEE 754 format.
    #[error(transparent)]
    Catalog(#[from] LookupError),
}

impl Error {
    /// Adds context to the error.
    pub(crate) fn at(self, place: impl Into<String>) -> Error {
        Error::At { place: place.into(), error: Box::new(self) }
    }
}

/// The result type of this package.
pub type Result<T> = std::result::Result<T, Error>;
