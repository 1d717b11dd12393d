//! R: rounding.

use halfulp::{Code, Format, NoiseBits, Op, Operands, Policy, Stochastic, Task, TaskError, apply};

use crate::support::*;

/// Between each pair of neighbouring positive values: three points, and what the rounding makes of each (0 the lower
/// neighbour, 1 the upper one). `want(lower code, place, negative)`, place 1, 2, 3 for below, on, above the middle.
fn between(f: Format, policy: Policy, want: impl Fn(Code, u32, bool) -> u64) {
    for lower in 0..f.largest(false) {
        let (a, b) = (value(&f, lower), value(&f, lower + 1));
        for place in 1..=3 {
            let x = a + (b - a) * f64::from(place) / 4.0;
            for negative in [false, true] {
                let magnitude = lower + want(lower, place, negative);
                let got = round64(f, policy, if negative { -x } else { x });
                assert_eq!(got.code, f.encode(negative, magnitude), "{f:?} {x} {policy:?}");
                assert!(got.flags.contains(flags("x")));
            }
        }
    }
}

const FORMATS: [Format; 6] = [E2M1, E4M3FN, E5M2, E4M3FNUZ, BFLOAT16, p3109(6, 1, true, true)];

#[test]
fn r1_representable_results() {
    for (name, f) in SMALL {
        for c in codes(&f).filter(|&c| value(&f, c).is_finite()) {
            for rounding in ROUNDINGS {
                for saturation in SATURATIONS {
                    let policy = RNE.rounding(rounding).saturation(saturation);
                    assert_eq!(round64(f, policy, value(&f, c)), is(c, "-"), "{name} {c:#x}");
                }
            }
            let noisy = convert_noisy(f, f, stochastic(Stochastic::A, 8), c, 255);
            assert_eq!(noisy, is(c, "-"), "{name} {c:#x}");
        }
    }
}

#[test]
fn r2_once() {
    // 1 + 2^-8 + 2^-40 to bfloat16: through binary32 it would be a tie, and 1.
    let x = 1.0 + 2f64.powi(-8) + 2f64.powi(-40);
    assert_eq!(round64(BFLOAT16, RNE, x), is(0x3f81, "x"));
    assert_eq!(convert(BINARY32, BFLOAT16, RNE, u64::from((x as f32).to_bits())), is(0x3f80, "x"));
    // e4m3fn times e4m3fn into binary16 is exact, into e5m2 rounded once.
    let task = |result| Task::within(Op::Mul, E4M3FN).with_result(result);
    let (a, b) = (code(E4M3FN, 1.125), code(E4M3FN, 1.875));
    assert_eq!(run(&task(BINARY16), &[a, b]), is(code(BINARY16, 2.109375), "-"));
    assert_eq!(run(&task(E5M2), &[a, b]), is(code(E5M2, 2.0), "x"));
    // Three formats at once: e5m2 times e4m3fn plus binary32.
    let fma = Task::new(Op::Fma, [E5M2, E4M3FN, BINARY32], BINARY16).with_policy(RNE);
    let codes = [code(E5M2, 1.25), code(E4M3FN, 1.125), u64::from(2f32.powi(-30).to_bits())];
    assert_eq!(run(&fma, &codes), is(code(BINARY16, 1.40625), "x"));
}

#[test]
fn r3_ties_to_even_by_code_parity() {
    for f in FORMATS {
        between(f, RNE, |lower, place, _| u64::from(place == 3 || (place == 2 && lower % 2 == 1)));
    }
    // One bit of precision: 3 lies between 2 (e8m0 code 0x80) and 4; 6 between 4 (odd) and 8.
    assert_eq!(round64(E8M0, RNE, 3.0), is(0x80, "x"));
    assert_eq!(round64(E8M0, RNE, 6.0), is(0x82, "x"));
    // Across a binade, and at the largest value: 464 is the middle between 448 and what would be 480.
    assert_eq!(round64(E4M3FN, RNE, 1.9375), is(code(E4M3FN, 2.0), "x"));
    assert_eq!(round64(E4M3FN, RNE, 464.0), is(0x7e, "x"));
}

#[test]
fn r4_ties_to_away() {
    for f in FORMATS {
        between(f, RNA, |_, place, _| u64::from(place >= 2));
    }
    assert_eq!(round64(E8M0, RNA, 3.0), is(0x81, "x"));
    // Just below a tie stays.
    assert_eq!(round64(E4M3FN, RNA, f64::from_bits(2f64.powi(-10).to_bits() - 1)), is(0, "ux"));
}

