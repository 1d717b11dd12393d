//! The unsigned integer type of a wide type's bits: the type of a lane in the loop bodies, one per element.

use core::ops::{BitAnd, BitOr, BitXor};

/// `u32` under `f32`, `u64` under `f64`. The arithmetic wraps; shifts are by less than the number of bits.
pub trait Lane:
    Copy
    + Default
    + Ord
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Send
    + Sync
    + 'static
{
    /// Bits of a lane.
    const BITS: u32;
    /// Trailing significand bits of the wide type.
    const TRAILING: u32;
    /// Its exponent bias.
    const BIAS: i32;

    fn from_u64(x: u64) -> Self;
    fn bits(self) -> u64;
    fn wrapping_add(self, other: Self) -> Self;
    fn wrapping_sub(self, other: Self) -> Self;
    fn shl(self, by: Self) -> Self;
    fn shr(self, by: Self) -> Self;
    /// The sum of two numbers of the wide type, given and returned as bits; rounded to nearest even.
    fn float_add(self, other: Self) -> Self;
    /// The difference, likewise.
    fn float_sub(self, other: Self) -> Self;
    /// The product, the quotient and the root.
    fn float_mul(self, other: Self) -> Self;
    fn float_div(self, other: Self) -> Self;
    fn float_sqrt(self) -> Self;
    /// The product and the sum of it and `addend`, rounded once.
    fn float_fma(self, other: Self, addend: Self) -> Self;

    /// The lesser of a magnitude and a number, neither negative: the number where the magnitude is NaN.
    fn lesser(self, other: Self) -> Self;
    /// The greater of two numbers that are not negative.
    fn greater(self, other: Self) -> Self;
    /// Whether one number is greater than another.
    fn float_gt(self, other: Self) -> bool;
    fn is_nan(self) -> bool;

    /// The number by which Veltkamp's splitting multiplies: one more than a power of two that takes half of the significand.
    fn splitter() -> Self;

    /// The bits below the sign.
    #[inline(always)]
    fn magnitude() -> Self {
        Self::from_u64(u64::MAX >> (65 - Self::BITS))
    }

    /// The bits of infinity.
    #[inline(always)]
    fn infinity() -> Self {
        Self::from_u64(((2 * Self::BIAS as u64) + 1) << Self::TRAILING)
    }

    /// The sign bit.
    #[inline(always)]
    fn sign() -> Self {
        Self::from_u64(1 << (Self::BITS - 1))
    }
}

macro_rules! lane {
    ($type:ty, $float:ty, $less:expr, $trailing:literal, $bias:literal) => {
        impl Lane for $type {
            const BITS: u32 = <$type>::BITS;
            const TRAILING: u32 = $trailing;
            const BIAS: i32 = $bias;

            #[inline(always)]
            fn lesser(self, other: $type) -> $type {
                if $less(self, other) { self } else { other }
            }
            #[inline(always)]
            fn greater(self, other: $type) -> $type {
                if $less(other, self) { self } else { other }
            }
            #[inline(always)]
            fn float_gt(self, other: $type) -> bool {
                <$float>::from_bits(self) > <$float>::from_bits(other)
            }
            #[inline(always)]
            fn is_nan(self) -> bool {
                <$float>::from_bits(self).is_nan()
            }
            #[inline(always)]
            fn splitter() -> $type {
                <$float>::to_bits(((1u64 << ($trailing / 2 + 1)) + 1) as $float)
            }
            #[inline(always)]
            fn float_mul(self, other: $type) -> $type {
                (<$float>::from_bits(self) * <$float>::from_bits(other)).to_bits()
            }
            #[inline(always)]
            fn float_div(self, other: $type) -> $type {
                (<$float>::from_bits(self) / <$float>::from_bits(other)).to_bits()
            }
            #[cfg(feature = "std")]
            #[inline(always)]
            fn float_sqrt(self) -> $type {
                <$float>::from_bits(self).sqrt().to_bits()
            }
            // Never called: without the standard library there is no square root, so no plan computes one in a wide type.
            #[cfg(not(feature = "std"))]
            #[inline(always)]
            fn float_sqrt(self) -> $type {
                self
            }
            #[cfg(feature = "std")]
            #[inline(always)]
            fn float_fma(self, other: $type, addend: $type) -> $type {
                let [a, b, c] = [self, other, addend].map(<$float>::from_bits);
                a.mul_add(b, c).to_bits()
            }
            // Never called either: `Isa::run_fused` takes the other loop.
            #[cfg(not(feature = "std"))]
            #[inline(always)]
            fn float_fma(self, _: $type, addend: $type) -> $type {
                addend
            }
            #[inline(always)]
            fn from_u64(x: u64) -> $type {
                x as $type
            }
            #[inline(always)]
            fn bits(self) -> u64 {
                self as u64
            }
            #[inline(always)]
            fn wrapping_add(self, other: $type) -> $type {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn wrapping_sub(self, other: $type) -> $type {
                self.wrapping_sub(other)
            }
            #[inline(always)]
            fn shl(self, by: $type) -> $type {
                self.wrapping_shl(by as u32)
            }
            #[inline(always)]
            fn shr(self, by: $type) -> $type {
                self.wrapping_shr(by as u32)
            }
            #[inline(always)]
            fn float_add(self, other: $type) -> $type {
                (<$float>::from_bits(self) + <$float>::from_bits(other)).to_bits()
            }
            #[inline(always)]
            fn float_sub(self, other: $type) -> $type {
                (<$float>::from_bits(self) - <$float>::from_bits(other)).to_bits()
            }
        }
    };
}

// What vectors of 32 bits compare, and what those of 64 bits do: signed integers, and floating-point numbers.
lane!(u32, f32, |a, b| (a as i32) < b as i32, 23, 127);
lane!(u64, f64, |a, b| f64::from_bits(a) < f64::from_bits(b), 52, 1023);

/// One of two, without a branch.
#[inline(always)]
pub(super) fn select<T>(condition: bool, yes: T, no: T) -> T {
    if condition { yes } else { no }
}
