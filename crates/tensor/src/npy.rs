//! The heads of .npy files.

use std::io::Read;

use halfulp::Format;
use halfulp::format::catalog;

use crate::element::Element;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::literal::{self, Descr, Literal};
use crate::tensor::{Head, Tensor, read_head};

/// What such a file begins with.
pub const MAGIC: &[u8] = b"\x93NUMPY";

fn wrong(what: impl Into<String>) -> Error {
    Error::Head { kind: Kind::Npy, what: what.into() }
}

/// The head of a file of `length` bytes, whose first eight are these.
///
/// # Errors
/// What is wrong with the head or with the file's length, or elements that are not quantized.
pub fn head(file: &mut impl Read, first: [u8; 8], length: u64, name: &str, limit: u64) -> Result<Head> {
    // How long the text is, in two bytes or four.
    let mut size = [0; 4];
    let [.., major, minor] = first;
    let digits = match (major, minor) {
        (1, 0) => 2,
        (2 | 3, 0) => 4,
        _ => return Err(wrong(format!("version {major}.{minor}; expected 1.0, 2.0 or 3.0"))),
    };
    file.read_exact(&mut size[..digits]).map_err(|_| wrong("the file ends in it"))?;
    let bytes = u64::from(u32::from_le_bytes(size));
    let start = 8 + digits as u64;
    let text = read_head(file, bytes, length.saturating_sub(start), limit)?
        .ok_or_else(|| wrong(format!("it should have {bytes} bytes, and the file has {length}")))?;
    let Literal { descr, fortran_order, shape } = literal::read(&text).map_err(wrong)?;
    let (dtype, element, big_endian) = element(descr)?;
    let count = shape.iter().try_fold(1u64, |count, &n| count.checked_mul(n));
    let promised = count.and_then(|count| count.checked_mul(element.size() as u64));
    let (Some(count), Some(promised)) = (count, promised) else {
        return Err(wrong(format!("a shape of {} dimensions has too many elements", shape.len())));
    };
    let offset = start + bytes;
    if promised != length - offset {
        return Err(Error::Length { promised, found: length - offset });
    }
    let tensor =
        Tensor { name: name.into(), dtype, element: Some(element), shape, count, offset, bytes: promised };
    Ok(Head { tensors: vec![tensor], metadata: Default::default(), big_endian, fortran_order })
}

/// The type's name, the type, and whether its bytes are in big-endian order.
fn element(descr: Descr) -> Result<(String, Element, bool)> {
    let name = match descr {
        Descr::Plain(name) => name,
        Descr::Structure(text) => return Err(Error::Element(text)),
    };
    let element = match name.get(1..) {
        Some("f2") => Element::F16,
        Some("f4") => Element::F32,
        Some("f8") => Element::F64,
        Some("V2") => Element::Bf16,
        _ => return Err(Error::Element(brief(name))),
    };
    let big_endian = match name.as_bytes()[0] {
        b'>' => true,
        b'<' | b'|' => false,
        b'=' => cfg!(target_endian = "big"),
        _ => return Err(Error::Element(name)),
    };
    Ok((name, element, big_endian))
}

/// A name from a file in an error.
fn brief(mut name: String) -> String {
    if let Some((end, _)) = name.char_indices().nth(60) {
        name.truncate(end);
        name.push_str("...");
    }
    name
}

/// NumPy's name of the type of an element's values.
pub const fn type_of_values(element: Element) -> &'static str {
    match element {
        Element::F16 => "<f2",
        Element::Bf16 => "<V2",
        Element::F32 => "<f4",
        Element::F64 => "<f8",
    }
}

/// NumPy's name of the type of a format's codes.
pub fn type_of_codes(format: &Format) -> &'static str {
    let same = |name: &str| catalog::lookup(name).is_ok_and(|known| known == *format);
    match format.width() {
        _ if same("binary16") => "<f2",
        _ if same("i8") => "|i1",
        _ if same("i16") => "<i2",
        0..=8 => "|u1",
        _ => "<u2",
    }
}

/// The head of a file of one array, up to its first byte, which stands at a multiple of 64.
pub fn write_head(dtype: &str, shape: &[u64], fortran_order: bool) -> Vec<u8> {
    let order = if fortran_order { "True" } else { "False" };
    let dimensions: String = shape.iter().map(|n| format!("{n}, ")).collect();
    let text = format!("{{'descr': '{dtype}', 'fortran_order': {order}, 'shape': ({dimensions}), }}");
    let padded = |before: usize| (before + text.len() + 1).next_multiple_of(64) - before;
    // Version 1.0 has two bytes for the length of the text, version 2.0 has four.
    let (version, length) = match u16::try_from(padded(10)) {
        Ok(length) => (1, length.to_le_bytes().to_vec()),
        Err(_) => (2, (padded(12) as u32).to_le_bytes().to_vec()),
    };
    let blanks = " ".repeat(padded(8 + length.len()) - text.len() - 1);
    [MAGIC, &[version, 0], &length, text.as_bytes(), blanks.as_bytes(), b"\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input;

    #[test]
    fn what_is_written_is_read() {
        for dimensions in [0, 1, 2, 32, 200, 22_000] {
            let mut shape = vec![1; dimensions];
            shape.extend([3u64; 2]);
            let mut file = write_head("<f4", &shape, dimensions == 1);
            assert_eq!(file.len() % 64, 0);
            file.resize(file.len() + 36, 0);
            let length = file.len() as u64;
            let (_, head) =
                input::head(&mut &file[..], length, "x", input::DEFAULT_HEAD_LIMIT).expect("a head");
            assert_eq!((&head.tensors[0].shape, head.fortran_order), (&shape, dimensions == 1));
            assert_eq!(head.tensors[0].offset + 36, length);
        }
    }

    #[test]
    fn a_length_that_the_file_does_not_have_is_not_allocated() {
        let file = b"\x93NUMPY\x02\x00\xf0\xff\xff\xff{'descr': '<f4'}";
        let error = input::head(&mut &file[..], file.len() as u64, "x", u64::MAX).expect_err("too long");
        assert!(error.to_string().contains("4294967280 bytes"), "{error}");
    }
}
