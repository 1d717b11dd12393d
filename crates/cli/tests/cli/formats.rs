//! `halfulp formats`: how a format is found.

use crate::program::run;

/// What a format is called elsewhere, and what it is, finds it.
#[test]
fn formats_are_found_by_what_is_said_of_them() {
    let names = |args: &str| -> Vec<String> {
        let run = run(&format!("formats {args} --json"));
        let list: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
        list["formats"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap().into()).collect()
    };
    assert_eq!(names("__NV_E4M3"), ["e4m3fn"]);
    assert!(names("microscaling").contains(&"e8m0".to_string()));
    assert!(names("").len() > names("fp8").len() && names("fp8").contains(&"e5m2".into()));
    let nosuch = run("formats nosuch");
    assert!(nosuch.code == 2 && nosuch.err.contains("no format has \"nosuch\""), "{}", nosuch.err);
    let out = run("formats").out;
    let line = out.lines().find(|line| line.starts_with("e4m3fn ")).expect("a line");
    assert!(line.contains("OCP FP8 E4M3") && line.contains("float8_e4m3fn"), "{line}");
}
