//! Traits of `num-traits` for `as` conversions and for bytes.

use num_traits::{AsPrimitive, FromBytes, ToBytes};

use super::{FloatFormat, Minifloat, Storage};

/// Rounded once under the [policy](FloatFormat::POLICY) of the type it converts to.
impl<F: FloatFormat, G: FloatFormat> AsPrimitive<Minifloat<G>> for Minifloat<F> {
    #[inline]
    fn as_(self) -> Minifloat<G> {
        self.convert()
    }
}

macro_rules! primitives {
    ($($primitive:ty: |$x:ident| $from:expr, |$y:ident| $to:expr;)*) => {$(
        /// Rounded once under the [policy](FloatFormat::POLICY) of the type it converts to.
        impl<F: FloatFormat> AsPrimitive<Minifloat<F>> for $primitive {
            #[inline]
            fn as_(self) -> Minifloat<F> {
                let $x = self;
                $from
            }
        }

        /// As `as` converts an `f32`: to integers toward zero, out of range to the nearest end of the range, NaN to 0.
        impl<F: FloatFormat> AsPrimitive<$primitive> for Minifloat<F> {
            #[inline]
            fn as_(self) -> $primitive {
                let $y = self;
                $to
            }
        }
    )*};
}

primitives! {
    f32: |x| Minifloat::from_f32(x), |y| y.to_f32();
    f64: |x| Minifloat::from_f64(x), |y| y.to_f64();
    i8: |x| Minifloat::from_i8(x), |y| y.to_i8();
    i16: |x| Minifloat::from_i16(x), |y| y.to_i16();
    i32: |x| Minifloat::from_i32(x), |y| y.to_i32();
    i64: |x| Minifloat::from_i64(x), |y| y.to_i64();
    isize: |x| Minifloat::from_i64(x as i64), |y| y.to_i64().clamp(isize::MIN as i64, isize::MAX as i64) as isize;
    u8: |x| Minifloat::from_u8(x), |y| y.to_u8();
    u16: |x| Minifloat::from_u16(x), |y| y.to_u16();
    u32: |x| Minifloat::from_u32(x), |y| y.to_u32();
    u64: |x| Minifloat::from_u64(x), |y| y.to_u64();
    usize: |x| Minifloat::from_u64(x as u64), |y| y.to_u64().min(usize::MAX as u64) as usize;
}

impl<F: FloatFormat> ToBytes for Minifloat<F> {
    type Bytes = <F::Storage as Storage>::Bytes;

    fn to_be_bytes(&self) -> Self::Bytes {
        Minifloat::to_be_bytes(*self)
    }

    fn to_le_bytes(&self) -> Self::Bytes {
        Minifloat::to_le_bytes(*self)
    }

    fn to_ne_bytes(&self) -> Self::Bytes {
        Minifloat::to_ne_bytes(*self)
    }
}

/// Bits above the format's width are ignored.
impl<F: FloatFormat> FromBytes for Minifloat<F> {
    type Bytes = <F::Storage as Storage>::Bytes;

    fn from_be_bytes(bytes: &Self::Bytes) -> Self {
        Minifloat::from_be_bytes(*bytes)
    }

    fn from_le_bytes(bytes: &Self::Bytes) -> Self {
        Minifloat::from_le_bytes(*bytes)
    }

    fn from_ne_bytes(bytes: &Self::Bytes) -> Self {
        Minifloat::from_ne_bytes(*bytes)
    }
}
