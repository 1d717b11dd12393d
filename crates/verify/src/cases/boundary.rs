//! Boundary codes of a format: ends of binades and classes, and special significands.

use foldhash::{HashSet, HashSetExt};

use super::special;
use crate::engine::definition::place::{Magnitude, Values, at_most, midpoint};

/// Magnitude codes of interest, the more important first, without repetition. Special values (infinities, NaNs) are
/// among them: the codes past the largest finite one.
pub fn magnitudes(values: &Values) -> Vec<u64> {
    let mut list = List { codes: Vec::new(), seen: HashSet::new(), top: values.top() };
    let one = at_most(values, Magnitude { significand: 1, exponent: 0 }).unwrap_or(0);
    let hidden = 1u64 << (values.precision() - 1);
    let largest = values.last(true) as u64;
    // Zero, the subnormals' ends, the normals' ends, one, and all that lies past the largest.
    list.extend([0, 1, largest, one, hidden, hidden - 1, largest.wrapping_add(1), list.top]);
    for code in special::codes(values) {
        list.push(values.place(code).1 as u64);
    }
    list.extend([2, 3, hidden + 1, one.wrapping_add(1), one.wrapping_sub(1), largest - 1, list.top - 1]);
    list.binades(largest, hidden, one, u64::from(values.precision()));
    list.significands(largest, hidden, one);
    for bit in 0..u64::BITS {
        list.around(1 << bit);
    }
    if values.has_one_quantum() {
        list.lengths(largest);
    } else {
        list.all_binades(largest, hidden);
    }
    list.codes
}

/// Significands with long runs of ones or zeros, one bit, or alternating bits. `hidden` is a power of two.
fn patterns(hidden: u64) -> [u64; 9] {
    let mask = hidden - 1;
    [
        mask,
        mask >> 1,
        hidden >> 1,
        (hidden >> 1) + 1,
        0x5555_5555_5555_5555 & mask,
        0xaaaa_aaaa_aaaa_aaaa & mask,
        mask ^ 1,
        hidden >> 2,
        mask ^ (mask >> 2),
    ]
}

/// Collects magnitude codes in order of importance.
struct List {
    codes: Vec<u64>,
    seen: HashSet<u64>,
    top: u64,
}

impl List {
    fn push(&mut self, magnitude: u64) {
        if magnitude <= self.top && self.seen.insert(magnitude) {
            self.codes.push(magnitude);
        }
    }

    fn extend<const N: usize>(&mut self, magnitudes: [u64; N]) {
        for magnitude in magnitudes {
            self.push(magnitude);
        }
    }

    fn around(&mut self, magnitude: u64) {
        self.extend([magnitude, magnitude.wrapping_add(1), magnitude.wrapping_sub(1)]);
    }

    /// Borders of the binades near the ends of the range, near one, and a precision `p` away from them.
    fn binades(&mut self, largest: u64, hidden: u64, one: u64, p: u64) {
        let top = largest / hidden * hidden;
        for step in [0, 1, 2, p - 1, p, p + 1, p + 2] {
            let distance = step.saturating_mul(hidden);
            for base in [one.checked_add(distance), one.checked_sub(distance)] {
                base.into_iter().for_each(|m| self.around(m));
            }
            for base in [hidden.checked_add(distance), top.checked_sub(distance)] {
                base.into_iter().for_each(|m| self.around(m));
            }
        }
    }

    /// Special significands in a few binades.
    fn significands(&mut self, largest: u64, hidden: u64, one: u64) {
        let top = largest / hidden * hidden;
        for base in [one / hidden * hidden, 0, hidden, top, top / 2 / hidden * hidden] {
            for pattern in patterns(hidden) {
                self.push(base | pattern);
            }
        }
    }

    /// The borders of every binade.
    fn all_binades(&mut self, largest: u64, hidden: u64) {
        let fields = largest / hidden;
        for field in 0..=fields.min(1 << 16) {
            self.around(field * hidden);
        }
    }

    /// Where there is one quantum the numbers of every length are a binade: some of each, with their neighbours.
    fn lengths(&mut self, largest: u64) {
        for bit in 2..=largest.ilog2() {
            let hidden = 1u64 << bit;
            for pattern in [hidden >> 1, 0x5555_5555_5555_5555 & (hidden - 1)] {
                self.around(hidden | pattern);
            }
        }
    }
}

/// The rounding boundaries of a destination, as magnitude codes of the source just below, at and above each: every
/// value of the destination and every midpoint, also the one past the largest; all of them for a destination of at
/// most 16 bits, those beside its own boundaries otherwise. In ascending order without repetition.
pub fn conversion(source: &Values, destination: &Values) -> Vec<u64> {
    let limit = destination.last(true) as u64;
    let wanted: Vec<u64> = if destination.mask() < 1 << 16 {
        (0..=limit).collect()
    } else {
        magnitudes(destination).into_iter().filter(|&m| m <= limit).collect()
    };
    let boundaries = wanted.into_iter().flat_map(|magnitude| boundaries(destination, magnitude));
    beside(source, boundaries)
}

/// The borders of the integers and of the half integers up to 2^8, and around each power of two after that, as
/// magnitude codes of a format just below, at and above each.
pub fn integral(source: &Values) -> Vec<u64> {
    let small = 1..=512u128;
    let powers = (9..=54u32).flat_map(|k| [(1u128 << k) - 1, 1 << k, (1 << k) + 1]);
    beside(source, small.chain(powers).map(|significand| Magnitude { significand, exponent: -1 }))
}

/// The greatest magnitude codes that are at most these values, and their neighbours, ascending without repetition.
fn beside(source: &Values, boundaries: impl Iterator<Item = Magnitude>) -> Vec<u64> {
    let top = source.last(true) as u64;
    let mut found = Vec::new();
    for boundary in boundaries {
        let at = at_most(source, boundary).unwrap_or(0);
        found.extend([at.saturating_sub(1), at, at.saturating_add(1).min(top)]);
    }
    // Most are in order, which this sort makes use of.
    found.sort();
    found.dedup();
    found
}

/// A finite magnitude's value and the midpoint above it; past the largest, the next value too.
fn boundaries(values: &Values, magnitude: u64) -> impl Iterator<Item = Magnitude> {
    let k = i128::from(magnitude);
    let own = Some(values.at(k)).filter(|x| x.significand != 0);
    let next = (k == values.last(true)).then(|| values.at(k + 1));
    [own, Some(midpoint(values, magnitude)), next].into_iter().flatten()
}
