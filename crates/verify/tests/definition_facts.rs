//! The definition oracle by itself, on facts worked out by hand.

mod small;

use halfulp::{
    Flags, Format, NanResult, Nans, NoiseBits, Op, Operands, Overflow, Policy, Rounding, Saturation, Sign,
    Stochastic, Task, Tininess,
};
use halfulp_verify::engine::definition::{answer, answer_slowly};

/// Code and flags of a task, the same from the quick and the plain computation.
#[track_caller]
fn ask(task: Task, codes: [u64; 3], noise: u64) -> (u64, String) {
    let operands = Operands { codes, noise };
    let quick = answer(&task, operands).expect("an answer");
    assert_eq!(Some(quick), answer_slowly(&task, operands));
    (quick.code, quick.flags.to_string())
}

#[track_caller]
fn within(op: Op, format: Format, policy: Policy, codes: [u64; 3], code: u64, flags: &str) {
    let task = Task::within(op, format).with_policy(policy);
    assert_eq!(ask(task, codes, 0), (code, flags.into()), "{op} {codes:x?} {policy:?}");
}

#[track_caller]
fn convert(from: Format, to: Format, policy: Policy, operand: u64, code: u64, flags: &str) {
    let task = Task::new(Op::Convert, [from; 3], to).with_policy(policy);
    assert_eq!(ask(task, [operand, 0, 0], 0), (code, flags.into()), "{operand:x} {policy:?}");
}

fn binary32() -> Format {
    small::ieee(32, 24)
}

fn rounding(rounding: Rounding) -> Policy {
    Policy::IEEE.rounding(rounding)
}

/// 0, 0.5, 1, 1.5, 2, 3, 4, 6: the whole of e2m1, by the fields s ee m.
#[test]
fn the_values_of_e2m1() {
    for (code, value) in [0.0f32, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0].into_iter().enumerate() {
        let code = code as u64;
        let bits = |x: f32| u64::from(x.to_bits());
        convert(small::e2m1(), binary32(), Policy::IEEE, code, bits(value), ".....");
        convert(small::e2m1(), binary32(), Policy::IEEE, code + 8, bits(-value), ".....");
        convert(binary32(), small::e2m1(), Policy::IEEE, bits(value), code, ".....");
        convert(binary32(), small::e2m1(), Policy::IEEE, bits(-value), code + 8, ".....");
    }
}

/// 1.25 lies half-way between 1 (code 2) and 1.5 (code 3); 5 between 4 (6) and 6 (7).
#[test]
fn ties_in_e2m1() {
    let cases = [
        (Rounding::NearestEven, 2, 6),
        (Rounding::NearestAway, 3, 7),
        (Rounding::TowardZero, 2, 6),
        (Rounding::TowardPositive, 3, 7),
        (Rounding::TowardNegative, 2, 6),
        (Rounding::ToOdd, 3, 7),
    ];
    for (mode, first, second) in cases {
        let bits = |x: f32| u64::from(x.to_bits());
        convert(binary32(), small::e2m1(), rounding(mode), bits(1.25), first, "....x");
        convert(binary32(), small::e2m1(), rounding(mode), bits(5.0), second, "....x");
    }
    // 0.25, the smallest tie: to zero, and tiny.
    within(Op::Mul, small::e2m1(), Policy::IEEE, [1, 1, 0], 0, "...ux");
    // 7 is the tie between 6 and what would be 8; code 7 is odd, so it overflows, and stays.
    convert(binary32(), small::e2m1(), Policy::IEEE, u64::from(7f32.to_bits()), 7, "..o.x");
    convert(binary32(), small::e2m1(), Policy::IEEE, u64::from(6.99f32.to_bits()), 7, "....x");
}

