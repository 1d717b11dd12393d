//! The profiles that ship.

use std::sync::{Arc, OnceLock};

use super::{Profile, parse};

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../profiles/", $name, ".toml")))),*]
    };
}

/// The names and files, in the order in which they are listed.
pub(super) const FILES: [(&str, &str); COUNT] = shipped![
    "torch",
    "torch-2.11",
    "ml-dtypes",
    "jax",
    "numpy",
    "onnx",
    "onnx-saturate-0",
    "onnxruntime",
    "onnxruntime-saturate-0",
    "gfloat",
    "gfloat-saturating",
    "cuda-float",
    "cuda-double",
    "cuda-half",
    "cuda-bfloat16",
    "ptx-cvt",
    "hip-2024-10",
    "hip-2024-10-nosat",
    "hip-rocm-systems",
    "gfx950-sr",
    "rdna4",
    "arm-fp8",
    "arm-fp8-osc",
    "arm-fp8-ah",
    "arm-fp8-osc-ah",
    "riscv-ofp8",
    "riscv-ofp8-sat",
    "x86-f16c",
    "x86-sse",
    "x86-bf16",
    "x86-fp16",
    "x86-amx-bf16",
    "avx10.2",
    "avx10.2-s",
    "avx10.2-bias",
    "avx10.2-bias-s",
    "ocp",
    "ocp-saturating",
    "p3109-v4.0",
    "p3109-2026-07",
];

const COUNT: usize = 40;

/// A name that no profile has.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no profile is called {name:?}{}", meant(near))]
pub struct UnknownProfile {
    /// The name.
    pub name: String,
    /// Names that are nearly the same.
    pub near: Vec<&'static str>,
}

fn meant(near: &[&str]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
}

/// Every profile that ships, in the order in which they are listed.
///
/// # Panics
/// Never: a test parses every file.
#[must_use]
pub fn all() -> &'static [Arc<Profile>] {
    static ALL: OnceLock<Vec<Arc<Profile>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let parsed = FILES.iter().map(|(name, text)| parse(text, &format!("profiles/{name}.toml")));
        parsed.map(|profile| Arc::new(profile.unwrap_or_else(|error| panic!("{error}")))).collect()
    })
}

/// The profile of a name.
///
/// # Errors
/// If none has it: with the names that are nearly the same.
pub fn by_name(name: &str) -> Result<Arc<Profile>, UnknownProfile> {
    if let Some(profile) = all().iter().find(|profile| profile.name == name) {
        return Ok(Arc::clone(profile));
    }
    Err(UnknownProfile { name: name.into(), near: near(name) })
}

/// At most four names that contain what was written or a part of it, or differ from it in few letters.
fn near(name: &str) -> Vec<&'static str> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let names = || FILES.iter().map(|(known, _)| *known);
    let contain = |known: &&str| !name.is_empty() && (known.contains(&name) || name.contains(*known));
    let mut near: Vec<&str> = names().filter(contain).take(4).collect();
    if near.is_empty() {
        let mut ranked: Vec<_> = names().map(|known| (distance(&name, known), known)).collect();
        ranked.sort();
        near = ranked
            .into_iter()
            .filter(|(distance, known)| 2 * distance <= known.len())
            .map(|(_, known)| known)
            .take(3)
            .collect();
    }
    near
}

/// Levenshtein's distance: insertions, deletions and replacements from one text to the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
