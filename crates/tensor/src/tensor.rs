//! What the head of a file says: which tensors it has, and where.

use std::collections::BTreeMap;

use crate::element::Element;

/// The kinds of files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// NumPy's: one array.
    Npy,
    /// Named tensors.
    Safetensors,
}

impl Kind {
    /// How the names of such files end.
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
    /// Its name; of an array without one, the file's.
    pub name: String,
    /// The type of its elements, by the file's name for it.
    pub dtype: String,
    /// The same, if it is one that is quantized.
    pub element: Option<Element>,
    /// Its dimensions.
    pub shape: Vec<u64>,
    /// How many elements it has.
    pub count: u64,
    /// Where in the file its bytes begin.
    pub offset: u64,
    /// How many bytes it has.
    pub bytes: u64,
}

/// What the head of a file says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The tensors in the order of their bytes.
    pub tensors: Vec<Tensor>,
    /// What else the file says: texts by key.
    pub metadata: BTreeMap<String, String>,
    /// Whether bytes stand in big-endian order.
    pub big_endian: bool,
    /// Whether the first index runs fastest.
    pub fortran_order: bool,
}
