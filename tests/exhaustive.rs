//! Small formats in full: every pair of operands, every rounding and saturation, against the words of SPEC.md read
//! by `support/reference.rs`.

mod support;

use core::cmp::Ordering;

use halfulp::{Code, Flags, Format, NanResult, Op, Operands, Policy, Rounded, Task, Tininess, apply};
use support::reference::{Fraction, Number, number, round};
use support::{ROUNDINGS, SATURATIONS, SMALL, codes};

fn fraction(num: i128, den: i128) -> Number {
    let (num, den) = if den < 0 { (-num, -den) } else { (num, den) };
    Number::Is(Fraction { num, den, root: false })
}

/// The exact result and the flags of the operation itself; `down` is the rounding toward negative.
fn exact(op: Op, a: Number, b: Number, down: bool) -> (Number, Flags) {
    use Number::{Infinite, Is, Nan, Zero};
    let none = Flags::NONE;
    let invalid = (Nan, Flags::INVALID);
    let sign = |x: Number| match x {
        Nan => false,
        Infinite(s) | Zero(s) => s,
        Is(x) => x.num < 0,
    };
    let s = sign(a) != sign(b);
    match (op, a, b) {
        (_, Nan, _) | (_, _, Nan) => (Nan, none),
        (Op::Sub, a, b) => exact(Op::Add, a, negated(b), down),
        (Op::Add, Infinite(p), Infinite(q)) if p != q => invalid,
        (Op::Add, Infinite(p), _) | (Op::Add, _, Infinite(p)) => (Infinite(p), none),
        (Op::Add, Zero(p), Zero(q)) => (Zero(if p == q { p } else { down }), none),
        (Op::Add, x, Zero(_)) | (Op::Add, Zero(_), x) => (x, none),
        (Op::Add, Is(x), Is(y)) => match x.num * y.den + y.num * x.den {
            0 => (Zero(down), none),
            n => (fraction(n, x.den * y.den), none),
        },
        (Op::Mul, Infinite(_), Zero(_)) | (Op::Mul, Zero(_), Infinite(_)) => invalid,
        (Op::Mul, Infinite(_), _) | (Op::Mul, _, Infinite(_)) => (Infinite(s), none),
        (Op::Mul, Zero(_), _) | (Op::Mul, _, Zero(_)) => (Zero(s), none),
        (Op::Mul, Is(x), Is(y)) => (fraction(x.num * y.num, x.den * y.den), none),
        (Op::Div, Infinite(_), Infinite(_)) | (Op::Div, Zero(_), Zero(_)) => invalid,
        (Op::Div, Infinite(_), _) => (Infinite(s), none),
        (Op::Div, _, Infinite(_)) | (Op::Div, Zero(_), _) => (Zero(s), none),
        (Op::Div, _, Zero(_)) => (Infinite(s), Flags::DIVIDE_BY_ZERO),
        // Both are over the same denominator.
        (Op::Div, Is(x), Is(y)) => (fraction(x.num, y.num), none),
        (Op::Remainder, Infinite(_), _) | (Op::Remainder, _, Zero(_)) => invalid,
        (Op::Remainder, x, Infinite(_)) | (Op::Remainder, x @ Zero(_), _) => (x, none),
        (Op::Remainder, Is(x), Is(y)) => (remainder(x, y), none),
        (Op::Sqrt, Zero(p), _) => (Zero(p), none),
        (Op::Sqrt, Infinite(false), _) => (a, none),
        (Op::Sqrt, Is(x), _) if x.num > 0 => (Number::Is(Fraction { root: true, ..x }), none),
        (Op::Sqrt, ..) => invalid,
        _ => unreachable!("{op}"),
    }
}

fn negated(x: Number) -> Number {
    match x {
        Number::Nan => x,
        Number::Infinite(s) => Number::Infinite(!s),
        Number::Zero(s) => Number::Zero(!s),
        Number::Is(x) => Number::Is(Fraction { num: -x.num, ..x }),
    }
}

/// By trying: the multiple of `y` that is nearest, even on ties.
fn remainder(x: Fraction, y: Fraction) -> Number {
    let n = x.num.div_euclid(y.num.abs());
    let low = x.num - n * y.num.abs();
    let rest = match (2 * low).cmp(&y.num.abs()) {
        Ordering::Less => low,
        Ordering::Equal if n % 2 == 0 => low,
        _ => low - y.num.abs(),
    };
    if rest == 0 { Number::Zero(x.num < 0) } else { fraction(rest, x.den) }
}

fn signals(f: &Format, code: Code) -> bool {
    let trailing = f.precision() - 1;
    f.has_ieee_nans()
        && trailing >= 2
        && matches!(number(f, code), Number::Nan)
        && code >> (trailing - 1) & 1 == 0
}

fn policies() -> Vec<Policy> {
    let mut all = Vec::new();
    for rounding in ROUNDINGS {
        for saturation in SATURATIONS {
            let policy = Policy::IEEE.rounding(rounding).saturation(saturation);
            all.push(policy);
            // The rest of the policy varies with the saturation, so that each meets each rounding.
            all.push(match saturation {
                halfulp::Saturation::None => policy.tininess(Tininess::Before).nan(NanResult::Zero),
                halfulp::Saturation::Finite => policy.flush_results(true).nan(NanResult::Least),
                halfulp::Saturation::Propagate => {
                    policy.tininess(Tininess::Before).flush_results(true).nan(NanResult::NegativeZero)
                }
            });
        }
    }
    all
}

