//! Which tensors are quantized, and in what order they are told.

use anyhow::{Context as _, ensure};
use globset::{Glob, GlobBuilder, GlobSetBuilder};
use halfulp_tensor::Input;

use super::report::Row;
use crate::columns::cell;

/// What rows are ordered by. Rows of a tensor stay together: the first format decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Key {
    /// The order in the file.
    File,
    /// By name.
    Name,
    /// By signal-to-noise ratio, lowest first.
    Snr,
    /// By largest relative error, largest first.
    RelError,
    /// By share of elements out of range, largest first.
    Saturated,
    /// By share of elements that became zero, largest first.
    Zero,
    /// By number of elements, largest first.
    Count,
}

/// Leaves all tensors as they are whose names match none of the patterns.
///
/// # Errors
/// A pattern is none, or no tensor that could be quantized has such a name.
pub fn select(input: &mut Input, patterns: &[String]) -> anyhow::Result<()> {
    if patterns.is_empty() {
        return Ok(());
    }
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).build();
        let glob = glob
            .with_context(|| format!("--tensor {pattern}: expected a pattern such as 'layers.*.weight'"))?;
        matches_some(input, pattern, &glob)?;
        set.add(glob);
    }
    let set = set.build()?;
    input.select(|name| set.is_match(name));
    Ok(())
}

/// Whether a pattern matches a tensor that can be quantized: a mistyped one is not to pass for one that selects nothing.
fn matches_some(input: &Input, pattern: &str, glob: &Glob) -> anyhow::Result<()> {
    let glob = glob.compile_matcher();
    let tensors = &input.head.tensors;
    let mut named = tensors.iter().filter(|tensor| glob.is_match(&tensor.name)).peekable();
    let other = named.peek().map(|tensor| format!("; {} is of {}", cell(&tensor.name), cell(&tensor.dtype)));
    let all = tensors.iter().filter(|tensor| tensor.element.is_some()).count();
    ensure!(
        named.any(|tensor| tensor.element.is_some()),
        "--tensor {pattern}: none of the {all} tensors of f16, bf16, f32 and f64 in {} has such a name{}",
        input.path.display(),
        other.unwrap_or_default()
    );
    Ok(())
}

/// Orders the rows of all tensors, `formats` of them a tensor.
pub fn sort(rows: Vec<Row>, formats: usize, key: Key) -> Vec<Row> {
    let mut tensors: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        match tensors.last_mut() {
            Some(tensor) if tensor.len() < formats => tensor.push(row),
            _ => tensors.push(vec![row]),
        }
    }
    let share = |part: u64, of: u64| part as f64 / of.max(1) as f64;
    // Stable: tensors that do not differ stay in the order of the file.
    let least = |value: &dyn Fn(&Row) -> f64, tensors: &mut Vec<Vec<Row>>| {
        tensors.sort_by(|a, b| value(&a[0]).total_cmp(&value(&b[0])));
    };
    match key {
        Key::File => {}
        Key::Name => tensors.sort_by(|a, b| a[0].tensor.cmp(&b[0].tensor)),
        Key::Snr => least(&Row::noise_order, &mut tensors),
        Key::RelError => least(&|row| -row.relative_error.get(), &mut tensors),
        Key::Saturated => least(&|row| -share(row.saturated, row.count), &mut tensors),
        Key::Zero => least(&|row| -share(row.zero, row.count), &mut tensors),
        Key::Count => least(&|row| -(row.count as f64), &mut tensors),
    }
    tensors.into_iter().flatten().collect()
}
