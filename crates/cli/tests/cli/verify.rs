//! `halfulp verify` as it is run: what it says, what it writes, its exit codes, and that a planted fault is found.

use std::path::PathBuf;
use std::process::Command;

use crate::program::{verify, words};

const PROGRAM: &str = env!("CARGO_BIN_EXE_halfulp");

/// `halfulp eval`, but 1.75 + 0.0625 toward positive is 1.75: the answer of one line changed on its way out.
fn faulty_device() -> String {
    let eval = "eval {op} --operands {operands} --result {result} --round {round} --saturate {saturate} \
                --tininess {tininess} --flush {flush} --nan {nan}";
    let change = "if [ \"$HALFULP_OP $HALFULP_ROUND\" = \"add rup\" ]; \
                  then sed -u \"s/^3E 18 3F/3E 18 3E/\"; else cat; fi";
    format!("cmd:sh -c '\"$@\" | {change}' device {PROGRAM} {eval}")
}

/// A folder of this test process alone.
fn folder(name: &str) -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("verify-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_format_that_agrees_ends_with_0() {
    let (out, err, code) = verify(&words("e2m1 --op add,sub,mul,div,fma,convert"));
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.lines().any(|line| line.starts_with("e2m1 ")), "{out}");
    assert!(out.lines().any(|line| line.starts_with("total ")), "{out}");
    assert!(out.contains("scalar against definition (") && out.ends_with(": all agree\n"), "{out}");
}

#[test]
fn a_planted_fault_is_found_and_explained() {
    let device = faulty_device();
    let arguments =
        ["e4m3fn", "--op", "add,mul", "--round", "rup,rne", "--saturate", "none", "--subject", &device];
    let (out, err, code) = verify(&arguments);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    for line in [
        "add e4m3fn e4m3fn -> e4m3fn, case 15896",
        "a                        0x3e  0 0111 110  1.75 = 0x1.cp+0",
        "b                        0x18  0 0011 000  0.0625 = 0x1p-4",
        "exact                    1.8125 = 0x1.dp+0",
        "neighbour toward zero    0x3e  0 0111 110  1.75 = 0x1.cp+0",
        "neighbour away from zero 0x3f  0 0111 111  1.875 = 0x1.ep+0",
        "got                      0x3e  0 0111 110  flags ....x  1.75 = 0x1.cp+0  (cmd:sh",
        "want                     0x3f  0 0111 111  flags ....x  1.875 = 0x1.ep+0  (definition)",
        "want                     0x3f  0 0111 111  flags ....x  1.875 = 0x1.ep+0  (mpfr)",
        "want                     0x3f  0 0111 111  flags ....x  1.875 = 0x1.ep+0  (apfloat)",
        "clause                   R6 in SPEC.md",
        "replay                   halfulp verify e4m3fn --op add --round rup --saturate none",
        "1 mismatch, explained above",
    ] {
        assert!(out.contains(line), "{line:?} is not in\n{out}");
    }
}

#[test]
fn the_replay_command_replays() {
    let device = faulty_device();
    let arguments =
        ["e4m3fn", "--op", "add", "--round", "rup", "--subject", &device, "--against", "scalar", "--json"];
    let (out, _, code) = verify(&arguments);
    assert_eq!(code, 1);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["mismatches"], 3);
    assert_eq!(report["explanations"][0]["policy"]["rounding"], "rup");
    let replay = report["explanations"][0]["replay"].as_str().unwrap();
    let command = replay.replacen("halfulp", PROGRAM, 1);
    let again = Command::new("sh").args(["-c", &command]).output().unwrap();
    let text = String::from_utf8(again.stdout).unwrap();
    assert_eq!(again.status.code(), Some(1), "{command}\n{text}");
    assert!(text.contains("case 15896") && text.contains(": 1 mismatch, "), "{text}");
}

