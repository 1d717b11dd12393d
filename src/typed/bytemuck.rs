//! Numbers as plain bytes, for casts of whole slices.
//!
//! A format that fills its bytes has a number for every bit pattern: [`Pod`]. In a narrower one the bits above the
//! width are zero, so bytes are checked: [`CheckedBitPattern`]. A format of your own gets [`Zeroable`] from its
//! implementation of [`FloatFormat`], and [`Pod`] from one of [`FullWidth`].

use core::marker::PhantomData;

use bytemuck::{CheckedBitPattern, NoUninit, Pod, Zeroable};

use super::{FloatFormat, Minifloat, P3109, marker};

/// A format that fills `N` bytes, so that every bit pattern of them is a code.
///
/// Implementing it for a narrower format is a mistake, though not one that memory safety depends on: numbers made
/// from bytes may then carry bits above the width, which operations ignore and [`Minifloat::to_bits`] shows.
pub trait FullWidth<const N: usize>: FloatFormat {}

// SAFETY: all bits zero is code 0, which every format has: a width is at least 2.
unsafe impl<F: FloatFormat, const N: usize> Zeroable for Minifloat<F, N> {}

// SAFETY: the type is transparent over `[u8; N]`, which is `Pod`; it is `Copy` and, as `FloatFormat: 'static`, without
// borrows. It has no niche: any bit pattern is a value of it.
unsafe impl<F: FullWidth<N>, const N: usize> Pod for Minifloat<F, N> {}

macro_rules! full_width {
    ($bytes:literal: $($marker:ident)*) => {$(impl FullWidth<$bytes> for marker::$marker {})*};
}

full_width!(1: E5M2 E4M3FN E4M3 E3M4 E3M4FN E4M3FNUZ E5M2FNUZ E4M3B11FNUZ E8M0 Ue5m3 MxInt8);
full_width!(2: Binary16 Binary16Arm BFloat16);
full_width!(4: Binary32);
full_width!(8: Binary64);

impl<const P: u32, const SIGNED: bool, const EXTENDED: bool> FullWidth<1> for P3109<8, P, SIGNED, EXTENDED> {}
impl<const P: u32, const SIGNED: bool, const EXTENDED: bool> FullWidth<2> for P3109<16, P, SIGNED, EXTENDED> {}

macro_rules! narrower {
    ($([$($generics:tt)*] $format:ty, $bytes:literal;)*) => {$(
        // SAFETY: transparent over bytes, so there is no padding; `Copy` and `'static` as above.
        unsafe impl<$($generics)*> NoUninit for Minifloat<$format, $bytes> {}

        // SAFETY: `Bits` is the very bytes, of the same layout; any pattern that passes is a code.
        unsafe impl<$($generics)*> CheckedBitPattern for Minifloat<$format, $bytes> {
            type Bits = [u8; $bytes];

            fn is_valid_bit_pattern(bytes: &[u8; $bytes]) -> bool {
                let number = Self { bytes: *bytes, format: PhantomData };
                number.code() <= Self::FORMAT.code_mask()
            }
        }
    )*};
}

narrower! {
    [] marker::E2M1, 1;
    [] marker::E2M3, 1;
    [] marker::E3M2, 1;
    [] marker::Ue4m3, 1;
    [] marker::Tf32, 4;
    [const P: u32, const S: bool, const E: bool] P3109<3, P, S, E>, 1;
    [const P: u32, const S: bool, const E: bool] P3109<4, P, S, E>, 1;
    [const P: u32, const S: bool, const E: bool] P3109<5, P, S, E>, 1;
    [const P: u32, const S: bool, const E: bool] P3109<6, P, S, E>, 1;
    [const P: u32, const S: bool, const E: bool] P3109<7, P, S, E>, 1;
    [const P: u32, const S: bool, const E: bool] P3109<9, P, S, E>, 2;
    [const P: u32, const S: bool, const E: bool] P3109<10, P, S, E>, 2;
    [const P: u32, const S: bool, const E: bool] P3109<11, P, S, E>, 2;
    [const P: u32, const S: bool, const E: bool] P3109<12, P, S, E>, 2;
    [const P: u32, const S: bool, const E: bool] P3109<13, P, S, E>, 2;
    [const P: u32, const S: bool, const E: bool] P3109<14, P, S, E>, 2;
    [const P: u32, const S: bool, const E: bool] P3109<15, P, S, E>, 2;
}
