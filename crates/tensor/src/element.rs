//! Element types of tensors.

use halfulp::format::catalog;
use halfulp::{Code, Format, Policy};

use crate::coder::{Coder, Codes};
use crate::error::Result;

/// A floating-point element type of tensors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Element {
    /// binary16.
    F16,
    /// bfloat16.
    Bf16,
    /// binary32.
    F32,
    /// binary64.
    F64,
}

impl Element {
    /// All element types, in order of width.
    pub const ALL: [Element; 4] = [Element::F16, Element::Bf16, Element::F32, Element::F64];

    /// The size of an element in bytes.
    pub const fn size(self) -> usize {
        match self {
            Element::F16 | Element::Bf16 => 2,
            Element::F32 => 4,
            Element::F64 => 8,
        }
    }

    /// Its name in `halfulp`.
    pub const fn name(self) -> &'static str {
        match self {
            Element::F16 => "binary16",
            Element::Bf16 => "bfloat16",
            Element::F32 => "binary32",
            Element::F64 => "binary64",
        }
    }

    /// The corresponding format.
    ///
    /// # Errors
    /// Never: the catalog has all four.
    pub fn format(self) -> Result<Format> {
        Ok(catalog::lookup(self.name())?)
    }
}

/// Conversion between bytes and numbers.
pub struct Codec {
    /// For the types that Rust has not.
    f16: Coder,
    bf16: Coder,
}

impl Codec {
    /// For all elements: making it takes longer than most tensors.
    ///
    /// # Errors
    /// As [`Coder::new`].
    pub fn new() -> Result<Codec> {
        let coder = |element: Element| Coder::new(&element.format()?, &Policy::IEEE);
        Ok(Codec { f16: coder(Element::F16)?, bf16: coder(Element::Bf16)? })
    }

    fn narrow(&self, element: Element) -> Option<&Coder> {
        match element {
            Element::F16 => Some(&self.f16),
            Element::Bf16 => Some(&self.bf16),
            Element::F32 | Element::F64 => None,
        }
    }

    /// The numbers that whole elements of bytes mean: as many as `numbers` holds.
    pub fn read(&self, element: Element, big_endian: bool, bytes: &[u8], numbers: &mut [f64]) -> Result<()> {
        match (self.narrow(element), element) {
            (Some(coder), _) => {
                let words = words(bytes, big_endian, u16::from_le_bytes).collect();
                coder.decode(&Codes { words, ..Codes::default() }, numbers)?;
            }
            (None, Element::F64) => {
                fill(numbers, words(bytes, big_endian, u64::from_le_bytes).map(f64::from_bits));
            }
            (None, _) => {
                let floats = words(bytes, big_endian, u32::from_le_bytes).map(f32::from_bits);
                fill(numbers, floats.map(f64::from));
            }
        }
        Ok(())
    }

    /// The codes of whole elements of bytes.
    pub fn codes(element: Element, big_endian: bool, bytes: &[u8]) -> Vec<Code> {
        match element {
            Element::F16 | Element::Bf16 => {
                words(bytes, big_endian, u16::from_le_bytes).map(Code::from).collect()
            }
            Element::F32 => words(bytes, big_endian, u32::from_le_bytes).map(Code::from).collect(),
            Element::F64 => words(bytes, big_endian, u64::from_le_bytes).collect(),
        }
    }

    /// The codes of numbers, nearest where the type does not hold one.
    pub fn nearest(&self, element: Element, numbers: &[f64]) -> Result<Vec<Code>> {
        let mut bytes = Vec::with_capacity(numbers.len() * element.size());
        self.write(element, numbers, &mut bytes)?;
        Ok(Codec::codes(element, false, &bytes))
    }

    /// Appends the elements of numbers, in little-endian order, nearest where the type does not hold one.
    pub fn write(&self, element: Element, numbers: &[f64], bytes: &mut Vec<u8>) -> Result<()> {
        match (self.narrow(element), element) {
            (Some(coder), _) => {
                let mut codes = Codes::default();
                coder.encode(numbers, &mut codes, 0, 0)?;
                codes.write(bytes);
            }
            (None, Element::F64) => bytes.extend(numbers.iter().flat_map(|x| x.to_le_bytes())),
            (None, _) => bytes.extend(numbers.iter().flat_map(|x| (*x as f32).to_le_bytes())),
        }
        Ok(())
    }
}

fn fill(numbers: &mut [f64], values: impl Iterator<Item = f64>) {
    for (number, value) in numbers.iter_mut().zip(values) {
        *number = value;
    }
}

fn words<const N: usize, W>(
    bytes: &[u8],
    big_endian: bool,
    word: fn([u8; N]) -> W,
) -> impl Iterator<Item = W> {
    bytes.as_chunks::<N>().0.iter().map(move |&chunk| {
        let mut chunk = chunk;
        if big_endian {
            chunk.reverse();
        }
        word(chunk)
    })
}
