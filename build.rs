//! Reads `formats/*.toml` with the reader that users' files get, and writes the catalog's table.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[allow(dead_code, clippy::enum_variant_names, reason = "it is the library's public face, not this script's")]
#[path = "src/format/facts.rs"]
mod facts;
#[path = "src/format/file.rs"]
mod file;

use file::FileFormat;

fn main() {
    println!("cargo::rerun-if-changed=formats");
    match table(Path::new("formats")).and_then(|table| write_table(&table)) {
        Ok(()) => {}
        Err(errors) => errors.iter().for_each(|e| println!("cargo::error={e}")),
    }
}

/// The table's source, or a line for everything that is wrong.
pub(crate) fn table(folder: &Path) -> Result<String, Vec<String>> {
    let paths = toml_files(folder).map_err(|e| vec![format!("{}: cannot be read: {e}", folder.display())])?;
    let (mut formats, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match file::read(&path) {
            Ok(format) => formats.push((path, format)),
            Err(e) => errors.push(e.to_string()),
        }
    }
    errors.extend(clashes(&formats));
    if !errors.is_empty() {
        return Err(errors);
    }
    formats.sort_by_key(|(_, f)| (f.facts.width, f.facts.sign as u8, f.name.clone()));
    let entries: Vec<String> = formats.iter().map(|(_, f)| entry(f)).collect();
    Ok(format!("&[\n{}]\n", entries.concat()))
}

fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for item in fs::read_dir(folder)? {
        let path = item?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Names that are not one format's alone, and files that are not called as their format.
fn clashes(formats: &[(PathBuf, FileFormat)]) -> Vec<String> {
    let mut errors = Vec::new();
    for (i, (path, format)) in formats.iter().enumerate() {
        if path.file_stem().is_none_or(|stem| stem != format.name.as_str()) {
            let (path, name) = (path.display(), &format.name);
            errors.push(format!("{path}: name: the file of {name:?} is called {name}.toml"));
        }
        let path = path.display();
        for (other_path, other) in &formats[..i] {
            for name in names(format).filter(|name| names(other).any(|o| o.eq_ignore_ascii_case(name))) {
                let other_path = other_path.display();
                errors
                    .push(format!("{path}: {name:?} is a name in {other_path} too; list it under ambiguous"));
            }
        }
    }
    errors
}

fn names(format: &FileFormat) -> impl Iterator<Item = &str> {
    let aliases = format.aliases.iter().map(|(_, name)| name.as_str());
    std::iter::once(format.name.as_str()).chain(aliases)
}

fn entry(f: &FileFormat) -> String {
    let mut text = String::new();
    // `Facts` prints itself as an expression, but for the paths of its enumerations.
    let facts = f.facts;
    let _ = write!(
        text,
        "    Entry {{\n        name: {:?},\n        summary: {:?},\n        source: {:?},\n        \
         aliases: &{:?},\n        ambiguous: &{:?},\n        format: Format::known(Facts {{\n            \
         width: {},\n            precision: {},\n            bias: {},\n            sign: Sign::{:?},\n            \
         nans: Nans::{:?},\n            overflow: Overflow::{:?},\n            subnormals: {},\n        }}),\n    }},\n",
        f.name,
        f.summary,
        f.source,
        f.aliases,
        f.ambiguous,
        facts.width,
        facts.precision,
        facts.bias,
        facts.sign,
        facts.nans,
        facts.overflow,
        facts.subnormals
    );
    text
}

fn write_table(table: &str) -> Result<(), Vec<String>> {
    let folder = env::var_os("OUT_DIR").ok_or_else(|| vec!["OUT_DIR is not set: build with cargo".into()])?;
    let path = PathBuf::from(folder).join("catalog.rs");
    fs::write(&path, table).map_err(|e| vec![format!("{}: cannot be written: {e}", path.display())])
}
