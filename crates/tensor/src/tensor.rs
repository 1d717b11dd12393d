//! The header of a file: its tensors and their positions.

use std::collections::BTreeMap;

use crate::element::Element;

/// The supported file types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// NumPy: a single array.
    Npy,
    /// Safetensors: named tensors.
    Safetensors,
}

impl Kind {
    /// The extension of file names.
    pub const fn extension(self) -> &'static str {
        match self {
            Kind::Npy => "npy",
            Kind::Safetensors => "safetensors",
        }
    }
}

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
