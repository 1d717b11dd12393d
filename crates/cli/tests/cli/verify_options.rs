//! No option is ignored without a word: what would have no effect beside the others is refused, and both are named.

use crate::program::{run, verify, words};

#[test]
fn options_without_effect_are_refused() {
    for (arguments, named) in [
        ("verify --exhaustive --tininess before", ["--exhaustive", "--tininess"]),
        ("verify --exhaustive --nan zero --round rne", ["--exhaustive", "--nan"]),
        ("verify --exhaustive --flush-operands", ["--exhaustive", "--flush-operands"]),
        ("verify --exhaustive --flush-results", ["--exhaustive", "--flush-results"]),
        ("verify --to binary32", ["--to", "--from"]),
        ("verify e2m1 --op add --to e3m2", ["--to", "--op add"]),
        ("verify --operands e2m1,e2m1 --op add --to e3m2", ["--operands", "--to"]),
        ("verify --operands e2m1 --op class --result e3m2", ["--result", "--op class"]),
        ("verify --operands e2m1,e2m1 --op less,equal --result e3m2", ["--result", "--op less,equal"]),
        ("verify e2m1 --op add --timeout 5", ["--timeout", "--subject"]),
        ("verify e2m1 --op add --startup-timeout 5", ["--startup-timeout", "--subject"]),
        ("verify e2m1 --op add --round rne --seed 1", ["--seed", "--round"]),
        ("verify e2m1 --op add --cases given:1,2 --seed 1", ["--seed", "--cases given"]),
        ("verify e2m1 --op add --round rne,rup --cases given:1,2/7", ["--cases given:1,2/7", "--round"]),
        ("verify e2m1 --op less --cases given:1,2/0", ["--cases given:1,2/0", "--round"]),
        ("verify e2m1 --exhaustive --cases edge", ["--exhaustive", "--cases"]),
        ("show e2m1 --saturate finite", ["--saturate", "none is named"]),
        ("show e2m1 --all --standard p3109-v4.0", ["--standard", "--all"]),
        ("show e2m1 0x3 --saturate none", ["--saturate", "0x3 is a code"]),
        ("bound run ema --brief --json", ["--brief", "--json"]),
        ("quantize tests/data/quantize/half.npy --to e4m3fn --seed 3", ["--seed", "--round rne"]),
    ] {
        let found = run(arguments);
        assert_eq!(found.code, 2, "{arguments}: {}", found.err);
        assert!(found.out.is_empty() || arguments.ends_with("--json"), "{arguments}: {}", found.out);
        for name in named {
            assert!(found.err.contains(name), "{arguments}: {name} is not in {:?}", found.err);
        }
    }
}

/// The same options where they have an effect.
#[test]
fn options_with_effect_are_taken() {
    for arguments in [
        "e2m1 --op add,convert --to e3m2",
        "--operands e2m1 --op class,sqrt --result e3m2",
        "e2m1 --op add --seed 1",
        "e2m1 --op add --round rne --cases random:5 --seed 1",
        "e2m1 --op add --round sr-a:4,rne --cases given:1,2/7",
        "e2m1 --op add --cases given:1,2",
        "e2m1 --op convert --round rne --exhaustive --tininess before",
    ] {
        let (out, err, code) = verify(&words(arguments));
        assert_eq!(code, 0, "{arguments}: {out}{err}");
    }
    assert_eq!(run("show e2m1 100 --saturate finite --standard ieee-754").code, 0);
    assert_eq!(run("quantize tests/data/quantize/half.npy --to e4m3fn --seed 3 --round sr-a:4").code, 0);
}

/// The policies that flush operands had cases of their own, whatever was asked for.
#[test]
fn a_selection_holds_for_every_policy() {
    let (out, _, code) = verify(&words("e2m1 --cases random:0"));
    assert!(code == 0 && out.ends_with(": nothing compared, there are no cases\n"), "{out}");
    let (out, _, code) = verify(&words("e2m1 --op add --cases given:1,2 --json"));
    assert_eq!(code, 0);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let jobs = report["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 2);
    for job in jobs {
        assert_eq!(job["selection"], "given:1,2");
        assert_eq!(job["cases"].as_u64().unwrap() as usize, job["policies"].as_array().unwrap().len());
    }
}

/// Formats can be separated by commas too, as in the options.
#[test]
fn formats_may_be_separated_by_commas() {
    let of = |formats: &str| {
        let run = run(&format!("verify {formats} --op abs --round rne --saturate none --json"));
        assert_eq!(run.code, 0, "{}", run.err);
        let report: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
        report["groups"].as_array().expect("groups").iter().map(|g| g["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("e2m1,e3m2"), ["e2m1", "e3m2"]);
    assert_eq!(of("e2m1,e3m2"), of("e2m1 e3m2"));
}

/// A question mark among the flags is explained where there is one.
#[test]
fn a_flag_that_is_not_reported_is_explained() {
    let answer = |answer: &str| {
        let device = format!("cmd:sh -c 'while read a; do echo {answer}; done'");
        let mut command = crate::program::command(
            "verify e2m1 --op mul --round rne --saturate none --against scalar --explain 1 --subject",
        );
        String::from_utf8(command.arg(device).output().expect("the program starts").stdout).expect("UTF-8")
    };
    let (silent, all) = (answer("7"), answer("7 00"));
    assert!(
        silent.contains("flags ?????") && silent.contains("  ?: a flag that is not reported\n"),
        "{silent}"
    );
    assert!(all.contains("flags .....") && !all.contains("not reported\n"), "{all}");
}
