//! What `--json` prints is what `docs/schema` says: real output is validated, and the schemas are shown to refuse what they should.

use std::path::Path;

use crate::experiments::{ASSERTED, HEAD, file};
use crate::program::{command, run};
use crate::tensors::{data, folder, write_npy};
use jsonschema::Validator;
use serde_json::{Value, json};

fn schema(name: &str) -> Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/schema")
        .join(format!("halfulp.{name}-1.json"));
    let text = std::fs::read_to_string(&path).expect("a schema");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a schema of draft 2020-12");
    jsonschema::validator_for(&schema).expect("a schema")
}

/// The document that a run prints, which is what the schema of this name says.
fn valid(name: &str, args: &str) -> Value {
    let document: Value = serde_json::from_str(&run(args).out).expect("JSON");
    let errors: Vec<String> =
        schema(name).iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{args}: {errors:#?}");
    assert_eq!(document["schema"], format!("halfulp.{name}/1"), "{args}");
    document
}

/// Each object of a document, and its keys, one at a time: without a key, or with one more, the document is no longer valid.
fn assert_strict(name: &str, document: &Value) {
    let schema = schema(name);
    let keys: Vec<String> = document.as_object().expect("an object").keys().cloned().collect();
    for key in keys {
        let mut without = document.clone();
        without.as_object_mut().expect("an object").remove(&key);
        assert!(!schema.is_valid(&without), "{name} without {key}");
        let mut wrong = document.clone();
        wrong[&key] = json!([[[]]]);
        assert!(!schema.is_valid(&wrong), "{name}: {key} of another type");
    }
    let mut more = document.clone();
    more["more"] = json!(1);
    assert!(!schema.is_valid(&more), "{name} with a key more");
}

#[test]
fn formats() {
    for args in ["formats --json", "formats --p3109 --json"] {
        let document = valid("formats", args);
        assert_strict("formats", &document);
    }
}

#[test]
fn diagnose() {
    let program = env!("CARGO_BIN_EXE_halfulp");
    let device = format!("cmd:{program} device daz,truncate {{op}} {{format}}");
    let mut command = command("diagnose e2m3 --op mul --json --quiet --subject");
    let out = command.arg(device).output().expect("the program starts");
    let document: Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let schema = schema("diagnose");
    let errors: Vec<String> =
        schema.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_strict("diagnose", &document);
    let task = &document["tasks"][0];
    assert_eq!((&task["residual"], &task["rows"]), (&json!(0), &json!(4096)));
    let names: Vec<&Value> =
        task["deviations"].as_array().expect("a list").iter().map(|d| &d["name"]).collect();
    assert_eq!(names, ["daz", "truncate"]);
    for key in task.as_object().expect("an object").keys() {
        let mut without = document.clone();
        without["tasks"][0].as_object_mut().expect("an object").remove(key);
        assert!(!schema.is_valid(&without), "without {key}");
    }
}

#[test]
fn stream() {
    let program = env!("CARGO_BIN_EXE_halfulp");
    for (options, alone, sequential) in [("--fault late-rounding", false, true), ("", false, false)] {
        let mut command = command("stream e4m3fn --op mul --length 500 --json --quiet --subject");
        let out =
            command.arg(format!("cmd2:{program} serve {options}")).output().expect("the program starts");
        let document: Value = serde_json::from_slice(&out.stdout).expect("JSON");
        let schema = schema("stream");
        let errors: Vec<String> =
            schema.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert_strict("stream", &document);
        let is_there = |key: &str| !document[key].as_array().expect("a list").is_empty();
        assert_eq!((is_there("alone"), is_there("sequential")), (alone, sequential), "{document}");
        if sequential {
            let found = &document["sequential"][0];
            assert_eq!(found["history"].as_array().map(Vec::len), Some(2), "{found}");
            for key in found.as_object().expect("an object").keys() {
                let mut without = document.clone();
                without["sequential"][0].as_object_mut().expect("an object").remove(key);
                assert!(!schema.is_valid(&without), "without {key}");
            }
        }
    }
}

#[test]
fn profiles() {
    for args in ["profiles --json", "profiles onnxruntime-saturate-0 --json"] {
        assert_strict("profiles", &valid("profiles", args));
    }
}

#[test]
fn diff() {
    for args in [
        "torch cuda-float --from binary32 --to e4m3fn",
        "arm-fp8 ocp --from binary16 --to e5m2",
        "avx10.2-bias avx10.2-bias-s --from binary16 --to e5m2",
        "scalar definition --op add --format e2m1",
        "p3109-v4.0 p3109-2026-07 --op add --format binary8p3sf",
    ] {
        assert_strict("diff", &valid("diff", &format!("diff {args} --json")));
    }
}

#[test]
fn show() {
    for name in [
        "e4m3fn",
        "binary64",
        "e8m0",
        "mxint8",
        "i64",
        "u2",
        "e4m3fnuz",
        "binary3p1ue",
        "ue5m3",
        "tf32",
        "binary16-arm",
    ] {
        let document = valid("show", &format!("show {name} --json"));
        assert_strict("show", &document);
        for what in ["0x1", "0x0", "0x3", "1", "-0.3", "1e400", "nan"] {
            assert_strict("show", &valid("show", &format!("show {name} {what} --json")));
        }
        assert_strict("show", &valid("show", &format!("show {name} -inf --saturate finite --json")));
    }
    for name in ["e4m3fn", "binary16", "i8", "e8m0"] {
        assert_strict("show", &valid("show", &format!("show {name} --all --json")));
        assert_strict("show", &valid("show", &format!("show {name} --all --hex --json")));
    }
    for (name, profile) in [("e4m3fn", "cuda-float"), ("e8m0", "onnx"), ("e5m2", "ocp")] {
        assert_strict("show", &valid("show", &format!("show {name} --like {profile} --json")));
    }
}

#[test]
fn quantize() {
    let folder = folder();
    let out = folder.path().join("out.safetensors");
    let weights = data("weights.safetensors").display().to_string();
    for args in [
        format!("{weights} --to e4m3fn,e5m2,bfloat16 --round sr-a:8"),
        format!("{weights} --to e2m1 --scale amax -o {}", out.display()),
        format!("{} --to i8 --scale 0.5", data("fortran.npy").display()),
    ] {
        assert_strict("quantize", &valid("quantize", &format!("quantize {args} --json")));
    }
    // What has no number: no elements, no signal, errors beyond binary64.
    let path = folder.path().join("x.npy");
    for numbers in
        [vec![], vec![0.0, -0.0], vec![f64::NAN, f64::INFINITY], vec![5e-324, f64::MAX], vec![1e300, 1e-300]]
    {
        let bytes: Vec<u8> = numbers.iter().copied().flat_map(f64::to_le_bytes).collect();
        write_npy(&path, "<f8", numbers.len() as u64, &bytes);
        for scale in ["none", "amax", "pow2", "1e-30"] {
            valid("quantize", &format!("quantize {} --to e4m3fn --scale {scale} --json", path.display()));
        }
    }
}

#[test]
fn bound() {
    let folder = folder();
    let good = file(&folder, "good.toml", &format!("{HEAD}{ASSERTED}"));
    let number = "[[expect]]\nnumber = \"largest ratio of ema.running\"\nvalue = inf\nsource = \"nobody\"\n";
    let other = file(&folder, "other.toml", &format!("{HEAD}{number}[[diverge]]\nof = \"x\"\n"));
    let document = valid("bound", &format!("bound run {good} {other} one-step pathologies --json"));
    assert!(document.to_string().contains("\"Infinity\""));
    assert_strict("bound", &document);
    assert_strict("bound-list", &valid("bound-list", "bound list --json"));
}

#[test]
fn bound_trace() {
    for name in ["adamw-f32", "sgd-bf16", "fault-truncated", "fault-stale"] {
        let trace = crate::traces::recorded(name);
        assert_strict("bound-trace", &valid("bound-trace", &format!("bound trace {trace} --json")));
    }
}

/// A file of `--coverage`, as it is written and as it is merged.
#[test]
fn coverage() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let tasks = [("mul,compare_less,class", "rne"), ("add", "sr-a:3")];
    for (name, (ops, round)) in ["1.json", "2.json"].into_iter().zip(tasks) {
        let args = format!(
            "verify e2m1 --op {ops} --round {round} --saturate none --shard 1/2 -q --coverage {}",
            path(name)
        );
        assert_eq!(run(&args).code, 0, "{args}");
    }
    let document = valid("coverage", &format!("coverage {} {} --json", path("1.json"), path("2.json")));
    assert_strict("coverage", &document);
    let schema = schema("coverage");
    for part in
        ["/tasks/0", "/tasks/0/sources/0", "/tasks/0/groups/0", "/tasks/0/groups/0/axes/0", "/formats/0"]
    {
        for key in document.pointer(part).expect("a part").as_object().expect("an object").keys() {
            let mut without = document.clone();
            without.pointer_mut(part).expect("a part").as_object_mut().expect("an object").remove(key);
            assert!(!schema.is_valid(&without), "{part} without {key}");
        }
    }
    let proved = document["tasks"].as_array().expect("tasks").iter().any(|task| task["exhausted"].is_u64());
    assert!(proved && document["tasks"].as_array().expect("tasks").len() == 4, "{document}");
}

