//! Patterns of significands: each significand of few bits, classes of those of many.

use halfulp::{Exact, Format};

const PATTERNS: [&str; 9] = [
    "all zeros",
    "all ones",
    "leading ones",
    "trailing ones",
    "one 1",
    "one 0",
    "alternating",
    "long run",
    "mixed",
];

/// The coarse pattern of each pattern.
const COARSE: [u8; 9] = [0, 1, 2, 2, 3, 3, 4, 4, 4];

const COARSE_NAMES: [&str; 5] = ["all zeros", "all ones", "one run of ones", "one odd bit", "mixed"];

/// Significands with at most so many trailing bits are told apart one by one.
const SINGLE: u32 = 3;

/// The patterns of the significands of a format.
pub struct Patterns {
    /// Bits after the leading one.
    bits: u32,
    /// The names of the patterns.
    pub names: Vec<String>,
    /// The names of the coarse patterns.
    pub coarse: Vec<String>,
    /// The place in [`PATTERNS`] of each name, where patterns are classes.
    classes: Vec<usize>,
}

impl Patterns {
    pub fn new(format: &Format) -> Patterns {
        let bits = format.precision() - 1;
        if bits <= SINGLE {
            let width = bits.max(1) as usize;
            let names: Vec<String> = (0..1u64 << bits).map(|bits| format!("{bits:0width$b}")).collect();
            return Patterns { bits, coarse: names.clone(), names, classes: Vec::new() };
        }
        let mut has = [bits > ENUMERATED; PATTERNS.len()];
        if bits <= ENUMERATED {
            (0..1 << bits).for_each(|fraction| has[pattern(fraction, bits)] = true);
        }
        let classes: Vec<usize> = (0..PATTERNS.len()).filter(|class| has[*class]).collect();
        let names = classes.iter().map(|class| PATTERNS[*class].into()).collect();
        Patterns { bits, names, coarse: COARSE_NAMES.map(String::from).to_vec(), classes }
    }

    /// The places of a number's pattern, and of its coarse pattern.
    pub fn of(&self, x: Exact) -> (u8, u8) {
        let fraction = fraction(self.bits, x);
        if self.bits <= SINGLE {
            return (fraction as u8, fraction as u8);
        }
        let class = pattern(fraction, self.bits);
        let place = self.classes.iter().position(|known| *known == class).unwrap_or(0);
        (place as u8, COARSE[class])
    }

    /// The name of a pattern; `None` where the patterns are the significands themselves.
    pub fn name(&self, place: usize) -> Option<&str> {
        (self.bits > SINGLE).then(|| &*self.names[place])
    }

    /// The patterns that are one coarse pattern.
    pub fn alike(&self, coarse: usize) -> Vec<usize> {
        if self.classes.is_empty() {
            return vec![coarse];
        }
        let alike = |place: &usize| usize::from(COARSE[self.classes[*place]]) == coarse;
        (0..self.classes.len()).filter(alike).collect()
    }
}

/// Of longer significands every pattern exists.
const ENUMERATED: u32 = 12;

/// The bits after the leading one, as those of a normal number with so many.
fn fraction(bits: u32, x: Exact) -> u64 {
    let length = 63 - x.significand.leading_zeros();
    (x.significand ^ 1 << length) << (bits - length)
}

/// Place in [`PATTERNS`] of more than three bits.
fn pattern(fraction: u64, bits: u32) -> usize {
    let mask = (1u64 << bits) - 1;
    let inverted = !fraction & mask;
    let is_run = |x: u64| x & (x + 1) == 0;
    let alternates = (fraction ^ fraction >> 1) & (mask >> 1) == mask >> 1;
    match fraction {
        0 => 0,
        _ if inverted == 0 => 1,
        _ if is_run(inverted) => 2,
        _ if is_run(fraction) => 3,
        _ if fraction.is_power_of_two() => 4,
        _ if inverted.is_power_of_two() => 5,
        _ if alternates => 6,
        _ if longest_run(fraction).max(longest_run(inverted)) >= bits.div_ceil(2) => 7,
        _ => 8,
    }
}

/// The length of the longest run of ones.
fn longest_run(mut x: u64) -> u32 {
    let mut length = 0;
    while x != 0 {
        x &= x << 1;
        length += 1;
    }
    length
}