#[test]
fn r5_toward_zero() {
    for f in FORMATS {
        between(f, RTZ, |_, _, _| 0);
    }
}

#[test]
fn r6_toward_positive() {
    for f in FORMATS {
        between(f, RUP, |_, _, negative| u64::from(!negative));
    }
}

#[test]
fn r7_toward_negative() {
    for f in FORMATS {
        between(f, RDN, |_, _, negative| u64::from(negative));
    }
}

#[test]
fn r8_to_odd() {
    for f in FORMATS {
        between(f, ODD, |lower, _, _| 1 - lower % 2);
    }
    // The smallest trace of more is enough, up from zero as well.
    assert_eq!(round64(E4M3FN, ODD, 1.0 + 2f64.powi(-52)), is(0x39, "x"));
    assert_eq!(round64(E4M3FN, ODD, 5e-324), is(0x01, "ux"));
    assert_eq!(round64(E4M3FN, ODD, 1.125 + 2f64.powi(-52)), is(0x39, "x"));
}

#[test]
fn r9_gradual_underflow() {
    // Half of the smallest value is a tie between zero and it; a little more is not.
    for (f, smallest) in [(E5M2, -16), (E4M3FN, -9), (BINARY16, -24), (BFLOAT16, -133)] {
        let half = 2f64.powi(smallest - 1);
        assert_eq!(round64(f, RNE, half), is(0, "ux"));
        assert_eq!(round64(f, RNE, -half), is(f.encode(true, 0), "ux"));
        assert_eq!(round64(f, RNE, half * 1.0001), is(1, "ux"));
        assert_eq!(round64(f, RNA, half), is(1, "ux"));
        assert_eq!(round64(f, RNE, 3.0 * half), is(2, "ux"));
        assert_eq!(round64(f, RNE, 4.0 * half), is(2, "-"));
        assert_eq!(round64(f, RUP, f64::from_bits(1)), is(1, "ux"), "far below");
        assert_eq!(round64(f, RDN, -f64::from_bits(1)), is(f.encode(true, 1), "ux"));
    }
}

const VARIANTS: [Stochastic; 3] = [Stochastic::A, Stochastic::B, Stochastic::C];

#[test]
fn r10_noise_words() {
    let x = 1.0 + 2f64.powi(-5);
    for variant in VARIANTS {
        let policy = stochastic(variant, 4);
        for noise in 0..16u64 {
            let plain = convert_noisy(BINARY64, E4M3FN, policy, x.to_bits(), noise);
            let more = convert_noisy(BINARY64, E4M3FN, policy, x.to_bits(), noise | 0xffff_fff0);
            assert_eq!(plain, more, "only the low four bits count");
        }
    }
    for rounding in ROUNDINGS {
        let policy = RNE.rounding(rounding);
        let silent = convert_noisy(BINARY64, E4M3FN, policy, x.to_bits(), 0);
        assert_eq!(silent, convert_noisy(BINARY64, E4M3FN, policy, x.to_bits(), u64::MAX));
    }
    let check = |bits, f| Task::within(Op::Add, f).with_policy(stochastic(Stochastic::A, bits)).check();
    assert_eq!(
        [0, 1, 32, 33, 64, 255].map(|n| NoiseBits::new(n).is_some()),
        [false, true, true, false, false, false]
    );
    assert_eq!((check(1, E4M3FN), check(32, E4M3FN)), (Ok(()), Ok(())));
    assert_eq!((check(19, BINARY64), check(20, BINARY64)), (Ok(()), Err(TaskError::NoiseBits)));
}

/// The three definitions by whole numbers: `x` lies `nu = k / 2^12` above `lower`.
fn away(variant: Stochastic, n: u32, k: u64, noise: u64) -> bool {
    let floor = |bits: u32| {
        if bits >= 12 { k << (bits - 12) } else { k >> (12 - bits) }
    };
    let one = 1u64 << n;
    match variant {
        Stochastic::A => floor(n) + noise >= one,
        Stochastic::B => floor(n + 1) + 2 * noise + 1 >= 2 * one,
        Stochastic::C => {
            let scaled = k as f64 * 2f64.powi(n as i32 - 12);
            scaled.round_ties_even() as u64 + noise >= one
        }
    }
}

