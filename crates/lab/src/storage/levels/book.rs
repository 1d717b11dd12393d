//! Levels and quantiles in binary32, as PyTorch computes them.

use serde::Deserialize;

/// Where the levels of a block are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spacing {
    /// Powers of a base that each block has of its own. Unsigned.
    Logarithmic,
    /// Equal steps from -1 to 1, and from the first step to 1 where there is no sign: without 0.
    Linear,
    /// Decades of more and more levels, with 0 and 1: torchao's code book of so many bits.
    Dynamic,
}

/// The levels of a code book, ascending; none of logarithmic ones.
pub(super) fn levels(spacing: Spacing, bits: u32, signed: bool) -> Vec<f32> {
    let n = 1usize << bits;
    match spacing {
        Spacing::Logarithmic => Vec::new(),
        Spacing::Linear if signed => linspace(-1.0, 1.0, n),
        Spacing::Linear => linspace(0.0, 1.0, n + 1).split_off(1),
        Spacing::Dynamic => dynamic(bits, signed),
    }
}

/// `torch.linspace`: from both ends, by a rounded step.
fn linspace(start: f32, end: f32, n: usize) -> Vec<f32> {
    let step = (end - start) / (n - 1) as f32;
    let at = |k: usize| {
        if k < n / 2 { step.mul_add(k as f32, start) } else { (-step).mul_add((n - 1 - k) as f32, end) }
    };
    (0..n).map(at).collect()
}

/// torchao's `create_dynamic_map` with one bit less for exponents than there are: middles of equal parts of `[0.1, 1]`, times powers of ten; 0 and 1.
fn dynamic(bits: u32, signed: bool) -> Vec<f32> {
    let exponents = bits - 1;
    let mut all = vec![0.0f32, 1.0];
    for i in 0..exponents {
        let items = (1usize << (i + u32::from(!signed))) + 1;
        let edges = linspace(0.1, 1.0, items);
        let power = 10f64.powi(i as i32 - (exponents as i32 - 1)) as f32;
        let middles = edges.windows(2).map(|pair| power * ((pair[0] + pair[1]) / 2.0));
        all.extend(middles.flat_map(|x| if signed { vec![x, -x] } else { vec![x] }));
    }
    all.sort_by(f32::total_cmp);
    all
}

/// `torch.quantile`: between the two order statistics around `p (n - 1)`, which is rounded to binary32. NaN of a block with one.
pub(super) fn quantile(block: &[f32], p: f32) -> f32 {
    if block.iter().any(|x| x.is_nan()) || block.is_empty() {
        return f32::NAN;
    }
    let mut sorted = block.to_vec();
    sorted.sort_by(f32::total_cmp);
    let rank = p * (block.len() - 1) as f32;
    let below = rank.floor();
    let (part, low, high) = (rank - below, sorted[below as usize], sorted[rank.ceil() as usize]);
    // `torch.lerp`, from the nearer end.
    if part < 0.5 { part.mul_add(high - low, low) } else { (part - 1.0).mul_add(high - low, high) }
}
