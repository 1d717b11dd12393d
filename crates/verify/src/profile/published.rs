//! What has been published of implementations that do not run here: examples and tables, against the profiles.

use halfulp::format::catalog::lookup;
use halfulp::{Flags, Op, Operands, Rounded, Rounding, Saturation, Task};

use super::by_name;

/// What a profile answers; `None` where it says that it does not know.
fn ask(
    name: &str,
    task: &Task,
    round: Option<Rounding>,
    saturate: Option<Saturation>,
    operands: Operands,
) -> Option<Rounded> {
    let profile = by_name(name).unwrap();
    let policies = profile.policies(task);
    let wanted = policies.iter().find(|policy| {
        round.is_none_or(|r| r == policy.rounding) && saturate.is_none_or(|s| s == policy.saturation)
    });
    let task = task.with_policy(*wanted.unwrap_or_else(|| panic!("{name}: {task:?}")));
    let rule = profile.rule(&task).unwrap();
    match rule.unknown_to(&task, &operands) {
        Some(_) => None,
        None => Some(rule.answer(&task, operands)),
    }
}

fn convert(name: &str, from: &str, to: &str, saturate: Option<Saturation>, code: u64) -> Option<u64> {
    let task = Task::within(Op::Convert, lookup(from).unwrap()).with_result(lookup(to).unwrap());
    Some(ask(name, &task, None, saturate, Operands::new(code, 0, 0))?.code)
}

const NONE: Option<Saturation> = Some(Saturation::None);

/// The same inputs, converted by implementations of seven vendors: columns of a table.
#[test]
fn conversions_of_one_input_by_seven_vendors() {
    const F32: &str = "binary32";
    const F64: &str = "binary64";
    const F16: &str = "binary16";
    for (name, from, to, saturate, code, expected) in [
        // A NaN with a sign.
        ("cuda-float", F32, "e4m3fn", None, 0xffc0_0000, 0x7f),
        ("cuda-double", F64, "e4m3fn", None, 0xfff8_0000_0000_0000, 0xff),
        ("arm-fp8", F32, "e4m3fn", None, 0xffc0_0000, 0x7f),
        ("arm-fp8-ah", F32, "e4m3fn", None, 0xffc0_0000, 0xff),
        ("riscv-ofp8", F32, "e4m3fn", None, 0xffc0_0000, 0x7f),
        ("riscv-ofp8-sat", F32, "e4m3fn", None, 0xffc0_0000, 0x7f),
        ("avx10.2", F16, "e4m3fn", None, 0xfe00, 0xff),
        ("avx10.2-s", F16, "e4m3fn", None, 0xfe00, 0xff),
        ("rdna4", F32, "e4m3fn", None, 0xffc0_0000, 0xff),
        ("hip-2024-10", F32, "e4m3fn", None, 0xffc0_0000, 0xff),
        // The default NaN.
        ("cuda-float", F32, "e5m2", None, 0x7fc0_0000, 0x7f),
        ("cuda-double", F64, "e5m2", None, 0x7ff8_0000_0000_0000, 0x7e),
        ("arm-fp8", F32, "e5m2", None, 0x7fc0_0000, 0x7e),
        ("riscv-ofp8", F32, "e5m2", None, 0x7fc0_0000, 0x7f),
        ("avx10.2", F16, "e5m2", None, 0x7e00, 0x7e),
        ("rdna4", F32, "e5m2", None, 0x7fc0_0000, 0xfe),
        ("hip-2024-10", F32, "e5m2", None, 0x7fc0_0000, 0x7f),
        // Minus infinity, not saturating.
        ("cuda-float", F32, "e4m3fn", NONE, 0xff80_0000, 0xff),
        ("cuda-double", F64, "e4m3fn", NONE, 0xfff0_0000_0000_0000, 0xff),
        ("arm-fp8", F32, "e4m3fn", None, 0xff80_0000, 0xff),
        ("riscv-ofp8", F32, "e4m3fn", None, 0xff80_0000, 0x7f),
        ("avx10.2", F16, "e4m3fn", None, 0xfc00, 0xff),
        ("rdna4", F32, "e4m3fn", None, 0xff80_0000, 0xff),
        ("hip-2024-10-nosat", F32, "e4m3fn", None, 0xff80_0000, 0xff),
        // Infinity, saturating.
        ("cuda-float", F32, "e4m3fn", None, 0x7f80_0000, 0x7e),
        ("cuda-double", F64, "e4m3fn", None, 0x7ff0_0000_0000_0000, 0x7e),
        ("arm-fp8-osc", F32, "e4m3fn", None, 0x7f80_0000, 0x7e),
        ("riscv-ofp8-sat", F32, "e4m3fn", None, 0x7f80_0000, 0x7e),
        ("avx10.2-s", F16, "e4m3fn", None, 0x7c00, 0x7e),
        ("rdna4", F32, "e4m3fn", None, 0x7f80_0000, 0x7f),
        ("hip-2024-10", F32, "e4m3fn", None, 0x7f80_0000, 0x7e),
        // 464, not saturating.
        ("cuda-float", F32, "e4m3fn", NONE, 0x43e8_0000, 0x7e),
        ("cuda-double", F64, "e4m3fn", NONE, 0x407d_0000_0000_0000, 0x7e),
        ("arm-fp8", F32, "e4m3fn", None, 0x43e8_0000, 0x7e),
        ("riscv-ofp8", F32, "e4m3fn", None, 0x43e8_0000, 0x7e),
        ("avx10.2", F16, "e4m3fn", None, 0x5f40, 0x7e),
        ("hip-2024-10-nosat", F32, "e4m3fn", None, 0x43e8_0000, 0x7f),
    ] {
        assert_eq!(convert(name, from, to, saturate, code), Some(expected), "{name} {from} {to} {code:#x}");
    }
}

