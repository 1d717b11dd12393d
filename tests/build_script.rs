//! The build script: a table of what is right, and a line for everything that is wrong.
#![cfg(feature = "file")]

#[allow(dead_code, unreachable_pub, reason = "a script of its own")]
#[path = "../build.rs"]
mod script;

use std::fs;
use std::path::{Path, PathBuf};

/// A folder with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

/// The errors of a folder, without its name.
fn errors(name: &str, files: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(name, files);
    let prefix = format!("{}/", folder.display());
    let errors = script::table(&folder).expect_err("something is wrong");
    errors.iter().map(|e| e.replace(&prefix, "")).collect()
}

const GOOD: &str = "name = 'good'\nwidth = 8\nprecision = 4\n[aliases]\nocp = 'fine'\n";

#[test]
fn good_files_become_a_table_in_order() {
    let wide = "name = 'a-wide'\nsummary = 'a \"quoted\" word'\nwidth = 9\nprecision = 4\n";
    let folder = folder("good", &[("good.toml", GOOD), ("a-wide.toml", wide), ("README.md", "no format")]);
    let table = script::table(&folder).unwrap();
    let place = |text: &str| table.find(text).unwrap_or_else(|| panic!("no {text} in {table}"));
    assert!(place("name: \"good\"") < place("name: \"a-wide\""));
    place("summary: \"a \\\"quoted\\\" word\"");
    place("aliases: &[(\"ocp\", \"fine\")]");
    place("nans: Nans::Top(7)");
}

#[test]
fn every_wrong_file_is_named_with_its_line() {
    let files = [
        ("good.toml", GOOD),
        ("one.toml", "name = 'one'\nwidth = 8\nprecision = 9\n"),
        ("two.toml", "name = 'two'\nwidth == 8\n"),
    ];
    let errors = errors("wrong", &files);
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert_eq!(
        errors[0],
        "one.toml:3:13: precision: expected at least 1, and at most the bits that are no sign"
    );
    assert!(errors[1].starts_with("two.toml:2:8: this is no TOML: "), "{}", errors[1]);
}

#[test]
fn names_belong_to_one_file() {
    let files = [
        ("good.toml", GOOD),
        ("other.toml", "name = 'other'\nwidth = 8\nprecision = 3\n[aliases]\nllvm = 'Fine'\n"),
        ("third.toml", "name = 'thrid'\nwidth = 8\nprecision = 2\n"),
    ];
    assert_eq!(
        errors("clash", &files),
        [
            "other.toml: \"Fine\" is a name in good.toml too; list it under ambiguous",
            "third.toml: name: the file of \"thrid\" is called thrid.toml",
        ]
    );
}
