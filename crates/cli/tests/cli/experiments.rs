//! Small experiments in files.
#![allow(dead_code, reason = "each test uses some")]

use tempfile::TempDir;

/// An experiment that takes no time and asserts nothing yet.
pub const HEAD: &str = r#"name = "small"
title = "A small experiment"
about = "For tests."

[run.ema]
storages = ["bfloat16"]
betas = [0.9]
signals = ["gauss"]
steps = 50
elements = 20
seeds = [1]

"#;

/// What it asserts.
pub const ASSERTED: &str = "[[assert]]\nbound = \"ema.running\"\n";

/// A folder that is removed again.
pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for tests")
}

/// A file in it; its path.
pub fn file(folder: &TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a file for tests");
    path.display().to_string()
}