#[test]
fn formats_of_ones_own_replay_too() {
    let folder = folder("file");
    let file = folder.join("mine.toml");
    std::fs::write(&file, "name = \"mine\"\nwidth = 5\nprecision = 3\n").unwrap();
    let file = file.to_str().unwrap();
    let always_zero = "cmd:sh -c 'while read a b; do echo 00 -; done'";
    let (out, err, code) =
        verify(&[file, "--op", "sub", "--round", "odd", "--subject", always_zero, "--json"]);
    assert_eq!(code, 1);
    assert!(
        err.starts_with("halfulp: with --diagnose, deviations are searched for") && err.lines().count() == 1,
        "{err}"
    );
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let replay = report["explanations"][0]["replay"].as_str().unwrap();
    assert!(replay.contains("mine.toml"), "{replay}");
    let command = replay.replacen("halfulp", PROGRAM, 1);
    let again = Command::new("sh").args(["-c", &command]).output().unwrap();
    assert_eq!(again.status.code(), Some(1), "{command}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn shards_add_up_and_threads_do_not_matter() {
    let count = |more: &str| {
        let arguments = format!("e3m2 --op fma --cases all --round rne,odd --json {more}");
        let (out, _, code) = verify(&words(&arguments));
        assert_eq!(code, 0);
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        report["cases"].as_u64().unwrap()
    };
    let whole = count("--threads 1");
    assert_eq!(whole, 6 * (1 << 18));
    assert_eq!(count("--shard 1/3") + count("--shard 2/3 --threads 3") + count("--shard 3/3"), whole);
}

#[test]
fn junit_is_written_whole() {
    let folder = folder("junit");
    let file = folder.join("report.xml");
    let arguments = ["e2m1", "--op", "add,sqrt", "--junit", file.to_str().unwrap()];
    assert_eq!(verify(&arguments).2, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("<?xml") && text.contains("<testsuite name=\"e2m1\""), "{text}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    std::fs::remove_dir_all(folder).unwrap();
}

/// Both versions of P3109 against the oracles that know them; a device of IEEE 754 is told apart, and the replay names the standard.
#[test]
fn p3109_is_a_standard_to_verify_by() {
    let both = "binary5p3se --op div,next_up,copysign,total_order --standard p3109-v4.0,p3109-2026-07";
    let (out, err, code) = verify(&words(both));
    assert_eq!(code, 0, "{out}{err}");
    let device = format!(
        "cmd:{} eval {{op}} --operands {{operands}} --result {{result}}",
        env!("CARGO_BIN_EXE_halfulp")
    );
    let mut arguments =
        words("binary5p3se --op div --round rne --saturate none --standard p3109-v4.0 --subject");
    arguments.push(&device);
    let (out, _, code) = verify(&arguments);
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("clause                   P5 in SPEC.md") && out.contains("--standard p3109-v4.0"),
        "{out}"
    );
    let by_p3109 = device.clone()
        + " --standard {standard} --round {round} --saturate {saturate} --tininess {tininess} --nan {nan}";
    *arguments.last_mut().unwrap() = &by_p3109;
    let (out, err, code) = verify(&arguments);
    assert_eq!(code, 0, "{out}{err}");
}

#[test]
fn mixed_formats_conversions_and_integers() {
    for arguments in [
        "--op mul --operands e4m3fn,e5m2 --result binary16 --round rne,odd",
        "--op fma --operands e2m1,e2m1,binary32 --result binary32 --cases random:2000",
        "--from binary16 --to e4m3fn,i8 --saturate none",
        "--from binary64 --to e5m2 --op convert --cases edge",
        "--from e5m2 --to i8 --op convert_to_integer",
        "binary32 --op sqrt,remainder --cases random:500 --seed 7",
        "u8 --op add,less",
        "--op scaleb --operands e5m2,i8",
    ] {
        let (out, err, code) = verify(&words(arguments));
        assert_eq!((code, err.as_str()), (0, ""), "{arguments}\n{out}");
    }
}

/// The array interface by the kernel that every machine has: stochastic rounding, conversions from 64 bits, values.
#[test]
fn kernels_are_subjects() {
    for arguments in [
        "e4m3fn --op add,fma --subject portable --cases spread:5000",
        "e4m3fn --from binary32 --subject portable --cases edge",
        "e5m2 --from binary64 --subject portable --round rne,odd --cases around:1000",
        "--operands binary32,binary32 --result bfloat16 --op mul --subject portable --cases random:1000",
    ] {
        let (out, err, code) = verify(&words(arguments));
        assert_eq!(code, 0, "{arguments}: {out}{err}");
        assert!(out.contains("portable against scalar (") && out.contains("all agree"), "{out}");
    }
}

/// A part of all 2^32 pairs of 16-bit codes, by every kernel of this CPU, beside an implementation that shares no code with any.
#[test]
fn pairs_of_sixteen_bits_agree_with_apfloat() {
    for kernel in halfulp::kernel::available().map(|kernel| kernel.name()) {
        for (format, op, part) in [
            ("bfloat16", "add", 1111),
            ("bfloat16", "mul", 2222),
            ("binary16", "add", 3333),
            ("binary16", "mul", 4000),
        ] {
            let task = format!("{format} --op {op} --subject {kernel} --round rne --saturate none");
            let run = format!("{task} --exhaustive --shard {part}/4096 --against apfloat");
            let (out, err, code) = verify(&words(&run));
            assert_eq!(code, 0, "{run}: {out}{err}");
            let all = out.split_once("against apfloat (").unwrap().1.split_once("): all agree").unwrap().0;
            assert!(all.replace(',', "").parse::<u64>().unwrap() > 1_000_000, "{run}: {out}");
        }
    }
}

/// The whole list in very small parts: its jobs are of every kind, none of which is left uncompared.
#[test]
fn the_exhaustive_list_can_be_cut() {
    let (out, err, code) =
        verify(&words("--exhaustive --subject portable --shard 77777/100000 --round rne --saturate finite"));
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("e4m3fn") && out.contains("bfloat16"), "{out}");
    assert!(!out.lines().any(|line| line.starts_with("not compared")), "{out}");
    assert!(out.contains("flags: not compared, portable does not report them"), "{out}");
}

