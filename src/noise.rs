//! Noise for stochastic rounding: a word is a function of seed and index, never of order, threads or machine.

/// The noise word of an element. The same seed and index give the same word everywhere and for ever.
///
/// The mixing is SplitMix64's finalizer (Steele, Lea and Flood, OOPSLA 2014), applied to seed and index in turn.
#[must_use]
pub const fn word(seed: u64, index: u64) -> u64 {
    at(key(seed), index.wrapping_mul(STEP))
}

/// What a seed contributes to all its words.
#[inline(always)]
pub(crate) const fn key(seed: u64) -> u64 {
    mix(seed.wrapping_add(STEP))
}

/// The word of a seed's key and of an index times [`STEP`]: loops add instead of multiplying.
#[inline(always)]
pub(crate) const fn at(key: u64, place: u64) -> u64 {
    mix(key ^ place)
}

/// The index whose word this is under a seed: every word has exactly one. So an array's element can be given any word.
///
/// ```
/// use halfulp::noise;
/// assert_eq!(noise::word(7, noise::index(7, 0xffff)), 0xffff);
/// ```
#[must_use]
pub const fn index(seed: u64, word: u64) -> u64 {
    (unmix(word) ^ key(seed)).wrapping_mul(inverse(STEP))
}

/// SplitMix64's increment: 2^64 over the golden ratio.
pub(crate) const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
const FACTORS: [u64; 2] = [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb];

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
    fn every_word_has_its_index() {
        for seed in [0, 1, u64::MAX, STEP] {
            for k in 0..1000 {
                let any = word(99, k);
                assert_eq!(index(seed, word(seed, any)), any);
                assert_eq!(word(seed, index(seed, any)), any);
            }
            for edge in [0, 1, u64::MAX] {
                assert_eq!(word(seed, index(seed, edge)), edge);
            }
        }
    }
}
