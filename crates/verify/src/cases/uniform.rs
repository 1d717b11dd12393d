//! Uniformly random cases: a sample of all combinations of operands.

use halfulp::{Operands, Task, noise};

use super::{Cases, operand_values};

/// Combinations of operands drawn independently, each with the same probability, and their noise too. Each is a function of only the seed and its
/// number.
#[derive(Clone, Debug)]
pub struct Uniform {
    /// The codes of each operand: those up to its mask.
    masks: Vec<u64>,
    seed: u64,
    count: u64,
}

impl Uniform {
    /// `count` random cases of a task.
    #[must_use]
    pub fn new(task: &Task, seed: u64, count: u64) -> Uniform {
        let masks = operand_values(task).iter().map(|values| values.mask()).collect();
        Uniform { masks, seed, count }
    }
}

impl Cases for Uniform {
    fn len(&self) -> u64 {
        self.count
    }

    fn case(&self, number: u64) -> Operands {
        // A stream of words for each case, apart from the one that the noise comes from.
        let stream = noise::word(self.seed.rotate_left(32) ^ u64::MAX, number);
        let mut codes = [0; 3];
        for ((code, mask), place) in codes.iter_mut().zip(&self.masks).zip(1..) {
            *code = noise::word(stream, place) & mask;
        }
        Operands { codes, noise: noise::element(self.seed, number) }
    }
}

#[cfg(test)]
mod tests {
    use halfulp::{Format, Op};

    use super::*;

    /// Pearson's statistic over all 2^12 pairs of 6-bit codes: within five standard deviations of its mean, and far from it where one bit is stuck.
    #[test]
    fn all_pairs_are_equally_likely() {
        let format = halfulp::format::catalog::lookup("e2m3").expect("a built-in format");
        let task = Task::within(Op::Add, format);
        let draws = 1u64 << 18;
        let statistic = |seed: u64, spoil: fn(u64) -> u64| {
            let cases = Uniform::new(&task, seed, draws);
            let mut counts = vec![0u32; 1 << 12];
            for number in 0..draws {
                let [a, b, _] = cases.case(number).codes;
                counts[spoil(a << 6 | b) as usize] += 1;
            }
            let expected = draws as f64 / 4096.0;
            counts.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum::<f64>()
        };
        let (mean, deviation) = (4095.0, (2.0f64 * 4095.0).sqrt());
        for seed in [0, 1, 7, u64::MAX] {
            let found = statistic(seed, |pair| pair);
            assert!((found - mean).abs() < 5.0 * deviation, "seed {seed}: {found}");
            assert!(statistic(seed, |pair| pair | 1) > 100.0 * deviation);
        }
    }

    #[test]
    fn seeds_and_numbers_decide_and_nothing_is_added() {
        let task = Task::within(Op::Fma, Format::E4M3FN);
        let cases = Uniform::new(&task, 3, 100);
        assert_eq!(cases.len(), 100);
        assert_eq!(cases.case(5), Uniform::new(&task, 3, 1).case(5));
        assert_ne!(cases.case(5), cases.case(6));
        assert_ne!(cases.case(5).codes, Uniform::new(&task, 4, 1).case(5).codes);
    }
}
