//! Formats of every kind, and what their special codes are, worked out here from their facts.

use halfulp::format::catalog;
use halfulp::{Code, Facts, Format, Nans, Overflow, Sign};

pub fn integer(width: u32, signed: bool) -> Format {
    Format::integer(width, signed).expect("2 to 64 bits")
}

/// Two's complement of a width in units of `2^quantum`.
pub fn fixed(width: u32, quantum: i32) -> Format {
    Format::known(Facts {
        width,
        precision: width,
        bias: 2 - width as i32 - quantum,
        sign: Sign::TwosComplement,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    })
}

pub fn ieee(width: u32, precision: u32) -> Format {
    Format::known(Facts {
        width,
        precision,
        bias: (1 << (width - precision - 1)) - 1,
        sign: Sign::SignMagnitude,
        nans: Nans::Top((1 << (precision - 1)) - 1),
        overflow: Overflow::Infinity,
        subnormals: true,
    })
}

/// Every built-in format, integers, fixed point, odd widths, NaNs of unusual number, formats without zero or sign.
pub fn all() -> Vec<Format> {
    let mut all: Vec<Format> = catalog::builtin().iter().map(|entry| entry.format).collect();
    for width in [8, 9, 16, 23, 32, 48, 53, 54, 60, 61, 62, 63, 64] {
        all.extend([integer(width, true), integer(width, false)]);
    }
    all.extend([fixed(64, -2), fixed(64, -20), fixed(64, 3), fixed(61, -1), fixed(33, -16), fixed(24, 5)]);
    all.extend([ieee(9, 4), ieee(11, 3), ieee(13, 8), ieee(19, 11), ieee(27, 20), ieee(47, 36), ieee(5, 2)]);
    let of = |facts: Facts| Format::known(facts);
    let unsigned = Facts { sign: Sign::Unsigned, ..ieee(20, 12).facts() };
    all.extend([
        of(unsigned),
        of(Facts { nans: Nans::Top(5), overflow: Overflow::Nan, ..unsigned }),
        of(Facts { nans: Nans::None, overflow: Overflow::Largest, subnormals: false, ..unsigned }),
        of(Facts { nans: Nans::NegativeZero, ..ieee(21, 13).facts() }),
        of(Facts { nans: Nans::Top(3), ..ieee(12, 6).facts() }),
        of(Facts { nans: Nans::None, overflow: Overflow::Largest, ..ieee(29, 19).facts() }),
    ]);
    all
}

/// What kinds of special operand a format has, and their codes.
pub fn special_codes(format: &Format) -> Vec<(&'static str, Code)> {
    let Facts { width, precision, sign, nans, overflow, subnormals, .. } = format.facts();
    let mask = Code::MAX >> (64 - width);
    if sign == Sign::TwosComplement {
        let largest = mask >> 1;
        let ends = [("largest", largest), ("least", largest + 1), ("negative largest", largest + 2)];
        return [("zero", 0), ("smallest", 1), ("negative smallest", mask)].into_iter().chain(ends).collect();
    }
    let signed = sign == Sign::SignMagnitude;
    let top = if signed { mask >> 1 } else { mask };
    let nans_at_top = if let Nans::Top(n) = nans { n } else { 0 };
    let infinities = u64::from(overflow == Overflow::Infinity);
    let largest = top - nans_at_top - infinities;
    let mut magnitudes = vec![("zero or first", 0), ("largest", largest)];
    let normal = if subnormals { 1 << (precision - 1) } else { 0 };
    if subnormals {
        magnitudes.push(("smallest", 1));
    }
    if normal > 0 && normal <= largest {
        magnitudes.extend([("smallest normal", normal), ("largest subnormal", normal - 1)]);
    }
    if infinities == 1 {
        magnitudes.push(("infinity", largest + 1));
    }
    if nans_at_top > 0 {
        magnitudes.extend([("first NaN", top - nans_at_top + 1), ("last NaN", top)]);
    }
    // IEEE 754's: signalling ones below, quiet ones from the first trailing bit on.
    if infinities == 1 && precision > 2 && nans_at_top == (1 << (precision - 1)) - 1 {
        let quiet = top - nans_at_top + (1 << (precision - 2));
        magnitudes.extend([("first quiet NaN", quiet), ("last signalling NaN", quiet - 1)]);
    }
    let sign_bit = if signed { top + 1 } else { 0 };
    let both = magnitudes.into_iter().flat_map(|(kind, m)| [(kind, m), (kind, m | sign_bit)]);
    both.collect()
}
