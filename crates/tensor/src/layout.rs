//! The layout of the output.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use ::safetensors::tensor::Dtype;
use halfulp::Format;

use crate::element::Element;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::kind::Kind;
use crate::safetensors::Entry;
use crate::stream::Written;
use crate::tensor::Tensor;
use crate::{npy, safetensors};

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Emit {
    /// The format's codes.
    Codes,
    /// The values of the codes, multiplied by the scale.
    Values,
}

/// What comes next in the output.
pub enum Piece<'a> {
    /// The tensor of this number, quantized.
    Quantized(usize, Written),
    /// A tensor as it is.
    Copied(&'a Tensor),
    /// These bytes.
    Bytes(Vec<u8>),
}

/// How the output is to be made.
pub struct Wish<'a> {
    /// The format.
    pub format: &'a Format,
    /// What to write.
    pub emit: Emit,
    /// A tensor each, if tensors have scales.
    pub scales: Option<Vec<f64>>,
    /// What to say in the head, under the key `halfulp`.
    pub description: &'a str,
    /// The longest head.
    pub head_limit: u64,
}

/// The pieces of the output, its head first.
///
/// # Errors
/// A name for a scale that is taken.
pub fn layout<'a>(
    input: &'a Input,
    tensors: &[(&'a Tensor, Element)],
    wish: &Wish<'_>,
) -> Result<Vec<Piece<'a>>> {
    let written = |i: usize| match wish.emit {
        Emit::Codes => Written::Codes,
        Emit::Values => {
            Written::Values(holding(tensors[i].1, wish.format, wish.scales.as_ref().map_or(1.0, |s| s[i])))
        }
    };
    match input.kind {
        Kind::Npy => npy_layout(input, wish, written(0)),
        Kind::Safetensors => safetensors_layout(input, tensors, wish, written),
    }
}

fn npy_layout<'a>(input: &Input, wish: &Wish<'_>, written: Written) -> Result<Vec<Piece<'a>>> {
    let dtype = match written {
        Written::Values(element) => npy::type_of_values(element),
        Written::Codes | Written::Nothing => npy::type_of_codes(wish.format),
    };
    let shape = input.head.tensors.first().map_or(&[][..], |tensor| &tensor.shape);
    let head = npy::write_head(dtype, shape, input.head.fortran_order);
    Ok(vec![Piece::Bytes(head), Piece::Quantized(0, written)])
}