#[test]
fn examples_of_instructions() {
    for (name, from, to, code, expected) in [
        // VCVTNEPS2BF16: subnormal operands are zero, payloads are cut and quieted.
        ("x86-bf16", "binary32", "bfloat16", 0x807f_ffff, Some(0x8000)),
        ("x86-bf16", "binary32", "bfloat16", 0x7f80_0001, Some(0x7fc0)),
        ("x86-bf16", "binary32", "bfloat16", 0xffa5_0000, Some(0xffe5)),
        // VCVTPH2HF8S and VCVTPH2BF8S: infinity saturates too.
        ("avx10.2-s", "binary16", "e5m2", 0xfc00, Some(0xfb)),
        ("avx10.2", "binary16", "e5m2", 0x7c00, Some(0x7c)),
        // PTX: a NaN is the largest value where the format has none.
        ("ptx-cvt", "binary32", "e2m1", 0xffc0_0000, Some(0x7)),
        ("ptx-cvt", "binary32", "e3m2", 0xffc0_0000, Some(0x1f)),
        ("ptx-cvt", "binary32", "e5m2", 0xff80_0000, Some(0xfb)),
        // RDNA4 with FP16_OVFL: numbers are clamped, infinities are not.
        ("rdna4", "binary32", "e5m2", 0x7f7f_ffff, Some(0x7b)),
        ("rdna4", "binary32", "e5m2", 0x7f80_0000, Some(0x7c)),
        ("rdna4", "binary32", "e4m3fn", 0xff7f_ffff, Some(0xfe)),
        // HIP on x86-64 gives 2^-6 for 2^-70, by a shift that C leaves undefined.
        ("hip-2024-10", "binary32", "e4m3fn", 0x1c80_0000, None),
        // Later HIP headers: infinities do not saturate, and FNUZ keeps its NaN.
        ("hip-rocm-systems", "binary32", "e4m3fn", 0xff80_0000, Some(0xff)),
        ("hip-rocm-systems", "binary32", "e5m2", 0x7f80_0000, Some(0x7c)),
        ("hip-rocm-systems", "binary32", "e4m3fnuz", 0xffc0_0000, Some(0x80)),
        ("hip-rocm-systems", "binary32", "e4m3fnuz", 0x7f80_0000, Some(0x80)),
        ("hip-rocm-systems", "binary32", "e4m3fnuz", 0xc370_0001, Some(0xff)),
        ("hip-2024-10", "binary32", "e4m3fnuz", 0xffc0_0000, Some(0xff)),
        // OFP8 does not say which NaN.
        ("ocp", "binary32", "e5m2", 0x7fc0_0000, None),
        ("ocp-saturating", "binary32", "e4m3fn", 0x7f80_0000, Some(0x7e)),
    ] {
        assert_eq!(convert(name, from, to, None, code), expected, "{name} {from} {to} {code:#x}");
    }
}

