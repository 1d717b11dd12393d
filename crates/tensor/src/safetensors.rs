//! The heads of .safetensors files.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::io::Read;

use ::safetensors::tensor::{Dtype, Metadata, TensorInfo};
use halfulp::Format;
use halfulp::format::catalog;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

use crate::element::Element;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::tensor::{Head, Tensor, read_head};

/// Bytes of the number that says how long the head is.
const LENGTH: u64 = 8;
/// The key of the texts.
const METADATA: &str = "__metadata__";

fn wrong(what: impl fmt::Display) -> Error {
    Error::Head { kind: Kind::Safetensors, what: what.to_string() }
}

/// The head, of so many bytes, of a file of `length` bytes that stands after the first eight.
///
/// # Errors
/// What is wrong with the head or with the file's length.
pub fn head(file: &mut impl Read, bytes: u64, length: u64, limit: u64) -> Result<Head> {
    let text = read_head(file, bytes, length - LENGTH, limit)?.ok_or_else(|| {
        Error::Unknown(format!(
            "not a .safetensors or .npy file, or truncated: its first 8 bytes, as a .safetensors file's, promise a head of \
             {bytes} bytes, the file has {length}"
        ))
    })?;
    let Entries { metadata: texts, mut tensors } = serde_json::from_slice(&text).map_err(wrong)?;
    drop(text);
    let mut names = HashSet::with_capacity(tensors.len());
    if let Some((name, _)) = tensors.iter().find(|(name, _)| !names.insert(name.as_str())) {
        return Err(wrong(format!("the tensor {name} is there twice")));
    }
    drop(names);
    tensors.iter().try_for_each(|(name, info)| has_its_bytes(name, info))?;
    tensors.sort_by_key(|(_, info)| info.data_offsets);
    // The format's own library checks types, shapes and offsets.
    let metadata = Metadata::new(None, tensors).map_err(wrong)?;
    let start = LENGTH + bytes;
    let (promised, found) = (metadata.data_len() as u64, length - start);
    if promised != found {
        return Err(Error::Length { promised, found });
    }
    let names = metadata.offset_keys().into_iter();
    let tensors = names.filter_map(|name| metadata.info(&name).map(|info| tensor(name.clone(), info, start)));
    Ok(Head {
        tensors: tensors.collect(),
        metadata: texts.unwrap_or_default(),
        big_endian: false,
        fortran_order: false,
    })
}

/// Whether a tensor's offsets leave it as many bytes as its shape and type need. The format's own library names no tensor here.
fn has_its_bytes(name: &str, info: &TensorInfo) -> Result<()> {
    let (from, to) = info.data_offsets;
    let found = to.checked_sub(from).ok_or_else(|| {
        wrong(format!("tensor {name}: its data end at byte {to}, before they begin, at {from}"))
    })?;
    let bits = info.shape.iter().try_fold(info.dtype.bitsize(), |all, n| all.checked_mul(*n));
    let bits = bits.ok_or_else(|| wrong(format!("tensor {name}: its shape is beyond this machine")))?;
    // What does not end with a byte is an error of its own.
    if bits % 8 != 0 || bits == found.saturating_mul(8) {
        return Ok(());
    }
    let needed = bits / 8;
    Err(wrong(format!(
        "tensor {name}: {needed} bytes of {} are expected by its shape, and its offsets, {from} to {to}, have {found}",
        info.dtype
    )))
}

