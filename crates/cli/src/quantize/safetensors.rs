//! The heads of .safetensors files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;

use ::safetensors::tensor::{Dtype, Metadata, TensorInfo};
use anyhow::{Context as _, ensure};
use halfulp::Format;
use halfulp::format::catalog;

use super::element::Element;
use super::tensor::{Head, Tensor};

/// Bytes of the number that says how long the head is.
const LENGTH: u64 = 8;
/// Heads beyond this are taken for no heads, as the format's own library does.
const LONGEST: u64 = 100_000_000;

/// The head, of so many bytes, of a file of `length` bytes that stands after the first eight.
///
/// # Errors
/// What is wrong with the head or with the file's length.
pub fn head(file: &mut File, length: u64, bytes: u64) -> anyhow::Result<Head> {
    ensure!(
        bytes <= LONGEST && bytes <= length - LENGTH,
        "not a .safetensors or .npy file, or truncated: its first 8 bytes, as a .safetensors file's, promise a head of {bytes} \
         bytes, the file has {length}"
    );
    let mut text = vec![0; usize::try_from(bytes)?];
    file.read_exact(&mut text)?;
    let metadata: Metadata = serde_json::from_slice(&text).context("the .safetensors head is wrong")?;
    let start = LENGTH + bytes;
    let promised = metadata.data_len() as u64;
    ensure!(
        promised == length - start,
        "{}: the head promises {promised} bytes of data, the file has {}",
        if promised > length - start { "truncated" } else { "too long" },
        length - start
    );
    let names = metadata.offset_keys();
    let tensors = names
        .into_iter()
        .filter_map(|name| metadata.info(&name).map(|info| tensor(name.clone(), info, start)));
    Ok(Head {
        tensors: tensors.collect(),
        metadata: metadata
            .metadata()
            .iter()
            .flatten()
            .map(|(key, text)| (key.clone(), text.clone()))
            .collect(),
        big_endian: false,
        fortran_order: false,
    })
}

fn tensor(name: String, info: &TensorInfo, start: u64) -> Tensor {
    let (from, to) = info.data_offsets;
    Tensor {
        name,
        dtype: info.dtype.to_string(),
        element: element(info.dtype),
        shape: info.shape.iter().map(|&n| n as u64).collect(),
        count: info.shape.iter().map(|&n| n as u64).product(),
        offset: start + from as u64,
        bytes: (to - from) as u64,
    }
}

const fn element(dtype: Dtype) -> Option<Element> {
    match dtype {
        Dtype::F16 => Some(Element::F16),
        Dtype::BF16 => Some(Element::Bf16),
        Dtype::F32 => Some(Element::F32),
        Dtype::F64 => Some(Element::F64),
        _ => None,
    }
}

/// The type of an element's values.
pub const fn dtype_of_values(element: Element) -> Dtype {
    match element {
        Element::F16 => Dtype::F16,
        Element::Bf16 => Dtype::BF16,
        Element::F32 => Dtype::F32,
        Element::F64 => Dtype::F64,
    }
}

/// The types that are exactly a format, a code a byte or two.
const EXACT: [(&str, Dtype); 9] = [
    ("e4m3fn", Dtype::F8_E4M3),
    ("e5m2", Dtype::F8_E5M2),
    ("e4m3fnuz", Dtype::F8_E4M3FNUZ),
    ("e5m2fnuz", Dtype::F8_E5M2FNUZ),
    ("e8m0", Dtype::F8_E8M0),
    ("binary16", Dtype::F16),
    ("bfloat16", Dtype::BF16),
    ("i8", Dtype::I8),
    ("i16", Dtype::I16),
];

/// The type of a format's codes.
pub fn dtype_of_codes(format: &Format) -> Dtype {
    let same = |name: &str| catalog::lookup(name).is_ok_and(|known| known == *format);
    let plain = if format.width() <= 8 { Dtype::U8 } else { Dtype::U16 };
    EXACT.iter().find(|(name, _)| same(name)).map_or(plain, |&(_, dtype)| dtype)
}

/// The type that a name in a head stands for.
///
/// # Errors
/// None of that name.
pub fn dtype(name: &str) -> anyhow::Result<Dtype> {
    Ok(serde_json::from_value(name.into())?)
}

/// A tensor to be written.
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its elements' type.
    pub dtype: Dtype,
    /// Its dimensions.
    pub shape: Vec<u64>,
    /// How many bytes it has.
    pub bytes: u64,
}

/// The head of a file of tensors in this order, up to their first byte.
///
/// # Errors
/// A tensor larger than this machine's memory could ever be.
pub fn write_head(entries: &[Entry], metadata: &BTreeMap<String, String>) -> anyhow::Result<Vec<u8>> {
    let mut head = serde_json::Map::new();
    if !metadata.is_empty() {
        head.insert("__metadata__".into(), serde_json::to_value(metadata)?);
    }
    let mut start = 0;
    for entry in entries {
        let end = start + usize::try_from(entry.bytes)?;
        let shape = entry.shape.iter().map(|&n| usize::try_from(n)).collect::<Result<_, _>>()?;
        let info = TensorInfo { dtype: entry.dtype, shape, data_offsets: (start, end) };
        head.insert(entry.name.clone(), serde_json::to_value(info)?);
        start = end;
    }
    let mut text = serde_json::to_vec(&head)?;
    // Data begin at a multiple of eight.
    text.resize(text.len().next_multiple_of(8), b' ');
    Ok([&(text.len() as u64).to_le_bytes()[..], &text].concat())
}
