//! The formats that `rustc_apfloat` and this project have in common.

use halfulp::Format;
use halfulp::format::catalog::builtin_format;

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

const E4M3FN: Format = builtin_format("e4m3fn");

const KINDS: [(Format, Kind); 6] = [
    (builtin_format("binary16"), Kind::Half),
    (builtin_format("bfloat16"), Kind::BFloat),
    (builtin_format("binary32"), Kind::Single),
    (builtin_format("binary64"), Kind::Double),
    (builtin_format("e5m2"), Kind::Float8E5M2),
    (E4M3FN, Kind::Float8E4M3FN),
];

impl Kind {
    /// Which of the formats it is, if any.
    pub fn of(format: &Format) -> Option<Kind> {
        KINDS.iter().find(|(f, _)| f == format).map(|&(_, kind)| kind)
    }
}
