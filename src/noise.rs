//! Noise for stochastic rounding. A noise word is a function of seed and index only, not of evaluation order, threads or machine.

/// The noise word for a seed and an index. It is the same on every machine and in every version.
///
/// The mixing is SplitMix64's finalizer (Steele, Lea and Flood, OOPSLA 2014), applied to seed and index in turn.
#[must_use]
pub const fn word(seed: u64, index: u64) -> u64 {
    at(key(seed), index.wrapping_mul(STEP))
}

/// The contribution of a seed to all its words.
#[inline(always)]
pub(crate) const fn key(seed: u64) -> u64 {
    mix(seed.wrapping_add(STEP))
}

/// The word for a seed's key and an index times [`STEP`], so that loops add instead of multiplying.
#[inline(always)]
pub(crate) const fn at(key: u64, place: u64) -> u64 {
    mix(key ^ place)
}

/// The 32 noise bits of an array element. They are the same on every machine and in every version.
///
/// Four consecutive elements share one [`word`], that of a quarter of their index, each rotated right by 16 bits more than the previous one.
/// Up to 16 noise bits are therefore independent between elements; with more noise bits, elements overlap: the upper 16 bits of one are
/// the lower 16 bits of the next.
#[must_use]
pub const fn element(seed: u64, index: u64) -> u64 {
    word(seed, index >> 2).rotate_right(16 * (index & 3) as u32) & 0xffff_ffff
}

/// The index of an element with the given noise under a seed. This makes it possible to choose the noise of an array element.
///
/// ```
/// use halfulp::noise;
/// assert_eq!(noise::element(7, noise::index(7, 0xffff)), 0xffff);
/// ```
#[must_use]
pub const fn index(seed: u64, noise: u32) -> u64 {
    // One in four of the words that end in these bits belongs to a valid quarter of an index.
    let mut above = 0u64;
    loop {
        let quarter = (unmix(above << 32 | noise as u64) ^ key(seed)).wrapping_mul(inverse(STEP));
        if quarter >> 62 == 0 {
            return quarter << 2;
        }
        above += 1;
    }
}

/// SplitMix64's increment: 2^64 over the golden ratio.
pub(crate) const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
pub(crate) const FACTORS: [u64; 2] = [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb];

#[inline(always)]
const fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(FACTORS[0]);
    let x = (x ^ (x >> 27)).wrapping_mul(FACTORS[1]);
    x ^ (x >> 31)
}

/// The inverse of [`mix`], step by step.
const fn unmix(x: u64) -> u64 {
    let x = (x ^ (x >> 31) ^ (x >> 62)).wrapping_mul(inverse(FACTORS[1]));
    let x = (x ^ (x >> 27) ^ (x >> 54)).wrapping_mul(inverse(FACTORS[0]));
    x ^ (x >> 30) ^ (x >> 60)
}

/// The inverse of an odd number modulo 2^64, by Newton's iteration from one that is right in 3 bits.
const fn inverse(x: u64) -> u64 {
    let mut y = x;
    let mut right = 3;
    while right < 64 {
        y = y.wrapping_mul(2u64.wrapping_sub(x.wrapping_mul(y)));
        right *= 2;
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_noise_has_an_index() {
        for seed in [0, 1, u64::MAX, STEP] {
            for k in (0..1000).map(|k| word(99, k) as u32).chain([0, 1, u32::MAX]) {
                assert_eq!(element(seed, index(seed, k)), u64::from(k));
            }
        }
    }

    #[test]
    fn neighbours_share_a_word() {
        for first in [0, 4, 1 << 40, u64::MAX - 3] {
            let all = word(5, first / 4);
            let chunks = [0, 1, 2, 3].map(|k| element(5, first + k) & 0xffff);
            assert_eq!(chunks.iter().rev().fold(0, |x, chunk| x << 16 | chunk), all);
            assert_eq!(element(5, first + 3) >> 16, all & 0xffff);
        }
    }
}