fn safetensors_layout<'a>(
    input: &'a Input,
    tensors: &[(&'a Tensor, Element)],
    wish: &Wish<'_>,
    written: impl Fn(usize) -> Written,
) -> Result<Vec<Piece<'a>>> {
    let mut parts: Vec<(Entry, Piece<'a>)> = Vec::new();
    let names: HashSet<&str> = input.head.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    let of_scales = wish.scales.as_deref().map(dtype_of_scales);
    for (i, (tensor, _)) in tensors.iter().enumerate() {
        let dtype = match written(i) {
            Written::Values(element) => safetensors::dtype_of_values(element),
            Written::Codes | Written::Nothing => safetensors::dtype_of_codes(wish.format),
        };
        let bytes = tensor.count * (dtype.bitsize() / 8) as u64;
        let entry = Entry { name: tensor.name.clone(), dtype, shape: tensor.shape.clone(), bytes };
        parts.push((entry, Piece::Quantized(i, written(i))));
        if let (Emit::Codes, Some(scales), Some(dtype)) = (wish.emit, &wish.scales, of_scales) {
            parts.push(scale(&tensor.name, (scales[i], dtype), &names)?);
        }
    }
    for tensor in input.head.tensors.iter().filter(|tensor| tensor.element.is_none()) {
        let dtype = safetensors::dtype(&tensor.dtype)?;
        let entry =
            Entry { name: tensor.name.clone(), dtype, shape: tensor.shape.clone(), bytes: tensor.bytes };
        parts.push((entry, Piece::Copied(tensor)));
    }
    // Larger elements first, so that all are aligned, as the format's own library does.
    parts.sort_by_key(|(entry, _)| Reverse(entry.dtype.bitsize()));
    let (entries, pieces): (Vec<Entry>, Vec<Piece<'a>>) = parts.into_iter().unzip();
    let mut metadata: BTreeMap<String, String> = input.head.metadata.clone();
    metadata.insert("halfulp".into(), wish.description.into());
    let head = safetensors::write_head(&entries, &metadata, wish.head_limit)?;
    Ok(std::iter::once(Piece::Bytes(head)).chain(pieces).collect())
}

/// The type of all scales of a file: binary32, unless one of them is beyond it. Readers expect one type.
fn dtype_of_scales(scales: &[f64]) -> Dtype {
    if scales.iter().all(|scale| f64::from(*scale as f32) == *scale) { Dtype::F32 } else { Dtype::F64 }
}

/// A tensor's scale as a tensor, under the name that vLLM and compressed-tensors give it.
fn scale<'a>(name: &str, (scale, dtype): (f64, Dtype), names: &HashSet<&str>) -> Result<(Entry, Piece<'a>)> {
    let name = format!("{name}_scale");
    if names.contains(name.as_str()) {
        return Err(Error::NameTaken(name));
    }
    let bytes = match dtype {
        Dtype::F32 => (scale as f32).to_le_bytes().to_vec(),
        _ => scale.to_le_bytes().to_vec(),
    };
    Ok((Entry { name, dtype, shape: vec![1], bytes: bytes.len() as u64 }, Piece::Bytes(bytes)))
}

/// The first type, from the input's on, that holds every value of the format times the scale; binary64 if none does.
fn holding(element: Element, format: &Format, scale: f64) -> Element {
    let wider = Element::ALL.into_iter().filter(|wider| *wider == element || wider.size() > element.size());
    wider.into_iter().find(|wider| holds(*wider, format, scale)).unwrap_or(Element::F64)
}

fn holds(element: Element, format: &Format, scale: f64) -> bool {
    let Ok(wide) = element.format() else { return false };
    let bits = scale.to_bits();
    let trailing_zeros = (bits | 1 << 52).trailing_zeros().min(52) as i32;
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1075 + trailing_zeros;
    let scale_precision = 53 - trailing_zeros as u32;
    // A product has as many bits as both factors have; a power of two adds none.
    let factor = if scale_precision == 1 { 0 } else { scale_precision };
    let leading = format.emax() + exponent + factor as i32;
    let lowest = format.quantum_min() + exponent;
    let normal = scale >= f64::MIN_POSITIVE;
    normal
        && format.precision() + factor <= wide.precision()
        && lowest >= wide.quantum_min()
        && leading <= wide.emax()
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfulp::format::catalog::lookup;

    #[test]
    fn values_get_the_narrowest_type_that_holds_them() {
        let of = |element, name, scale| holding(element, &lookup(name).expect("a name"), scale);
        assert_eq!(of(Element::F16, "e4m3fn", 1.0), Element::F16);
        assert_eq!(of(Element::F16, "binary16", 1.0), Element::F16);
        assert_eq!(of(Element::F16, "binary16", 2.0), Element::F32);
        assert_eq!(of(Element::F16, "bfloat16", 1.0), Element::F32);
        assert_eq!(of(Element::Bf16, "binary16", 1.0), Element::F32);
        assert_eq!(of(Element::Bf16, "e5m2", 0.25), Element::Bf16);
        assert_eq!(of(Element::Bf16, "e5m2", 0.1f32.into()), Element::F64);
        assert_eq!(of(Element::F32, "e4m3fn", 1.5), Element::F32);
        assert_eq!(of(Element::F32, "e4m3fn", 0.1f32.into()), Element::F64);
        assert_eq!(of(Element::F32, "bfloat16", 2f64.powi(-20)), Element::F64);
        assert_eq!(of(Element::F64, "e4m3fn", 0.1f32.into()), Element::F64);
    }
}
