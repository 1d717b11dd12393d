//! The workflows run what the tests leave to them.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// An ignored test: the options of cargo that run its program, and its name.
struct Ignored {
    options: Vec<String>,
    name: String,
}

/// The ignored tests of a file of a package.
fn ignored(package: Option<&str>, place: &str, text: &str) -> Vec<Ignored> {
    let program = match place.strip_prefix("tests/") {
        Some(rest) => format!("--test {}", rest.split(['/', '.']).next().unwrap_or_default()),
        None => "--lib".to_string(),
    };
    let options: Vec<String> =
        package.map(|name| format!("-p {name}")).into_iter().chain([program]).collect();
    let mut found = Vec::new();
    for (start, _) in text.match_indices("#[ignore") {
        // Another test runs it.
        if text[start..].starts_with("#[ignore = \"the other half of") {
            continue;
        }
        // The function that follows, or the name that a macro is given.
        let after = text[start..].split_once(']').map_or("", |(_, after)| after).trim_start();
        let name = after.strip_prefix("fn ").unwrap_or(after);
        let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        found.push(Ignored { options: options.clone(), name: name.into() });
    }
    found
}

fn sources(folder: &Path, visit: &mut dyn FnMut(&Path, &str)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, visit);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            visit(&path, &fs::read_to_string(&path).expect("a source"));
        }
    }
}

/// Whether a line of a workflow runs a test: it names its package and program, and a part of its name if it names any.
fn runs(line: &str, test: &Ignored) -> bool {
    let line = format!("{line} ");
    let mut rest: Vec<&str> =
        line.split_whitespace().skip_while(|word| !word.starts_with("-p") && *word != "--test").collect();
    let is_named = test.options.iter().all(|option| line.contains(&format!("{option} ")));
    // What is left beside options and their values are parts of names.
    while let Some(at) = rest.iter().position(|word| ["-p", "--test"].contains(word)) {
        rest.drain(at..(at + 2).min(rest.len()));
    }
    let mut parts = rest.iter().filter(|word| !word.starts_with('-')).peekable();
    is_named
        && line.contains("ignored ")
        && (parts.peek().is_none() || parts.any(|part| test.name.contains(part)))
}

/// A test that is ignored here is run there; this was not so of the proofs of coverage and of the matrix of deviations.
#[test]
fn ignored_tests_have_a_job() {
    let workflows = ["ci.yml", "scheduled.yml"]
        .map(|name| fs::read_to_string(root().join(".github/workflows").join(name)).expect("a workflow"));
    let lines: Vec<&str> =
        workflows.iter().flat_map(|text| text.lines()).filter(|line| line.contains("ignored")).collect();
    let mut tests = Vec::new();
    for package in [None, Some("verify"), Some("lab"), Some("cli"), Some("tensor"), Some("networks")] {
        let folder = package.map_or_else(root, |name| root().join("crates").join(name));
        let name = package.map(|name| format!("halfulp-{name}"));
        for part in ["src", "tests"] {
            sources(&folder.join(part), &mut |path, text| {
                // This file names what it looks for.
                if !path.ends_with("documents/workflows.rs") {
                    let place = path.strip_prefix(&folder).expect("in the folder").display().to_string();
                    tests.extend(ignored(name.as_deref(), &place, text));
                }
            });
        }
    }
    assert!(tests.len() >= 9, "{}", tests.len());
    for test in &tests {
        assert!(
            lines.iter().any(|line| runs(line, test)),
            "no job runs {} ({})",
            test.name,
            test.options.join(" ")
        );
    }
    // Without the line of one program, its tests have none.
    let others =
        |test: &Ignored| lines.iter().any(|line| !line.contains("--test coverage") && runs(line, test));
    assert_eq!(tests.iter().filter(|test| !others(test)).count(), 2);
}
