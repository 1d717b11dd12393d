//! The types of array elements: `f32` and `f64` for values, `u8` and `u16` for codes.

use super::base::{BINARY32, BINARY64, Noise, WideKind};
use super::choice::Kernel;
use super::counts::Counts;
use super::plan::{InPlan, Plan};
use crate::format::{Code, Format};
use crate::op::Op;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
    impl Sealed for u8 {}
    impl Sealed for u16 {}
}

/// An array element: `f32` and `f64` for values, `u8` and `u16` for codes.
pub trait Element: sealed::Sealed + Copy + Default + Send + Sync + 'static {
    /// The format of the element's bits, given the format of the computation.
    #[doc(hidden)]
    fn format_of(format: &Format) -> Format;
    /// The bits of the element.
    #[doc(hidden)]
    fn code(self) -> Code;
    /// The element with the given bits.
    #[doc(hidden)]
    fn from_code(code: Code) -> Self;
    /// The element that represents a code of the format of the computation.
    #[doc(hidden)]
    fn deliver(plan: &Plan, code: Code, noise: u64) -> Self;
    /// The number of bits of the element, if it holds codes.
    #[doc(hidden)]
    const CODE_BITS: Option<u32>;
    /// Elementwise arithmetic by a kernel. This and its siblings below are compiled with the library, once: not in every crate that
    /// calls them.
    #[doc(hidden)]
    fn arithmetic(kernel: &Kernel, work: (&Plan, Noise), op: Op, operands: [&[Self]; 3], to: &mut [Self]);
}

/// A type in which values are stored: `f32` or `f64`.
pub trait Wide: Element {
    /// The kind of the type.
    #[doc(hidden)]
    const KIND: WideKind;
    /// The integer type of its bits.
    #[doc(hidden)]
    type Lane: InPlan;
    #[doc(hidden)]
    fn lane(self) -> Self::Lane;
    #[doc(hidden)]
    fn of_lane(lane: Self::Lane) -> Self;
    /// Converts to `f64`.
    #[doc(hidden)]
    fn double(self) -> f64;
    /// Converts from `f64`, rounded to nearest.
    #[doc(hidden)]
    fn of_double(value: f64) -> Self;
    #[doc(hidden)]
    fn smallest_normal() -> f64;
    /// The array, if its values are `f32`.
    #[doc(hidden)]
    fn singles(values: &[Self]) -> Option<&[f32]>;
    #[doc(hidden)]
    fn singles_mut(values: &mut [Self]) -> Option<&mut [f32]>;
    #[doc(hidden)]
    fn quantize(kernel: &Kernel, work: (&Plan, Noise), from: &[Self], to: &mut [Self]);
    #[doc(hidden)]
    fn count(kernel: &Kernel, work: (&Plan, Noise), from: &[Self]) -> Counts;
    #[doc(hidden)]
    fn encode<C: Word>(kernel: &Kernel, work: (&Plan, Noise), from: &[Self], to: &mut [C]);
    #[doc(hidden)]
    fn decode<C: Word>(kernel: &Kernel, work: (&Plan, Noise), from: &[C], to: &mut [Self]);
}

/// A type in which codes are stored: `u8` for formats of up to 8 bits, `u16` for up to 16.
pub trait Word: Element {
    /// The number of bits.
    #[doc(hidden)]
    const BITS: u32;
    /// The array, if its words are bytes.
    #[doc(hidden)]
    fn bytes(words: &[Self]) -> Option<&[u8]>;
    #[doc(hidden)]
    fn bytes_mut(words: &mut [Self]) -> Option<&mut [u8]>;
    /// The array, if its words have 16 bits.
    #[doc(hidden)]
    fn words(words: &[Self]) -> Option<&[u16]>;
    #[doc(hidden)]
    fn words_mut(words: &mut [Self]) -> Option<&mut [u16]>;
    #[doc(hidden)]
    fn of_singles(kernel: &Kernel, work: (&Plan, Noise), from: &[f32], to: &mut [Self]);
    #[doc(hidden)]
    fn of_doubles(kernel: &Kernel, work: (&Plan, Noise), from: &[f64], to: &mut [Self]);
    #[doc(hidden)]
    fn to_singles(kernel: &Kernel, work: (&Plan, Noise), from: &[Self], to: &mut [f32]);
    #[doc(hidden)]
    fn to_doubles(kernel: &Kernel, work: (&Plan, Noise), from: &[Self], to: &mut [f64]);
}

