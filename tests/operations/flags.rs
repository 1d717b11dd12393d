//! IEEE 754-2019 clause 7, flag by flag: what raises it, and what comes close and does not.

mod invalid;

use crate::support::*;
use halfulp::{Code, Flags, Format, Op, Policy, Predicate, Rounded, Saturation, Task, Tininess};

/// The formats of these tables: two of IEEE 754, one small of its layout, one without infinity.
const FORMATS: [(&str, Format); 4] =
    [("binary16", BINARY16), ("binary32", BINARY32), ("e5m2", E5M2), ("e4m3fn", E4M3FN)];

/// Landmarks of a format.
struct Marks {
    f: Format,
    one: Code,
    two: Code,
    largest: Code,
    normal: Code,
    smallest: Code,
    sign: Code,
    nan: Code,
    infinity: Option<Code>,
    signalling: Option<Code>,
}

fn marks(f: Format) -> Marks {
    let infinity = f.infinity(false);
    Marks {
        f,
        one: code(f, 1.0),
        two: code(f, 2.0),
        largest: f.largest(false),
        normal: 1 << (f.precision() - 1),
        smallest: 1,
        sign: f.top_bit(),
        nan: f.nan().expect("these formats have NaN"),
        infinity,
        signalling: infinity.map(|c| c + 1),
    }
}

impl Marks {
    fn run(&self, op: Op, policy: Policy, codes: &[Code]) -> Rounded {
        within(op, self.f, policy, codes)
    }

    /// Whether each raises the flag, or each does not.
    fn all(&self, name: &str, flag: Flags, raised: bool, cases: &[(Op, Vec<Code>)]) {
        for (op, codes) in cases {
            let got = self.run(*op, RNE, codes);
            assert_eq!(got.flags.contains(flag), raised, "{name} {op} {codes:x?}: {got:?}");
        }
    }
}

#[test]
fn division_by_zero() {
    for (name, f) in FORMATS {
        let m = marks(f);
        m.all(
            name,
            Flags::DIVIDE_BY_ZERO,
            true,
            &[
                (Op::Div, vec![m.one, 0]),
                (Op::Div, vec![m.smallest, m.sign]),
                (Op::Div, vec![m.largest | m.sign, 0]),
                (Op::LogB, vec![0]),
                (Op::LogB, vec![m.sign]),
            ],
        );
        m.all(
            name,
            Flags::DIVIDE_BY_ZERO,
            false,
            &[
                (Op::Div, vec![0, 0]),
                (Op::Div, vec![m.nan, 0]),
                (Op::Div, vec![0, m.one]),
                (Op::Div, vec![m.largest, m.smallest]),
                (Op::Remainder, vec![m.one, 0]),
                (Op::LogB, vec![m.smallest]),
            ],
        );
        if let Some(infinity) = m.infinity {
            assert_eq!(m.run(Op::Div, RNE, &[infinity, 0]), is(infinity, "-"), "{name}");
        }
        let flush = RNE.flush_operands(true);
        assert!(m.run(Op::Div, flush, &[m.one, m.smallest]).flags.contains(Flags::DIVIDE_BY_ZERO));
    }
}

/// At the largest value, half a quantum decides under nearest, and a whole one under the directed roundings.
#[test]
fn overflow() {
    for (name, f) in FORMATS {
        let m = marks(f);
        let quantum = 2f64.powi(f.emax() - f.precision() as i32 + 1);
        let largest = value(&f, m.largest);
        let even = m.largest.is_multiple_of(2);
        // By quanta beyond the largest: whether each rounding overflows.
        for (quanta, rne, rna, rtz, rup) in [
            (0.0, false, false, false, false),
            (0.25, false, false, false, true),
            (0.5, !even, true, false, true),
            (0.75, true, true, false, true),
            (1.0, true, true, true, true),
            (40.0, true, true, true, true),
        ] {
            let x = largest + quanta * quantum;
            for (policy, raised) in [(RNE, rne), (RNA, rna), (RTZ, rtz), (RDN, rtz), (RUP, rup)] {
                for saturation in SATURATIONS {
                    let got = round64(f, policy.saturation(saturation), x);
                    assert_eq!(got.flags.contains(Flags::OVERFLOW), raised, "{name} {quanta} {policy:?}");
                    assert_eq!(got.flags.contains(Flags::INEXACT), quanta > 0.0);
                    assert!(!got.flags.contains(Flags::UNDERFLOW));
                }
            }
            // Mirrored.
            for (policy, raised) in [(RNE, rne), (RUP, rtz), (RDN, rup)] {
                assert_eq!(
                    round64(f, policy, -x).flags.contains(Flags::OVERFLOW),
                    raised,
                    "{name} -{quanta}"
                );
            }
        }
        m.all(
            name,
            Flags::OVERFLOW,
            true,
            &[
                (Op::Add, vec![m.largest, m.largest]),
                (Op::Mul, vec![m.largest, m.two]),
                (Op::Div, vec![m.largest, m.smallest]),
                (Op::Fma, vec![m.largest, m.two, m.largest]),
            ],
        );
        m.all(
            name,
            Flags::OVERFLOW,
            false,
            &[
                (Op::Add, vec![m.largest, m.smallest]),
                (Op::Mul, vec![m.largest, m.one]),
                (Op::Fma, vec![m.largest, m.two, m.largest | m.sign]),
                (Op::Div, vec![m.one, 0]),
                (Op::NextUp, vec![m.largest]),
            ],
        );
    }
    let infinite = round64(E4M3FN, RNE, f64::INFINITY);
    assert!(!infinite.flags.contains(Flags::OVERFLOW), "an infinite operand is no overflow");
}

