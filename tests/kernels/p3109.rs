//! Arrays by P3109, which every kernel leaves to the definition but for what it reads from tables.

use halfulp::kernel::{Kernel, Work};
use halfulp::slice::Counts;
use halfulp::{Format, Op, Policy, Rounding, Saturation, Standard};

use crate::convert::{arithmetic, convert, quantizes_to, same, word};
use crate::elementwise::check;
use crate::inputs;
use crate::support::{BINARY16, BINARY32, E4M3FN, p3109};

fn policies() -> Vec<Policy> {
    let mut all = Vec::new();
    for standard in [Standard::P3109V4_0, Standard::P3109July2026] {
        for rounding in [Rounding::NearestEven, Rounding::TowardZero, Rounding::ToOdd] {
            all.push(Policy::IEEE.standard(standard).rounding(rounding));
        }
        all.push(Policy::IEEE.standard(standard).saturation(Saturation::Finite));
    }
    all
}

const FORMATS: [(&str, Format); 5] = [
    ("binary8p4se", p3109(8, 4, true, true)),
    ("binary8p3sf", p3109(8, 3, true, false)),
    ("binary8p4uf", p3109(8, 4, false, false)),
    ("e4m3fn", E4M3FN),
    ("binary16", BINARY16),
];

pub fn computes_by_p3109(kernel: &'static Kernel) {
    for (name, format) in &FORMATS {
        for policy in policies() {
            let arithmetic = arithmetic(format, &policy, kernel);
            let from = inputs::single(format);
            let mut codes = vec![0u16; from.len()];
            arithmetic.encode(&from, &mut codes).unwrap();
            let want = convert(BINARY32, *format, &policy);
            same("encode", name, &policy, &from, &codes, |i, x| want(x, word(i)));
            let codes = inputs::codes(format);
            let mut values = vec![0f32; codes.len()];
            arithmetic.decode(&codes, &mut values).unwrap();
            let want = convert(*format, BINARY32, &policy);
            same("decode", name, &policy, &codes, &values, |i, x| want(x, word(i)));
            quantizes_to(&[kernel], (name, format), &[policy], inputs::single);
            let (a, b) = (&from, &from[1..].iter().chain(&from[..1]).copied().collect::<Vec<_>>());
            for op in [Op::Add, Op::Div] {
                check(&[kernel], (name, format), &policy, op, [a, b, b]);
            }
            if format.width() == 8 {
                on_all_pairs(kernel, (name, format), &policy);
            }
        }
    }
}

/// Again and again, until a table has them.
fn on_all_pairs(kernel: &'static Kernel, (name, format): (&str, &Format), policy: &Policy) {
    let a: Vec<u8> = (0..1 << 16).map(|i| (i >> 8) as u8).collect();
    let b: Vec<u8> = (0..1 << 16).map(|i| i as u8).collect();
    let arithmetic = arithmetic(format, policy, kernel);
    let (mut first, mut last) = (vec![0u8; a.len()], vec![0u8; a.len()]);
    check(&[kernel], (name, format), policy, Op::Div, [&a, &b, &b]);
    arithmetic.div(&a, &b, &mut first).unwrap();
    for _ in 0..5 {
        arithmetic.div(&a, &b, &mut last).unwrap();
    }
    assert!(first == last, "{name} {policy:?}");
}

/// What leaves the range is counted as under the default, whatever is delivered; and no vector loop claims the work.
pub fn counts_by_p3109(kernel: &'static Kernel) {
    for (name, format) in &FORMATS {
        for policy in policies() {
            let counts = |policy: &Policy| -> Counts {
                let from = inputs::single(format);
                let mut codes = vec![0u16; from.len()];
                arithmetic(format, policy, kernel).encode_counted(&from, &mut codes).unwrap()
            };
            assert_eq!(counts(&policy), counts(&policy.standard(Standard::Ieee754)), "{name} {policy:?}");
            let plan = arithmetic(format, &policy, kernel);
            let works = [Op::Div, Op::Add].map(|op| kernel.covers(plan.plan(), Work::Codes(op)));
            assert!(kernel.name() == "scalar" || works == [false; 2], "{name}");
        }
    }
}