#[test]
fn what_cannot_run_ends_with_2_and_says_why() {
    for (arguments, why) in [
        ("fp8", "names several formats"),
        ("nosuch", "nosuch"),
        ("e4m3fn --op plus", "did you mean add? expected one of add"),
        ("e4m3fn --round up", "expected"),
        ("e4m3fn --cases some", "is not a selection of cases"),
        ("e4m3fn --shard 3/2", "is not a shard"),
        ("e4m3fn --against oracle", "unknown engine"),
        ("--from binary32", "name the formats to convert to"),
        ("e4m3fn --op add --cases around:5", "is for conversions"),
        (
            "e4m3fn --op add --cases given:138,48",
            "operand a is 0x138, which is not a code of e4m3fn: expected 0 to 0xff",
        ),
        ("e4m3fn --op add --cases given:38", "the number of operands is 1, and add takes 2"),
        ("e4m3fn --op sqrt --cases given:38,48", "the number of operands is 2, and sqrt takes 1"),
        ("e4m3fn --op add --cases random:x", "expected a number after the colon"),
        ("e4m3fn --op add --case 65536", "there is no case 65536: the numbers here go from 0 to 65535"),
        ("binary32 --op add --exhaustive", "too many to number"),
        ("e4m3fn --op add --subject cmd:/no/such/device", "could not start"),
        ("e4m3fn --op add --subject cmd:false", "exited with status 1 before answering line 1"),
        ("e4m3fn --op add --subject cmd:yes", "line 1 of `yes` has \"y\" where a hexadecimal result"),
        ("e4m3fn --op add --timeout 0", "above zero"),
        ("e4m3fn --op add --startup-timeout 0", "above zero"),
        ("e2m1 --op add --against apfloat", "no oracle covers"),
        ("e2m1 --op add --subject apfloat", "nothing was compared"),
        ("e2m1 --op add --against scalar", "scalar cannot be compared with itself"),
        (
            "e2m1 --op add --subject portable --against mpfr,portable",
            "portable cannot be compared with itself",
        ),
        ("e2m1 --op add --against mpfr,mpfr", "mpfr is named twice"),
        ("e2m1 --op add --timeout 1e19", "at most 10^9"),
        ("e2m1 --op add --compare-nan payload", "expected code, sign or any"),
        ("e2m1 --op add --compare-zero no", "expected sign or any"),
        ("e2m1 --op add --compare-flags vq", "expected letters of vioux"),
        ("--op fma --operands e2m1,e2m1", "takes 3 operands"),
    ] {
        let (out, err, code) = verify(&words(arguments));
        assert_eq!(code, 2, "{arguments}\n{out}{err}");
        assert!(err.contains(why), "{arguments}: {why:?} is not in {err:?}");
    }
}

#[test]
fn a_device_that_stalls_ends_the_run() {
    let (_, err, code) =
        verify(&["e2m1", "--op", "add", "--startup-timeout", "0.3", "--subject", "cmd:sleep 30"]);
    assert_eq!(code, 2);
    assert!(err.contains("answered nothing for 0.3 s, with answer line 1 due"), "{err}");
}