/// 448 is 0x7e, 464 the tie with what would be 480, NaN 0x7f.
#[test]
fn overflow_of_e4m3fn() {
    let none = [
        (Rounding::NearestEven, 0x7f, 0x7f),
        (Rounding::NearestAway, 0x7f, 0x7f),
        (Rounding::TowardZero, 0x7e, 0xfe),
        (Rounding::TowardPositive, 0x7f, 0xfe),
        (Rounding::TowardNegative, 0x7e, 0x7f),
        (Rounding::ToOdd, 0x7f, 0x7f),
    ];
    let bits = |x: f32| u64::from(x.to_bits());
    for (mode, above, below) in none {
        let policy = rounding(mode);
        convert(binary32(), small::e4m3fn(), policy, bits(1e9), above, "..o.x");
        convert(binary32(), small::e4m3fn(), policy, bits(-1e9), below, "..o.x");
        for saturation in [Saturation::Finite, Saturation::Propagate] {
            let policy = policy.saturation(saturation);
            convert(binary32(), small::e4m3fn(), policy, bits(1e9), 0x7e, "..o.x");
            convert(binary32(), small::e4m3fn(), policy, bits(-1e9), 0xfe, "..o.x");
        }
        let clamped = policy.saturation(Saturation::Finite);
        convert(binary32(), small::e4m3fn(), policy, bits(f32::INFINITY), 0x7f, "....x");
        convert(binary32(), small::e4m3fn(), clamped, bits(f32::INFINITY), 0x7e, "....x");
    }
    convert(binary32(), small::e4m3fn(), Policy::IEEE, bits(464.0), 0x7e, "....x");
    convert(binary32(), small::e4m3fn(), rounding(Rounding::NearestAway), bits(464.0), 0x7f, "..o.x");
    convert(binary32(), small::e4m3fn(), rounding(Rounding::TowardZero), bits(479.0), 0x7e, "....x");
}

/// Where the significand is one bit the exponent code's parity breaks ties: 3 lies between 2 (0x80) and 4 (0x81).
#[test]
fn ties_of_e8m0() {
    let bits = |x: f32| u64::from(x.to_bits());
    let to = |x: f32, policy, code, flags| convert(binary32(), small::e8m0(), policy, bits(x), code, flags);
    to(3.0, Policy::IEEE, 0x80, "....x");
    to(6.0, Policy::IEEE, 0x82, "....x");
    to(3.0, rounding(Rounding::NearestAway), 0x81, "....x");
    to(3.0, rounding(Rounding::ToOdd), 0x81, "....x");
    to(6.0, rounding(Rounding::ToOdd), 0x81, "....x");
    // No zero, no sign, one NaN.
    to(0.0, Policy::IEEE, 0xff, "v....");
    to(0.0, Policy::IEEE.saturation(Saturation::Finite), 0, "v....");
    to(-1.0, Policy::IEEE, 0xff, "v....");
    to(-1.0, Policy::IEEE.saturation(Saturation::Propagate), 0, "v....");
    to(f32::NAN, Policy::IEEE, 0xff, ".....");
    // Below the smallest value, 2^-127: 2^-128 and the value just below it, which rounds back up to 2^-127.
    to(f32::from_bits(1 << 21), Policy::IEEE, 0, "...ux");
    to(f32::from_bits((1 << 22) - 1), Policy::IEEE, 0, "....x");
    let before = Policy::IEEE.tininess(Tininess::Before);
    to(f32::from_bits((1 << 22) - 1), before, 0, "...ux");
}

/// e4m3fn: the smallest normal value is 2^-6 = 0x08, the subnormals are multiples of 2^-9.
#[test]
fn tininess_and_flushing() {
    let bits = |x: f32| u64::from(x.to_bits());
    let before = Policy::IEEE.tininess(Tininess::Before);
    let to = |x: f32, policy, code, flags| convert(binary32(), small::e4m3fn(), policy, bits(x), code, flags);
    // 2^-6 (1 - 2^-6) is 2^-6 when rounded to four bits, which 2^-6 (1 - 3 * 2^-6) is not.
    let (near, far) = (63.0 / 4096.0, 61.0 / 4096.0);
    to(near, Policy::IEEE, 0x08, "....x");
    to(near, before, 0x08, "...ux");
    to(far, Policy::IEEE, 0x08, "...ux");
    to(far, rounding(Rounding::TowardPositive), 0x08, "....x");
    to(near, rounding(Rounding::TowardNegative), 0x07, "...ux");
    // An exact subnormal is no underflow, unless it is flushed.
    let flush = Policy::IEEE.flush_results(true);
    to(-7.0 / 512.0, Policy::IEEE, 0x87, ".....");
    to(-7.0 / 512.0, flush, 0x80, "...ux");
    to(near, flush, 0x08, "....x");
    let daz = Policy::IEEE.flush_operands(true);
    within(Op::Add, small::e4m3fn(), daz, [0x07, 0x08, 0], 0x08, ".....");
    within(Op::Div, small::e4m3fn(), daz, [0x38, 0x81, 0], 0x7f, ".i..x");
    within(Op::Abs, small::e4m3fn(), daz, [0x87, 0, 0], 0x07, ".....");
}

