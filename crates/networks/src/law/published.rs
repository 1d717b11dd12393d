//! The 104 published runs of QuEST.

use super::terms::Point;

/// How the runs were kept: bits of weights and activations with QuEST's quantizer, without its rotation (`plain`), of the weights alone, 2 of 4 weights,
/// and FP4. The first is the one that the others are compared with.
pub const GROUPS: [&str; 17] = [
    "16",
    "1",
    "2",
    "3",
    "4",
    "8",
    "1-plain",
    "2-plain",
    "3-plain",
    "4-plain",
    "8-plain",
    "1-weights",
    "2-weights",
    "3-weights",
    "4-weights",
    "2:4",
    "fp4",
];

/// Language models of 30 to 800 million parameters, trained by AdamW on C4 in 1 to 16 bits: parameters without embeddings, tokens, validation loss.
///
/// From `for_plots/runs_for_scaling.json` of github.com/IST-DASLab/QuEST (MIT), the code of arXiv 2502.05003; origin and licence beside the file.
///
/// # Panics
/// Never: the file is built in.
#[must_use]
pub fn published() -> Vec<Point> {
    let lines = include_str!("../../data/quest-runs.csv").lines().skip(1);
    let point = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |k: usize| cells.get(k)?.parse::<f64>().ok();
        let group = GROUPS.iter().position(|group| cells.get(2) == Some(group))?;
        Some(Point { size: number(0)?, data: number(1)?, group, loss: number(3)? })
    };
    lines.map(|line| point(line).unwrap_or_else(|| panic!("{line}: parameters,tokens,kept,loss"))).collect()
}