/// The header of a vector file, as its first line, and the report on recorded answers.
#[test]
fn vectors_and_check() {
    let folder = folder();
    for words in
        ["mul e4m3fn", "fma --operands e2m1,e3m2,binary32 --result binary32 --round sr-b:5", "class e5m2"]
    {
        let lines = run(&format!("vectors {words} --cases edge,random:9 --shard 2/3 --as jsonl")).out;
        let header: Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
        let errors: Vec<String> =
            schema("vectors").iter_errors(&header).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{words}: {errors:#?}");
        let required: Vec<String> = header.as_object().expect("an object").keys().cloned().collect();
        for key in required.iter().filter(|key| !["name", "result", "shard"].contains(&key.as_str())) {
            let mut without = header.clone();
            without.as_object_mut().expect("an object").remove(key);
            assert!(!schema("vectors").is_valid(&without), "{words} without {key}");
        }
        let path = file(&folder, "rows.jsonl", &lines.replacen("\"0x0", "\"0x1", 40));
        let report: Value = serde_json::from_str(&run(&format!("check {path} --json")).out).expect("JSON");
        let name = report["schema"]
            .as_str()
            .expect("a schema")
            .split(['.', '/'])
            .nth(1)
            .expect("a name")
            .to_string();
        let errors: Vec<String> = schema(&name).iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{words}: {errors:#?}");
    }
    let path = folder.path().join("rows.csv");
    run(&format!("vectors mul e4m3fn --cases edge -q -o {}", path.display()));
    let text = std::fs::read_to_string(&path).expect("rows");
    let spoilt: Vec<String> = text
        .lines()
        .filter(|line| !line.starts_with("5,"))
        .map(|line| {
            line.strip_suffix(",0x00,0x00").map_or(line.to_string(), |start| format!("{start},0xzz,0x00"))
        })
        .collect();
    std::fs::write(&path, spoilt.join("\n")).expect("rows");
    let report: Value =
        serde_json::from_str(&run(&format!("check {} --json", path.display())).out).expect("JSON");
    let errors: Vec<String> = schema("verify").iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(report["verdict"], "differ");
    assert!(
        report["reasons"][0].as_str().expect("a reason").ends_with("none to case 5"),
        "{}",
        report["reasons"]
    );
    assert_eq!(report["explanations"][0]["got"]["result"]["code"], "undefined");
}

#[test]
fn errors() {
    for args in [
        "show nosuch --json",
        "quantize --json",
        "formats --nosuch --json",
        "bound check nosuch --json",
        "verify nosuch --json",
        "eval --json",
    ] {
        assert_strict("error", &valid("error", args));
    }
}
