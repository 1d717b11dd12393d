//! SPEC.md and these tests name the same clauses.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// `**R3** (…` at the start of a line.
fn clauses(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("**")?.split_once("** ("))
        .map(|(id, _)| id.to_string())
        .collect()
}

/// The id in a test's name: `fn r3_ties_…` names R3. Helpers carry no `#[test]`.
fn tested(source: &str) -> Vec<String> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == "#[test]")
        .filter_map(|pair| pair[1].strip_prefix("fn "))
        .filter_map(|name| name.split('_').next())
        .filter(|word| {
            let mut letters = word.chars();
            letters.next().is_some_and(|c| c.is_ascii_lowercase())
                && word.len() > 1
                && letters.all(|c| c.is_ascii_digit())
        })
        .map(str::to_uppercase)
        .collect()
}

fn all_tested() -> BTreeSet<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let mut ids = BTreeSet::new();
    let mut folders = vec![here];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of these tests") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => ids.extend(tested(&read(&path))),
            }
        }
    }
    // The bounds are other packages'.
    ids.extend(bounds().iter().flat_map(|path| tested(&read(path))));
    ids
}

/// The tests of the bounds, where the repository is around this package.
fn bounds() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    let files = ["lab/tests/lab/spec.rs", "lab/tests/lab/spec/runs.rs", "networks/tests/networks/spec.rs"];
    let paths = files.map(|name| folder.join(name));
    paths.into_iter().filter(|path| path.is_file()).collect()
}

fn spec() -> Vec<String> {
    clauses(&read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("SPEC.md")))
}

#[test]
fn every_clause_has_a_test_and_every_test_a_clause() {
    let mut clauses: BTreeSet<String> = spec().into_iter().collect();
    if bounds().is_empty() {
        clauses.retain(|clause| !clause.starts_with('B'));
    }
    let tested = all_tested();
    assert!(clauses.len() > 50, "SPEC.md has lost its clauses");
    let untested: Vec<_> = clauses.difference(&tested).collect();
    assert!(untested.is_empty(), "clauses without a test: {untested:?}");
    let unknown: Vec<_> = tested.difference(&clauses).collect();
    assert!(unknown.is_empty(), "tests of clauses that SPEC.md does not have: {unknown:?}");
}

#[test]
fn clause_ids_are_unique_and_in_order() {
    let ids = spec();
    let mut next = std::collections::BTreeMap::new();
    for id in ids {
        let (letter, number) = id.split_at(1);
        let expected = next.entry(letter.to_string()).or_insert(1);
        assert_eq!(number, expected.to_string(), "clause {id} is out of order");
        *expected += 1;
    }
}

/// Every id that is referred to exists, so that no reference dangles.
#[test]
fn references_between_clauses_resolve() {
    let text = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("SPEC.md"));
    let known: BTreeSet<String> = spec().into_iter().collect();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    for word in words.filter(|w| w.len() >= 2 && w.len() <= 3) {
        let (letter, number) = word.split_at(1);
        let like_an_id = "FVRSTOCPXB".contains(letter) && number.chars().all(|c| c.is_ascii_digit());
        assert!(!like_an_id || known.contains(word), "SPEC.md refers to {word}, which is no clause");
    }
}

/// The check itself sees what it should.
#[test]
fn the_scanner_sees_a_missing_clause_and_a_stray_test() {
    assert_eq!(clauses("**R3** (ties). Text **R4** (no).\n**V1** (nan). x"), ["R3", "V1"]);
    let source =
        "#[test]\nfn r3_ties() {}\nfn r4_helper() {}\n#[test]\nfn other() {}\n#[test]\nfn x12_y() {}";
    assert_eq!(tested(source), ["R3", "X12"]);
}
