//! What can be wrong.

use std::io;

use halfulp::format::catalog::LookupError;
use halfulp::slice::SliceError;
use halfulp::text::escaped;

use crate::tensor::Kind;

/// Why tensors cannot be read, quantized or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The path leads to no regular file.
    #[error("not a file that can be read at any place (a pipe or a device cannot)")]
    NotRegular,
    /// The file is of neither kind.
    #[error("{0}")]
    Unknown(String),
    /// The head is longer than allowed.
    #[error("its head has {bytes} bytes, more than the limit of {limit}")]
    HeadTooLong {
        /// Bytes of the head.
        bytes: u64,
        /// The most that are read or written.
        limit: u64,
    },
    /// The head is not what the kind of file has.
    #[error("the .{} head is wrong: {}", kind.extension(), escaped(what))]
    Head {
        /// The kind of file.
        kind: Kind,
        /// What is wrong, and where.
        what: String,
    },
    /// The head promises other data than there are.
    #[error(
        "{}: the head promises {promised} bytes of data, the file has {found}",
        if promised > found { "truncated" } else { "too long" }
    )]
    Length {
        /// Bytes, by the head.
        promised: u64,
        /// Bytes in the file.
        found: u64,
    },
    /// An array of other elements than floating-point numbers.
    #[error("elements of type {}: expected f2, f4, f8, or V2 as ml_dtypes writes bfloat16", escaped(.0))]
    Element(String),
    /// A format that tensors are not quantized to.
    #[error("{0}")]
    Format(String),
    /// No number is the scale.
    #[error("the scale that maps {0:e} to the largest value is beyond binary64")]
    Scale(f64),
    /// There is a tensor of the name that a scale would have.
    #[error("there is a tensor {} already, which is what the scale would be called", escaped(.0))]
    NameTaken(String),
    /// An error, and where it was met.
    #[error("{place}: {error}")]
    At {
        /// Where.
        place: String,
        /// What.
        error: Box<Error>,
    },
    /// The library refuses the arrays.
    #[error(transparent)]
    Arrays(#[from] SliceError),
    /// The catalog lacks a format of IEEE 754's.
    #[error(transparent)]
    Catalog(#[from] LookupError),
}

impl Error {
    /// The error with the place where it was met.
    pub(crate) fn at(self, place: impl Into<String>) -> Error {
        Error::At { place: place.into(), error: Box::new(self) }
    }
}

/// What this package's functions give.
pub type Result<T> = std::result::Result<T, Error>;
