//! What reports say, and that all of them say it: nothing compared, what was not compared, one spelling, replays that run.

use std::path::PathBuf;
use std::process::Command;

use crate::program::{run, verify, words};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_halfulp");

/// A folder of this test process alone.
fn folder(name: &str) -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("reports-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Once the verdict was `agree`, and each of the JUnit tests had passed.
#[test]
fn nothing_compared_is_a_verdict_of_its_own() {
    let folder = folder("nothing");
    let file = |name: &str| folder.join(name).display().to_string();
    let shard = |i: u32| format!("e2m1 --op add --round rne --shard {i}/3");
    for arguments in [shard(3), shard(2), "e2m1 --op add --cases random:0".into()] {
        let (out, _, code) = verify(&words(&format!("{arguments} --json --junit {}", file("x.xml"))));
        assert_eq!((code, json(&out)["verdict"].as_str()), (0, Some("nothing-compared")), "{arguments}");
        let document = std::fs::read_to_string(file("x.xml")).unwrap();
        let tests = document.matches("<testcase ").count();
        assert_eq!((tests > 0, document.matches("<skipped ").count()), (true, tests), "{document}");
        let (out, _, _) = verify(&words(&arguments));
        assert!(out.ends_with(": nothing compared, there are no cases\n"), "{out}");
    }
    // Empty shards beside one that is not, and nothing but empty ones.
    for (task, verdict) in
        [("e2m1 --op add --round rne", "agree"), ("e2m1 --op add --cases random:0", "nothing-compared")]
    {
        let files = [1, 2, 3].map(|i| {
            let (out, ..) = verify(&words(&format!("{task} --shard {i}/3 --json")));
            std::fs::write(file(&format!("{i}.json")), out).unwrap();
            file(&format!("{i}.json"))
        });
        let joined = run(&format!("merge {} --json", files.join(" ")));
        assert_eq!((joined.code, json(&joined.out)["verdict"].as_str()), (0, Some(verdict)), "{task}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_was_not_compared_is_named() {
    let (out, _, code) =
        verify(&words("e5m2 --op add --round rne,odd,sr-a:4 --saturate none --against apfloat"));
    assert_eq!(code, 2);
    let line = "not compared: add e5m2 e5m2 -> e5m2 under --round odd --saturate none, --round sr-a:4 --saturate none: \
                no oracle covers it\n";
    assert!(out.contains(line), "{out}");
    let (out, ..) = verify(&words("e5m2 --op add,mul --subject apfloat --against definition"));
    assert!(out.contains(" and 16 more (see --json): apfloat does not cover it\n"), "{out}");
    let (out, ..) = verify(&words("e2m1 --subject apfloat --against definition"));
    assert!(out.contains("under each of its 29 policies: apfloat does not cover it\n"), "{out}");
    assert!(
        out.lines()
            .any(|line| line.starts_with("not compared: and ") && line.ends_with(" more (see --json)")),
        "{out}"
    );
}

/// Third parties vouch for no stochastic rounding; what their adapters decide is said.
#[test]
fn the_third_party_is_split() {
    let (out, ..) = verify(&words("e2m1 --op mul --round rne,sr-a:4 --against mpfr --json"));
    let report = json(&out);
    let cases = report["cases"].as_u64().unwrap();
    assert_eq!(report["third_party"].as_u64(), Some(cases / 2));
    for key in ["by_third_party", "by_adapter"] {
        assert!(report["oracles"][0][key].as_str().is_some_and(|text| text.len() > 20), "{report:#}");
    }
    let (out, ..) = verify(&words("e2m1 --op mul --round rne,sr-a:4 --saturate none --against mpfr"));
    assert!(out.contains("  of no case under --round sr-a:4 --saturate none\n"), "{out}");
    assert!(
        out.contains(
            "mpfr: third-party arithmetic behind an adapter of this project (--json: who does what)\n"
        ),
        "{out}"
    );
}

/// Every verb writes a policy's parts by the words that it takes, whatever synonym it was given.
#[test]
fn a_policy_has_one_spelling() {
    let shown = json(&run("show e2m1 1.3 --json").out);
    assert_eq!(shown["results"][0]["rounding"], "rne");
    assert_eq!(shown["stochastic"][0]["rounding"], "sr-a:8");
    let (out, ..) =
        verify(&words("e2m1 --op add --round nearest-even,StochasticA:8 --saturate SatFinite --json"));
    let report = json(&out);
    assert_eq!(report["policies"][0]["rounding"], "rne");
    assert_eq!(report["policies"][1]["rounding"], "sr-a:8");
    assert_eq!(report["policies"][0]["saturation"], "finite");
    assert_eq!(report["policies"][0]["flush_operands"], false);
    let args = "quantize tests/data/quantize/half.npy --to e4m3fn --round near-even --json";
    assert_eq!(json(&run(args).out)["policy"]["rounding"], "rne");
}

/// Schema, version and command line stand under the same keys in the document of every verb.
#[test]
fn documents_begin_alike() {
    for args in [
        "formats --json",
        "show e2m1 --json",
        "show e2m1 --all --json",
        "show e2m1 0x1 --json",
        "show e2m1 0.3 --json",
        "verify e2m1 --op abs --json",
        "quantize tests/data/quantize/half.npy --to e4m3fn --json",
        "bound list --json",
        "bound run one-step --json",
        "show nosuch --json",
    ] {
        let document = json(&run(args).out);
        let command: Vec<&str> = std::iter::once("halfulp").chain(args.split(' ')).collect();
        assert_eq!(document["version"], env!("CARGO_PKG_VERSION"), "{args}");
        assert_eq!(document["command"], serde_json::json!(command), "{args}");
        assert!(document["schema"].as_str().is_some_and(|name| name.starts_with("halfulp.")), "{args}");
    }
}

/// Formats of the main job that have no name: once the replay named them by their facts, in Rust.
#[test]
fn formats_without_a_name_are_replayed_from_a_file() {
    let folder = folder("replay");
    let always_zero = "cmd:sh -c 'while read a; do echo 00 -; done'";
    let arguments = ["--op", "abs", "--round", "rne", "--saturate", "none", "--cases", "random:1"];
    let (out, err, code) = verify(
        &[
            &arguments[..],
            &["--explain", "1000", "--json", "--against", "definition", "--subject", always_zero],
        ]
        .concat(),
    );
    assert_eq!(code, 1, "{err}");
    let report = json(&out);
    let replays = report["explanations"].as_array().unwrap().iter().map(|e| e["replay"].as_str().unwrap());
    let replays: Vec<&str> = replays.filter(|replay| replay.starts_with("printf ")).collect();
    assert!(replays.len() > 3, "{}", replays.len());
    assert!(!out.contains("Facts"), "{out}");
    for replay in replays {
        let line = format!("halfulp() {{ \"$PROGRAM\" \"$@\"; }}; {replay}");
        let again = Command::new("sh")
            .args(["-c", &line])
            .env("PROGRAM", PROGRAM)
            .current_dir(&folder)
            .output()
            .unwrap();
        let text = String::from_utf8(again.stdout).unwrap();
        assert_eq!(again.status.code(), Some(1), "{replay}\n{text}");
        assert!(text.contains(": 1 mismatch, explained above"), "{replay}\n{text}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// What a replay says of the seed is what `verify` takes.
#[test]
fn replays_name_the_seed_where_it_matters() {
    for (rounding, seed) in [("rne", false), ("sr-a:4", true)] {
        let arguments =
            format!("e4m3fn --op add --round {rounding} --saturate none --seed 5 --cases random:300");
        let silly = "cmd:sh -c 'while read a; do echo 00 -; done'";
        let (out, ..) = verify(&[&words(&arguments)[..], &["--subject", silly, "--json"]].concat());
        assert!(json(&out)["explanations"][0]["replay"].as_str().unwrap().contains("--seed 5"));
        let more = if seed { arguments } else { arguments.replace(" --seed 5", "") };
        let (out, ..) = verify(
            &[&words(&more.replace("random:300", "all"))[..], &["--subject", silly, "--json"]].concat(),
        );
        let report = json(&out);
        assert_eq!(
            report["explanations"][0]["replay"].as_str().unwrap().contains("--seed 5"),
            seed,
            "{report:#}"
        );
    }
}

/// A replay of what took long to answer would have ended by the usual time-outs.
#[test]
fn replays_repeat_the_time_outs() {
    let silly = "cmd:sh -c 'while read a; do echo 00 -; done'";
    for options in ["", "--timeout 7", "--startup-timeout 90.5 --timeout 0.5"] {
        let arguments = format!("e4m3fn --op mul --round rne --saturate none --against definition {options}");
        let (out, err, code) = verify(&[&words(&arguments)[..], &["--subject", silly, "--json"]].concat());
        assert_eq!(code, 1, "{err}");
        let report = json(&out);
        let replay = report["explanations"][0]["replay"].as_str().unwrap();
        assert!(
            replay.ends_with(options)
                && replay.matches("timeout").count() == options.matches("timeout").count(),
            "{replay}"
        );
        let line = format!("halfulp() {{ \"$PROGRAM\" \"$@\"; }}; {replay}");
        let again = Command::new("sh").args(["-c", &line]).env("PROGRAM", PROGRAM).output().unwrap();
        assert_eq!(again.status.code(), Some(1), "{replay}");
    }
}

/// The noise word of `given` used to be in every replay, and was refused where no rounding looks at it.
#[test]
fn a_noise_word_is_replayed_where_it_counts() {
    let silly = "cmd:sh -c 'while read a; do echo 00 -; done'";
    let arguments = words(
        "e4m3fn --op mul --cases given:fe,39/5 --round rup,sr-a:8 --saturate none --against definition",
    );
    let (out, err, code) = verify(&[&arguments[..], &["--subject", silly, "--json"]].concat());
    assert_eq!(code, 1, "{err}");
    let report = json(&out);
    let explanations = report["explanations"].as_array().unwrap();
    let replays: Vec<&str> = explanations.iter().map(|e| e["replay"].as_str().unwrap()).collect();
    assert_eq!(replays.len(), 2);
    for replay in replays {
        assert_eq!(replay.contains("given:fe,39/5"), replay.contains("sr-a:8"), "{replay}");
        let line = format!("halfulp() {{ \"$PROGRAM\" \"$@\"; }}; {replay}");
        let again = Command::new("sh").args(["-c", &line]).env("PROGRAM", PROGRAM).output().unwrap();
        assert_eq!(again.status.code(), Some(1), "{replay}");
    }
}

/// Once it was printed three times.
#[test]
fn why_a_device_ended_is_said_once() {
    let (out, err, code) =
        verify(&["e2m1", "--op", "add", "--threads", "1", "--subject", "cmd:sh -c 'exit 3'"]);
    assert_eq!(code, 2);
    let both = out + &err;
    assert_eq!(both.matches("exited with status 3").count(), 1, "{both}");
}

/// Reports of other runs are told apart in the words of the command line.
#[test]
fn merge_speaks_as_the_command_line_does() {
    let folder = folder("merge");
    let write = |name: &str, arguments: &str| {
        let (out, ..) = verify(&words(&format!("e2m1 --op add --json {arguments}")));
        std::fs::write(folder.join(name), out).unwrap();
    };
    write("1.json", "--shard 1/2");
    for (arguments, why) in [
        (
            "--compare-nan any --compare-flags ox",
            "its comparison is --compare-nan any --compare-flags xo, not strict",
        ),
        ("--seed 3", "its --seed is 3, not 0"),
        ("--explain 9", "its --explain is 9, not 3"),
        ("--against mpfr", "its --against is mpfr, not definition,mpfr,apfloat,host,recorded"),
        (
            "--cases edge",
            "its job is add e2m1 e2m1 -> e2m1, --cases edge, not add e2m1 e2m1 -> e2m1, --cases all",
        ),
    ] {
        write("2.json", &format!("--shard 2/2 {arguments}"));
        let file = |name: &str| folder.join(name).display().to_string();
        let joined = run(&format!("merge {} {}", file("1.json"), file("2.json")));
        assert_eq!((joined.code, joined.out.as_str()), (2, ""));
        let why = why.replace("xo", "ox");
        assert!(joined.err.contains(&why), "{arguments}: {why:?} is not in {}", joined.err);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// In a narrow terminal the examples can still be read, and copied.
#[test]
fn the_help_of_eval_fits_sixty_columns() {
    let help = crate::program::command("eval --help").env("COLUMNS", "60").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.lines().all(|line| line.chars().count() <= 60), "{help}");
    let (_, examples) = help.split_once("Examples:\n").unwrap();
    let wide = crate::program::command("eval --help").env("COLUMNS", "110").output().unwrap();
    let wide = String::from_utf8(wide.stdout).unwrap();
    assert_eq!(examples, wide.split_once("Examples:\n").unwrap().1);
    for (line, next) in examples.lines().zip(examples.lines().skip(1)) {
        let goes_on = next.starts_with("    ");
        assert!(
            !goes_on || line.ends_with('\\') || examples[examples.find(line).unwrap()..].contains('\''),
            "{line}"
        );
    }
}
