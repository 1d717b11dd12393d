//! The import law of the oracles: what of the library each may use. Data, and nothing that decodes, operates or rounds.
//!
//! An oracle's root file (`definition.rs`) gets a `Task` with its `Format`s and makes an `Asked` of it, in which formats are
//! plain facts. No other file of an oracle may name `Task` or `Format`, so none can come by what the library derives from
//! facts; and where they are named, no method of theirs may be called by that name but those listed. Sources are parsed,
//! so paths in bodies and macros count as `use` lines do.

mod law;
mod planted;
mod scan;

use std::fs;
use std::path::{Path, PathBuf};

/// A source file: its path within `src`, and its text.
#[derive(Clone)]
struct Source {
    path: String,
    text: String,
}

fn collect(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// The files of the crate, unit tests in files of their own left out.
fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    files.retain(|path| !path.ends_with("tests.rs"));
    files.sort();
    let read = |path: &PathBuf| Source {
        path: path.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/"),
        text: fs::read_to_string(path).expect("a readable source"),
    };
    files.iter().map(read).collect()
}

#[test]
fn oracles_use_data_of_the_library_and_nothing_else() {
    let found = law::violations(&sources());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Each room of the law has files: a renamed one would else be bound by nothing.
#[test]
fn the_law_binds_every_oracle() {
    let sources = sources();
    for oracle in ["definition", "mpfr", "apfloat", "host"] {
        let (root, room) = (format!("engine/{oracle}.rs"), format!("engine/{oracle}/"));
        assert!(sources.iter().any(|s| s.path == root && law::rule(&s.path).is_some()), "{root}");
        let inner: Vec<&Source> = sources.iter().filter(|s| s.path.starts_with(&room)).collect();
        assert!(inner.len() >= 2 && inner.iter().all(|s| law::rule(&s.path).is_some()), "{room}");
    }
    for path in ["cases/random.rs", "cases/boundary.rs", "cases/special.rs", "report/explain.rs"] {
        assert!(sources.iter().any(|s| s.path == path) && law::rule(path).is_some(), "{path}");
    }
}

/// The names that the law forbids are those of the library as it is.
#[test]
fn derived_methods_are_read_from_the_library() {
    let derived = law::derived_methods();
    for name in
        ["split", "nan", "precision", "largest_magnitude", "is_integer", "encode", "is_signed", "emin"]
    {
        assert!(derived.of_formats.contains(name), "{name}");
    }
    for name in ["flushes_operands", "is_query", "rounds", "holds", "is_signalling"] {
        assert!(derived.of_operations.contains(name), "{name}");
    }
    for name in ["facts", "arity", "name", "with_policy"] {
        assert!(!derived.of_formats.contains(name) && !derived.of_operations.contains(name), "{name}");
    }
}