/// By tininess and rounding: the flags just below the smallest normal value. Distances are in quanta of the subnormals;
/// the grid of `p` bits below it is twice as fine.
#[test]
fn underflow_around_the_smallest_normal_value() {
    for (name, f) in FORMATS.into_iter().filter(|(name, _)| *name != "binary32") {
        let normal = 2f64.powi(f.emin());
        let quantum = 2f64.powi(f.quantum_min());
        for (below, policy, after, before) in [
            (1.0, RNE, "-", "-"),
            (0.5, RNE, "ux", "ux"),
            (0.375, RNE, "ux", "ux"),
            // A tie on the finer grid, to the even one, which is the smallest normal value.
            (0.25, RNE, "x", "ux"),
            (0.125, RNE, "x", "ux"),
            (0.25, RNA, "x", "ux"),
            (0.5, RUP, "ux", "ux"),
            (0.375, RUP, "x", "ux"),
            (0.125, RTZ, "ux", "ux"),
            (0.125, RDN, "ux", "ux"),
            (0.125, ODD, "ux", "ux"),
            (-0.25, RNE, "x", "x"),
            (0.0, RNE, "-", "-"),
        ] {
            let x = normal - below * quantum;
            let got = round64(f, policy, x).flags;
            assert_eq!(got, flags(after), "{name} after {below} {policy:?}");
            let early = policy.tininess(Tininess::Before);
            assert_eq!(round64(f, early, x).flags, flags(before), "{name} before {below} {policy:?}");
        }
    }
}

#[test]
fn underflow() {
    for (name, f) in FORMATS {
        let m = marks(f);
        let half = code(f, 0.5);
        let cases = |raised: bool, cases: &[(Op, Vec<Code>)]| m.all(name, Flags::UNDERFLOW, raised, cases);
        cases(
            true,
            &[
                (Op::Mul, vec![m.smallest, half]),
                (Op::Mul, vec![m.smallest, m.smallest]),
                (Op::Mul, vec![m.normal + 1, half]),
                (Op::Div, vec![m.smallest, m.two]),
                (Op::Fma, vec![m.smallest, half, m.smallest]),
            ],
        );
        cases(
            false,
            &[
                // Tiny and exact.
                (Op::Mul, vec![m.normal, half]),
                (Op::Mul, vec![m.smallest, m.one]),
                (Op::Add, vec![m.smallest, m.smallest]),
                (Op::Sub, vec![m.normal, m.smallest]),
                (Op::Sub, vec![m.normal + 1, m.normal]),
                // Inexact and not tiny.
                (Op::Fma, vec![m.smallest, half, m.normal]),
                (Op::Div, vec![m.one, code(f, 3.0)]),
                // An exact zero.
                (Op::Mul, vec![m.smallest, 0]),
                (Op::Sub, vec![m.smallest, m.smallest]),
            ],
        );
        let flush = RNE.flush_results(true);
        assert_eq!(m.run(Op::Sub, flush, &[m.normal, m.smallest]), is(0, "ux"), "{name}");
        assert_eq!(m.run(Op::Add, flush, &[m.normal, m.smallest]), is(m.normal + 1, "-"), "{name}");
    }
}

#[test]
fn inexact() {
    for (name, f) in FORMATS {
        let m = marks(f);
        let three = code(f, 3.0);
        m.all(
            name,
            Flags::INEXACT,
            true,
            &[
                (Op::Div, vec![m.one, three]),
                (Op::Sqrt, vec![m.two]),
                (Op::Add, vec![m.largest, m.smallest]),
                (Op::Mul, vec![m.one + 1, m.one + 1]),
                (Op::Fma, vec![m.one, m.one, m.smallest]),
                (Op::RoundToIntegralExact, vec![code(f, 1.5)]),
                (Op::Mul, vec![m.largest, m.largest]),
            ],
        );
        m.all(
            name,
            Flags::INEXACT,
            false,
            &[
                (Op::Div, vec![three, m.two]),
                (Op::Sqrt, vec![code(f, 4.0)]),
                (Op::Add, vec![m.one, m.two]),
                (Op::Remainder, vec![m.largest, m.smallest]),
                (Op::Fma, vec![m.one + 1, m.one, m.sign]),
                (Op::RoundToIntegral, vec![code(f, 1.5)]),
                (Op::RoundToIntegralExact, vec![m.two]),
                (Op::NextUp, vec![m.one]),
                (Op::Div, vec![0, 0]),
                (Op::Sqrt, vec![m.one | m.sign]),
            ],
        );
        // An exact infinity is inexact where it cannot be delivered.
        let by_zero = m.run(Op::Div, RNE, &[m.one, 0]);
        assert_eq!(by_zero.flags.contains(Flags::INEXACT), m.infinity.is_none(), "{name}");
        let clamped = m.run(Op::Div, RNE.saturation(Saturation::Finite), &[m.one, 0]);
        assert_eq!(clamped, is(m.largest, "ix"), "{name}");
    }
    let task = Task::new(Op::ConvertToInteger, [BINARY16; 3], int(8, true)).with_policy(RNE);
    assert_eq!(run(&task, &[code(BINARY16, 1.5)]), is(2, "-"));
    assert_eq!(run(&task.with_op(Op::Convert), &[code(BINARY16, 1.5)]), is(2, "x"));
}
