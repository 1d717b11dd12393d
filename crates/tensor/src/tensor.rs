//! The header of a file: its tensors and their positions.

use std::collections::BTreeMap;
use std::io::Read;

use crate::element::Element;
use crate::error::{Error, Result};

/// A tensor in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tensor {
    /// Its name; for an array without a name, that of the file.
    pub name: String,
    /// The name of the element type in the file.
    pub dtype: String,
    /// The element type, if the tensor can be quantized and is selected.
    pub element: Option<Element>,
    /// Its dimensions.
    pub shape: Vec<u64>,
    /// The number of elements.
    pub count: u64,
    /// The offset of its data in the file.
    pub offset: u64,
    /// The number of bytes.
    pub bytes: u64,
}

/// The header of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The tensors in the order of their data.
    pub tensors: Vec<Tensor>,
    /// Metadata: texts by key.
    pub metadata: BTreeMap<String, String>,
    /// Whether elements are big-endian.
    pub big_endian: bool,
    /// Whether the first index varies fastest (Fortran order).
    pub fortran_order: bool,
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
