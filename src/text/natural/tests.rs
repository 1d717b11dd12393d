use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::{BINARY, DECIMAL, KARATSUBA, Natural, add_at, divide, product, split, trim};
use crate::noise;

/// Limbs that carry and borrow often.
fn limbs<const BASE: u128>(seed: u64, length: usize) -> Vec<u64> {
    let limb = |i| match noise::word(seed, 2 * i) % 4 {
        0 => 0,
        1 => (BASE - 1) as u64,
        2 => (BASE / 2) as u64,
        _ => (noise::word(seed, 2 * i + 1) as u128 % BASE) as u64,
    };
    (0..length as u64).map(limb).collect()
}

#[test]
fn decimal_limbs_split_as_division_does() {
    let edges = [0, 1, DECIMAL - 1, DECIMAL, DECIMAL + 1, DECIMAL * DECIMAL - 1, DECIMAL * (DECIMAL - 1)];
    let random = (0..100_000).map(|i| {
        let x = (noise::word(1, i) as u128) << 64 | noise::word(2, i) as u128;
        (x >> (noise::word(3, i) % 128)) % (DECIMAL * DECIMAL)
    });
    for x in edges.into_iter().chain(random) {
        assert_eq!(split::<DECIMAL>(x), ((x % DECIMAL) as u64, (x / DECIMAL) as u64), "{x}");
    }
}

/// The product by adding up the products of all pairs of limbs.
fn slow_product<const BASE: u128>(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut out = vec![0; a.len() + b.len()];
    for (i, &x) in a.iter().enumerate() {
        for (j, &y) in b.iter().enumerate() {
            let product = x as u128 * y as u128;
            let pair = [(product % BASE) as u64, (product / BASE) as u64];
            add_at::<BASE>(&mut out, &pair, i + j);
        }
    }
    out
}

fn products_agree<const BASE: u128>() {
    let k = KARATSUBA;
    let lengths = [0, 1, 2, k - 1, k, k + 1, 2 * k - 1, 2 * k, 3 * k, 4 * k + 3, 7 * k];
    for (seed, &m) in lengths.iter().enumerate() {
        for &n in &lengths {
            let (a, b) = (limbs::<BASE>(seed as u64, m), limbs::<BASE>(99 + seed as u64, n));
            assert_eq!(product::<BASE>(&a, &b), slow_product::<BASE>(&a, &b), "{m} by {n}");
        }
    }
}

#[test]
fn products_are_the_sums_of_their_parts() {
    products_agree::<BINARY>();
    products_agree::<DECIMAL>();
}

#[test]
fn quotient_times_divisor_plus_rest_is_the_dividend() {
    let half = 1 << 63;
    // The second needs the step that adds the divisor back (Hacker's Delight, the test data of divmnu).
    let mut cases = vec![
        (vec![7, 8, 9, 0], vec![3, half]),
        (vec![0, 0, half, half - 1, 0], vec![1, 0, half]),
        (vec![0, u64::MAX - 1, half, 0], vec![u64::MAX, half]),
        (vec![3, 0, half, 0], vec![1, 0, 1 << 61 | half]),
    ];
    for i in 0..20_000 {
        let n = 2 + (noise::word(4, i) % 4) as usize;
        let mut y = limbs::<BINARY>(1000 + i, n);
        y[n - 1] |= half;
        let mut x = limbs::<BINARY>(50_000 + i, n + (noise::word(5, i) % 4) as usize);
        x.push(0);
        cases.push((x, y));
    }
    for (x, y) in cases {
        let mut rest = x.clone();
        let quotient = divide(&mut rest, &y);
        trim(&mut rest);
        let smaller = rest.len() < y.len() || rest.iter().rev().lt(y.iter().rev());
        assert!(smaller, "{x:x?} by {y:x?}");
        let back = Natural::<BINARY>::from_limbs(product::<BINARY>(&quotient.limbs, &y));
        assert_eq!(back.add(&Natural::from_limbs(rest)), Natural::from_limbs(x));
    }
}

#[test]
fn digits_and_powers() {
    assert_eq!(Natural::<DECIMAL>::power(10, 40).digits(), format_power(40).into_bytes());
    for n in [0u128, 1, 9, 10, DECIMAL - 1, DECIMAL, u128::MAX] {
        let digits = Natural::<DECIMAL>::from_u128(n).digits();
        let printed = if n == 0 { String::new() } else { n.to_string() };
        assert_eq!(digits, printed.into_bytes());
        assert_eq!(Natural::from_digits(&digits), Natural::from_u128(n));
    }
    for n in [1, 18, 19, 20, 38, 57, 1000, 5000] {
        let back = Natural::<BINARY>::from_digits(format_power(n).as_bytes());
        assert_eq!(back, Natural::power(10, n));
    }
}

/// Bit by bit.
#[test]
fn the_leading_bits_and_whether_there_are_more() {
    for i in 0..4000 {
        let mut limbs = limbs::<BINARY>(200_000 + i, 1 + (i % 6) as usize);
        // Any number of bits in the leading limb, and of zeros below.
        *limbs.last_mut().unwrap() = (noise::word(6, i) | 1 << 63) >> (i % 64);
        let zeros = (noise::word(7, i) % (limbs.len() as u64 * 64)) as usize;
        for (j, limb) in limbs.iter_mut().enumerate() {
            *limb &= u64::MAX.checked_shl(zeros.saturating_sub(64 * j) as u32).unwrap_or(0);
        }
        trim(&mut limbs);
        let bit = |at: usize| limbs[at / 64] >> (at % 64) & 1;
        let Some(top) = (0..64 * limbs.len()).rev().find(|&at| bit(at) == 1) else { continue };
        let (significand, exponent, rest) = Natural::<BINARY>::from_limbs(limbs.clone()).leading();
        let last = top.saturating_sub(127);
        let leading = (last..=top).rev().fold(0u128, |n, at| n << 1 | u128::from(bit(at)));
        assert_eq!(significand.checked_shl(exponent as u32 - last as u32), Some(leading), "{limbs:x?}");
        assert_eq!(rest, (0..last).any(|at| bit(at) == 1), "{limbs:x?}");
    }
}

fn format_power(exponent: u32) -> String {
    let mut text = String::from("1");
    text.extend((0..exponent).map(|_| '0'));
    text
}
