//! What kernels are fed: every value and boundary of the format with their neighbours, what is special in the source, and
//! bits without a plan.

use halfulp::{Exact, Format, Policy, Rounding, Value, decode, noise};

/// A number that is one in binary64, if it is: `significand * 2^exponent`.
fn double(x: Exact) -> Option<f64> {
    let lead = x.leading_exponent();
    if !(-1022..=1023).contains(&lead) {
        return None;
    }
    let bits = (x.significand << x.significand.leading_zeros() >> 11) & ((1 << 52) - 1);
    Some(f64::from_bits(bits | ((lead + 1023) as u64) << 52))
}

/// The values of the format's codes, and the midpoints above them, without sign.
fn landmarks(format: &Format) -> Vec<f64> {
    let mut marks = Vec::new();
    let top = format.largest_magnitude(false).max(format.largest_magnitude(true));
    let step = match format.width() {
        0..=10 => 1,
        11..=16 => 37,
        _ => top / 150,
    };
    let edges = [0, 1, 2, 3, top - 1, top];
    let binade = 1u64 << (format.precision() - 1);
    let binades = (0..40).map(|k| k * binade).take_while(|&m| m <= top);
    let around = binades.flat_map(|m| [m.saturating_sub(1), m, m + 1]);
    let spread = (0..=top / step).map(|k| k * step);
    for magnitude in spread.chain(edges).chain(around).filter(|&m| m <= top) {
        let code = if format.is_signed() { format.encode(true, magnitude) } else { magnitude };
        let Value::Finite(x) = decode(format, code) else { continue };
        let doubled = Exact { significand: 2 * x.significand + 1, exponent: x.exponent - 1, ..x };
        let quarter = Exact { significand: 4 * x.significand + 1, exponent: x.exponent - 2, ..x };
        let below = Exact { significand: 2 * x.significand - 1, exponent: x.exponent - 1, ..x };
        marks.extend([x, doubled, quarter, below].into_iter().filter_map(double));
    }
    // Past the largest value and far beyond, half of the smallest and far below.
    let ends: Vec<f64> = marks.iter().copied().filter(|x| *x > 0.0).collect();
    let largest = ends.iter().copied().fold(0.0, f64::max);
    let smallest = ends.iter().copied().fold(f64::MAX, f64::min);
    marks.extend([largest * 1.25, largest * 2.0, largest * 1e6]);
    marks.extend([smallest / 2.0, smallest / 4.0, smallest / 8.0, smallest / 1e6, smallest * 0.75]);
    marks
}

/// For `f32`: landmarks with their neighbours, specials, random bits; both signs.
pub fn single(format: &Format) -> Vec<f32> {
    let mut bits = Vec::new();
    for x in landmarks(format) {
        let near = (x as f32).to_bits();
        bits.extend([near.saturating_sub(1), near, near + 1]);
    }
    bits.extend([0, 1, 2, 0x3f_ffff, 0x40_0000, 0x40_0001, 0x7f_ffff, 0x80_0000, 0x80_0001, 0x7f7f_ffff]);
    bits.extend([0x7f80_0000, 0x7f80_0001, 0x7fbf_ffff, 0x7fc0_0000, 0x7fff_ffff, 0x3f80_0000, 0x7f00_0000]);
    let mut all: Vec<f32> = bits.iter().flat_map(|&b| [b, b | 1 << 31]).map(f32::from_bits).collect();
    all.extend((0..400).map(|i| f32::from_bits(noise::word(11, i) as u32)));
    all
}

/// For `f64`, besides: what is lost on the way through `f32`.
pub fn wide(format: &Format) -> Vec<f64> {
    let mut bits = Vec::new();
    for x in landmarks(format) {
        let near = x.to_bits();
        bits.extend([near.saturating_sub(1), near, near + 1, near + (1 << 28), near + (1 << 28) + 1]);
    }
    bits.extend([
        0,
        1,
        2,
        (1 << 52) - 1,
        1 << 52,
        (1 << 52) + 1,
        0x7fef_ffff_ffff_ffff,
        0x3ff0_0000_0000_0000,
    ]);
    bits.extend([0x7ff0_0000_0000_0000, 0x7ff0_0000_0000_0001, 0x7ff8_0000_0000_0000, u64::MAX >> 1]);
    let mut all: Vec<f64> = bits.iter().flat_map(|&b| [b, b | 1 << 63]).map(f64::from_bits).collect();
    all.extend((0..400).map(|i| f64::from_bits(noise::word(12, i))));
    all
}

/// Codes, more than the format has where that is few: all bits of the word count.
pub fn codes(format: &Format) -> Vec<u16> {
    if format.width() <= 8 {
        return (0..256).collect();
    }
    let mask = format.code_mask() as u16;
    let top = format.largest_magnitude(false) as u16;
    let edges = (0..20).flat_map(|i| {
        [i, mask - i, top.wrapping_add(i).wrapping_sub(10), (mask >> 1).wrapping_sub(10).wrapping_add(i)]
    });
    (0..=0xffff).step_by(29).chain(edges).collect()
}

/// All for nearest-even, which is the common case; a seventh, another one each time, for the other policies.
pub fn share<T: Copy>(inputs: &[T], policy: &Policy, turn: usize) -> Vec<T> {
    if policy.rounding == Rounding::NearestEven {
        return inputs.to_vec();
    }
    inputs.iter().copied().skip(turn % 7).step_by(7).collect()
}
