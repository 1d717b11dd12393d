//! Which code a quotient gets: each rule as plainly as it can be said. What is fast elsewhere is made of these, and tested against them.

/// Which of two neighbouring codes a quotient in the middle between their entries gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tie {
    /// The one whose index is even.
    EvenIndex,
    /// The lower one.
    Lower,
    /// The upper one.
    Upper,
}

/// Which code a quotient gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// The nearest entry, compared in exact arithmetic.
    Nearest(Tie),
    /// By the middles between neighbouring entries, each rounded to binary32: half their rounded sum. bitsandbytes' CUDA kernels (ties to
    /// the even index, a consequence of their branches) and its PyTorch backend (ties to the lower one).
    Middle(Tie),
    /// Up from the entry at or below it where the rounded difference to that entry is at least half the rounded gap: torchao.
    Residual,
    /// By a table of 65536 equal steps from -1 to 1: the quotient becomes `i = trunc(fma((z + 1) / 2, 65535, 1/2))`, and the code is the
    /// one of `2i / 65535 - 1` by rounded middles, ties to the lower index. bitsandbytes' compiled CPU library. Steps of 3e-5 are wider than
    /// the gaps of a dynamic code book below 1e-3 of the scale.
    Grid,
}

impl Decision {
    /// The code of a quotient that is a number.
    pub(super) fn code(self, book: &[f32; 256], z: f32) -> u8 {
        match self {
            Decision::Nearest(tie) => count(|k| {
                // The sum of two neighbouring entries and twice a binary32 number are exact in binary64.
                let [low, high] = [f64::from(book[k]), f64::from(book[k + 1])];
                above(2.0 * f64::from(z), low + high, tie, k)
            }),
            Decision::Middle(tie) => count(|k| above(z, middle(book, k), tie, k)),
            Decision::Residual => {
                let below = count(|k| z >= book[k + 1]);
                let up = below.saturating_add(1);
                let [low, high] = [book[usize::from(below)], book[usize::from(up)]];
                if z - low >= (high - low) * 0.5 { up } else { below }
            }
            Decision::Grid => {
                let half = (z.clamp(-1.0, 1.0) + 1.0) * 0.5;
                let index = half.mul_add(65535.0, 0.5) as u32;
                let on_grid = (2.0 * index as f32) / 65535.0 - 1.0;
                count(|k| on_grid > middle(book, k))
            }
        }
    }

    /// The code of a quotient that is NaN: what the comparisons come to.
    pub(super) const fn of_nan(self) -> u8 {
        match self {
            // A search for the first middle that is not below it finds none.
            Decision::Middle(Tie::Lower) => 255,
            _ => 0,
        }
    }
}

/// The middle between two neighbouring entries, in binary32.
fn middle(book: &[f32; 256], k: usize) -> f32 {
    (book[k] + book[k + 1]) * 0.5
}

/// Whether a quotient is on the upper side of the boundary between codes `k` and `k + 1`.
fn above<T: PartialOrd>(z: T, boundary: T, tie: Tie, k: usize) -> bool {
    z > boundary
        || (z == boundary
            && match tie {
                Tie::EvenIndex => k % 2 == 1,
                Tie::Lower => false,
                Tie::Upper => true,
            })
}

/// How many of the 255 boundaries are passed; they are passed in order.
fn count(passed: impl Fn(usize) -> bool) -> u8 {
    let (mut low, mut high) = (0, 255);
    while low < high {
        let k = usize::midpoint(low, high);
        if passed(k) { low = k + 1 } else { high = k }
    }
    low as u8
}

/// The code, moved by one if its entry has another sign bit than the element: bitsandbytes' CUDA optimizers.
pub(super) fn repaired(book: &[f32; 256], code: u8, element: f32) -> u8 {
    if book[usize::from(code)].is_sign_negative() == element.is_sign_negative() {
        code
    } else if element > 0.0 {
        code.wrapping_add(1)
    } else {
        code.wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::blockwise::codebook::{Map, entries};

    const RULES: [Decision; 6] = [
        Decision::Nearest(Tie::EvenIndex),
        Decision::Nearest(Tie::Lower),
        Decision::Middle(Tie::EvenIndex),
        Decision::Middle(Tie::Lower),
        Decision::Residual,
        Decision::Grid,
    ];

    /// Every rule is a nondecreasing function of the quotient; so steps describe it. Looked at around all that could be a step.
    #[test]
    fn codes_never_fall_as_quotients_rise() {
        for map in [Map::Linear, Map::Dynamic] {
            for signed in [true, false] {
                let book = entries(map, signed);
                let mut near: Vec<f32> = (0..255).map(|k| middle(book, k)).collect();
                near.extend(book);
                near.extend((0..65536).step_by(7).map(|i| 2.0 * i as f32 / 65535.0 - 1.0));
                near.extend(near.clone().iter().flat_map(|z| [z.next_down(), z.next_up()]));
                near.sort_by(f32::total_cmp);
                for rule in RULES {
                    let codes: Vec<u8> = near.iter().map(|z| rule.code(book, *z)).collect();
                    assert!(codes.is_sorted(), "{map} {rule:?}");
                }
            }
        }
    }

    /// The kernels' search, branch for branch as their published source has it: the rounded middle, ties to the even index.
    fn searched(book: &[f32; 256], z: f32) -> u8 {
        let (mut pivot, mut upper, mut lower) = (127usize, 255usize, 0usize);
        let mut step = 64;
        while step > 0 {
            if z > book[pivot] {
                lower = pivot;
                pivot += step;
            } else {
                upper = pivot;
                pivot -= step;
            }
            step /= 2;
        }
        let [low, at, high] = [book[lower], book[pivot], book[upper]];
        if z > at {
            if z > (high + at) * 0.5 { upper as u8 } else { pivot as u8 }
        } else if z < (low + at) * 0.5 {
            lower as u8
        } else {
            pivot as u8
        }
    }

    #[test]
    fn the_search_of_the_kernels_is_the_rule_of_middles_with_ties_to_the_even_index() {
        let rule = Decision::Middle(Tie::EvenIndex);
        for (map, signed) in
            [(Map::Linear, true), (Map::Linear, false), (Map::Dynamic, true), (Map::Dynamic, false)]
        {
            let book = entries(map, signed);
            let points = (0..255).map(|k| middle(book, k)).chain(*book).chain([0.0, -0.0, -2.0, 2.0]);
            for z in points.flat_map(|z| [z.next_down(), z, z.next_up()]) {
                // The kernel's lowest entry is taken for -1 (or 0) while it has not gone left, which its result does not show.
                assert_eq!(searched(book, z), rule.code(book, z), "{map} {signed} {z:e}");
            }
            assert_eq!(searched(book, f32::NAN), rule.of_nan());
        }
    }
}
