//! Conversion to and from bytes, as in the standard library.

use super::storage::Storage;
use super::{FloatFormat, Minifloat};

/// Conversion to and from the bytes of the storage.
type Bytes<F> = <<F as FloatFormat>::Storage as Storage>::Bytes;

macro_rules! orders {
    ($($to:ident, $from:ident, $order:literal;)*) => {
        impl<F: FloatFormat> Minifloat<F> {$(
            #[doc = concat!("The bytes of the code, ", $order, ": as many as the storage has.")]
            ///
            /// ```
            /// use halfulp::typed::BF16;
            ///
            #[doc = concat!("assert_eq!(BF16::ONE.", stringify!($to), "(), 0x3f80u16.", stringify!($to), "());")]
            /// ```
            #[must_use]
            #[inline]
            pub fn $to(self) -> Bytes<F> {
                self.bits.$to()
            }

            #[doc = concat!("The number with the code of these bytes, ", $order, ". Bits above the format's width are ignored.")]
            ///
            /// ```
            /// use halfulp::typed::BF16;
            ///
            #[doc = concat!("assert_eq!(BF16::", stringify!($from), "(0x3f80u16.", stringify!($to), "()), BF16::ONE);")]
            /// ```
            #[must_use]
            #[inline]
            pub fn $from(bytes: Bytes<F>) -> Self {
                Minifloat::from_bits(F::Storage::$from(bytes))
            }
        )*}
    };
}

orders! {
    to_le_bytes, from_le_bytes, "the lowest first";
    to_be_bytes, from_be_bytes, "the highest first";
    to_ne_bytes, from_ne_bytes, "in the CPU's order";
}
