//! 7.2: invalid operations.

use super::*;

const SIGNALLING_LESS: &str = "signalling_less";

#[test]
fn invalid() {
    let less: Op = SIGNALLING_LESS.parse().expect("a predicate");
    for (name, f) in FORMATS {
        let m = marks(f);
        let (zero, one, two, nan) = (0, m.one, m.two, m.nan);
        m.all(
            name,
            Flags::INVALID,
            true,
            &[
                (Op::Div, vec![zero, zero]),
                (Op::Div, vec![m.sign, zero]),
                (Op::Sqrt, vec![one | m.sign]),
                (Op::Sqrt, vec![m.smallest | m.sign]),
                (Op::Remainder, vec![one, zero]),
                (less, vec![one, nan]),
                (less, vec![nan, nan]),
            ],
        );
        m.all(
            name,
            Flags::INVALID,
            false,
            &[
                (Op::Div, vec![one, zero]),
                (Op::Div, vec![zero, one]),
                (Op::Div, vec![nan, zero]),
                (Op::Mul, vec![zero, m.largest]),
                (Op::Add, vec![m.largest, m.largest]),
                (Op::Sub, vec![two, two]),
                (Op::Sqrt, vec![m.sign]),
                (Op::Sqrt, vec![nan]),
                (Op::Remainder, vec![zero, one]),
                (Op::Add, vec![nan, one]),
                (Op::Fma, vec![nan, one, one]),
                (Op::Minimum, vec![nan, one]),
                (Op::Compare(Predicate::LESS), vec![one, nan]),
                (Op::Class, vec![nan]),
                (Op::TotalOrder, vec![nan, one]),
                (Op::RoundToIntegral, vec![nan]),
                (Op::NextUp, vec![nan]),
                (Op::LogB, vec![zero]),
            ],
        );
    }
}

#[test]
fn invalid_of_infinities() {
    for (name, f) in FORMATS {
        let m = marks(f);
        let Some(infinity) = m.infinity else { continue };
        let (zero, one, minus) = (0, m.one, infinity | m.sign);
        m.all(
            name,
            Flags::INVALID,
            true,
            &[
                (Op::Add, vec![infinity, minus]),
                (Op::Sub, vec![minus, minus]),
                (Op::Mul, vec![infinity, zero]),
                (Op::Mul, vec![m.sign, minus]),
                (Op::Fma, vec![zero, infinity, one]),
                (Op::Fma, vec![infinity, zero, infinity]),
                (Op::Fma, vec![infinity, one, minus]),
                (Op::Div, vec![infinity, minus]),
                (Op::Remainder, vec![infinity, one]),
                (Op::Sqrt, vec![minus]),
            ],
        );
        m.all(
            name,
            Flags::INVALID,
            false,
            &[
                (Op::Add, vec![infinity, infinity]),
                (Op::Sub, vec![infinity, minus]),
                (Op::Mul, vec![infinity, m.smallest]),
                (Op::Fma, vec![zero, infinity, m.nan]),
                (Op::Fma, vec![infinity, one, infinity]),
                (Op::Fma, vec![one, one, minus]),
                (Op::Div, vec![infinity, zero]),
                (Op::Div, vec![zero, infinity]),
                (Op::Remainder, vec![one, infinity]),
                (Op::Sqrt, vec![infinity]),
                (Op::NextUp, vec![infinity]),
                (Op::LogB, vec![infinity]),
            ],
        );
    }
}

#[test]
fn invalid_of_signalling_nans() {
    for (name, f) in FORMATS {
        let m = marks(f);
        let Some(snan) = m.signalling else { continue };
        let one = m.one;
        let mut raising: Vec<(Op, Vec<Code>)> = Vec::new();
        let mut silent = Vec::new();
        for op in Op::all() {
            let power = op == Op::ScaleB;
            let quiet_op = matches!(
                op,
                Op::Negate | Op::Abs | Op::CopySign | Op::Class | Op::TotalOrder | Op::TotalOrderMagnitude
            );
            if op == Op::ConvertToInteger {
                continue;
            }
            for place in 0..if power { 1 } else { op.arity() } {
                let mut codes = vec![one; op.arity()];
                codes[place] = snan;
                if quiet_op { silent.push((op, codes)) } else { raising.push((op, codes)) }
            }
        }
        assert!(raising.len() > 60 && silent.len() > 5);
        m.all(name, Flags::INVALID, true, &raising);
        m.all(name, Flags::INVALID, false, &silent);
        // It stands alone, and the result is as of a quiet NaN.
        assert_eq!(m.run(Op::Add, RNE, &[snan, one]), is(m.nan, "v"));
        assert_eq!(m.run(Op::Div, RNE, &[snan, 0]), is(m.nan, "v"));
    }
}

#[test]
fn invalid_of_integers() {
    let (i8s, u8s) = (int(8, true), int(8, false));
    for (f, x, raised) in [
        (i8s, 127.49, false),
        (i8s, 127.5, true),
        (i8s, -128.5, false),
        (i8s, -128.51, true),
        (u8s, -0.5, false),
        (u8s, -0.51, true),
        (u8s, 255.49, false),
        (u8s, 255.5, true),
        (i8s, f64::NAN, true),
        (u8s, f64::INFINITY, true),
        (i8s, -0.0, false),
    ] {
        let got = round64(f, RNE, x);
        assert_eq!(got.flags.contains(Flags::INVALID), raised, "{x}");
        assert_eq!(got.flags.contains(Flags::INEXACT), !raised && x.fract() != 0.0, "{x}");
    }
}
