//! The formats that `rustc_apfloat` and this project have in common.

use halfulp::{Facts, Format, Nans, Overflow, Sign};

/// A format by its name in `rustc_apfloat`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Half,
    BFloat,
    Single,
    Double,
    Float8E5M2,
    Float8E4M3FN,
}

const fn format(width: u32, precision: u32, nans: u64, overflow: Overflow) -> Format {
    Format::known(Facts {
        width,
        precision,
        bias: (1 << (width - precision - 1)) - 1,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(nans),
        overflow,
        subnormals: true,
    })
}

const fn ieee(width: u32, precision: u32) -> Format {
    format(width, precision, (1 << (precision - 1)) - 1, Overflow::Infinity)
}

const E4M3FN: Format = format(8, 4, 1, Overflow::Nan);

const KINDS: [(Format, Kind); 6] = [
    (ieee(16, 11), Kind::Half),
    (ieee(16, 8), Kind::BFloat),
    (ieee(32, 24), Kind::Single),
    (ieee(64, 53), Kind::Double),
    (ieee(8, 3), Kind::Float8E5M2),
    (E4M3FN, Kind::Float8E4M3FN),
];

impl Kind {
    /// Which of the formats it is, if any.
    pub fn of(format: &Format) -> Option<Kind> {
        KINDS.iter().find(|(f, _)| f == format).map(|&(_, kind)| kind)
    }
}
