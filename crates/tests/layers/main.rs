//! Which files of a package import each other: no circle but those that are listed, and that list only gets shorter.
//!
//! Sources are parsed: a path in a body or in a macro counts as a `use` line does. A name that a file hands on counts for the file that defines it, and handing on
//! is not using. Methods are not seen, whose paths stand nowhere, nor bare names that a file both hands on and uses.

mod circles;
#[path = "../../verify/tests/independence/scan.rs"]
mod scan;

use std::fs;
use std::path::{Path, PathBuf};

use circles::circles;

/// A circle that still is: the package's folder, and the files.
type Circle = (&'static str, &'static [&'static str]);

// Layers and passes through them: a pass tells a watcher of the linear layer that it is in.
const ALLOWED: &[Circle] = &[("crates/networks/src", &["layer.rs", "layer/relu.rs"])];

/// Folders of sources: those that have a `lib.rs` or a `main.rs`.
fn packages(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or(".");
        if !path.is_dir() || name.starts_with('.') || name == "target" {
            continue;
        }
        match path.join("lib.rs").is_file() || path.join("main.rs").is_file() {
            true if name == "src" => into.push(path),
            _ => packages(&path, into),
        }
    }
}

/// The files of a folder: the path within it, and the text. Unit tests in files of their own are left out: they look at all.
fn sources(src: &Path, dir: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("tests") {
            sources(src, &path, into);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            let name = path.strip_prefix(src).expect("below src").to_string_lossy().replace('\\', "/");
            into.push((name, fs::read_to_string(&path).expect("a readable source")));
        }
    }
}

#[test]
fn files_import_each_other_in_one_direction() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = Vec::new();
    packages(&root, &mut folders);
    assert!(folders.len() >= 6, "{folders:?}");
    let mut found = Vec::new();
    for src in folders {
        let mut files = Vec::new();
        sources(&src, &src, &mut files);
        let name = src.strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/");
        found.extend(circles(&files).into_iter().map(|circle| (name.clone(), circle)));
    }
    let is_same = |(package, files): &Circle, (name, circle): &(String, Vec<String>)| {
        package == name && files.iter().eq(circle.iter())
    };
    let lines = |list: Vec<String>| list.join("\n");
    let new = found.iter().filter(|one| !ALLOWED.iter().any(|allowed| is_same(allowed, one)));
    let new = lines(new.map(|(name, circle)| format!("a circle in {name}: {circle:?}")).collect());
    let gone = ALLOWED.iter().filter(|allowed| !found.iter().any(|one| is_same(allowed, one)));
    let gone = lines(gone.map(|(name, files)| format!("no circle any more in {name}: {files:?}")).collect());
    assert!(new.is_empty() && gone.is_empty(), "{new}\n{gone}");
}

#[test]
fn planted_circles_are_found() {
    let planted = |files: &[(&str, &str)]| {
        let all: Vec<_> = files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
        circles(&all)
    };
    for (what, files) in [
        ("use lines", [("a.rs", "use crate::b::X;"), ("b.rs", "use super::a::{Y, Z as V};")]),
        ("a glob", [("a.rs", "use crate::b::*;"), ("b.rs", "use super::a::*;")]),
        ("a path in a body", [("a.rs", "fn f() { crate::b::g() }"), ("b.rs", "use crate::a::f;")]),
        ("a type", [("a.rs", "fn f(_: &[crate::b::X]) {}"), ("b.rs", "use crate::a::f;")]),
        (
            "a path in a macro",
            [("a.rs", "fn f() { assert!(1 == crate::b::N); }"), ("b.rs", "use crate::a::f;")],
        ),
        ("a file and one below it", [("a.rs", "mod b; use b::X;"), ("a/b.rs", "use super::Y;")]),
        ("a path to a file below", [("a.rs", "mod b; fn f() { b::g() }"), ("a/b.rs", "use crate::a::f;")]),
    ] {
        let expected = [files.map(|(path, _)| path.to_string()).to_vec()];
        assert_eq!(planted(&files), expected, "{what}");
    }
    let handed_on = [
        ("lib.rs", "pub mod a; pub mod b; pub use a::X; pub use b::Y as Z;"),
        ("a.rs", "pub struct X; use crate::Z;"),
        ("b.rs", "pub struct Y; use crate::X;"),
        ("c.rs", "use crate::X;"),
    ];
    assert_eq!(planted(&handed_on), [["a.rs", "b.rs"]], "names that lib.rs hands on");
    let three = [
        ("a.rs", "use crate::b::B;"),
        ("b.rs", "use crate::c::C;"),
        ("c.rs", "use crate::a::A;"),
        ("d.rs", "use crate::a::A;"),
    ];
    assert_eq!(planted(&three), [["a.rs", "b.rs", "c.rs"]], "three in a row");
    for (what, text) in [
        ("a link", "/// See [`crate::b`].\nfn f() {}"),
        ("a test", "#[cfg(test)] mod tests { use crate::b::X; }"),
        ("what is handed on", "pub use crate::b::X;"),
        ("another package", "use b::X;"),
    ] {
        let found = planted(&[("a.rs", text), ("b.rs", "use crate::a::Y;")]);
        assert!(found.is_empty(), "{what} is no import: {found:?}");
    }
}
