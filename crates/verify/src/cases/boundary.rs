//! The codes of a format around which things change: borders of binades and classes, special significands.

use std::collections::BTreeSet;

use halfulp::{Code, Format, Policy, Real, Rounding, Saturation, Value, decode, round};

/// Magnitude codes of interest, the more important first, without repetition. Special values (infinities, NaNs) are
/// among them: the codes past the largest finite one.
pub fn magnitudes(f: &Format) -> Vec<u64> {
    let mut list = List::new(f);
    let one = magnitude_of_one(f);
    let hidden = 1u64 << (f.precision() - 1);
    let largest = f.largest_magnitude(true);
    // Zero, the subnormals' ends, the normals' ends, one, and all that lies past the largest.
    list.extend([0, 1, largest, one, hidden, hidden - 1, largest.wrapping_add(1), list.top]);
    list.nan_borders(f);
    list.extend([2, 3, hidden + 1, one.wrapping_add(1), one.wrapping_sub(1), largest - 1, list.top - 1]);
    list.binades(f, hidden, one);
    list.significands(f, hidden, one);
    for bit in 0..f.width() {
        list.around(1 << bit);
    }
    list.all_binades(f, hidden);
    list.codes
}

/// The magnitude code of the value one; the nearest there is in a format without.
fn magnitude_of_one(f: &Format) -> u64 {
    let one = Real { negative: false, exponent: 0, significand: 1, tail: false };
    magnitude_at_most(f, one)
}

/// The largest magnitude code of a finite value that is at most `x`.
pub fn magnitude_at_most(f: &Format, x: Real) -> u64 {
    let policy = Policy::IEEE.rounding(Rounding::TowardZero).saturation(Saturation::Finite);
    let rounded = round(f, &policy, Value::Finite(Real { negative: false, ..x }), 0);
    f.split(rounded.code).1
}

/// Collects magnitude codes in order of importance.
struct List {
    codes: Vec<u64>,
    seen: BTreeSet<u64>,
    top: u64,
}

impl List {
    fn new(f: &Format) -> List {
        let (_, top) = f.split(f.code_mask() >> u32::from(f.is_signed()));
        List { codes: Vec::new(), seen: BTreeSet::new(), top: top.max(f.largest_magnitude(true)) }
    }

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

    /// The signalling and the quiet NaNs' first and last codes.
    fn nan_borders(&mut self, f: &Format) {
        if f.has_ieee_nans() {
            let infinity = f.largest_magnitude(false) + 1;
            let quiet = 1u64 << (f.precision() - 2);
            self.extend([infinity + 1, infinity + quiet, infinity + quiet - 1]);
        }
    }

    /// Borders of the binades near the ends of the range, near one, and a precision away from them.
    fn binades(&mut self, f: &Format, hidden: u64, one: u64) {
        let largest = f.largest_magnitude(true);
        let top = largest / hidden * hidden;
        let p = u64::from(f.precision());
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

    /// Significands with long runs of ones or zeros, one bit, or alternating bits, in a few binades.
    fn significands(&mut self, f: &Format, hidden: u64, one: u64) {
        let mask = hidden - 1;
        let top = f.largest_magnitude(true) / hidden * hidden;
        let patterns = [
            mask,
            mask >> 1,
            hidden >> 1,
            (hidden >> 1) + 1,
            0x5555_5555_5555_5555 & mask,
            0xaaaa_aaaa_aaaa_aaaa & mask,
            mask ^ 1,
            hidden >> 2,
            mask ^ (mask >> 2),
        ];
        for base in [one / hidden * hidden, 0, hidden, top, top / 2 / hidden * hidden] {
            for pattern in patterns {
                self.push(base | pattern);
            }
        }
    }

    /// The borders of every binade.
    fn all_binades(&mut self, f: &Format, hidden: u64) {
        let fields = f.largest_magnitude(true) / hidden;
        for field in 0..=fields.min(1 << 16) {
            self.around(field * hidden);
        }
    }
}

/// The rounding boundaries of a destination, as magnitude codes of the source just below, at and above each: every
/// value of the destination and every midpoint, also the one past the largest; all of them for a destination of at
/// most 16 bits, those beside its own boundaries otherwise. In ascending order without repetition.
pub fn conversion(source: &Format, destination: &Format) -> Vec<u64> {
    let limit = destination.largest_magnitude(true);
    let wanted: Vec<u64> = if destination.width() <= 16 {
        (0..=limit).collect()
    } else {
        magnitudes(destination).into_iter().filter(|&m| m <= limit).collect()
    };
    let top = source.largest_magnitude(true);
    let mut found = BTreeSet::new();
    for magnitude in wanted {
        for boundary in boundaries(destination, magnitude) {
            let at = magnitude_at_most(source, boundary);
            found.extend([at.saturating_sub(1), at, at.saturating_add(1).min(top)]);
        }
    }
    found.into_iter().collect()
}

/// The borders of the integers and of the half integers up to 2^8, and around each power of two after that, as
/// magnitude codes of a format just below, at and above each.
pub fn integral(source: &Format) -> Vec<u64> {
    let top = source.largest_magnitude(true);
    let small = 1..=512u128;
    let powers = (9..=54u32).flat_map(|k| [(1u128 << k) - 1, 1 << k, (1 << k) + 1]);
    let mut found = BTreeSet::new();
    for significand in small.chain(powers) {
        let halves = Real { negative: false, exponent: -1, significand, tail: false };
        let at = magnitude_at_most(source, halves);
        found.extend([at.saturating_sub(1), at, at.saturating_add(1).min(top)]);
    }
    found.into_iter().collect()
}

/// A finite magnitude's value and the midpoint above it; past the largest, the next value too.
fn boundaries(f: &Format, magnitude: u64) -> Vec<Real> {
    let negative = magnitude > f.largest_magnitude(false);
    let code: Code = f.encode(negative, magnitude);
    let (significand, exponent) = match decode(f, code) {
        Value::Finite(x) => (u128::from(x.significand), x.exponent),
        _ => (0, f.quantum_min()),
    };
    // A normal value's significand has all bits, so its last bit is the quantum.
    let at = |significand, exponent| Real { negative: false, exponent, significand, tail: false };
    let mut found = vec![at(2 * significand + 1, exponent - 1)];
    if significand != 0 {
        found.push(at(significand, exponent));
    }
    if magnitude == f.largest_magnitude(true) {
        found.push(at(significand + 1, exponent));
    }
    found
}
