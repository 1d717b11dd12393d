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

/// 2^64 over the golden ratio.
pub(crate) const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline(always)]

const fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