/// cuda_fp8.hpp's own tests: e8m0 of 1.4 and of 3e38.
#[test]
fn examples_of_scales() {
    let task = Task::within(Op::Convert, lookup("binary32").unwrap()).with_result(lookup("e8m0").unwrap());
    for (round, saturate, code, expected) in [
        (Rounding::TowardPositive, Saturation::Finite, 0x3fb3_3333, 0x80),
        (Rounding::TowardZero, Saturation::Finite, 0x3fb3_3333, 0x7f),
        (Rounding::TowardPositive, Saturation::None, 0x7f61_b1e6, 0xff),
        (Rounding::TowardPositive, Saturation::Finite, 0x7f61_b1e6, 0xfe),
    ] {
        let given = ask("cuda-float", &task, Some(round), Some(saturate), Operands::new(code, 0, 0));
        assert_eq!(given.map(|given| given.code), Some(expected), "{round} {saturate} {code:#x}");
    }
}

/// AMX flushes what is tiny after rounding; AVX512-FP16 gives the addend of an invalid product, and raises nothing.
#[test]
fn examples_of_dot_products() {
    let (bf16, f32) = (lookup("bfloat16").unwrap(), lookup("binary32").unwrap());
    let step = Task::new(Op::Fma, [bf16, bf16, f32], f32);
    // 2^-126 minus 2^-151, which is 2^-74 * 2^-77, and minus 2^-150.
    for (a, b, expected) in [(0x1a80, 0x9900, 0x0080_0000), (0x1a80, 0x9980, 0)] {
        let given = ask("x86-amx-bf16", &step, None, None, Operands::new(a, b, 0x0080_0000)).unwrap();
        assert_eq!(given.code, expected, "{a:#x} {b:#x}");
    }
    // The default NaN, and the first NaN of several.
    let given = |a, b, c| ask("x86-amx-bf16", &step, None, None, Operands::new(a, b, c)).unwrap().code;
    assert_eq!(given(0x7f80, 0, 0), 0xffc0_0000);
    assert_eq!(given(0x3f80, 0xff81, 0x7fc0_0001), 0xffc1_0000);
    let f16 = lookup("binary16").unwrap();
    let fma = Task::within(Op::Fma, f16);
    let given = ask("x86-fp16", &fma, None, None, Operands::new(0x7c00, 0, 0x7e01)).unwrap();
    assert_eq!((given.code, given.flags), (0x7e01, Flags::NONE));
    let given = ask("x86-fp16", &fma, None, None, Operands::new(0x7c00, 0, 0)).unwrap();
    assert_eq!((given.code, given.flags), (0xfe00, Flags::INVALID));
}

/// The bias of AVX10.2 is 256ths of a unit in the last place; the seed of gfx950 counts by its upper bits.
#[test]
fn examples_of_noise() {
    let convert = |from: &str, to: &str| {
        Task::within(Op::Convert, lookup(from).unwrap()).with_result(lookup(to).unwrap())
    };
    let hf8 = convert("binary16", "e4m3fn");
    // 1 + 1/16 is halfway between 0x38 and 0x39: a bias of 128 or more goes up.
    for (bias, expected) in [(0, 0x38), (127, 0x38), (128, 0x39), (255, 0x39)] {
        let given = ask("avx10.2-bias", &hf8, None, None, Operands { codes: [0x3c40, 0, 0], noise: bias });
        assert_eq!(given.unwrap().code, expected, "{bias}");
    }
    let sr = convert("binary32", "e4m3fn");
    for (seed, expected) in [(0u64, 0x38), (0x7fff_ffff, 0x38), (0x8000_0000, 0x39), (0xffff_ffff, 0x39)] {
        let given = ask("gfx950-sr", &sr, None, None, Operands { codes: [0x3f88_0000, 0, 0], noise: seed });
        assert_eq!(given.unwrap().code, expected, "{seed:#x}");
    }
}