fn expected(task: &Task, codes: [Code; 2]) -> Rounded {
    let f = &task.operands[0];
    let down = task.policy.rounding == halfulp::Rounding::TowardNegative;
    let unary = task.op.arity() == 1;
    let [a, b] = [codes[0], if unary { codes[0] } else { codes[1] }];
    let (value, mut flags) = exact(task.op, number(f, a), number(f, b), down);
    if signals(f, a) || signals(f, b) {
        flags = Flags::INVALID;
    }
    let Rounded { code, flags: rounding } = round(&task.result, &task.policy, value);
    Rounded { code, flags: flags | rounding }
}

fn exhaust(name: &str, f: Format, result: Format, op: Op, policy: Policy) {
    let task = Task::new(op, [f; 3], result).with_policy(policy);
    let last = if op.arity() == 1 { 0 } else { f.code_mask() };
    for a in codes(&f) {
        for b in 0..=last {
            let got = apply(&task, Operands::new(a, b, 0));
            let want = expected(&task, [a, b]);
            assert_eq!(got, want, "{name} {op} {a:#x} {b:#x} {policy:?}");
        }
    }
}

/// The formats of up to six bits take every policy, the others every seventh, which meets each rounding.
fn exhaust_all(op: Op) {
    let policies = policies();
    for (name, f) in SMALL {
        let thorough = f.width() <= 6 || op.arity() == 1;
        let step = if thorough { 1 } else { 7 };
        for &policy in policies.iter().step_by(step) {
            exhaust(name, f, f, op, policy);
        }
    }
}

#[test]
fn add_in_full() {
    exhaust_all(Op::Add);
}

/// Subtraction is addition of the negated operand, so the smaller formats do.
#[test]
fn sub_in_full() {
    for (name, f) in SMALL.into_iter().filter(|(_, f)| f.width() <= 6) {
        for policy in policies() {
            exhaust(name, f, f, Op::Sub, policy);
        }
    }
}

#[test]
fn mul_in_full() {
    exhaust_all(Op::Mul);
}

#[test]
fn div_in_full() {
    exhaust_all(Op::Div);
}

#[test]
fn remainder_in_full() {
    exhaust_all(Op::Remainder);
}

#[test]
fn sqrt_in_full() {
    exhaust_all(Op::Sqrt);
}

/// From every small format to every other, under every policy.
#[test]
fn conversions_in_full() {
    for (name, from) in SMALL {
        for (to_name, to) in SMALL {
            for policy in policies() {
                let task = Task::new(Op::Convert, [from; 3], to).with_policy(policy);
                for a in codes(&from) {
                    let mut want = round(&to, &policy, number(&from, a));
                    if signals(&from, a) {
                        want.flags |= Flags::INVALID;
                    }
                    let got = apply(&task, Operands::new(a, 0, 0));
                    assert_eq!(got, want, "{name} {a:#x} to {to_name} {policy:?}");
                }
            }
        }
    }
}

/// Mixed formats round once: e4m3fn products into e5m2 and into e2m3.
#[test]
fn mixed_products_in_full() {
    for rounding in ROUNDINGS {
        let policy = Policy::IEEE.rounding(rounding);
        exhaust("e4m3fn to e5m2", support::E4M3FN, support::E5M2, Op::Mul, policy);
        exhaust("e5m2 to e2m3", support::E5M2, support::E2M3, Op::Mul, policy);
    }
}

/// Fused multiply-add of every triple of the formats of up to five bits, and of a fixed choice of triples above.
#[test]
fn fma_against_fractions() {
    for (name, f) in SMALL {
        let size = f.code_mask() + 1;
        let total = size * size * size;
        let step = if f.width() <= 5 { 1 } else { 7 + total / 30_000 };
        for policy in ROUNDINGS.map(|r| Policy::IEEE.rounding(r)) {
            let task = Task::within(Op::Fma, f).with_policy(policy);
            for case in (0..total).step_by(step as usize) {
                let [a, b, c] = [case % size, case / size % size, case / size / size];
                let got = apply(&task, Operands::new(a, b, c));
                let want = expected_fma(&task, [a, b, c]);
                assert_eq!(got, want, "{name} fma {a:#x} {b:#x} {c:#x} {policy:?}");
            }
        }
    }
}

fn expected_fma(task: &Task, codes: [Code; 3]) -> Rounded {
    let f = &task.result;
    let down = task.policy.rounding == halfulp::Rounding::TowardNegative;
    let [a, b, c] = codes.map(|code| number(f, code));
    let (product, product_flags) = exact(Op::Mul, a, b, down);
    let (value, sum_flags) = exact(Op::Add, product, c, down);
    let mut flags = product_flags | sum_flags;
    if matches!(c, Number::Nan) {
        flags = Flags::NONE;
    }
    if codes.iter().any(|&code| signals(f, code)) {
        flags = Flags::INVALID;
    }
    let Rounded { code, flags: rounding } = round(f, &task.policy, value);
    Rounded { code, flags: flags | rounding }
}