/// A head's entries, one by one: a map would lose those whose name is there twice.
struct Entries {
    metadata: Option<BTreeMap<String, String>>,
    tensors: Vec<(String, TensorInfo)>,
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Entries, D::Error> {
        struct OneByOne;

        impl<'de> Visitor<'de> for OneByOne {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with a tensor a key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Entries, A::Error> {
                let mut entries = Entries { metadata: None, tensors: Vec::new() };
                while let Some(name) = map.next_key::<String>()? {
                    if name != METADATA {
                        let info = map.next_value();
                        let info =
                            info.map_err(|error| A::Error::custom(format!("tensor {name}: {error}")))?;
                        entries.tensors.push((name, info));
                    } else if entries.metadata.is_some() {
                        return Err(A::Error::duplicate_field(METADATA));
                    } else {
                        entries.metadata = Some(map.next_value::<Option<_>>()?.unwrap_or_default());
                    }
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(OneByOne)
    }
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
pub fn dtype(name: &str) -> Result<Dtype> {
    serde_json::from_value(name.into()).map_err(wrong)
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
/// A tensor larger than this machine's memory could ever be, or more head than readers take.
pub fn write_head(entries: &[Entry], metadata: &BTreeMap<String, String>, limit: u64) -> Result<Vec<u8>> {
    let mut head = serde_json::Map::new();
    if !metadata.is_empty() {
        head.insert(METADATA.into(), serde_json::to_value(metadata).map_err(wrong)?);
    }
    let mut start = 0;
    for entry in entries {
        let size = |n: u64| usize::try_from(n).map_err(|_| wrong(format!("{n} is beyond this machine")));
        let end = start + size(entry.bytes)?;
        let shape = entry.shape.iter().map(|&n| size(n)).collect::<Result<_>>()?;
        let info = TensorInfo { dtype: entry.dtype, shape, data_offsets: (start, end) };
        head.insert(entry.name.clone(), serde_json::to_value(info).map_err(wrong)?);
        start = end;
    }
    let mut text = serde_json::to_vec(&head).map_err(wrong)?;
    // Data begin at a multiple of eight.
    text.resize(text.len().next_multiple_of(8), b' ');
    let bytes = text.len() as u64;
    if bytes > limit {
        return Err(Error::HeadTooLong { bytes, limit }.at("the output"));
    }
    Ok([&bytes.to_le_bytes()[..], &text].concat())
}

#[cfg(test)]
mod tests {
    use crate::input::{self, DEFAULT_HEAD_LIMIT};

    fn error(text: &str, data: usize) -> String {
        let file = [&(text.len() as u64).to_le_bytes()[..], text.as_bytes(), &vec![0; data]].concat();
        match input::head(&mut &file[..], file.len() as u64, "x", DEFAULT_HEAD_LIMIT) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_name_that_is_there_twice_is_an_error() {
        let x = r#""x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#;
        assert_eq!(error(&format!("{{{x}}}"), 4), "");
        let twice = error(&format!("{{{x},{x}}}"), 4);
        assert!(twice.contains("the tensor x is there twice"), "{twice}");
        let empty = r#""x":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}"#;
        assert!(error(&format!("{{{x},{empty}}}"), 4).contains("twice"));
        let texts = r#""__metadata__":{"a":"b"}"#;
        assert_eq!(error(&format!("{{{texts},{x}}}"), 4), "");
        assert!(error(&format!("{{{texts},{x},{texts}}}"), 4).contains("duplicate field"));
    }

    #[test]
    fn a_tensor_whose_place_is_wrong_is_named() {
        for (fault, told) in [
            (
                r#""shape":[1],"data_offsets":[4,0]"#,
                "tensor w: its data end at byte 0, before they begin, at 4",
            ),
            (r#""shape":[3],"data_offsets":[0,8]"#, "tensor w: 12 bytes of F32 are expected by its shape"),
            (r#""shape":[4294967296,4294967296],"data_offsets":[0,8]"#, "tensor w: its shape is beyond"),
            (r#""shape":[2],"data_offsets":[-4,4]"#, "tensor w: invalid value: integer `-4`"),
            (r#""shape":[2],"data_offsets":[8,16]"#, "`w`"),
        ] {
            let error = error(&format!(r#"{{"w":{{"dtype":"F32",{fault}}}}}"#), 8);
            assert!(error.contains(told), "{fault}: {error}");
        }
    }

    #[test]
    fn a_limit_is_heeded_and_can_be_raised() {
        let file = b"\x02\0\0\0\0\0\0\0{}";
        let read = |limit| input::head(&mut &file[..], file.len() as u64, "x", limit).map(|_| ());
        assert!(read(2).is_ok());
        let error = read(1).expect_err("too long").to_string();
        assert_eq!(error, "its head has 2 bytes, more than the limit of 1");
    }
}
