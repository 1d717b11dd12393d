//! The built-in formats as source, `src/format/catalog/table.rs`: made of `formats/*.toml` by the reader that users' files get.
//!
//! After a change of those files, `HALFULP_UPDATE=1 cargo test --all-features --test formats catalog_source` writes it anew.
#![cfg(feature = "file")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use halfulp::Facts;
use halfulp::format::file::{self, FileFormat};

#[test]
fn the_committed_table_is_what_the_files_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("src/format/catalog/table.rs");
    let table = table(&root.join("formats")).unwrap_or_else(|errors| panic!("{}", errors.join("\n")));
    if env::var_os("HALFULP_UPDATE").is_some() {
        fs::write(&path, &table).expect("the table");
    }
    let committed = fs::read_to_string(&path).expect("the table");
    assert!(
        committed == table,
        "{} is out of date: the first lines of this file say how to write it anew",
        path.display()
    );
}

/// The table's source, or a line for everything that is wrong.
fn table(folder: &Path) -> Result<String, Vec<String>> {
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
    formats.sort_by_key(|(_, f)| {
        let facts = f.format().facts();
        (facts.width, facts.sign as u8, f.name.clone())
    });
    let formats: Vec<FileFormat> = formats.into_iter().map(|(_, f)| f).collect();
    Ok(source(&formats))
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

/// The constant of a format: its name in capitals.
fn constant(f: &FileFormat) -> String {
    f.name.to_ascii_uppercase().replace('-', "_")
}

fn source(formats: &[FileFormat]) -> String {
    let mut text = String::from(
        "// Written by tests/formats/catalog_source.rs from formats/*.toml.\n\nuse super::entry::Entry;\n\
         use crate::format::Format;\nuse crate::format::facts::{Facts, Nans, Overflow, Sign};\n\n\
         /// The built-in formats.\nimpl Format {\n",
    );
    let constants: Vec<String> = formats.iter().map(definition).collect();
    text += &constants.join("\n");
    text += "}\n\npub static ENTRIES: &[Entry] = &[\n";
    for f in formats {
        let FileFormat { name, summary, source, aliases, ambiguous, .. } = f;
        let _ = writeln!(
            text,
            "    Entry {{\n        name: {name:?},\n        summary: {summary:?},\n        source: {source:?},\n        \
             aliases: &{aliases:?},\n        ambiguous: &{ambiguous:?},\n        format: Format::{},\n    }},",
            constant(f)
        );
    }
    text += "];\n";
    text
}

/// A constant with its documentation. `Facts` prints itself as an expression, but for the paths of its enumerations.
fn definition(f: &FileFormat) -> String {
    let Facts { width, precision, bias, sign, nans, overflow, subnormals } = f.format().facts();
    let mut text = String::new();
    let _ = write!(
        text,
        "    /// `{}`: {}. Source: {}.\n    pub const {}: Format = Format::known(Facts {{\n        width: {width},\n        \
         precision: {precision},\n        bias: {bias},\n        sign: Sign::{sign:?},\n        nans: Nans::{nans:?},\n        \
         overflow: Overflow::{overflow:?},\n        subnormals: {subnormals},\n    }});\n",
        f.name,
        f.summary,
        f.source,
        constant(f),
    );
    text
}

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
    let errors = table(&folder).expect_err("something is wrong");
    errors.iter().map(|e| e.replace(&prefix, "")).collect()
}

const GOOD: &str = "name = 'good'\nwidth = 8\nprecision = 4\n[aliases]\nocp = 'fine'\n";

#[test]
fn good_files_become_a_table_in_order() {
    let wide = "name = 'a-wide'\nsummary = 'a \"quoted\" word'\nwidth = 9\nprecision = 4\n";
    let folder = folder("good", &[("good.toml", GOOD), ("a-wide.toml", wide), ("README.md", "no format")]);
    let table = table(&folder).unwrap();
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
        "one.toml:3:13: precision: expected at least 1, and at most the width less the sign bit, found 9"
    );
    assert!(errors[1].starts_with("two.toml:2:8: this is not TOML: "), "{}", errors[1]);
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
