//! Natural numbers of any size, with the operations that printing and parsing need.
//!
//! The limbs are digits of base `2^64` or `10^19`. A number is computed in the base in which it is needed, so no
//! number is ever converted from binary to decimal, and only the digits of parsed text from decimal to binary.

#[cfg(test)]
mod tests;

use alloc::vec;
use alloc::vec::Vec;

/// `2^64`: the base of numbers that end as a significand.
pub(super) const BINARY: u128 = 1 << 64;

/// `10^19`: the base of numbers that end as decimal digits.
pub(super) const DECIMAL: u128 = 10_000_000_000_000_000_000;

/// Decimal digits of a limb of base [`DECIMAL`].
pub(super) const DIGITS: usize = 19;

/// Products with a factor of fewer limbs are computed limb by limb.
const KARATSUBA: usize = 40;

/// A natural number in base `BASE`, least limb first, without leading zeros: zero has no limb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Natural<const BASE: u128> {
    limbs: Vec<u64>,
}

/// The limb and the carry of a sum or product: `x % BASE` and `x / BASE`. Precondition: `x < BASE * BASE`.
#[inline(always)]
fn split<const BASE: u128>(x: u128) -> (u64, u64) {
    if BASE == BINARY {
        return (x as u64, (x >> 64) as u64);
    }
    // Division by an invariant normalized divisor with its reciprocal (Moeller and Granlund 2011, algorithm 4).
    const DIVISOR: u64 = DECIMAL as u64;
    const RECIPROCAL: u64 = (u128::MAX / DECIMAL - BINARY) as u64;
    let estimate = (RECIPROCAL as u128) * (x >> 64) + x;
    let mut quotient = ((estimate >> 64) as u64).wrapping_add(1);
    let mut rest = (x as u64).wrapping_sub(quotient.wrapping_mul(DIVISOR));
    if rest > estimate as u64 {
        quotient = quotient.wrapping_sub(1);
        rest = rest.wrapping_add(DIVISOR);
    }
    // The algorithm's last correction is for `x` from 0.84 * DIVISOR * 2^64 on: DIVISOR^2 is 0.55 of DIVISOR * 2^64.
    debug_assert!(rest < DIVISOR);
    (rest, quotient)
}

/// `to += from * BASE^at`. Precondition: the sum fits.
fn add_at<const BASE: u128>(to: &mut [u64], from: &[u64], at: usize) {
    let mut carry = 0;
    for (i, limb) in to[at..].iter_mut().enumerate() {
        if i >= from.len() && carry == 0 {
            return;
        }
        let sum = *limb as u128 + from.get(i).copied().unwrap_or(0) as u128 + carry;
        carry = (sum >= BASE) as u128;
        *limb = (sum - carry * BASE) as u64;
    }
    debug_assert!(carry == 0 && from.len() <= to.len() - at, "the sum fits");
}

/// `to -= from`. Precondition: the difference is not negative.
fn subtract<const BASE: u128>(to: &mut [u64], from: &[u64]) {
    let mut borrow = 0;
    for (i, limb) in to.iter_mut().enumerate() {
        if i >= from.len() && borrow == 0 {
            return;
        }
        let less = from.get(i).copied().unwrap_or(0) as u128 + borrow;
        borrow = ((*limb as u128) < less) as u128;
        *limb = (*limb as u128 + borrow * BASE - less) as u64;
    }
    debug_assert!(borrow == 0, "the difference is not negative");
}