macro_rules! wide {
    ($type:ty, $bits:ty, $format:expr, $kind:expr, $singles:expr, $of:ident, $to:ident) => {
        impl Element for $type {
            const CODE_BITS: Option<u32> = None;

            fn format_of(_: &Format) -> Format {
                $format
            }
            #[inline(always)]
            fn code(self) -> Code {
                Code::from(self.to_bits())
            }
            #[inline(always)]
            fn from_code(code: Code) -> $type {
                <$type>::from_bits(code as $bits)
            }
            fn deliver(plan: &Plan, code: Code, noise: u64) -> $type {
                <$type>::from_code(plan.widen(Self::KIND, code, noise))
            }
            fn arithmetic(
                k: &Kernel,
                work: (&Plan, Noise),
                op: Op,
                operands: [&[$type]; 3],
                to: &mut [$type],
            ) {
                k.on_values(work, op, operands, to);
            }
        }

        impl Wide for $type {
            const KIND: WideKind = $kind;
            type Lane = $bits;
            #[inline(always)]
            fn lane(self) -> $bits {
                self.to_bits()
            }
            #[inline(always)]
            fn of_lane(lane: $bits) -> $type {
                <$type>::from_bits(lane)
            }
            #[inline(always)]
            fn double(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn of_double(value: f64) -> $type {
                value as $type
            }
            #[inline(always)]
            fn singles(values: &[$type]) -> Option<&[f32]> {
                $singles(values)
            }
            #[inline(always)]
            fn singles_mut(values: &mut [$type]) -> Option<&mut [f32]> {
                $singles(values)
            }
            #[inline(always)]
            fn smallest_normal() -> f64 {
                f64::from(<$type>::MIN_POSITIVE)
            }
            fn quantize(kernel: &Kernel, work: (&Plan, Noise), from: &[$type], to: &mut [$type]) {
                kernel.quantize(work, from, to);
            }
            fn count(kernel: &Kernel, work: (&Plan, Noise), from: &[$type]) -> Counts {
                kernel.count(work, from)
            }
            fn encode<C: Word>(kernel: &Kernel, work: (&Plan, Noise), from: &[$type], to: &mut [C]) {
                C::$of(kernel, work, from, to);
            }
            fn decode<C: Word>(kernel: &Kernel, work: (&Plan, Noise), from: &[C], to: &mut [$type]) {
                C::$to(kernel, work, from, to);
            }
        }
    };
}

macro_rules! word {
    ($type:ty, $bytes:expr, $words:expr) => {
        impl Element for $type {
            const CODE_BITS: Option<u32> = Some(<$type>::BITS);

            fn format_of(format: &Format) -> Format {
                *format
            }
            #[inline(always)]
            fn code(self) -> Code {
                Code::from(self)
            }
            #[inline(always)]
            fn from_code(code: Code) -> $type {
                code as $type
            }
            fn deliver(_: &Plan, code: Code, _: u64) -> $type {
                code as $type
            }
            fn arithmetic(
                k: &Kernel,
                work: (&Plan, Noise),
                op: Op,
                operands: [&[$type]; 3],
                to: &mut [$type],
            ) {
                k.on_codes(work, op, operands, to);
            }
        }

        impl Word for $type {
            const BITS: u32 = <$type>::BITS;
            #[inline(always)]
            fn bytes(words: &[$type]) -> Option<&[u8]> {
                $bytes(words)
            }
            #[inline(always)]
            fn bytes_mut(words: &mut [$type]) -> Option<&mut [u8]> {
                $bytes(words)
            }
            #[inline(always)]
            fn words(words: &[$type]) -> Option<&[u16]> {
                $words(words)
            }
            #[inline(always)]
            fn words_mut(words: &mut [$type]) -> Option<&mut [u16]> {
                $words(words)
            }
            fn of_singles(kernel: &Kernel, work: (&Plan, Noise), from: &[f32], to: &mut [$type]) {
                kernel.encode(work, from, to);
            }
            fn of_doubles(kernel: &Kernel, work: (&Plan, Noise), from: &[f64], to: &mut [$type]) {
                kernel.encode(work, from, to);
            }
            fn to_singles(kernel: &Kernel, work: (&Plan, Noise), from: &[$type], to: &mut [f32]) {
                kernel.decode(work, from, to);
            }
            fn to_doubles(kernel: &Kernel, work: (&Plan, Noise), from: &[$type], to: &mut [f64]) {
                kernel.decode(work, from, to);
            }
        }
    };
}

wide!(f32, u32, BINARY32, WideKind::Binary32, Some, of_singles, to_singles);
wide!(f64, u64, BINARY64, WideKind::Binary64, |_| None, of_doubles, to_doubles);
word!(u8, Some, |_| None);
word!(u16, |_| None, Some);
