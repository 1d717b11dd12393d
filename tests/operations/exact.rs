//! Operations on exact values: that they are exact, which a result after rounding seldom shows, and of values that no code means.

use std::panic::catch_unwind;

use halfulp::exact::{Extreme, Outcome, add, div, fma, minmax, mul, rem, sqrt, total_order};
use halfulp::{Exact, Flags, Nan, Real, Value};

fn number(significand: u64, exponent: i32) -> Value<Exact> {
    Value::Finite(Exact { negative: false, exponent, significand })
}

/// With 64 bits a fused multiply-add used to count to less than zero, a remainder and a sum to overflow, a quotient to lose its tail.
#[test]
fn more_than_53_bits_are_refused() {
    let (one, top) = (number(1, 0), number(1 << 53, 0));
    for x in [top, number(u64::MAX, 0), number(0, 0), number(1, 1 << 22), number(1, i32::MIN)] {
        for (a, b) in [(x, one), (one, x)] {
            assert!(catch_unwind(|| add(a, b, false)).is_err(), "{a:?} + {b:?}");
            assert!(catch_unwind(|| div(a, b)).is_err(), "{a:?} / {b:?}");
            assert!(catch_unwind(|| rem(a, b)).is_err(), "{a:?} rem {b:?}");
            assert!(catch_unwind(|| fma(a, b, one, false)).is_err(), "{a:?} {b:?}");
        }
        assert!(catch_unwind(|| fma(one, one, x, false)).is_err(), "{x:?}");
    }
    let most = number((1 << 53) - 1, 1 << 21);
    for outcome in [add(most, one, false), div(most, one), rem(most, one), fma(most, most, one, false)] {
        assert!(outcome.flags == halfulp::Flags::NONE);
    }
    // A product and a root have room for 64 bits.
    let full = number(u64::MAX, 0);
    assert!(
        matches!(mul(full, full).value, Value::Finite(x) if x.significand == u128::MAX - 2 * u128::from(u64::MAX))
    );
    assert!(matches!(sqrt(full).value, Value::Finite(x) if x.tail && x.significand.ilog2() >= 74));
}

/// As far apart as 62 bits a sum is told in steps of the lower operand, whose exponent anybody may look at.
#[test]
fn a_sum_has_the_lower_exponent() {
    for distance in 0..=62 {
        let sum = add(number(1, distance), number(1, 0), false).value;
        let expected = Real { negative: false, exponent: 0, significand: (1 << distance) + 1, tail: false };
        assert_eq!(sum, Value::Finite(expected), "{distance}");
    }
}

fn signed(negative: bool, significand: u64, exponent: i32) -> Value<Exact> {
    Value::Finite(Exact { negative, exponent, significand })
}

fn finite(outcome: Outcome) -> Real {
    match outcome.value {
        Value::Finite(x) => x,
        other => panic!("{other:?}"),
    }
}

/// That `got` is `high * 2^distance + low`, or less by under one in its last place if it has a tail. Without a tail it is all.
fn is_sum(got: Outcome, high: i128, distance: u32, low: i128) {
    let of = format!("{high:#x} * 2^{distance} + {low:#x} is {got:x?}");
    if high.unsigned_abs().ilog2() + distance < 126 {
        let sum = (high << distance) + low;
        if sum == 0 {
            assert!(matches!(got.value, Value::Zero { .. }), "{of}");
            return;
        }
        let x = finite(got);
        assert!(!x.tail && x.negative == (sum < 0), "{of}");
        let (up, down) = (x.exponent.max(0), -x.exponent.min(0));
        assert_eq!(x.significand << up, sum.unsigned_abs() << down, "{of}");
        return;
    }
    // The higher one decides the sign. What is missing to it is the lower one, in units of the last place.
    let x = finite(got);
    assert_eq!(x.negative, high < 0, "{of}");
    let low = if high < 0 { -low } else { low };
    let above = high.unsigned_abs() << (distance as i32 - x.exponent);
    let difference = x.significand.wrapping_sub(above) as i128;
    let last = x.exponent.clamp(0, 127);
    let floor = if x.exponent < 0 { low << -x.exponent } else { low >> last };
    assert_eq!((difference, x.tail), (floor, x.exponent > 0 && floor << last != low), "{of}");
    assert!(!x.tail || x.significand >> 74 != 0, "{of}");
}

const SIGNIFICANDS: [u64; 6] = [1, 3, 0x15_5555, (1 << 52) - 1, (1 << 52) + 1, (1 << 53) - 1];

#[test]
fn sums_are_exact_at_every_distance() {
    for distance in 0..200 {
        for (a, b) in SIGNIFICANDS.iter().flat_map(|&a| SIGNIFICANDS.map(|b| (a, b))) {
            for (p, q) in [(false, false), (false, true), (true, false), (true, true)] {
                let [x, y] = [(a, p), (b, q)].map(|(n, s)| if s { -i128::from(n) } else { i128::from(n) });
                let (high, low) = (signed(p, a, distance as i32), signed(q, b, 0));
                is_sum(add(high, low, false), x, distance, y);
                is_sum(add(low, high, false), x, distance, y);
            }
        }
    }
}

