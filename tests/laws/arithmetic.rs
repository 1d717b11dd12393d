//! Laws of the operations.

use halfulp::{Flags, Format, Op, Operands, Rounded, Rounding, Task, Value, apply, decode};
use proptest::prelude::*;

use crate::formats::{close_to, code, for_arithmetic_with_zero, wider};
use crate::reals::product;
use crate::{ROUNDINGS, config, is_number, policy};

/// binary16, in which one and the zeros of either sign are codes of any format's partner.
const PARTNER: Format = Format::known(halfulp::Facts {
    width: 16,
    precision: 11,
    bias: 15,
    sign: halfulp::Sign::SignMagnitude,
    nans: halfulp::Nans::Top(1023),
    overflow: halfulp::Overflow::Infinity,
    subnormals: true,
});
const ONE: u64 = 0x3c00;

fn task(op: Op, operands: [Format; 3], result: Format, rounding: Rounding) -> Task {
    let task = Task::new(op, operands, result).with_policy(policy(rounding));
    assert_eq!(task.check(), Ok(()));
    task
}

fn run(task: &Task, a: u64, b: u64, c: u64) -> Rounded {
    apply(task, Operands::new(a, b, c))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn sums_and_products_commute(f in for_arithmetic_with_zero(), bits: (u64, u64, u64)) {
        let [a, b, c] = [bits.0, bits.1, bits.2].map(|w| code(&f, w));
        for rounding in ROUNDINGS {
            for op in [Op::Add, Op::Mul, Op::Minimum, Op::Maximum, Op::MinimumNumber, Op::MaximumMagnitudeNumber] {
                let t = task(op, [f; 3], f, rounding);
                prop_assert_eq!(run(&t, a, b, 0), run(&t, b, a, 0), "{}", op);
            }
            let t = task(Op::Fma, [f; 3], f, rounding);
            prop_assert_eq!(run(&t, a, b, c), run(&t, b, a, c));
        }
    }

    /// `fma(a, b, 0)` is the product where the zero has the product's sign, `fma(a, 1, c)` the sum.
    #[test]
    fn fma_contains_mul_and_add(f in for_arithmetic_with_zero(), bits: (u64, u64)) {
        let [a, b] = [bits.0, bits.1].map(|w| code(&f, w));
        let negative = decode(&f, a).is_negative() != decode(&f, b).is_negative();
        for rounding in ROUNDINGS {
            let product = run(&task(Op::Mul, [f; 3], f, rounding), a, b, 0);
            let t = task(Op::Fma, [f, f, PARTNER], f, rounding);
            prop_assert_eq!(run(&t, a, b, u64::from(negative) << 15), product);
            let sum = run(&task(Op::Add, [f; 3], f, rounding), a, b, 0);
            let t = task(Op::Fma, [f, PARTNER, f], f, rounding);
            prop_assert_eq!(run(&t, a, ONE, b), sum);
        }
    }

    #[test]
    fn a_number_less_itself_is_zero(f in for_arithmetic_with_zero(), bits: u64) {
        let a = code(&f, bits);
        if !is_number(&f, a) {
            return Ok(());
        }
        for rounding in ROUNDINGS {
            let zero = f.encode(rounding == Rounding::TowardNegative && f.has_negative_zero(), 0);
            let got = run(&task(Op::Sub, [f; 3], f, rounding), a, a, 0);
            prop_assert_eq!((got.code, got.flags), (zero, Flags::NONE));
        }
    }

    /// Sterbenz: numbers within a factor of two of each other subtract exactly.
    #[test]
    fn sterbenz(f in for_arithmetic_with_zero(), bits: (u64, u64)) {
        let a = code(&f, bits.0);
        if !is_number(&f, a) {
            return Ok(());
        }
        let b = close_to(&f, a, bits.1);
        let (Value::Finite(x), Value::Finite(y)) = (decode(&f, a), decode(&f, b)) else { return Ok(()) };
        let scaled = |x: halfulp::Exact, by: i32| u128::from(x.significand) << (x.exponent - by);
        let least = x.exponent.min(y.exponent);
        if x.leading_exponent().abs_diff(y.leading_exponent()) > 2 {
            return Ok(());
        }
        let (m, n) = (scaled(x, least), scaled(y, least));
        if 2 * m < n || 2 * n < m || (!f.is_signed() && m < n) {
            return Ok(());
        }
        for rounding in ROUNDINGS {
            let got = run(&task(Op::Sub, [f; 3], f, rounding), a, b, 0);
            prop_assert_eq!(got.flags, Flags::NONE, "{:?} - {:?}", x, y);
        }
    }

    /// The square into a format that holds it, and the root of that back.
    #[test]
    fn root_of_a_square(f in for_arithmetic_with_zero(), bits: u64) {
        let a = code(&f, bits);
        if !is_number(&f, a) || f.precision() > 26 {
            return Ok(());
        }
        // A binary64 whose bias lies where the squares are.
        let wide = Format::known(halfulp::Facts {
            width: 64,
            precision: 52,
            bias: 4 - 2 * f.quantum_min(),
            ..PARTNER.facts()
        });
        let wide = Format::known(halfulp::Facts { nans: halfulp::Nans::Top((1 << 51) - 1), ..wide.facts() });
        prop_assume!(2 * f.emax() + 2 < wide.emax());
        for rounding in ROUNDINGS {
            let square = run(&task(Op::Mul, [f; 3], wide, rounding), a, a, 0);
            prop_assert_eq!(square.flags, Flags::NONE);
            let root = run(&task(Op::Sqrt, [wide; 3], f, rounding), square.code, 0, 0);
            let magnitude = run(&task(Op::Abs, [f; 3], f, rounding), a, 0, 0);
            prop_assert_eq!(root, magnitude);
        }
    }

    /// The quotient times the divisor, exactly, encloses the dividend: `div` toward zero never exceeds it.
    #[test]
    fn quotients_multiply_back(f in for_arithmetic_with_zero(), bits: (u64, u64)) {
        let [a, b] = [bits.0, bits.1].map(|w| code(&f, w));
        let (Value::Finite(x), Value::Finite(y)) = (decode(&f, a), decode(&f, b)) else { return Ok(()) };
        if f.precision() > 26 {
            return Ok(());
        }
        let got = run(&task(Op::Div, [f; 3], f, Rounding::TowardZero), a, b, 0);
        if got.flags.contains(Flags::OVERFLOW) || got.flags.contains(Flags::INVALID) {
            return Ok(());
        }
        let inexact = got.flags.contains(Flags::INEXACT);
        match decode(&f, got.code) {
            Value::Finite(quotient) => {
                let order = crate::compare_magnitudes(&product(quotient, y), &x);
                prop_assert_eq!(order, if inexact { core::cmp::Ordering::Less } else { core::cmp::Ordering::Equal });
            }
            _ => prop_assert!(inexact),
        }
    }

    /// The remainder is at most half the divisor, and what it takes from the dividend is a multiple: its own remainder
    /// is itself.
    #[test]
    fn remainders_stay(f in for_arithmetic_with_zero(), bits: (u64, u64)) {
        let [a, b] = [bits.0, bits.1].map(|w| code(&f, w));
        if !is_number(&f, a) || !matches!(decode(&f, b), Value::Finite(_)) {
            return Ok(());
        }
        let Some(wide) = wider(&f, 1) else { return Ok(()) };
        let t = task(Op::Remainder, [f; 3], wide, Rounding::NearestEven);
        let once = run(&t, a, b, 0);
        prop_assert_eq!(once.flags, Flags::NONE, "always exact");
        let again = task(Op::Remainder, [wide, f, f], wide, Rounding::NearestEven);
        prop_assert_eq!(run(&again, once.code, b, 0), once);
        let (Value::Finite(rest), Value::Finite(y)) = (decode(&wide, once.code), decode(&f, b)) else {
            return Ok(());
        };
        let twice = halfulp::Real { exponent: rest.exponent + 1, ..rest.real() };
        prop_assert_ne!(crate::compare_magnitudes(&twice, &y), core::cmp::Ordering::Greater);
    }

    /// Scaling by `n` and by `-n` in a format of ample range is the identity, and logB sees `n`.
    #[test]
    fn scaling_back_and_forth(f in for_arithmetic_with_zero(), bits: u64, n in -300i32..300) {
        let a = code(&f, bits);
        let Value::Finite(x) = decode(&f, a) else { return Ok(()) };
        let i32s = Format::integer(32, true).expect("an integer");
        let ample = Format::known(halfulp::Facts {
            width: 64,
            precision: 50,
            bias: 4095,
            nans: halfulp::Nans::None,
            overflow: halfulp::Overflow::Largest,
            ..PARTNER.facts()
        });
        if x.exponent.abs() >= 3000 || f.precision() > 50 {
            return Ok(());
        }
        let there = task(Op::Convert, [f; 3], ample, Rounding::ToOdd).with_operands([f, i32s, f]);
        let there = there.with_op(Op::ScaleB);
        let scaled = run(&there, a, u64::from(n.cast_unsigned()), 0);
        prop_assert_eq!(scaled.flags, Flags::NONE);
        let log = run(&Task::new(Op::LogB, [ample; 3], i32s), scaled.code, 0, 0);
        prop_assert_eq!(log.code as u32 as i32, x.leading_exponent() + n);
        let back = Task::new(Op::ScaleB, [ample, i32s, f], f);
        let returned = run(&back, scaled.code, u64::from((-n).cast_unsigned()), 0);
        prop_assert_eq!((returned.code, returned.flags), (a, Flags::NONE));
    }
}
