//! Operations on exact values that no code means.

use std::panic::catch_unwind;

use halfulp::exact::{add, div, fma, mul, rem, sqrt};
use halfulp::{Exact, Value};

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
