//! The 8x8 handwritten digits: `data/README.md` says where they are from.

use std::sync::OnceLock;

use halfulp::noise;

/// Pixels of an image.
pub const PIXELS: usize = 64;
/// Digits.
pub const CLASSES: usize = 10;

const PACKED: &[u8] = include_bytes!("../../data/digits.bin");
/// 64 pixels of 5 bits, and a label.
const RECORD: usize = 41;
/// One image in so many is for testing.
const TEST_EVERY: usize = 5;

/// Images with their labels.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// 64 pixels from 0 to 1, row by row; sixteenths.
    pub images: Vec<[f64; PIXELS]>,
    /// The digits.
    pub labels: Vec<u8>,
}

impl Part {
    /// How many images there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// The images of a minibatch, by number: drawn with replacement, a function of seed and step.
    pub fn minibatch(&self, seed: u64, step: u64, size: usize) -> impl Iterator<Item = usize> + use<> {
        let first = step.wrapping_mul(size as u64);
        let (count, draws) = (self.len() as u128, size as u64);
        // The high half of word times count: each image has the same chance, up to one part in 2^53.
        (0..draws).map(move |k| {
            let word = noise::word(seed, first.wrapping_add(k));
            ((u128::from(word) * count) >> 64) as usize
        })
    }

    fn push(&mut self, record: &[u8]) {
        let pixel = |i: usize| {
            let bit = 5 * i;
            let (byte, shift) = (bit / 8, bit % 8);
            let both = u16::from(record[byte]) | u16::from(*record.get(byte + 1).unwrap_or(&0)) << 8;
            f64::from(both >> shift & 0x1f) / 16.0
        };
        self.images.push(std::array::from_fn(pixel));
        self.labels.push(record[RECORD - 1]);
    }
}

/// The data set, split once and for ever: every fifth image is for testing.
#[derive(Clone, Debug, Default)]
pub struct Digits {
    /// 1438 images.
    pub train: Part,
    /// 359 images.
    pub test: Part,
}

impl Digits {
    /// The data set.
    #[must_use]
    pub fn get() -> &'static Digits {
        static DIGITS: OnceLock<Digits> = OnceLock::new();
        DIGITS.get_or_init(|| {
            let mut digits = Digits::default();
            for (i, record) in PACKED.chunks_exact(RECORD).enumerate() {
                let part =
                    if i % TEST_EVERY == TEST_EVERY - 1 { &mut digits.test } else { &mut digits.train };
                part.push(record);
            }
            digits
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts that the data set's description has.
    #[test]
    fn the_data_set_is_whole() {
        let digits = Digits::get();
        assert_eq!((digits.train.len(), digits.test.len()), (1438, 359));
        let mut of_each = [0; CLASSES];
        let mut sum = 0.0;
        for part in [&digits.train, &digits.test] {
            part.labels.iter().for_each(|&label| of_each[usize::from(label)] += 1);
            let pixels = part.images.iter().flatten();
            assert!(pixels.clone().all(|&x| (0.0..=1.0).contains(&x)));
            sum += pixels.sum::<f64>();
        }
        assert_eq!(of_each, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        assert_eq!(sum * 16.0, 561_718.0);
        let first = [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0].map(|x| x / 16.0);
        assert_eq!((&digits.train.images[0][..8], digits.train.labels[0]), (&first[..], 0));
    }

    #[test]
    fn minibatches_are_functions_of_seed_and_step() {
        let train = &Digits::get().train;
        let draw = |seed, step| train.minibatch(seed, step, 64).collect::<Vec<_>>();
        assert_eq!(draw(1, 7), draw(1, 7));
        assert_ne!(draw(1, 7), draw(1, 8));
        assert_ne!(draw(1, 7), draw(2, 7));
        let seen: std::collections::HashSet<_> = (0..400).flat_map(|step| draw(3, step)).collect();
        assert_eq!(seen.len(), train.len());
    }
}