/// With two bits of noise: 1.25 is a quarter, in e2m1 a half, of the way from 1 to 1.5; 1.0625 an eighth.
#[test]
fn stochastic_rounding() {
    let bits = |x: f32| u64::from(x.to_bits());
    let up = |variant: Stochastic, x: f32| {
        let task = Task::new(Op::Convert, [binary32(); 3], small::e2m1())
            .with_policy(rounding(Rounding::Stochastic { variant, bits: NoiseBits::known(2) }));
        (0..4).filter(|&noise| ask(task, [bits(x), 0, 0], noise + 8).0 == 3).count()
    };
    // Out of the four noise words so many go up.
    assert_eq!([1.25, 1.125, 1.0625, 1.4375].map(|x| up(Stochastic::A, x)), [2, 1, 0, 3]);
    // The same with half a unit added to the noise: eighths count.
    assert_eq!([1.25, 1.125, 1.0625, 1.4375].map(|x| up(Stochastic::B, x)), [2, 1, 1, 4]);
    // The fraction rounded to quarters first: an eighth down to even, seven eighths up.
    assert_eq!([1.25, 1.125, 1.0625, 1.4375].map(|x| up(Stochastic::C, x)), [2, 1, 0, 4]);
}

/// i8 and u8, from binary32.
#[test]
fn integers() {
    let bits = |x: f32| u64::from(x.to_bits());
    let i8 = Format::integer(8, true).expect("8 bits");
    let u8 = Format::integer(8, false).expect("8 bits");
    let policy = |saturation, nan| Policy::IEEE.saturation(saturation).nan(nan);
    let least = policy(Saturation::None, NanResult::Least);
    let clamp = policy(Saturation::Finite, NanResult::Zero);
    for (x, code, flags, clamped) in [
        (127.4, 127, "....x", 127),
        (127.5, 0x80, "v....", 127),
        (-128.5, 0x80, "....x", 0x80),
        (-129.0, 0x80, "v....", 0x80),
        (300.0, 0x80, "v....", 127),
        (2.5, 2, "....x", 2),
        (-3.5, 0xfc, "....x", 0xfc),
        (f32::NEG_INFINITY, 0x80, "v....", 0x80),
        (f32::NAN, 0x80, "v....", 0),
    ] {
        convert(binary32(), i8, least, bits(x), code, flags);
        convert(binary32(), i8, clamp, bits(x), clamped, flags);
    }
    for (x, code, flags) in [
        (255.4, 255, "....x"),
        (255.5, 255, "v...."),
        (-0.5, 0, "....x"),
        (-0.51, 0, "v...."),
        (-0.0, 0, "....."),
    ] {
        convert(binary32(), u8, clamp, bits(x), code, flags);
    }
    // 2^64 - 1 rounds to 2^64 in binary32; 2^63 + 2^39 is a tie.
    let u64 = Format::integer(64, false).expect("64 bits");
    convert(u64, binary32(), Policy::IEEE, u64::MAX, bits(18446744073709551616.0), "....x");
    convert(u64, binary32(), Policy::IEEE, (1 << 63) + (1 << 39), bits(9223372036854775808.0), "....x");
    convert(binary32(), u64, Policy::IEEE, bits(18446744073709551616.0), u64::MAX, "v....");
}

