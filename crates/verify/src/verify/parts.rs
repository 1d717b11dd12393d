//! Some of the cases of a job: blocks at equal distances, so that every part of a job is a sample of all its cases.

use core::ops::Range;

/// Some of `of` equal parts of numbered cases. The cases are divided into blocks of `block` consecutive numbers, and part `p` has the blocks `p`,
/// `p + of`, `p + 2 of`, and so on: the costs of parts differ little though the costs of neighbouring cases are alike.
///
/// ```
/// use halfulp_verify::verify::Parts;
///
/// let parts = Parts::new(10, 1..2, 3).expect("one of three parts");
/// // The blocks 10..20 and 40..50, of which there are only the first five cases.
/// assert_eq!(parts.cases(45), 15);
/// assert!(Parts::new(10, 3..4, 3).is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Parts {
    block: u64,
    first: u64,
    end: u64,
    of: u64,
}

/// Blocks that a shard has of a job with many cases: its cases then are a sample of all, and are asked many at a time.
const BLOCKS_A_SHARD: u64 = 16;

/// The least and the most cases of such a block, powers of two.
const BLOCK: core::ops::RangeInclusive<u64> = 512..=1 << 20;

impl Parts {
    /// The parts of these numbers, counted from 0, of `of` parts in blocks of so many cases. `None` if there are no such parts.
    #[must_use]
    pub fn new(block: u64, parts: Range<u64>, of: u64) -> Option<Parts> {
        let exist = block > 0 && parts.start < parts.end && parts.end <= of;
        exist.then_some(Parts { block, first: parts.start, end: parts.end, of })
    }

    /// Those of a shard, counted from 1, of so many cases that come after `blocks` blocks of other jobs; adds their blocks. They must not depend on who
    /// runs the shard, nor how.
    pub(super) fn of_shard((index, of): (u64, u64), all: u64, blocks: &mut u64) -> Parts {
        let block = 1 << (all / of / BLOCKS_A_SHARD).clamp(*BLOCK.start(), *BLOCK.end()).ilog2();
        let (wanted, before) = (index - 1, *blocks % of);
        let first = if wanted >= before { wanted - before } else { of - (before - wanted) };
        *blocks = blocks.saturating_add(all.div_ceil(block));
        Parts { block, first, end: first + 1, of }
    }

    /// How many of so many cases these are.
    #[must_use]
    pub fn cases(&self, all: u64) -> u64 {
        let (whole, rest) = (all / self.block, all % self.block);
        let has_rest = rest > 0 && (self.first..self.end).contains(&(whole % self.of));
        self.blocks_below(whole) * self.block + if has_rest { rest } else { 0 }
    }

    /// How many blocks these are of so many cases, the last one perhaps short.
    pub(super) fn blocks(&self, all: u64) -> u64 {
        self.blocks_below(all.div_ceil(self.block))
    }

    fn blocks_below(&self, blocks: u64) -> u64 {
        let width = self.end - self.first;
        blocks / self.of * width + (blocks % self.of).saturating_sub(self.first).min(width)
    }

    /// Chunks of at most so many cases in a block.
    pub(super) fn chunks(&self, chunk: u64) -> u64 {
        self.block.div_ceil(chunk)
    }

    /// The cases of a chunk, a number below the product of [`Parts::blocks`] and [`Parts::chunks`]. Those past the end of a short block have none.
    pub(super) fn chunk(&self, number: u64, chunk: u64, all: u64) -> Range<u64> {
        let (block, within) = (number / self.chunks(chunk), number % self.chunks(chunk));
        let width = self.end - self.first;
        let start = (block / width * self.of + self.first + block % width) * self.block;
        let end = (start + self.block).min(all);
        let first = (start + within * chunk).min(end);
        first..end.min(first + chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every case is in one of the parts, whatever the chunks, and counted where it is.
    #[test]
    fn parts_are_a_partition() {
        for (all, block, of) in [(1000u64, 7u64, 5u64), (1000, 512, 2), (3, 512, 1), (64, 8, 8), (65, 8, 3)] {
            for chunk in [1, 3, 7, 512, 4096] {
                let mut met = vec![0; all as usize];
                for cut in 0..of {
                    let ranges = [0..cut, cut..cut + 1, cut + 1..of];
                    for parts in ranges.into_iter().filter_map(|range| Parts::new(block, range, of)) {
                        let chunks = parts.blocks(all) * parts.chunks(chunk);
                        let ranges = (0..chunks).map(|number| parts.chunk(number, chunk, all));
                        let cases: Vec<u64> = ranges.flatten().collect();
                        assert_eq!(cases.len() as u64, parts.cases(all), "{all} {parts:?} {chunk}");
                        assert!(cases.is_sorted());
                        cases.into_iter().for_each(|case| met[case as usize] += 1);
                    }
                }
                assert!(met.iter().all(|times| *times == of), "{all} {block} {of} {chunk}");
            }
        }
    }
}
