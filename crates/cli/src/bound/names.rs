//! What names mean on the command line and in files.

use std::path::{MAIN_SEPARATOR, Path};

use anyhow::{bail, ensure};
use halfulp_lab::experiment::Experiment;
use halfulp_lab::program::Request;
use halfulp_lab::registry::Registry;

use crate::{input, operations};

/// What files can name: what the lab has, and networks.
pub(super) fn registry() -> Registry {
    halfulp_networks::register(Registry::default())
}

/// Whether a name is of an experiment or of a file of text.
///
/// # Errors
/// It is of neither: what it is like, if it is like something.
fn check_name(name: &str) -> anyhow::Result<()> {
    let path = Path::new(name);
    if name.contains(['/', MAIN_SEPARATOR]) || name.ends_with(".toml") {
        return input::is_text(path);
    }
    let registry = registry();
    let known = || registry.experiments().map(|(name, _)| name);
    if known().any(|known| known == name) {
        return Ok(());
    }
    ensure!(
        !path.is_file(),
        "no experiment is named {name:?}; the file of that name is named with its folder, ./{name}"
    );
    match operations::nearest(name, known()) {
        Some(near) => {
            bail!(
                "no experiment is named {name:?}: did you mean {near}? `halfulp bound list` lists all, and a file is named by its path, ./mine.toml"
            )
        }
        // What there are is said where it is opened.
        None => Ok(()),
    }
}

/// The experiments that are asked for.
///
/// # Errors
/// There is none of a name, or it cannot be run.
pub(super) fn experiments(request: &Request) -> anyhow::Result<Vec<Experiment>> {
    request.names.iter().try_for_each(|name| check_name(name))?;
    Ok(request.experiments(&registry())?)
}
