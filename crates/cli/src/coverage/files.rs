//! The files of `--coverage`: their form follows from their names.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::bail;
use halfulp_verify::coverage::{Document, to_html, to_json, to_text};

use crate::document;
use crate::output::{Output, Outputs};

/// What a file has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Json,
    Text,
    Page,
}

impl Form {
    /// What the name of a file tells; text for what has no extension, such as /dev/stderr.
    fn of(path: &Path) -> Option<Form> {
        let extension = path.extension().map(|given| given.to_string_lossy().to_ascii_lowercase());
        match extension.as_deref() {
            Some("json") => Some(Form::Json),
            Some("html" | "htm") => Some(Form::Page),
            Some("txt") | None => Some(Form::Text),
            Some(_) => None,
        }
    }

    fn write(self, document: &Document) -> String {
        match self {
            Form::Json => document::harmless(&to_json(document)) + "\n",
            Form::Text => to_text(document),
            Form::Page => to_html(document),
        }
    }
}

/// Files in the making.
pub struct Files(Vec<(Form, Output)>);

impl Files {
    /// Begins the files that an option names.
    ///
    /// # Errors
    /// A name that tells no form, or a file that cannot be written.
    pub fn begin(outputs: &mut Outputs, option: &str, paths: &[PathBuf]) -> anyhow::Result<Files> {
        let begin = |path: &PathBuf| match Form::of(path) {
            Some(form) => Ok((form, outputs.claim(option, path)?)),
            None => bail!(
                "{option} {}: coverage is written as .json, .txt or .html: end the name so",
                path.display()
            ),
        };
        Ok(Files(paths.iter().map(begin).collect::<anyhow::Result<_>>()?))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes them all, and puts them in their places.
    ///
    /// # Errors
    /// One cannot be written.
    pub fn write(self, document: &Document) -> anyhow::Result<()> {
        for (form, mut file) in self.0 {
            file.write_all(form.write(document).as_bytes())?;
            file.finish()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_form() {
        let form = |name: &str| Form::of(Path::new(name));
        assert_eq!(form("a/b.JSON"), Some(Form::Json));
        assert_eq!(form("b.htm"), Some(Form::Page));
        assert_eq!((form("b.txt"), form("/dev/null")), (Some(Form::Text), Some(Form::Text)));
        assert_eq!(form("b.xml"), None);
    }
}
