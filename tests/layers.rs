//! The import law: lower rooms never see higher ones.
//!
//! `slice -> kernel -> op -> exact -> value -> {format, policy}`, `op -> round -> value`, `typed, text -> op`. `exact`
//! does not know what a format is, so it cannot round by accident; `round` does not know what an operation is, so it
//! has no special cases.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A room and the rooms it may import.
const LAW: [(&str, &[&str]); 12] = [
    ("noise", &[]),
    ("policy", &[]),
    ("format", &[]),
    ("value", &["format", "policy"]),
    ("exact", &["value", "policy"]),
    ("round", &["value", "format", "policy"]),
    ("op", &["exact", "round", "value", "format", "policy"]),
    ("text", &["op", "round", "value", "format", "policy"]),
    ("typed", &["text", "op", "round", "value", "format", "policy", "noise"]),
    ("kernel", &["op", "round", "value", "format", "policy", "noise"]),
    ("slice", &["typed", "kernel", "op", "round", "value", "format", "policy", "noise"]),
    ("prelude", &["slice", "typed", "text", "op", "policy", "format", "noise"]),
];

/// Lines of a source file, at most.
const FILE_LIMIT: usize = 300;
/// A table that a test writes.
const WRITTEN: &str = "src/format/catalog/table.rs";

fn source_files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            source_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// The library's files: path within `src`, and text. Unit tests in files of their own are bound by no law.
fn sources() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&src, &mut files);
    files.retain(|path| !path.ends_with("tests.rs"));
    files.sort();
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(path).expect("a readable source"))
    };
    files.iter().map(read).collect()
}

/// The room of a file: `round` for `round.rs` and `round/cut.rs`.
fn room(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or(path)
}

/// A line without its comment. Paths in documentation are links, not imports.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or("")
}

/// What the face re-exports: a name and the room it comes from.
fn reexports(face: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let flat = face.lines().map(code).collect::<Vec<_>>().join(" ");
    for item in flat.split(';').filter_map(|s| s.split_once("pub use ").map(|(_, rest)| rest)) {
        let room = item.split("::").next().unwrap_or("").trim().to_string();
        let words = item.split(|c: char| !c.is_alphanumeric() && c != '_');
        for word in words.filter(|w| !w.is_empty()) {
            names.insert(word.to_string(), room.clone());
        }
    }
    names
}

/// The rooms that a text names after `crate::`, directly, in a group (`use crate::{a, b}`) or by a re-export.
fn imports(text: &str, names: &BTreeMap<String, String>) -> BTreeSet<String> {
    let flat = text.lines().map(code).collect::<Vec<_>>().join(" ");
    let mut rooms = BTreeSet::new();
    for rest in flat.split("crate::").skip(1) {
        let heads = if let Some(group) = rest.strip_prefix('{') {
            first_words(group)
        } else {
            vec![rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("").to_string()]
        };
        for head in heads {
            let known = LAW.iter().any(|(room, _)| *room == head);
            let room = if known { Some(&head) } else { names.get(&head) };
            rooms.extend(room.cloned());
        }
    }
    rooms
}

/// The first word of each item of a group that starts after its brace.
fn first_words(group: &str) -> Vec<String> {
    let (mut depth, mut words, mut item) = (0, Vec::new(), String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => words.push(std::mem::take(&mut item)),
            _ if depth == 0 => item.push(c),
            _ => {}
        }
    }
    words.push(item);
    let head = |item: &String| item.trim().split("::").next().unwrap_or("").trim().to_string();
    words.iter().map(head).filter(|w| !w.is_empty()).collect()
}

/// What breaks the law, as `file imports room`.
fn violations(files: &[(String, String)]) -> Vec<String> {
    let face = files.iter().find(|(path, _)| path == "lib.rs").map_or("", |(_, text)| text);
    let names = reexports(face);
    let mut found = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path != "lib.rs") {
        let Some((_, allowed)) = LAW.iter().find(|(name, _)| *name == room(path)) else {
            found.push(format!("{path} is in a room that the law does not know"));
            continue;
        };
        for import in imports(text, &names) {
            if import != room(path) && !allowed.contains(&import.as_str()) {
                found.push(format!("{path} imports {import}"));
            }
        }
    }
    found
}

#[test]
fn lower_rooms_do_not_import_higher_ones() {
    let found = violations(&sources());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The law itself has no cycle: each room stands below all that may import it.
#[test]
fn the_law_has_no_cycle() {
    let mut placed: Vec<&str> = Vec::new();
    for (room, allowed) in LAW {
        for import in allowed {
            assert!(placed.contains(import), "{room} imports {import} before its place");
        }
        placed.push(room);
    }
    assert!(!LAW[4].1.contains(&"format"), "exact knows no format");
    assert!(!LAW[5].1.contains(&"op") && !LAW[5].1.contains(&"exact"), "round knows no operation");
}

#[test]
fn planted_imports_are_found() {
    let planted = |path: &str, line: &str| {
        let mut files = sources();
        let file = files.iter_mut().find(|(name, _)| name == path).expect("a file to plant in");
        file.1.push_str(line);
        violations(&files)
    };
    for (path, line, found) in [
        ("exact/mul.rs", "use crate::format::Format;\n", "exact/mul.rs imports format"),
        ("exact/mul.rs", "use crate::Format;\n", "exact/mul.rs imports format"),
        ("exact.rs", "fn f() { crate::round::round() }\n", "exact.rs imports round"),
        ("round.rs", "use crate::op::Op;\n", "round.rs imports op"),
        (
            "round.rs",
            "use crate::{\n    value::Exact,\n    exact::{add, mul},\n};\n",
            "round.rs imports exact",
        ),
        ("value.rs", "use crate::round;\n", "value.rs imports round"),
        ("format.rs", "use crate::{Policy, value::{Exact}};\n", "format.rs imports policy"),
        ("policy.rs", "use crate::apply;\n", "policy.rs imports op"),
        ("op/apply.rs", "use crate::text::decimal;\n", "op/apply.rs imports text"),
    ] {
        assert!(planted(path, line).contains(&found.to_string()), "{line:?} in {path} was missed");
    }
    assert!(planted("exact.rs", "/// See [`crate::format`].\n").is_empty(), "a link is no import");
    let mut files = sources();
    files.push(("cellar.rs".to_string(), String::new()));
    assert_eq!(violations(&files), ["cellar.rs is in a room that the law does not know"]);
}

/// The face has documentation and re-exports, and no code.
#[test]
fn the_face_has_no_code() {
    for (path, text) in sources().iter().filter(|(path, _)| path == "lib.rs") {
        for line in text.lines().map(code).map(str::trim).filter(|l| !l.is_empty()) {
            for word in ["fn ", "struct ", "enum ", "impl ", "static ", "trait "] {
                assert!(!line.contains(word), "{path}: {line}");
            }
        }
    }
}

/// No source or test of any package is longer than the limit.
#[test]
fn files_are_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for dir in ["src", "tests", "benches", "examples", "crates"] {
        if root.join(dir).is_dir() {
            source_files(&root.join(dir), &mut files);
        }
    }
    assert!(files.len() > 20);
    for path in files.iter().filter(|path| !path.ends_with(WRITTEN)) {
        let lines = fs::read_to_string(path).expect("a readable source").lines().count();
        assert!(lines <= FILE_LIMIT, "{} has {lines} lines, of at most {FILE_LIMIT}", path.display());
    }
}
