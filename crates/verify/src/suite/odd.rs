//! Formats of unusual widths, for faults that formats of 16, 32 and 64 bits do not reveal.

use halfulp::{Facts, Format, Nans, Overflow, Sign, TaskError};

use super::{NamedFormat, conversions, integers, small, wide, within};
use crate::cases::Selection;
use crate::suite::conversions::to_integers_of;
use crate::verify::Job;

/// Random cases of a conversion whose boundaries are too many, and of each operation within a format.
const RANDOM: u64 = 1 << 9;

/// Formats of 33 to 64 bits: integers, two's complement fixed point with integer and fractional quanta, and floating-point formats with and
/// without sign, zero, infinities and NaNs.
#[must_use]
pub fn odd() -> Vec<NamedFormat> {
    let mut list = Vec::new();
    let mut add = |name: String, format: Result<Format, _>| {
        list.extend(format.ok().map(|format| NamedFormat { name, format }));
    };
    for (width, signed) in [(37, true), (61, false), (62, true), (62, false), (63, true), (63, false)] {
        let letter = if signed { 'i' } else { 'u' };
        add(format!("{letter}{width}"), Format::integer(width, signed));
    }
    for (width, fraction) in [(64, 1), (64, 2), (64, 9), (63, 1), (45, 20)] {
        add(format!("fixed{width}.{fraction}"), Format::new(fixed_point(width, fraction)));
    }
    for (name, facts) in floats() {
        add(name.into(), Format::new(facts));
    }
    list
}

/// Two's complement with so many bits after the point.
fn fixed_point(width: u32, fraction: i32) -> Facts {
    Facts {
        width,
        precision: width,
        bias: 2 - width as i32 + fraction,
        sign: Sign::TwosComplement,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    }
}

fn floats() -> [(&'static str, Facts); 5] {
    let ieee = |precision: u32| Nans::Top((1 << (precision - 1)) - 1);
    let signed = |width, precision, bias, nans, overflow| Facts {
        width,
        precision,
        bias,
        sign: Sign::SignMagnitude,
        nans,
        overflow,
        subnormals: true,
    };
    let unsigned = |subnormals, facts| Facts { sign: Sign::Unsigned, subnormals, ..facts };
    [
        ("float33", signed(33, 25, 127, ieee(25), Overflow::Infinity)),
        ("float47", signed(47, 40, 64, Nans::NegativeZero, Overflow::Nan)),
        ("float61", signed(61, 53, 100, Nans::None, Overflow::Largest)),
        ("ufloat60", unsigned(true, signed(60, 53, 127, Nans::Top(3), Overflow::Infinity))),
        ("ufloat57", unsigned(false, signed(57, 50, 120, Nans::Top(1), Overflow::Nan))),
    ]
}

/// Conversions among them, and from and to some narrow formats, the wide ones and integers; all operations within the floating-point formats.
/// If a destination has more than some ten thousand boundaries (all of 16 bits, the binades of binary64), random cases are used
/// instead.
///
/// # Errors
/// None known: all tasks are valid.
pub fn odd_jobs(seed: u64) -> Result<Vec<Job>, TaskError> {
    let (formats, integers) = (odd(), integers());
    let named = |name: &&NamedFormat| ["e4m3fn", "e8m0", "mxint8", "ue5m3"].contains(&&*name.name);
    let narrow: Vec<NamedFormat> = small().iter().filter(named).cloned().collect();
    let (crowded, sparse): (Vec<NamedFormat>, Vec<NamedFormat>) =
        wide().into_iter().partition(|f| f.format.width() <= 16 || f.name == "binary64");
    let (short, long): (Vec<NamedFormat>, Vec<NamedFormat>) =
        integers.into_iter().partition(|f| f.format.width() <= 16);
    let mut jobs = Vec::new();
    for from in &formats {
        for to in [&formats, &narrow, &sparse] {
            jobs.extend(conversions(from, to, Selection::Edge, seed)?);
        }
        jobs.extend(conversions(from, &crowded, Selection::Random(RANDOM), seed)?);
        jobs.extend(to_integers_of(from, &long, Selection::Edge, seed)?);
        jobs.extend(to_integers_of(from, &short, Selection::Random(RANDOM), seed)?);
        if from.format.precision() < from.format.width() {
            jobs.extend(within(from, Some(Selection::Random(RANDOM)), seed)?);
        }
    }
    for from in &narrow {
        jobs.extend(conversions(from, &formats, Selection::All, seed)?);
    }
    for from in sparse.iter().chain(&crowded).chain(&long) {
        jobs.extend(conversions(from, &formats, Selection::Edge, seed)?);
    }
    Ok(jobs)
}
