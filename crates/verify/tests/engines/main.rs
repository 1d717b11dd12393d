//! The library's scalar path against the engines that share no code with it.

mod apfloat;
mod cpu;
mod host;
mod mpfr;

use std::collections::HashSet;

use halfulp::{
    Facts, Format, NanResult, Nans, NoiseBits, Op, Operands, Overflow, Policy, Rounding, Saturation, Sign,
    Standard, Stochastic, Task, Tininess, noise,
};
use halfulp_verify::engine::{Answer, Engine, Scalar};

const fn format(width: u32, precision: u32, bias: i32, nans: Nans, overflow: Overflow) -> Format {
    Format::known(Facts {
        width,
        precision,
        bias,
        sign: Sign::SignMagnitude,
        nans,
        overflow,
        subnormals: true,
    })
}

const fn ieee(width: u32, precision: u32) -> Format {
    let bias = (1 << (width - precision - 1)) - 1;
    format(width, precision, bias, Nans::Top((1 << (precision - 1)) - 1), Overflow::Infinity)
}

const fn unsigned(width: u32, precision: u32, bias: i32, overflow: Overflow, subnormals: bool) -> Format {
    Format::known(Facts {
        width,
        precision,
        bias,
        sign: Sign::Unsigned,
        nans: Nans::Top(1),
        overflow,
        subnormals,
    })
}

const E4M3FN: Format = format(8, 4, 7, Nans::Top(1), Overflow::Nan);
const E8M0: Format = unsigned(8, 1, 127, Overflow::Nan, false);
const MXINT8: Format = Format::known(Facts {
    width: 8,
    precision: 8,
    bias: 0,
    sign: Sign::TwosComplement,
    nans: Nans::None,
    overflow: Overflow::Largest,
    subnormals: true,
});

/// Small formats of every kind of facts.
const SMALL: [(&str, Format); 13] = [
    ("e2m1", format(4, 2, 1, Nans::None, Overflow::Largest)),
    ("e2m3", format(6, 4, 1, Nans::None, Overflow::Largest)),
    ("e3m2 with infinity and NaN", ieee(6, 3)),
    ("binary5p2se", format(5, 2, 4, Nans::NegativeZero, Overflow::Infinity)),
    ("binary5p1sf", format(5, 1, 8, Nans::NegativeZero, Overflow::Largest)),
    ("binary5p3ue", unsigned(5, 3, 4, Overflow::Infinity, true)),
    ("binary5p1uf", unsigned(5, 1, 16, Overflow::Largest, true)),
    ("fnuz of 6 bits", format(6, 3, 4, Nans::NegativeZero, Overflow::Nan)),
    ("fn of 6 bits", format(6, 3, 3, Nans::Top(1), Overflow::Nan)),
    ("scale of 5 bits", unsigned(5, 1, 15, Overflow::Nan, false)),
    ("fractions", format(5, 2, 12, Nans::None, Overflow::Infinity)),
    ("large numbers", format(5, 2, -6, Nans::Top(1), Overflow::Nan)),
    ("only subnormals", format(5, 4, 1, Nans::Top(7), Overflow::Infinity)),
];

const ROUNDINGS: [Rounding; 9] = [
    Rounding::NearestEven,
    Rounding::NearestAway,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::TowardNegative,
    Rounding::ToOdd,
    Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(3) },
    Rounding::Stochastic { variant: Stochastic::B, bits: NoiseBits::known(2) },
    Rounding::Stochastic { variant: Stochastic::C, bits: NoiseBits::known(3) },
];

const SATURATIONS: [Saturation; 3] = [Saturation::None, Saturation::Finite, Saturation::Propagate];

