//! Where the quantized file goes.

use std::path::Path;

use anyhow::{bail, ensure};

use super::input::Input;
pub use crate::output::Output;

/// Checks that a place will do for the output.
///
/// # Errors
/// It is the input's, or its name says that it is another kind of file.
pub fn check(path: &Path, input: &Input) -> anyhow::Result<()> {
    let kind = input.kind.extension();
    if input.is_at(path) {
        bail!("-o {}: that is the input; name another file", path.display());
    }
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    ensure!(
        extension.as_deref() == Some(kind),
        "-o {}: the input is a .{kind} file, so the output is one: name it so",
        path.display()
    );
    Ok(())
}
