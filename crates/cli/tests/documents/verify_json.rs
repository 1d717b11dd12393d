//! `halfulp verify --json` and `halfulp merge`: the document keeps to its schema, and shards joined are the whole.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::program::run;

/// Standard output, standard error and exit code.
fn halfulp(arguments: &str) -> (String, String, i32) {
    let run = run(arguments);
    (run.out, run.err, run.code)
}

fn json(arguments: &str) -> Value {
    serde_json::from_str(&halfulp(arguments).0).unwrap()
}

/// A folder of this test process alone.
fn folder(name: &str) -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("json-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/halfulp.verify-1.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

const REPORTS: [&str; 7] = [
    "verify e4m3fn --op mul,class,convert --to e2m1,i8 --cases spread:700 --json",
    "verify e4m3fn --op mul --round rup --json --subject apfloat --against definition --explain 9",
    "verify e4m3fn --op mul --round rup --json --against apfloat,definition --shard 2/3",
    "verify binary32 --op div --cases random:300 --round sr-a:4,rne --subject portable --json",
    "verify --operands e4m3fn,i8 --op scaleb --case 77 --json --compare-nan any --compare-flags ox",
    "verify e5m2 --from binary64 --cases around:100 --round rne --subject portable --json",
    "verify e2m1 --op add --subject cmd:false --json",
];

#[test]
fn reports_keep_to_their_schema() {
    let schema = schema();
    for arguments in REPORTS {
        let report = json(arguments);
        let errors: Vec<String> =
            schema.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{arguments}: {errors:#?}");
        assert_eq!(report["command"][1], "verify");
    }
}

/// So do those with waivers, one of which is stale.
#[test]
fn waivers_keep_to_their_schema() {
    let file = folder("waivers").join("w.toml");
    let head = "reason = \"so\"\nexpires = \"never\"\n";
    let nan = "code = 0x7f\nregion = [\"overflow\"]";
    let text = format!(
        "[[waiver]]\nid = \"A\"\n{head}{nan}\n[[waiver]]\nid = \"B\"\n{head}deviation = \"daz\"\ncount = 1\n"
    );
    std::fs::write(&file, text).unwrap();
    let report = json(&format!("{} --waivers {}", REPORTS[1], file.display()));
    let schema = schema();
    let errors: Vec<String> =
        schema.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(report["waivers"][1]["stale"], true);
    assert_eq!(
        (&report["waived"], &report["verdict"]),
        (&report["waivers"][0]["accepted"], &Value::from("differ"))
    );
    assert!(report["waived"].as_u64().unwrap() > 0);
    let keys: Vec<String> = report["waivers"][0].as_object().unwrap().keys().cloned().collect();
    for key in keys {
        let mut without = report.clone();
        without["waivers"][0].as_object_mut().unwrap().remove(&key);
        assert!(!schema.is_valid(&without), "without {key}");
    }
    for place in ["/waivers/0", "/jobs/0/counts/0/waivers/0"] {
        let mut more = report.clone();
        more.pointer_mut(place).unwrap()["more"] = 1.into();
        assert!(!schema.is_valid(&more), "{place}");
    }
}

/// A schema that takes anything would show nothing.
#[test]
fn the_schema_refuses_what_is_no_report() {
    let schema = schema();
    let report = json(REPORTS[1]);
    assert!(schema.is_valid(&report));
    for pointer in
        ["", "/jobs/0", "/jobs/0/counts/0", "/policies/0", "/oracles/0", "/explanations/0", "/formats/0"]
    {
        let keys: Vec<String> =
            report.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect();
        for key in keys {
            let mut lacking = report.clone();
            lacking.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(&key);
            assert!(!schema.is_valid(&lacking), "{pointer} without {key}");
        }
        let mut more = report.clone();
        more.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("more".into(), Value::Null);
        assert!(!schema.is_valid(&more), "{pointer} with more");
    }
    let mut other = report;
    other["verdict"] = "fine".into();
    assert!(!schema.is_valid(&other));
}

/// A report without what may differ from run to run.
fn without_times(report: &mut Value) {
    match report {
        Value::Object(map) => {
            map.remove("seconds");
            map.remove("threads");
            map.values_mut().for_each(without_times);
        }
        Value::Array(list) => list.iter_mut().for_each(without_times),
        _ => {}
    }
}

#[test]
fn shards_joined_are_the_whole() {
    let folder = folder("merge");
    for (number, (run, code)) in [
        ("verify e3m2 --op add,mul --cases all --explain 5", 0),
        ("verify e4m3fn --op mul --round rup,rdn --saturate none --explain 5 --subject apfloat --against definition", 1),
        ("verify e4m3fn --op mul --round rup --saturate none", 0),
    ]
    .into_iter()
    .enumerate()
    {
        let (out, _, found) = halfulp(&format!("{run} --json"));
        assert_eq!(found, code, "{out}");
        let mut whole: Value = serde_json::from_str(&out).unwrap();
        let files = [3, 1, 2].map(|shard| {
            let file = folder.join(format!("{number}-{shard}.json"));
            std::fs::write(&file, halfulp(&format!("{run} --shard {shard}/3 --json")).0).unwrap();
            file.to_str().unwrap().to_string()
        });
        let (out, err, found) = halfulp(&format!("merge {} --json", files.join(" ")));
        assert_eq!((found, err.contains("halfulp:")), (code, false), "{err}");
        let mut joined: Value = serde_json::from_str(&out).unwrap();
        assert!(schema().is_valid(&joined));
        without_times(&mut joined);
        without_times(&mut whole);
        assert_eq!(joined, whole, "{run}");
        let (out, err, found) = halfulp(&format!("merge {} {}", files[0], files[2]));
        assert_eq!((out.as_str(), found), ("", 2));
        assert!(err.contains("there is no report of shard 1/3"), "{err}");
    }
    let foreign = folder.join("foreign.json");
    std::fs::write(&foreign, halfulp("verify e3m2 --op add --cases all --shard 2/3 --json --explain 5").0)
        .unwrap();
    let files = [folder.join("0-1.json"), foreign, folder.join("0-3.json")];
    let files = files.map(|file| file.to_str().unwrap().to_string()).join(" ");
    let (_, err, code) = halfulp(&format!("merge {files}"));
    assert!(code == 2 && err.contains("foreign.json is of another run than"), "{err}");
    for (file, why) in [
        ("/dev/zero", "not a regular file"),
        ("/no/such.json", "there is no file /no/such.json"),
        ("Cargo.toml", "is not a report"),
    ] {
        let (out, err, code) = halfulp(&format!("merge {file}"));
        assert!(code == 2 && out.is_empty() && err.contains(why), "{file}: {err}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// The text and the documents of a partial run are there, too.
#[test]
fn a_partial_run_has_all_its_reports() {
    let folder = folder("partial");
    let file = folder.join("report.xml");
    let (out, err, code) =
        halfulp(&format!("verify e2m1 --op add --subject cmd:false --json --junit {}", file.display()));
    assert_eq!(code, 2, "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&report["verdict"], &report["cases"]), (&Value::from("undecided"), &Value::from(0)));
    let document = std::fs::read_to_string(&file).unwrap();
    assert!(
        document.contains("<testsuite name=\"run\" tests=\"1\" failures=\"0\" errors=\"1\""),
        "{document}"
    );
    assert!(document.contains("failures=\"0\" errors=\""), "{document}");
    std::fs::remove_dir_all(folder).unwrap();
}

/// A JUnit file that cannot be written when it is due: one document on standard output, whose verdict is the exit code's.
#[cfg(target_os = "linux")]
#[test]
fn a_junit_file_on_a_full_disk_leaves_one_document_that_says_so() {
    for (arguments, verdict, code) in [
        ("verify e2m1 --op add --json --junit /dev/full", "undecided", 2),
        (
            "verify e4m3fn --op mul --round rup --subject apfloat --against definition --json --junit /dev/full",
            "differ",
            1,
        ),
    ] {
        let (out, err, exit) = halfulp(arguments);
        let report: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}"));
        assert_eq!((report["verdict"].as_str(), exit), (Some(verdict), code), "{arguments}: {err}");
        assert!(err.contains("/dev/full"), "{err}");
    }
}

/// Once the file said that all passed where the program ended with 2, because nothing could be printed.
#[cfg(target_os = "linux")]
#[test]
fn a_junit_file_passes_nothing_that_could_not_be_printed() {
    let folder = folder("full");
    let file = folder.join("x.xml");
    for (more, code, says) in [
        ("", 2, "could not print"),
        ("--json", 2, "could not print"),
        ("--subject apfloat --against definition", 1, "failures="),
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let out = Command::new(env!("CARGO_BIN_EXE_halfulp"))
            .args(
                format!("verify e4m3fn --op mul --round rup --junit {} {more}", file.display())
                    .split_whitespace(),
            )
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(out.status.code(), Some(code), "{more}");
        let document = std::fs::read_to_string(&file).unwrap();
        assert!(document.contains(says) && document.ends_with("</testsuites>\n"), "{more}: {document}");
        let head = document.lines().nth(1).unwrap();
        assert!(!(head.contains("failures=\"0\"") && head.contains("errors=\"0\"")), "{more}: {head}");
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    std::fs::remove_dir_all(folder).unwrap();
}
