//! The formats that `rustc_apfloat` and this project have in common.

use halfulp::format::catalog::builtin_format;
use halfulp::{Facts, Nans, Overflow, Sign};

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

const KINDS: [(Facts, Kind); 6] = [
    (builtin_format("binary16").facts(), Kind::Half),
    (builtin_format("bfloat16").facts(), Kind::BFloat),
    (builtin_format("binary32").facts(), Kind::Single),
    (builtin_format("binary64").facts(), Kind::Double),
    (builtin_format("e5m2").facts(), Kind::Float8E5M2),
    (builtin_format("e4m3fn").facts(), Kind::Float8E4M3FN),
];

impl Kind {
    /// Which of the formats it is, if any.
    pub fn of(facts: &Facts) -> Option<Kind> {
        KINDS.iter().find(|(known, _)| known == facts).map(|&(_, kind)| kind)
    }
}

/// The integers of a width.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Integer {
    pub width: u32,
    pub signed: bool,
}

impl Integer {
    /// Which integers a format's values are, if they are.
    pub fn of(facts: &Facts) -> Option<Integer> {
        let Facts { width, sign, .. } = *facts;
        let integer = Facts {
            width,
            precision: width,
            bias: 2 - width as i32,
            sign,
            nans: Nans::None,
            overflow: Overflow::Largest,
            subnormals: true,
        };
        (*facts == integer).then_some(Integer { width, signed: sign == Sign::TwosComplement })
    }

    /// All bits of a code.
    pub fn mask(self) -> u64 {
        u64::MAX >> (64 - self.width)
    }

    /// The code of the largest and of the least.
    pub fn ends(self) -> (u64, u64) {
        if self.signed { (self.mask() >> 1, 1 << (self.width - 1)) } else { (self.mask(), 0) }
    }

    /// What a code means.
    pub fn value(self, code: u64) -> i128 {
        let code = code & self.mask();
        let wraps = self.signed && code >> (self.width - 1) == 1;
        i128::from(code) - if wraps { 1 << self.width } else { 0 }
    }
}
