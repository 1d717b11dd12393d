//! The names of vector files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use halfulp_verify::vectors::Form;

/// The form that was asked for, or that a name suggests.
pub fn form(asked: Option<Form>, path: Option<&Path>) -> Option<Form> {
    let extension =
        path.and_then(Path::extension).map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    asked.or_else(|| Form::of_extension(&extension?))
}

/// The file beside the rows that has their header.
pub fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".toml");
    name.into()
}