/// With the product as the higher term and as the lower one.
#[test]
fn fused_sums_are_exact_at_every_distance() {
    for distance in 0..300 {
        for (a, c) in SIGNIFICANDS.iter().flat_map(|&a| SIGNIFICANDS.map(|c| (a, c))) {
            for (p, q) in [(false, false), (false, true), (true, false), (true, true)] {
                let factor = (1 << 53) - 3;
                let product = i128::from(a) * i128::from(factor);
                let [x, y] = [(product, p), (i128::from(c), q)].map(|(n, s)| if s { -n } else { n });
                let up = distance as i32;
                is_sum(fma(signed(p, a, up), number(factor, 0), signed(q, c, 0), false), x, distance, y);
                is_sum(fma(signed(p, a, 0), number(factor, 0), signed(q, c, up), false), y, distance, x);
            }
        }
    }
}

/// `x - n y` for small numbers, by trying all `n` near the quotient.
#[test]
fn remainders_are_those_of_the_nearest_quotient() {
    for (a, b) in (1..40u64).flat_map(|a| (1..24u64).map(move |b| (a, b))) {
        for distance in -8..=8i32 {
            let (x, y) = (i128::from(a) << distance.max(0), i128::from(b) << -distance.min(0));
            let quotient = x / y;
            let n = (quotient..=quotient + 1).min_by_key(|n| ((x - n * y).abs(), n % 2)).unwrap();
            for negative in [false, true] {
                let got = rem(signed(negative, a, distance.max(0)), number(b, -distance.min(0)));
                let rest = if negative { n * y - x } else { x - n * y };
                match got.value {
                    Value::Zero { negative: sign } => {
                        assert_eq!((rest, sign), (0, negative), "{a} {b} {distance}")
                    }
                    _ => {
                        let r = finite(got);
                        let magnitude = r.significand << r.exponent;
                        assert_eq!(
                            (r.negative, magnitude),
                            (rest < 0, rest.unsigned_abs()),
                            "{a} {b} {distance}"
                        );
                    }
                }
            }
        }
    }
}

/// `a * a` against `b * 2^shift`, both wider than any integer here: the leading and the other 128 bits.
fn square(a: u128) -> (u128, u128) {
    let (high, low) = (a >> 64, a & u128::from(u64::MAX));
    let middle = high * low;
    let (sum, carry) = (low * low).overflowing_add(middle << 65);
    (high * high + (middle >> 63) + u128::from(carry), sum)
}

fn shifted(b: u64, shift: u32) -> (u128, u128) {
    let b = u128::from(b);
    if shift < 128 {
        (if shift == 0 { 0 } else { b >> (128 - shift) }, b << shift)
    } else {
        (b << (shift - 128), 0)
    }
}

/// The square of the root is at most the number, and that of the next one in the last place is more.
#[test]
fn roots_are_exact_to_their_last_bit() {
    // Of the last three the root lies within 2^-42 of a number of 86 bits; of the last one the last step has to be taken back.
    let few = [1, 2, 3, 4, 9, 25, 0x98, (1 << 52) + 1, (1 << 53) - 1, u64::MAX, 0xffff_ffff_0000_0001];
    let near = [0x981c_3971_7e83_c06c, 0xa951_e574_f04d_4e75, 0xa4e5_c741_c670_579d];
    let random = (0..2000u64).map(|i| (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (i % 60) | 1);
    for (significand, exponent) in
        few.into_iter().chain(near).chain(random).flat_map(|x| [(x, 0), (x, 1), (x, -7)])
    {
        let root = finite(sqrt(number(significand, exponent)));
        let shift = (exponent - 2 * root.exponent) as u32;
        let x = shifted(significand, shift);
        assert_eq!(square(root.significand) == x, !root.tail, "{significand:#x} {exponent}");
        assert!(square(root.significand) <= x, "{significand:#x} {exponent}");
        assert!(square(root.significand + 1) > x, "{significand:#x} {exponent}");
    }
}

/// Payload and signalling bit of an operand are not carried over, even if both are NaN and a number would win.
#[test]
fn the_least_of_two_nans_is_the_quiet_one() {
    let nan = |negative, signalling, payload| Value::Nan(Nan { negative, signalling, payload });
    for number in [false, true] {
        let kind = Extreme { maximum: false, magnitude: false, number };
        for (signalling, flags) in [(false, Flags::NONE), (true, Flags::INVALID)] {
            let outcome = minmax(kind, nan(true, false, 3 << 62), nan(true, signalling, 1 << 62));
            assert_eq!((outcome.value, outcome.flags), (Value::Nan(Nan::QUIET), flags));
        }
    }
}

/// Signalling NaNs are nearer to the infinities than quiet ones, whatever the payloads; NaNs of unlike sign are far apart.
#[test]
fn total_order_looks_at_the_signalling_bit_first() {
    let nan = |negative, signalling, payload| Value::Nan(Nan { negative, signalling, payload });
    let order = [
        nan(true, false, 1 << 60),
        nan(true, true, u64::MAX),
        nan(true, true, 0),
        Value::Infinite { negative: true },
        Value::Infinite { negative: false },
        nan(false, true, 0),
        nan(false, true, u64::MAX),
        nan(false, false, 1 << 60),
    ];
    for (i, &a) in order.iter().enumerate() {
        for (j, &b) in order.iter().enumerate() {
            assert_eq!(total_order(a, b), i <= j, "{a:?} {b:?}");
        }
    }
}
