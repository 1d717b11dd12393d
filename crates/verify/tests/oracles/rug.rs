//! The `mpfr` engine against the plainest use of MPFR there is: rug's safe numbers at a precision that makes sums and
//! products exact and quotients and roots as good as exact, then MPFR's own conversion to the CPU's formats.
//!
//! 6500 bits hold any product of two binary64 numbers plus a third; no quotient or root of 53-bit
//! numbers has a run of that many equal bits, so the second rounding is innocuous.

use halfulp::format::catalog::lookup;
use halfulp::{Op, Operands, Policy, Rounding, Task, noise};
use halfulp_verify::engine::mpfr::Mpfr;
use halfulp_verify::{Answer, Engine};
use rug::Float;
use rug::float::Round;

const BITS: u32 = 6500;
const CASES: u64 = 2000;

fn plainly(op: Op, x: [f64; 3]) -> Float {
    let [a, b, c] = x.map(|x| Float::with_val(BITS, x));
    match op {
        Op::Add => a + b,
        Op::Sub => a - b,
        Op::Mul => a * b,
        Op::Div => a / b,
        Op::Sqrt => a.sqrt(),
        _ => a * b + c,
    }
}

/// Operands whose exponents lie near each other, near the ends of the range, or anywhere.
fn operand(case: u64, lane: u64, width: u32) -> u64 {
    let word = noise::word(lane, case) >> (64 - width);
    let trailing = if width == 64 { 52 } else { 23 };
    let low = (1 << trailing) - 1;
    let sign = word & 1 << (width - 1);
    let middle = (1 << (width - 2 - trailing)) - 1;
    match case % 3 {
        0 => word,
        1 => sign | (middle + (word >> trailing) % 4) << trailing | word & low,
        _ => sign | ((word >> trailing) % 2) << trailing | word & low,
    }
}

fn check(name: &str, value: fn(u64) -> f64, code: fn(&Float, Round) -> u64) {
    let format = lookup(name).unwrap();
    let mut engine = Mpfr::default();
    let operands: Vec<Operands> = (0..CASES)
        .map(|case| Operands {
            codes: std::array::from_fn(|lane| operand(case, lane as u64, format.width())),
            noise: 0,
        })
        .collect();
    let roundings = [
        (Rounding::NearestEven, Round::Nearest),
        (Rounding::TowardZero, Round::Zero),
        (Rounding::TowardPositive, Round::Up),
        (Rounding::TowardNegative, Round::Down),
    ];
    for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Fma] {
        for (rounding, round) in roundings {
            let task = Task::within(op, format).with_policy(Policy::IEEE.rounding(rounding));
            let mut answers = vec![Answer::default(); operands.len()];
            engine.run(&task, &operands, &mut answers).unwrap();
            let mut compared = 0;
            for (case, answer) in operands.iter().zip(&answers) {
                let exact = plainly(op, case.codes.map(value));
                // A zero's sign is the engine's business, and NaNs have many codes.
                if exact.is_nan() || exact.is_zero() {
                    continue;
                }
                compared += 1;
                assert_eq!(answer.code, code(&exact, round), "{name} {op} {rounding} {:x?}", case.codes);
            }
            assert!(compared > CASES / 3, "{name} {op} {rounding}: {compared} cases compared");
        }
    }
}

#[test]
fn binary64_is_what_rug_says() {
    check("binary64", f64::from_bits, |x, round| x.to_f64_round(round).to_bits());
}

#[test]
fn binary32_is_what_rug_says() {
    check(
        "binary32",
        |code| f64::from(f32::from_bits(code as u32)),
        |x, round| u64::from(x.to_f32_round(round).to_bits()),
    );
}
