//! The two kinds of integer the definition is computed on: big ones, which always suffice, and 128-bit ones, which
//! say when they do not. The text of the definition is the same for both.

use num_bigint::{BigInt, Sign};
use num_integer::Integer as _;
use num_traits::{Signed as _, ToPrimitive as _};

/// Signed integers. An operation gives `None` where the result does not fit; for big integers that never happens.
pub trait Integer: Clone + Ord + Sized {
    /// The same number.
    fn new(x: u128) -> Option<Self>;
    /// How many bits the magnitude has; 0 for zero.
    fn bits(&self) -> i64;
    /// `-self`.
    fn negative(&self) -> Self;
    /// Whether it is below zero.
    fn is_negative(&self) -> bool;
    /// `|self|`.
    fn magnitude(&self) -> Self;
    /// `self + other`.
    fn plus(&self, other: &Self) -> Option<Self>;
    /// `self * other`.
    fn times(&self, other: &Self) -> Option<Self>;
    /// `self * 2^n`. Precondition: `n >= 0`.
    fn scaled(&self, n: i64) -> Option<Self>;
    /// Quotient and rest. Precondition: `self >= 0`, `other > 0`.
    fn divided(&self, other: &Self) -> (Self, Self);
    /// The integer part of the square root. Precondition: `self >= 0`.
    fn root(&self) -> Self;
    /// As a machine integer.
    fn small(&self) -> Option<i128>;

    /// Whether it is zero.
    fn is_zero(&self) -> bool {
        self.bits() == 0
    }
}

impl Integer for BigInt {
    fn new(x: u128) -> Option<BigInt> {
        Some(BigInt::from(x))
    }

    fn bits(&self) -> i64 {
        BigInt::bits(self) as i64
    }

    fn negative(&self) -> BigInt {
        -self
    }

    fn is_negative(&self) -> bool {
        self.sign() == Sign::Minus
    }

    fn magnitude(&self) -> BigInt {
        self.abs()
    }

    fn plus(&self, other: &BigInt) -> Option<BigInt> {
        Some(self + other)
    }

    fn times(&self, other: &BigInt) -> Option<BigInt> {
        Some(self * other)
    }

    fn scaled(&self, n: i64) -> Option<BigInt> {
        Some(self << n)
    }

    fn divided(&self, other: &BigInt) -> (BigInt, BigInt) {
        self.div_rem(other)
    }

    fn root(&self) -> BigInt {
        self.sqrt()
    }

    fn small(&self) -> Option<i128> {
        self.to_i128()
    }
}

impl Integer for i128 {
    fn new(x: u128) -> Option<i128> {
        i128::try_from(x).ok()
    }

    fn bits(&self) -> i64 {
        i64::from(128 - self.unsigned_abs().leading_zeros())
    }

    fn negative(&self) -> i128 {
        -self
    }

    fn is_negative(&self) -> bool {
        *self < 0
    }

    fn magnitude(&self) -> i128 {
        self.abs()
    }

    fn plus(&self, other: &i128) -> Option<i128> {
        self.checked_add(*other).filter(|sum| *sum != i128::MIN)
    }

    fn times(&self, other: &i128) -> Option<i128> {
        // Two factors of 63 bits fit, and most are such; the exact test is slow.
        if Integer::bits(self) <= 63 && Integer::bits(other) <= 63 {
            return Some(self * other);
        }
        self.checked_mul(*other).filter(|product| *product != i128::MIN)
    }

    fn scaled(&self, n: i64) -> Option<i128> {
        if *self == 0 {
            return Some(0);
        }
        (Integer::bits(self) + n < 128).then(|| self << n)
    }

    fn divided(&self, other: &i128) -> (i128, i128) {
        // Most divisors are powers of two, and sixty-four bits divide several times faster than more.
        if other & (other - 1) == 0 {
            return (self >> other.trailing_zeros(), self & (other - 1));
        }
        match (u64::try_from(*self), u64::try_from(*other)) {
            (Ok(x), Ok(y)) => (i128::from(x / y), i128::from(x % y)),
            _ => (self / other, self % other),
        }
    }

    fn root(&self) -> i128 {
        self.isqrt()
    }

    fn small(&self) -> Option<i128> {
        Some(*self)
    }
}
