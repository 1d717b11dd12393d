//! Code in docs is code that is compiled and run.

use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines that hold code, without their indentation.
fn lines(code: &str) -> Vec<&str> {
    code.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// The bound of docs/ci.md on code of one's own is the example's, which `cargo test` compiles and runs. Once it called functions that were
/// nowhere.
#[test]
fn the_bound_in_ci_md_is_the_example() {
    let document = read("docs/ci.md");
    let snippet = document.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next());
    let snippet = snippet.expect("a snippet that is marked as Rust");
    let example = read("crates/lab/examples/assert_bound.rs");
    // In order, with nothing but what the example has besides.
    let mut example = lines(&example).into_iter();
    for line in lines(snippet) {
        assert!(example.any(|other| other == line), "not in the example, or not in this order: {line}");
    }
    assert!(lines(snippet).len() > 40 && snippet.contains("#[test]"), "{snippet}");
}

/// Every deviation that the help of `device` lists is in the table of docs/devices.md, and no other.
#[test]
fn deviations_are_documented() {
    let help = crate::program::run("device --help").out;
    let list =
        help.split("Deviations, ").nth(1).and_then(|rest| rest.split("\n\nExamples").next()).expect("a list");
    let page = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/devices.md"),
    );
    let page = page.expect("docs/devices.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let described: Vec<&str> = rows.map(|(name, _)| name).filter(|name| list.contains(name)).collect();
    // Names have no capitals and are longer than the words of titles.
    let words: Vec<&str> =
        list.lines().skip(2).flat_map(|line| line.get(15..).unwrap_or("").split_whitespace()).collect();
    let names: Vec<&str> = words.into_iter().take_while(|word| !word.starts_with("stuck-")).collect();
    assert!(names.len() > 60, "{names:?}");
    for name in names {
        assert!(described.contains(&name), "{name} is not in docs/devices.md");
    }
}
