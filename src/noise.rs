//! Noise for stochastic rounding: a word is a function of seed and index, never of order, threads or machine.

/// The noise word of an element. The same seed and index give the same word everywhere and for ever.
///
/// The mixing is SplitMix64's finalizer (Steele, Lea and Flood, OOPSLA 2014), applied to seed and index in turn.
#[must_use]
pub const fn word(seed: u64, index: u64) -> u64 {
    mix(mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)) ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

const fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
