//! TOML values as serde reads them. `toml`'s own deserializer visits each type in three ways, for places and dates, which no experiment asks for: that
//! was a fifth of the code of this crate. The text is parsed by `toml`; what it says here of a type, and where, is what `toml` says.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::ops::Range;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong, and the bytes that it is about.
#[derive(Debug)]
pub(crate) struct Error {
    message: String,
    span: Option<Range<usize>>,
}

impl Error {
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn span(&self) -> Option<Range<usize>> {
        self.span.clone()
    }

    /// About these bytes, unless it is about some already.
    fn within(mut self, span: &Range<usize>) -> Error {
        self.span.get_or_insert_with(|| span.clone());
        self
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: Display>(message: T) -> Error {
        Error { message: message.to_string(), span: None }
    }
}

impl From<toml::de::Error> for Error {
    fn from(error: toml::de::Error) -> Error {
        Error { message: error.message().into(), span: error.span() }
    }
}

/// What a text says.
pub(crate) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let table = DeTable::parse(text)?;
    let span = table.span();
    T::deserialize(Node(&Spanned::new(span, DeValue::Table(table.into_inner()))))
}

/// A value.
struct Node<'a>(&'a Spanned<DeValue<'a>>);

/// What a number is as a Rust type.
enum Number {
    Signed(i64),
    Unsigned(u64),
    Float(f64),
}

impl Node<'_> {
    fn number(&self) -> Result<Number, Error> {
        let number = match self.0.get_ref() {
            DeValue::Integer(written) => {
                let (digits, radix) = (written.as_str(), written.radix());
                let signed = i64::from_str_radix(digits, radix).map(Number::Signed);
                signed.or_else(|_| u64::from_str_radix(digits, radix).map(Number::Unsigned)).ok()
            }
            DeValue::Float(written) => {
                let is_written =
                    |x: &f64| x.is_finite() || !written.as_str().contains(|c: char| c.is_ascii_digit());
                written.as_str().parse().ok().filter(is_written).map(Number::Float)
            }
            _ => None,
        };
        number.ok_or_else(|| de::Error::custom("the number is too large"))
    }

    fn wrong(&self, message: impl Display) -> Error {
        <Error as de::Error>::custom(message).within(&self.0.span())
    }
}

impl<'de> de::Deserializer<'de> for Node<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let span = self.0.span();
        let read = match self.0.get_ref() {
            DeValue::String(text) => visitor.visit_str(text),
            DeValue::Integer(_) | DeValue::Float(_) => self.number().and_then(|number| match number {
                Number::Signed(x) => visitor.visit_i64(x),
                Number::Unsigned(x) => visitor.visit_u64(x),
                Number::Float(x) => visitor.visit_f64(x),
            }),
            DeValue::Boolean(x) => visitor.visit_bool(*x),
            DeValue::Datetime(date) => visitor.visit_str(&date.to_string()),
            DeValue::Array(items) => visitor.visit_seq(Items(items.iter())),
            DeValue::Table(table) => visitor.visit_map(Entries { left: table.iter(), value: None }),
        };
        read.map_err(|e| e.within(&span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &str, _: &[&str], visitor: V) -> Result<V::Value, Error> {
        let span = self.0.span();
        let read = match self.0.get_ref() {
            DeValue::String(name) => {
                visitor.visit_enum(Variant { name: (name.as_ref(), span.clone()), value: None })
            }
            DeValue::Table(table) => match table.iter().next() {
                Some((name, value)) if table.len() == 1 => visitor.visit_enum(Variant {
                    name: (name.get_ref().as_ref(), name.span()),
                    value: Some(Node(value)),
                }),
                None => Err(self.wrong("wanted exactly 1 element, found 0 elements")),
                Some(_) => Err(self.wrong("wanted exactly 1 element, more than 1 element")),
            },
            _ => Err(self.wrong("wanted string or table")),
        };
        read.map_err(|e| e.within(&span))
    }

    forward_to_deserialize_any! {
        bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 char str string seq bytes byte_buf map unit ignored_any unit_struct tuple_struct tuple
        identifier struct
    }
}

struct Items<'a>(std::slice::Iter<'a, Spanned<DeValue<'a>>>);

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|item| seed.deserialize(Node(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'a> {
    left: toml::map::Iter<'a, Spanned<Cow<'a, str>>, Spanned<DeValue<'a>>>,
    value: Option<&'a Spanned<DeValue<'a>>>,
}

impl<'de> de::MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = Some(value);
        read_name(key.get_ref(), &key.span(), seed).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let Some(value) = self.value.take() else { return Err(de::Error::custom("a value without a key")) };
        seed.deserialize(Node(value)).map_err(|e| e.within(&value.span()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

fn read_name<'de, K: DeserializeSeed<'de>>(
    name: &str,
    span: &Range<usize>,
    seed: K,
) -> Result<K::Value, Error> {
    let name: StrDeserializer<'_, Error> = name.into_deserializer();
    seed.deserialize(name).map_err(|e| e.within(span))
}

/// One of an enumeration: its name, or its name and what it holds.
struct Variant<'a> {
    name: (&'a str, Range<usize>),
    value: Option<Node<'a>>,
}

impl<'de> de::EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Variant<'de>;

    fn variant_seed<K: DeserializeSeed<'de>>(self, seed: K) -> Result<(K::Value, Variant<'de>), Error> {
        let (name, span) = &self.name;
        Ok((read_name(name, span, seed)?, self))
    }
}

impl<'de> Variant<'de> {
    fn value(self, expected: &str) -> Result<Node<'de>, Error> {
        let unexpected = de::Unexpected::UnitVariant;
        self.value
            .ok_or_else(|| <Error as de::Error>::invalid_type(unexpected, &expected).within(&self.name.1))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.value {
            None => Ok(()),
            Some(node) => match node.0.get_ref() {
                DeValue::Table(table) if table.is_empty() => Ok(()),
                DeValue::Table(_) => Err(node.wrong("expected empty table")),
                other => Err(node.wrong(format!("expected table, found {}", other.type_str()))),
            },
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.value("newtype variant")?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        de::Deserializer::deserialize_any(self.value("tuple variant")?, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        de::Deserializer::deserialize_any(self.value("struct variant")?, visitor)
    }
}
