//! Serialization of numbers.
//!
//! In human-readable data formats (JSON, TOML) a number is its exact text: decimal, or with a hexadecimal significand if that
//! is shorter than a long decimal; a NaN other than the canonical one is its code, as in `code:0x7d`. Numbers of the
//! data format are accepted too. The input must be exactly a value of the format; it is never rounded.
//! In binary data formats (bincode, postcard) a number is its code, an integer of the storage type, which is validated.

use alloc::format;
use alloc::string::String;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{F64, Flagged, FloatFormat, Minifloat};
use crate::policy::{Flags, Policy};

/// Longer decimals are written with a hexadecimal significand.
const LONG: usize = 24;

const CODE: &str = "code:0x";

impl<F: FloatFormat<Storage: Serialize>> Serialize for Minifloat<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&text(*self))
        } else {
            self.bits.serialize(serializer)
        }
    }
}

fn text<F: FloatFormat>(x: Minifloat<F>) -> String {
    if x.is_nan() && Minifloat::<F>::try_nan().is_none_or(|nan| nan.code() != x.code()) {
        return format!("{CODE}{x:x}");
    }
    let decimal = format!("{x}");
    if decimal.len() > LONG { x.to_hexadecimal() } else { decimal }
}

impl<'de, F: FloatFormat<Storage: Deserialize<'de>>> Deserialize<'de> for Minifloat<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(Reader(PhantomData));
        }
        let bits = F::Storage::deserialize(deserializer)?;
        Minifloat::try_from_bits(bits).ok_or_else(|| {
            let width = Self::WIDTH;
            D::Error::custom(format_args!("{bits:#x} is not a code of {width} bits"))
        })
    }
}

struct Reader<F>(PhantomData<F>);

impl<F: FloatFormat> Reader<F> {
    fn exact<E: Error>(number: Flagged<F>, written: &dyn fmt::Display) -> Result<Minifloat<F>, E> {
        if number.flags == Flags::NONE {
            return Ok(number.value);
        }
        Err(E::custom(format_args!("{written} is not a value of this format")))
    }
}

impl<F: FloatFormat> Visitor<'_> for Reader<F> {
    type Value = Minifloat<F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number as text, such as \"0.375\", \"0x1.8p-2\", \"inf\", \"nan\" or \"code:0x7d\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Minifloat<F>, E> {
        if let Some(digits) = text.strip_prefix(CODE) {
            return u64::from_str_radix(digits, 16)
                .ok()
                .filter(|&code| code <= Minifloat::<F>::FORMAT.code_mask())
                .map(Minifloat::from_code)
                .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self));
        }
        match Minifloat::parse(text, Policy::IEEE, 0) {
            Ok(number) => Self::exact(number, &text),
            Err(error) => Err(E::custom(format_args!("{text:?}: {error}"))),
        }
    }

    fn visit_f64<E: Error>(self, x: f64) -> Result<Minifloat<F>, E> {
        Self::exact(F64::from(x).with(Policy::IEEE).convert(), &x)
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<Minifloat<F>, E> {
        Self::exact(Minifloat::from_i64_with(n, Policy::IEEE), &n)
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Minifloat<F>, E> {
        Self::exact(Minifloat::from_u64_with(n, Policy::IEEE), &n)
    }
}
