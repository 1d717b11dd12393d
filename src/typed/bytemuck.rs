//! Casts between slices of numbers and bytes, with the traits of `bytemuck`.
//!
//! In a format as wide as its storage every bit pattern is a number: it implements [`Pod`]. In a narrower format the bits
//! above the width must be zero, so bytes are checked: it implements [`CheckedBitPattern`]. Your own formats get [`Zeroable`] with
//! [`FloatFormat`], and [`Pod`] if you implement [`FullWidth`].

use bytemuck::{CheckedBitPattern, NoUninit, Pod, Zeroable};

use super::{FloatFormat, Minifloat, P3109, marker};

/// A format as wide as its storage, so that every bit pattern of the storage is a code.
///
/// Implementing it for a narrower format is an error, although memory-safe: numbers created
/// from bytes may then have bits above the width, which operations ignore but [`Minifloat::to_bits`] returns.
pub trait FullWidth: FloatFormat {}

// SAFETY: all bits zero is code 0, which every format has: a width is at least 2.
unsafe impl<F: FloatFormat> Zeroable for Minifloat<F> {}

// SAFETY: the type is transparent over `u8`, `u16`, `u32` or `u64` (`Storage` is sealed), which are `Pod`; it is
// `Copy` and, as `FloatFormat: 'static`, without borrows. It has no niche: any bit pattern is a value of it.
unsafe impl<F: FullWidth> Pod for Minifloat<F> {}

macro_rules! full_width {
    ($($marker:ident)*) => {$(impl FullWidth for marker::$marker {})*};
}

full_width!(E5M2 E4M3FN E4M3Ieee E3M4Ieee E3M4FN E4M3FNUZ E5M2FNUZ E4M3B11FNUZ E8M0 UE5M3 MXINT8);
full_width!(Binary16 Binary16Arm BFloat16 Binary32 Binary64);

impl<const P: u32, const SIGNED: bool, const EXTENDED: bool> FullWidth for P3109<8, P, SIGNED, EXTENDED> {}
impl<const P: u32, const SIGNED: bool, const EXTENDED: bool> FullWidth for P3109<16, P, SIGNED, EXTENDED> {}

macro_rules! narrower {
    ($([$($generics:tt)*] $format:ty, $storage:ty;)*) => {$(
        // SAFETY: transparent over an integer, so there is no padding; `Copy` and `'static` as above.
        unsafe impl<$($generics)*> NoUninit for Minifloat<$format> {}

        // SAFETY: `Bits` is the storage itself, of the same layout; any pattern that passes is a code.
        unsafe impl<$($generics)*> CheckedBitPattern for Minifloat<$format> {
            type Bits = $storage;

            fn is_valid_bit_pattern(bits: &$storage) -> bool {
                Minifloat::<$format>::try_from_bits(*bits).is_some()
            }
        }
    )*};
}

narrower! {
    [] marker::E2M1, u8;
    [] marker::E2M3, u8;
    [] marker::E3M2, u8;
    [] marker::UE4M3, u8;
    [] marker::TF32, u32;
    [const P: u32, const S: bool, const E: bool] P3109<3, P, S, E>, u8;
    [const P: u32, const S: bool, const E: bool] P3109<4, P, S, E>, u8;
    [const P: u32, const S: bool, const E: bool] P3109<5, P, S, E>, u8;
    [const P: u32, const S: bool, const E: bool] P3109<6, P, S, E>, u8;
    [const P: u32, const S: bool, const E: bool] P3109<7, P, S, E>, u8;
    [const P: u32, const S: bool, const E: bool] P3109<9, P, S, E>, u16;
    [const P: u32, const S: bool, const E: bool] P3109<10, P, S, E>, u16;
    [const P: u32, const S: bool, const E: bool] P3109<11, P, S, E>, u16;
    [const P: u32, const S: bool, const E: bool] P3109<12, P, S, E>, u16;
    [const P: u32, const S: bool, const E: bool] P3109<13, P, S, E>, u16;
    [const P: u32, const S: bool, const E: bool] P3109<14, P, S, E>, u16;
    [const P: u32, const S: bool, const E: bool] P3109<15, P, S, E>, u16;
}
