//! The heads of .npy files.

use std::fs::File;
use std::io::{BufReader, Seek as _};

use anyhow::{Context as _, bail, ensure};
use halfulp::Format;
use halfulp::format::catalog;
use npyz::{DType, Endianness, NpyHeader, Order, TypeChar, TypeStr, WriteOptions, WriterBuilder as _};

use super::element::Element;
use super::tensor::{Head, Tensor};

/// What such a file begins with.
pub const MAGIC: &[u8] = b"\x93NUMPY";

/// The head of a file of `length` bytes.
///
/// # Errors
/// What is wrong with the head or with the file's length, or elements that are not quantized.
pub fn head(file: &mut File, length: u64, name: String) -> anyhow::Result<Head> {
    file.rewind()?;
    let mut reader = BufReader::new(file);
    let header = NpyHeader::from_reader(&mut reader).context("the .npy head is wrong")?;
    let offset = reader.stream_position()?;
    let (element, big_endian) = element(&header.dtype())?;
    let shape = header.shape().to_vec();
    let count = shape.iter().try_fold(1u64, |count, &n| count.checked_mul(n));
    let bytes = count.and_then(|count| count.checked_mul(element.size() as u64));
    let (Some(count), Some(bytes)) = (count, bytes) else {
        bail!("the .npy head is wrong: the shape {shape:?} has too many elements");
    };
    ensure!(
        bytes == length - offset,
        "{}: the head promises {bytes} bytes of data, the file has {}",
        if bytes > length - offset { "truncated" } else { "too long" },
        length - offset
    );
    let dtype = header.dtype().descr().trim_matches('\'').to_string();
    Ok(Head {
        tensors: vec![Tensor { name, dtype, element: Some(element), shape, count, offset, bytes }],
        metadata: Default::default(),
        big_endian,
        fortran_order: header.order() == Order::Fortran,
    })
}

/// The type of the elements and whether their bytes are in big-endian order.
fn element(dtype: &DType) -> anyhow::Result<(Element, bool)> {
    let wanted = "expected f2, f4, f8, or V2 as ml_dtypes writes bfloat16";
    let DType::Plain(plain) = dtype else {
        bail!("elements of type {}: {wanted}", dtype.descr());
    };
    let element = match (plain.type_char(), plain.size_field()) {
        (TypeChar::Float, 2) => Element::F16,
        (TypeChar::Float, 4) => Element::F32,
        (TypeChar::Float, 8) => Element::F64,
        (TypeChar::RawData, 2) => Element::Bf16,
        _ => bail!("elements of type {}: {wanted}", dtype.descr()),
    };
    Ok((element, plain.endianness() == Endianness::Big))
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

/// The head of a file of one array, up to its first byte.
///
/// # Errors
/// A name of no type.
pub fn write_head(dtype: &str, shape: &[u64], fortran_order: bool) -> anyhow::Result<Vec<u8>> {
    let dtype: TypeStr = dtype.parse().context("a type of NumPy's")?;
    let order = if fortran_order { Order::Fortran } else { Order::C };
    let mut head = Vec::new();
    WriteOptions::new_header_only()
        .order(order)
        .dtype(DType::new_scalar(dtype))
        .shape(shape)
        .writer(&mut head)
        .write_header_only()?;
    Ok(head)
}