fn stochastic_table(variant: Stochastic) {
    for n in [1u32, 2, 3, 5, 8, 12, 14] {
        let policy = stochastic(variant, n);
        let word_step = if n > 8 { 37 } else { 1 };
        for k in (1..4096u64).step_by(if n > 5 { 53 } else { 5 }) {
            // In a normal binade of bfloat16, where 12 more bits fit binary32, and among the subnormals of e5m2.
            let normal = 1.5 + k as f64 * 2f64.powi(-19);
            let subnormal = (2.0 + k as f64 / 4096.0) * 2f64.powi(-16);
            for noise in (0..1u64 << n).step_by(word_step) {
                let up = u64::from(away(variant, n, k, noise));
                let got =
                    convert_noisy(BINARY32, BFLOAT16, policy, u64::from((normal as f32).to_bits()), noise);
                assert_eq!(got, is(0x3fc0 + up, "x"), "{variant:?}:{n} {k} {noise}");
                let got = convert_noisy(BINARY64, E5M2, policy, (-subnormal).to_bits(), noise);
                assert_eq!(got, is(0x82 + up, "ux"), "{variant:?}:{n} {k} {noise}");
            }
        }
    }
}

#[test]
fn r11_stochastic_a() {
    stochastic_table(Stochastic::A);
}

#[test]
fn r12_stochastic_b() {
    stochastic_table(Stochastic::B);
    // With one bit, a quarter is the first fraction that can go up.
    let at = |nu: f64, noise| {
        convert_noisy(BINARY64, E4M3FN, stochastic(Stochastic::B, 1), (1.0 + nu / 8.0).to_bits(), noise)
    };
    assert_eq!((at(0.25, 1).code, at(0.2499, 1).code, at(0.25, 0).code), (0x39, 0x38, 0x38));
}

#[test]
fn r13_stochastic_c() {
    stochastic_table(Stochastic::C);
    // One bit: nu = 1/4 is a tie that goes down to 0, 3/4 one that goes up to 2; a trace more than 1/4 goes to 1.
    let at = |nu: f64, noise| {
        convert_noisy(BINARY64, E4M3FN, stochastic(Stochastic::C, 1), (1.0 + nu / 8.0).to_bits(), noise)
    };
    assert_eq!((at(0.25, 1).code, at(0.75, 0).code, at(0.25 + 1e-9, 1).code), (0x38, 0x39, 0x39));
    // A tail counts as more too: 1/3 of an ulp past a tie of the quotient is none.
    let task = Task::within(Op::Div, BINARY16).with_result(E2M1).with_policy(stochastic(Stochastic::C, 1));
    let codes = [code(BINARY16, 4.0), code(BINARY16, 3.0), 0];
    // 4/3 lies 2/3 of the way from 1 to 1.5: RNE(4/3) = 1, so half of the words go up.
    let with = |noise| apply(&task, Operands { codes, noise }).code;
    assert_eq!((with(0), with(1)), (2, 3));
    // A tie and a trace, which only the tail tells: 1 + 1/32 + 2^-1000.
    let fma =
        Task::new(Op::Fma, [BINARY16, BINARY16, BINARY64], E4M3FN).with_policy(stochastic(Stochastic::C, 1));
    let one = code(BINARY16, 1.0);
    let with = |c: f64| {
        let codes = [code(BINARY16, 1.03125), one, c.to_bits()];
        apply(&fma, Operands { codes, noise: 1 }).code
    };
    assert_eq!((with(0.0), with(2f64.powi(-1000))), (0x38, 0x39));
}

#[test]
fn r14_no_zero_to_round_to() {
    for rounding in ROUNDINGS {
        for saturation in SATURATIONS {
            let policy = RNE.rounding(rounding).saturation(saturation);
            assert_eq!(round64(E8M0, policy, 2f64.powi(-128)), is(0, "ux"), "{policy:?}");
            assert_eq!(round64(E8M0, policy, 1e-300), is(0, "ux"), "{policy:?}");
        }
    }
    // Almost the smallest value: not tiny where the rounding to one bit reaches it.
    let almost = 1.9 * 2f64.powi(-128);
    assert_eq!(round64(E8M0, RNE, almost), is(0, "x"));
    assert_eq!(round64(E8M0, RTZ, almost), is(0, "ux"));
    // Half way between 2^-128, whose code would be odd, and 2^-127.
    let middle = 1.5 * 2f64.powi(-128);
    assert_eq!(round64(E8M0, RNE, middle), is(0, "x"));
    assert_eq!(round64(E8M0, ODD, middle), is(0, "ux"));
    let flush = RNE.flush_results(true);
    assert_eq!(round64(E8M0, flush, 2f64.powi(-128)), is(0, "ux"), "there is no zero to flush to");
}
