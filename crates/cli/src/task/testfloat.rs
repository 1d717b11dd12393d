//! Berkeley TestFloat's names of operations: `f16_add`, `f32_to_e5m2`, `f64_to_i32_rx_minMag`.
//!
//! Wherever TestFloat has one of its formats, any format's name may stand.

use halfulp::format::catalog;
use halfulp::{Format, Op, Rounding};

/// What a TestFloat name says: all but the policy's other parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Named {
    /// The operation.
    pub op: Op,
    /// The format of the operands.
    pub operands: Format,
    /// The format of the result.
    pub result: Format,
    /// The rounding, if the name has one.
    pub rounding: Option<Rounding>,
}

/// What the name means, or `None` if it is no TestFloat name.
pub fn parse(name: &str) -> Option<Named> {
    let (plain, rounding, exact) = suffix(name);
    conversion(plain, rounding, exact).or_else(|| within(plain, rounding, exact))
}

/// Takes `_r_MODE`, `_rx_MODE` or `_x` off the end: the rest, the rounding, whether inexact is raised.
fn suffix(name: &str) -> (&str, Option<Rounding>, bool) {
    for (mark, exact) in [("_rx_", true), ("_r_", false)] {
        if let Some((plain, mode)) = name.rsplit_once(mark)
            && let Ok(rounding) = mode.parse()
        {
            return (plain, Some(rounding), exact);
        }
    }
    match name.strip_suffix("_x") {
        Some(plain) => (plain, None, true),
        None => (name, None, false),
    }
}

fn format(name: &str) -> Option<Format> {
    match name.strip_prefix("ui") {
        Some(digits) => catalog::lookup(&format!("u{digits}")).ok(),
        None => catalog::lookup(name).ok(),
    }
}

/// `A_to_B`. Between floats there is no other kind of conversion; to an integer inexact is raised only if `exact`.
fn conversion(plain: &str, rounding: Option<Rounding>, exact: bool) -> Option<Named> {
    let (from, to) = plain.split_once("_to_")?;
    let (operands, result) = (format(from)?, format(to)?);
    let quiet = result.is_integer() && !operands.is_integer() && !exact;
    Some(Named { op: if quiet { Op::ConvertToInteger } else { Op::Convert }, operands, result, rounding })
}

/// `FORMAT_OPERATION`, split at any `_`, for both may contain some.
fn within(plain: &str, rounding: Option<Rounding>, exact: bool) -> Option<Named> {
    plain.match_indices('_').find_map(|(at, _)| {
        let (operands, op) = (format(&plain[..at])?, plain[at + 1..].parse().ok()?);
        let op = match op {
            Op::RoundToIntegral if exact => Op::RoundToIntegralExact,
            op => op,
        };
        Some(Named { op, operands, result: operands, rounding })
    })
}
