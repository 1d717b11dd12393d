//! The files of a campaign.

use std::io::Write as _;
use std::path::Path;

use anyhow::anyhow;
use halfulp_verify::campaign::Manifest;

use crate::input;
use crate::output::Outputs;

/// A manifest.
///
/// # Errors
/// There is none, or it is wrong.
pub fn manifest(path: &Path) -> anyhow::Result<Manifest> {
    input::is_text(path)?;
    let text = input::text(path)?;
    Manifest::read(&text).map_err(|error| anyhow!("{}: {error}", path.display()))
}

/// Writes a file whole, or not at all.
///
/// # Errors
/// It cannot be written.
pub fn write(option: &str, path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = Outputs::new().claim(option, path)?;
    file.write_all(text.as_bytes())?;
    file.finish()
}
