//! Noise for the loops: an array of noise words, generated in advance.

use super::blocks::BLOCK;
use super::integer::{A, B, C};
use crate::kernel::Noise;
use crate::kernel::isa::{Isa, Job};
use crate::kernel::plan::Plan;
use crate::noise;
use crate::policy::Rounding;

/// Calls `f` on blocks with the noise of their elements under stochastic rounding, and once on the whole array otherwise. Returns whether
/// every call returned `true`.
pub(super) fn with_noise<A, B>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    from: &[A],
    to: &mut [B],
    mut f: impl FnMut(&[u32], &[A], &mut [B]) -> bool,
) -> bool {
    if !matches!(plan.policy().rounding, Rounding::Stochastic { .. }) {
        return f(&[], from, to);
    }
    let mut words = [0; BLOCK];
    let mut blocks = from.chunks(BLOCK).zip(to.chunks_mut(BLOCK)).enumerate();
    blocks.all(|(k, (x, y))| {
        let words = &mut words[..x.len()];
        fill(isa, noise.from(k * BLOCK), words);
        f(words, x, y)
    })
}

/// Calls `f` with parts of an array that begin a group of four and are a multiple of `N` long, filled up where the array does not go on;
/// where one can begin at `aligned`, it does. Returns whether it was done: not if indices wrap around within the array.
///
/// Precondition: equal lengths, an `aligned` of at most `N - 4`.
#[cfg(target_arch = "x86_64")]
pub(super) fn in_groups<T: Copy + Default, const N: usize>(
    noise: Noise,
    aligned: usize,
    from: &[f32],
    to: &mut [T],
    f: impl Fn(Noise, &[f32], &mut [T]),
) -> bool {
    if noise.first.checked_add(from.len() as u64).is_none() {
        return false;
    }
    let filled = |noise: Noise, from: &[f32], to: &mut [T]| {
        if from.is_empty() {
            return;
        }
        let before = noise.first % 4;
        let within = before as usize..before as usize + from.len();
        let (mut x, mut y) = ([0.0; N], [T::default(); N]);
        x[within.clone()].copy_from_slice(from);
        f(Noise { first: noise.first - before, ..noise }, &x, &mut y);
        to.copy_from_slice(&y[within]);
    };
    let lead = (noise.first.wrapping_neg() % 4) as usize;
    let start = if aligned % 4 == lead { aligned } else { lead }.min(from.len());
    let end = start + (from.len() - start) / N * N;
    filled(noise, &from[..start], &mut to[..start]);
    if start < end {
        f(noise.from(start), &from[start..end], &mut to[start..end]);
    }
    filled(noise.from(end), &from[end..], &mut to[end..]);
    true
}

/// The noise of `n` elements, where the mode takes any.
#[inline(always)]
pub(super) fn noise_of<const MODE: u8>(noise: &[u32], n: usize) -> &[u32] {
    match MODE {
        A | B | C => &noise[..n],
        _ => &[],
    }
}

/// That of one of them, or none.
#[inline(always)]
pub(super) fn one_of<const MODE: u8>(noise: &[u32], i: usize) -> u64 {
    match MODE {
        A | B | C => u64::from(noise[i]),
        _ => 0,
    }
}

/// The words of an array's elements.
pub(super) fn fill(isa: Isa, from: Noise, words: &mut [u32]) {
    let each = |words: &mut [u32], at: usize| {
        for (i, word) in words.iter_mut().enumerate() {
            *word = from.word(at + i) as u32;
        }
    };
    // Four elements share a mixed word; where indices wrap around, groups start again.
    let lead = (from.first.wrapping_neg() % 4) as usize;
    if words.len() <= lead || from.first.checked_add(words.len() as u64).is_none() {
        return each(words, 0);
    }
    let (first, rest) = words.split_at_mut(lead);
    let (groups, last) = rest.as_chunks_mut::<4>();
    each(first, 0);
    each(last, lead + 4 * groups.len());
    let (key, group) = (noise::key(from.seed), from.first.wrapping_add(lead as u64) / 4);
    #[cfg(target_arch = "x86_64")]
    if isa == Isa::Avx512 {
        let (eights, others) = groups.split_at_mut(groups.len() & !7);
        crate::kernel::x86::fill(from.from(lead), eights);
        return isa.run(Groups { key, first: group + eights.len() as u64, words: others });
    }
    isa.run(Groups { key, first: group, words: groups });
}

/// The words of whole groups of four elements.
struct Groups<'a> {
    key: u64,
    first: u64,
    words: &'a mut [[u32; 4]],
}

impl Job for Groups<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut place = self.first.wrapping_mul(noise::STEP);
        for words in self.words {
            let word = noise::at(self.key, place);
            place = place.wrapping_add(noise::STEP);
            *words = [word as u32, (word >> 16) as u32, (word >> 32) as u32, word.rotate_right(48) as u32];
        }
    }
}
