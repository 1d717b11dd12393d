//! Where recorded tensors are kept, by their types.

use halfulp_tensor::Element;

use super::method::Within;
use crate::storage::Storage;
use crate::storage::blockwise::{Map, Scheme};

/// Elements that share a scale.
pub const BLOCK: usize = 256;

/// Where a tensor of some type is kept: exactly, if the arithmetic has no other numbers.
pub fn storage(element: Option<Element>, within: &Within) -> Storage {
    let wide = matches!(within, Within::F64 | Within::Roots64(_));
    match element {
        None | Some(Element::F64) => Storage::Exact,
        Some(Element::F32) if !wide => Storage::Exact,
        Some(element) => narrow(element),
    }
}

/// The 8-bit storage of a moment, by the preset of a library.
pub fn blockwise(library: &str, signed: bool) -> Storage {
    let scheme = Scheme::preset(library, Map::Dynamic, signed, BLOCK);
    Storage::Blockwise(scheme.unwrap_or_else(|_| unreachable!("the list has it")))
}

/// The storage of a type.
pub fn narrow(element: Element) -> Storage {
    match element {
        Element::Bf16 => Storage::bfloat16(),
        Element::F16 => {
            Storage::Format { format: crate::storage::ieee(16, 11), policy: halfulp::Policy::IEEE }
        }
        Element::F32 => Storage::binary32(),
        Element::F64 => Storage::Exact,
    }
}
