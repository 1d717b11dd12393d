//! Manifests: what they may say, and what follows from it.

use super::*;

#[test]
fn manifests_are_checked() {
    for (manifest, why) in [
        ("halfulp-device 3|ready", "its manifest is of protocol \"3\", expected halfulp-device 2"),
        ("halfulp-device 2|ready", "its manifest claims no task"),
        ("halfulp-device 2|task mul e4m3fn|ready", "expected operations, formats, roundings and saturations"),
        ("halfulp-device 2|task mull e4m3fn rne none|ready", "no operation is called"),
        ("halfulp-device 2|task mul e4m3fn up none|ready", "\"task mul e4m3fn up none\": "),
        ("halfulp-device 2|task mul e4m3fnn rne none|ready", "\"task mul e4m3fnn rne none\": "),
        ("halfulp-device 2|task mul e4m3fnn rne none|ready", "e4m3fnn"),
        ("halfulp-device 2|task mul e5m2;u8,e4m3,u8 rne none|ready", "e4m3"),
        ("halfulp-device 2|task mul e5m2; rne none|ready", "\"task mul e5m2; rne none\": "),
        (
            "halfulp-device 2|task mul e4m3fn rne none tininess=befor|ready",
            "\"tininess=befor\" are not options: expected -, *, or some of tininess=before",
        ),
        (
            "halfulp-device 2|task mul,add e4m3fn,e4m3fn rne none|ready",
            "e4m3fn,e4m3fn are 2 formats: expected one for all, or 3 for mul, those of the operands and of the result",
        ),
        (
            "halfulp-device 2|task class e5m2,u8 * *|ready",
            "one for all, or 1 for class, those of the operands",
        ),
        (
            "halfulp-device 2|task * u8,u8,u8,u8,u8 * *|ready",
            "are 5 formats: expected one for all, or at most 4",
        ),
        ("halfulp-device 2|flags abc|ready", "names no flags"),
        ("halfulp-device 2|window 0|ready", "expected a number of cases, 1 or more"),
        ("halfulp-device 2|speed 9|ready", "expected name, prefix, task, flags, nan, mode, window or ready"),
    ] {
        fails(&device(manifest, ":", ":"), &[why]);
    }
    fails(
        "sh -c 'echo hello; exit 1'",
        &[
            "exited with status 1 before its manifest ended (`ready`)",
            "no manifest was read, and the first line was \"hello\"",
        ],
    );
    fails(
        "sh -c 'echo halfulp-device 2; echo task mul u8 rne none'",
        &["exited with status 0 before its manifest ended (`ready`)"],
    );
    // A format of a file is known by the file alone.
    let of_file = MANIFEST.replace("u8", "u8;./mine.toml");
    assert_eq!(ask(&device(&of_file, "echo $id $1 00", ":"), 9, 9).unwrap(), expected(9));
}

#[test]
fn only_what_is_claimed_is_covered() {
    let manifest = "halfulp-device 2|name unit 7|flags ox|nan any|task mul,add e4m3fn;u8 rne,rtz none|\
                    task fma e4m3fn,e4m3fn,binary32,binary32 * * *|task class * rne none|\
                    task convert binary16,e5m2 sr-a:* finite nan=zero,tininess=before|ready";
    let line = device(manifest, ":", ":");
    let timeouts = Timeouts::default();
    let name = |f: &Format| halfulp::format::catalog::name_of(f).unwrap_or_default();
    let session = Session::start(&line, timeouts, Some(9), name).unwrap();
    let of = |name: &str| halfulp::format::catalog::lookup(name).unwrap();
    let manifest = session.manifest();
    assert_eq!((&*manifest.name, manifest.flags), ("unit 7", Some(Flags::OVERFLOW | Flags::INEXACT)));
    let within = |op, format: &str| Task::within(op, of(format));
    let under = |task: Task, rounding| task.with_policy(task.policy.rounding(rounding));
    let noisy = Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(4) };
    let special = Policy::IEEE.rounding(noisy).saturation(Saturation::Finite).tininess(Tininess::Before);
    let convert = within(Op::Convert, "binary16").with_result(of("e5m2"));
    let fma = Task::new(Op::Fma, [of("e4m3fn"), of("e4m3fn"), of("binary32")], of("binary32"));
    let standard = Policy::IEEE.standard(Standard::P3109V4_0);
    for (task, claimed) in [
        (within(Op::Mul, "e4m3fn"), true),
        (under(within(Op::Add, "e4m3fn"), Rounding::TowardZero), true),
        (within(Op::Sub, "e4m3fn"), false),
        (within(Op::Mul, "e5m2"), false),
        (within(Op::Mul, "e4m3fn").with_result(of("binary16")), false),
        (under(within(Op::Mul, "e4m3fn"), Rounding::TowardPositive), false),
        (within(Op::Mul, "e4m3fn").with_policy(Policy::IEEE.saturation(Saturation::Finite)), false),
        (within(Op::Mul, "e4m3fn").with_policy(Policy::IEEE.tininess(Tininess::Before)), false),
        (fma, true),
        (fma.with_policy(Policy::IEEE.tininess(Tininess::Before)), true),
        (within(Op::Fma, "e4m3fn"), false),
        (under(within(Op::Class, "e5m2"), Rounding::TowardZero), true),
        (convert, false),
        (convert.with_policy(special), false),
        (convert.with_policy(special.nan(halfulp::NanResult::Zero)), true),
        (within(Op::Mul, "e4m3fn").with_policy(standard), false),
    ] {
        assert_eq!(session.covers(&task), claimed, "{task:?}");
    }
    let claims = session.claims().expect("a manifest");
    assert!(
        claims.starts_with("mul,add e4m3fn;u8 rne,rtz none; fma e4m3fn,e4m3fn,binary32,binary32 * * *; ")
    );
}

/// The flags that a device does not report are not compared, whatever it writes there.
#[test]
fn flags_are_those_of_the_manifest() {
    let manifest = MANIFEST.replace("|ready", "|flags ox|ready");
    let answers = ask(&device(&manifest, "echo $id $1 00", ":"), 9, 9).unwrap();
    assert!(answers.iter().all(|answer| answer.known == Flags::OVERFLOW | Flags::INEXACT));
}