/// A negative result in an unsigned format.
#[test]
fn unsigned_formats() {
    let ue4m3 = small::format(7, 4, 7, Sign::Unsigned, Nans::Top(1), Overflow::Nan);
    // 1 - 2 and 2 - 1.
    within(Op::Sub, ue4m3, Policy::IEEE, [0x38, 0x40, 0], 0x7f, "v....");
    within(Op::Sub, ue4m3, Policy::IEEE.saturation(Saturation::Finite), [0x38, 0x40, 0], 0, "v....");
    within(Op::Sub, ue4m3, Policy::IEEE, [0x40, 0x38, 0], 0x38, ".....");
    within(Op::Negate, ue4m3, Policy::IEEE, [0x00, 0, 0], 0, ".....");
    // Minus a quarter of the smallest value rounds to zero.
    convert(binary32(), ue4m3, Policy::IEEE, u64::from((-1f32 / 2048.0).to_bits()), 0, "...ux");
}

/// What the operations themselves raise, in e5m2: inf 0x7c, quiet NaN 0x7e, signalling 0x7d, 1 is 0x3c.
#[test]
fn exceptions_of_operations() {
    let e5m2 = small::ieee(8, 3);
    let ask = |op, codes, code, flags| within(op, e5m2, Policy::IEEE, codes, code, flags);
    ask(Op::Add, [0x7c, 0xfc, 0], 0x7e, "v....");
    ask(Op::Add, [0x3c, 0xbc, 0], 0x00, ".....");
    within(Op::Add, e5m2, rounding(Rounding::TowardNegative), [0x3c, 0xbc, 0], 0x80, ".....");
    within(Op::Add, e5m2, rounding(Rounding::TowardNegative), [0, 0, 0], 0, ".....");
    ask(Op::Mul, [0x00, 0x7c, 0], 0x7e, "v....");
    ask(Op::Fma, [0x00, 0x7c, 0x7e], 0x7e, ".....");
    ask(Op::Fma, [0x00, 0x7c, 0x3c], 0x7e, "v....");
    ask(Op::Div, [0xbc, 0x00, 0], 0xfc, ".i...");
    ask(Op::Div, [0x00, 0x80, 0], 0x7e, "v....");
    ask(Op::Sqrt, [0x80, 0, 0], 0x80, ".....");
    ask(Op::Sqrt, [0xbc, 0, 0], 0x7e, "v....");
    ask(Op::Sqrt, [0x40, 0, 0], 0x3e, "....x");
    ask(Op::Remainder, [0x7c, 0x3c, 0], 0x7e, "v....");
    ask(Op::Remainder, [0xc2, 0x40, 0], 0x3c, ".....");
    ask(Op::MinimumNumber, [0x7d, 0x3c, 0], 0x3c, "v....");
    ask(Op::Minimum, [0x00, 0x80, 0], 0x80, ".....");
    ask(Op::MaximumMagnitude, [0x3c, 0xc0, 0], 0xc0, ".....");
    ask(Op::LogB, [0x00, 0, 0], 0xfc, ".i...");
    ask(Op::LogB, [0x01, 0, 0], 0xcc, ".....");
    ask(Op::ScaleB, [0x3c, u64::from(-17i32 as u32), 0], 0x00, "...ux");
    ask(Op::NextUp, [0x81, 0, 0], 0x80, ".....");
    ask(Op::NextUp, [0x7b, 0, 0], 0x7c, ".....");
    ask(Op::NextDown, [0x00, 0, 0], 0x81, ".....");
    ask(Op::RoundToIntegralExact, [0xc1, 0, 0], 0xc0, "....x");
    ask(Op::RoundToIntegral, [0xb0, 0, 0], 0x80, ".....");
    ask(Op::Class, [0x7d, 0, 0], 0, ".....");
    ask(Op::Class, [0x83, 0, 0], 4, ".....");
    ask(Op::TotalOrder, [0x7d, 0x7e, 0], 1, ".....");
    ask(Op::TotalOrder, [0xfd, 0xfe, 0], 0, ".....");
    ask(Op::Negate, [0x7d, 0, 0], 0xfd, ".....");
    assert_eq!(Flags::INVALID.to_string(), "v....");
}