/// Every rounding with every saturation, the other parts of the policy taking turns.
fn policies() -> Vec<Policy> {
    const NAN_RESULTS: [NanResult; 4] =
        [NanResult::Largest, NanResult::Least, NanResult::Zero, NanResult::NegativeZero];
    let mut policies = Vec::new();
    for (i, rounding) in ROUNDINGS.into_iter().enumerate() {
        for (j, saturation) in SATURATIONS.into_iter().enumerate() {
            for flush in [(i + j) % 4, (i + j + 1) % 4] {
                policies.push(
                    Policy::IEEE
                        .standard(Standard::ALL[(i + j + flush / 2) % 3])
                        .rounding(rounding)
                        .saturation(saturation)
                        .tininess([Tininess::After, Tininess::Before][(i + j + flush) % 2])
                        .flush_operands(flush & 1 == 1)
                        .flush_results(flush & 2 == 2)
                        .nan(NAN_RESULTS[(i + flush) % 4]),
                );
            }
        }
    }
    policies
}

/// All combinations of operand codes; the noise word is another number each case.
fn exhaustive(op: Op, formats: &[Format; 3]) -> Vec<Operands> {
    let width = |i: usize| if i < op.arity() { formats[i].width() } else { 0 };
    let (a, b, c) = (width(0), width(1), width(2));
    (0..1u64 << (a + b + c))
        .map(|n| Operands {
            codes: [n & ((1 << a) - 1), n >> a & ((1 << b) - 1), n >> (a + b)],
            noise: noise::word(1, n),
        })
        .collect()
}

/// Random codes, every second one with an exponent near that of one so that results are rarely out of range.
fn random(formats: &[Format; 3], seed: u64, count: u64) -> Vec<Operands> {
    let code = |n: u64, i: u64| {
        let f = &formats[i as usize];
        let word = noise::word(seed, 8 * n + i);
        let one = (f.facts().bias.max(0) as u64) << (f.precision() - 1);
        match n >> i & 3 {
            0 | 1 if !f.is_integer() => {
                let spread = 3 << (f.precision() - 1);
                let near = one.wrapping_add(word % spread).wrapping_sub(spread / 2);
                (near ^ ((word >> 63) * f.top_bit())) & f.code_mask()
            }
            // Few bits set: near powers of two, zeros and boundaries.
            2 => (word & noise::word(seed, 8 * n + 5) & noise::word(seed, 8 * n + 6)) & f.code_mask(),
            _ => word & f.code_mask(),
        }
    };
    (0..count)
        .map(|n| Operands {
            codes: [code(n, 0), code(n, 1), code(n, 2)],
            noise: noise::word(seed, 8 * n + 7),
        })
        .collect()
}

#[derive(Default)]
struct Count {
    cases: u64,
    mismatches: u64,
    /// What was reported: one mismatch an operation and formats is enough.
    seen: HashSet<(Op, Format, Format)>,
}

/// Compares an engine with the scalar path, and says where they differ.
fn compare(engine: &mut dyn Engine, task: &Task, cases: &[Operands], count: &mut Count) {
    let mut got = vec![Answer::default(); cases.len()];
    let mut want = vec![Answer::default(); cases.len()];
    Scalar.run(task, cases, &mut got).unwrap();
    engine.run(task, cases, &mut want).unwrap();
    for ((case, got), want) in cases.iter().zip(&got).zip(&want) {
        count.cases += 1;
        if !got.agrees(want) {
            count.mismatches += 1;
            if count.seen.insert((task.op, task.operands[0], task.result)) {
                eprintln!("{task:?}\n    {case:x?}\n    scalar {got:x?}, {} {want:x?}", engine.name());
            }
        }
    }
}

fn finish(count: &Count, engine: &str) {
    assert_ne!(count.cases, 0);
    assert_eq!(
        count.mismatches, 0,
        "scalar and {engine} differ in {} cases of {}",
        count.mismatches, count.cases
    );
}

fn all_policies(task: &Task, cases: &[Operands], engine: &mut dyn Engine, count: &mut Count) {
    for policy in policies() {
        let task = task.with_policy(policy);
        if task.op.arity() > 2 && policy.flush_operands != policy.flush_results {
            continue;
        }
        task.check().unwrap();
        compare(engine, &task, cases, count);
    }
}