fn product<const BASE: u128>(a: &[u64], b: &[u64]) -> Vec<u64> {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut out = vec![0; a.len() + b.len()];
    let half = a.len().div_ceil(2);
    if b.len() < KARATSUBA {
        for (i, &y) in b.iter().enumerate() {
            let mut carry = 0;
            for (j, &x) in a.iter().enumerate() {
                let sum = x as u128 * y as u128 + out[i + j] as u128 + carry as u128;
                (out[i + j], carry) = split::<BASE>(sum);
            }
            out[i + a.len()] = carry;
        }
        return out;
    }
    let (low, high) = a.split_at(half);
    if b.len() <= half {
        add_at::<BASE>(&mut out, &product::<BASE>(low, b), 0);
        add_at::<BASE>(&mut out, &product::<BASE>(high, b), half);
        return out;
    }
    let (b_low, b_high) = b.split_at(half);
    let lows = product::<BASE>(low, b_low);
    let highs = product::<BASE>(high, b_high);
    let mut middle = product::<BASE>(&sum::<BASE>(low, high), &sum::<BASE>(b_low, b_high));
    subtract::<BASE>(&mut middle, &lows);
    subtract::<BASE>(&mut middle, &highs);
    trim(&mut middle);
    out[..lows.len()].copy_from_slice(&lows);
    out[2 * half..].copy_from_slice(&highs);
    add_at::<BASE>(&mut out, &middle, half);
    out
}

fn sum<const BASE: u128>(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut out = vec![0; a.len().max(b.len()) + 1];
    out[..a.len()].copy_from_slice(a);
    add_at::<BASE>(&mut out, b, 0);
    out
}

fn trim(limbs: &mut Vec<u64>) {
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
}

impl<const BASE: u128> Natural<BASE> {
    fn from_limbs(mut limbs: Vec<u64>) -> Self {
        trim(&mut limbs);
        Natural { limbs }
    }

    pub(super) fn from_u128(mut x: u128) -> Self {
        let mut limbs = Vec::new();
        while x != 0 {
            limbs.push((x % BASE) as u64);
            x /= BASE;
        }
        Natural { limbs }
    }

    pub(super) fn mul(&self, other: &Self) -> Self {
        Natural::from_limbs(product::<BASE>(&self.limbs, &other.limbs))
    }

    pub(super) fn add(&self, other: &Self) -> Self {
        Natural::from_limbs(sum::<BASE>(&self.limbs, &other.limbs))
    }

    /// One less. Precondition: not zero.
    pub(super) fn less_one(mut self) -> Self {
        subtract::<BASE>(&mut self.limbs, &[1]);
        Natural::from_limbs(self.limbs)
    }

    /// `base^exponent`.
    pub(super) fn power(base: u64, exponent: u32) -> Self {
        let base = Self::from_u128(base as u128);
        let mut power = Self::from_u128(1);
        for bit in (0..32 - exponent.leading_zeros()).rev() {
            power = power.mul(&power);
            if exponent >> bit & 1 == 1 {
                power = power.mul(&base);
            }
        }
        power
    }
}

impl Natural<DECIMAL> {
    /// The decimal digits, as ASCII, without leading zeros: none for zero.
    pub(super) fn digits(&self) -> Vec<u8> {
        let mut digits = Vec::with_capacity(self.limbs.len() * DIGITS);
        for &limb in self.limbs.iter().rev() {
            let mut place = DECIMAL as u64 / 10;
            while place > 0 {
                digits.push(b'0' + (limb / place % 10) as u8);
                place /= 10;
            }
        }
        let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
        digits.drain(..zeros);
        digits
    }
}

impl Natural<BINARY> {
    /// The number with these decimal digits, as ASCII.
    pub(super) fn from_digits(digits: &[u8]) -> Self {
        let limb = |chunk: &[u8]| chunk.iter().fold(0, |n, digit| n * 10 + (digit - b'0') as u64);
        let limbs: Vec<u64> = digits.rchunks(DIGITS).map(limb).collect();
        // powers[i] is 10^(19 * 2^i).
        let mut powers = vec![Self::from_u128(DECIMAL)];
        while 1 << powers.len() < limbs.len() {
            let last = &powers[powers.len() - 1];
            powers.push(last.mul(last));
        }
        Self::from_decimal_limbs(&limbs, &powers)
    }

    fn from_decimal_limbs(limbs: &[u64], powers: &[Self]) -> Self {
        match limbs {
            [] => Natural { limbs: Vec::new() },
            [limb] => Self::from_u128(*limb as u128),
            _ => {
                let level = (limbs.len() - 1).ilog2() as usize;
                let (low, high) = limbs.split_at(1 << level);
                let high = Self::from_decimal_limbs(high, powers).mul(&powers[level]);
                high.add(&Self::from_decimal_limbs(low, powers))
            }
        }
    }

    /// The leading 128 bits, or all of them if they are fewer: as `significand * 2^exponent`, and whether any bit of
    /// the rest is set.
    pub(super) fn leading(&self) -> (u128, i64, bool) {
        let n = self.limbs.len();
        let limb = |i: usize| self.limbs.get(i).copied().unwrap_or(0) as u128;
        if n <= 2 {
            return (limb(0) | limb(1) << 64, 0, false);
        }
        let room = self.limbs[n - 1].leading_zeros();
        let bits = limb(n - 1) << 64 | limb(n - 2);
        let third = limb(n - 3);
        let significand = bits << room | third >> (64 - room);
        let rest = (third as u64) << room != 0 || self.limbs[..n - 3].iter().any(|&limb| limb != 0);
        (significand, 64 * (n as i64 - 2) - room as i64, rest)
    }

    /// The leading 128 bits of `self / divisor` and whether there is a rest. Precondition: neither is zero.
    pub(super) fn ratio(&self, divisor: &Self) -> (u128, i64, bool) {
        let up = divisor.limbs[divisor.limbs.len() - 1].leading_zeros();
        // Two limbs at least, of which the leading one has its top bit set.
        let mut y = divisor.mul(&Self::from_u128(1 << up)).limbs;
        let extra = (y.len() < 2) as usize;
        y.splice(0..0, vec![0; extra]);
        // Three limbs more than the divisor, whatever that takes: the quotient has 129 to 193 bits.
        let wanted = y.len() + 3;
        let have = self.limbs.len();
        let dropped = have.saturating_sub(wanted);
        let mut x = vec![0; wanted.saturating_sub(have)];
        let moved = dropped as i64 - x.len() as i64;
        x.extend_from_slice(&self.limbs[dropped..]);
        x.push(0);
        let quotient = divide(&mut x, &y);
        let rest = x.iter().chain(&self.limbs[..dropped]).any(|&limb| limb != 0);
        let (significand, exponent, tail) = quotient.leading();
        let exponent = exponent + 64 * (moved + extra as i64) + up as i64;
        (significand, exponent, tail || rest)
    }
}

/// Knuth's algorithm D: the quotient; `x` becomes the rest. Precondition: `y` has at least two limbs and its top bit
/// is set; `x` has at least one limb more than `y` and its leading one is 0.
fn divide(x: &mut [u64], y: &[u64]) -> Natural<BINARY> {
    let n = y.len();
    let mut quotient = vec![0; x.len() - n];
    for i in (0..quotient.len()).rev() {
        let top = (x[i + n] as u128) << 64 | x[i + n - 1] as u128;
        let first = y[n - 1] as u128;
        let mut digit = (top / first).min(u64::MAX as u128);
        let mut rest = top - digit * first;
        while rest < BINARY && digit * y[n - 2] as u128 > (rest << 64 | x[i + n - 2] as u128) {
            digit -= 1;
            rest += first;
        }
        if take_multiple(&mut x[i..=i + n], y, digit as u64) {
            digit -= 1;
            add_back(&mut x[i..=i + n], y);
        }
        quotient[i] = digit as u64;
    }
    Natural::from_limbs(quotient)
}

/// `x -= y * digit` modulo the length of `x`: whether that went below zero.
fn take_multiple(x: &mut [u64], y: &[u64], digit: u64) -> bool {
    let mut carry = 0u128;
    for (i, limb) in x.iter_mut().enumerate() {
        let less = y.get(i).copied().unwrap_or(0) as u128 * digit as u128 + carry;
        let (difference, borrow) = limb.overflowing_sub(less as u64);
        *limb = difference;
        carry = (less >> 64) + borrow as u128;
    }
    carry != 0
}

/// `x += y` modulo the length of `x`.
fn add_back(x: &mut [u64], y: &[u64]) {
    let mut carry = 0u128;
    for (i, limb) in x.iter_mut().enumerate() {
        let sum = *limb as u128 + y.get(i).copied().unwrap_or(0) as u128 + carry;
        *limb = sum as u64;
        carry = sum >> 64;
    }
}
