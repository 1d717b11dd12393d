//! The operations by name.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::{Op, Predicate};
use crate::format::near::distance;

/// The error for an unknown operation name.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct UnknownOp {
    /// The name.
    pub name: String,
    /// The canonical names of the operations with similar names; none if there are none.
    pub near: Vec<&'static str>,
}

impl fmt::Display for UnknownOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no operation is called {:?}; ", self.name)?;
        match &self.near[..] {
            [] => f.write_str("`Op::all` lists the operations"),
            names => write!(f, "did you mean {}?", names.join(" or ")),
        }
    }
}

impl core::error::Error for UnknownOp {}

/// Every operation except the predicates, with its canonical name.
const NAMES: [(&str, Op); 29] = [
    ("add", Op::Add),
    ("sub", Op::Sub),
    ("mul", Op::Mul),
    ("div", Op::Div),
    ("sqrt", Op::Sqrt),
    ("fma", Op::Fma),
    ("remainder", Op::Remainder),
    ("negate", Op::Negate),
    ("abs", Op::Abs),
    ("copysign", Op::CopySign),
    ("minimum", Op::Minimum),
    ("maximum", Op::Maximum),
    ("minimum_number", Op::MinimumNumber),
    ("maximum_number", Op::MaximumNumber),
    ("minimum_magnitude", Op::MinimumMagnitude),
    ("maximum_magnitude", Op::MaximumMagnitude),
    ("minimum_magnitude_number", Op::MinimumMagnitudeNumber),
    ("maximum_magnitude_number", Op::MaximumMagnitudeNumber),
    ("total_order", Op::TotalOrder),
    ("total_order_magnitude", Op::TotalOrderMagnitude),
    ("round_to_integral", Op::RoundToIntegral),
    ("round_to_integral_exact", Op::RoundToIntegralExact),
    ("next_up", Op::NextUp),
    ("next_down", Op::NextDown),
    ("scaleb", Op::ScaleB),
    ("logb", Op::LogB),
    ("class", Op::Class),
    ("convert", Op::Convert),
    ("convert_to_integer", Op::ConvertToInteger),
];

/// Aliases: the names of Berkeley TestFloat and C, and abbreviations.
const ALIASES: [(&str, Op); 20] = [
    ("rem", Op::Remainder),
    ("mulAdd", Op::Fma),
    ("mul_add", Op::Fma),
    ("neg", Op::Negate),
    ("min", Op::Minimum),
    ("max", Op::Maximum),
    ("roundToInt", Op::RoundToIntegral),
    ("rint", Op::RoundToIntegralExact),
    ("nextup", Op::NextUp),
    ("nextdown", Op::NextDown),
    ("copySign", Op::CopySign),
    ("scaleB", Op::ScaleB),
    ("logB", Op::LogB),
    ("totalOrder", Op::TotalOrder),
    ("eq", Op::Compare(Predicate::ALL[0].1)),
    ("lt_quiet", Op::Compare(Predicate::ALL[2].1)),
    ("le_quiet", Op::Compare(Predicate::ALL[3].1)),
    ("eq_signaling", Op::Compare(Predicate::ALL[12].1)),
    ("lt", Op::Compare(Predicate::ALL[14].1)),
    ("le", Op::Compare(Predicate::ALL[15].1)),
];

impl Op {
    /// All operations, including the predicates.
    pub fn all() -> impl Iterator<Item = Op> {
        let predicates = Predicate::ALL.iter().map(|&(_, p)| Op::Compare(p));
        NAMES.iter().map(|&(_, op)| op).chain(predicates)
    }

    /// The canonical name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Op::Compare(p) => p.name(),
            _ => NAMES.iter().find(|(_, op)| *op == self).map_or("operation", |(name, _)| name),
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Parses a canonical name or an alias; words may be joined by `-` or `_`.
impl FromStr for Op {
    type Err = UnknownOp;

    fn from_str(text: &str) -> Result<Op, UnknownOp> {
        let same = |name: &str| {
            name.len() == text.len()
                && name.bytes().zip(text.bytes()).all(|(a, b)| a == b || (a == b'_' && b == b'-'))
        };
        if let Some((_, op)) = NAMES.iter().chain(&ALIASES).find(|(name, _)| same(name)) {
            return Ok(*op);
        }
        Predicate::ALL
            .iter()
            .find(|(name, _)| same(name))
            .map(|&(_, p)| Op::Compare(p))
            .ok_or_else(|| UnknownOp { name: text.into(), near: near(text) })
    }
}

/// At most this many names are suggested.
const SUGGESTIONS: usize = 3;

/// The operations whose name or alias is at most two edits, or a third of the name, away; nearest first.
fn near(text: &str) -> Vec<&'static str> {
    // No name is longer than 28 letters.
    if text.len() > 40 {
        return Vec::new();
    }
    let text = text.to_ascii_lowercase().replace('-', "_");
    let limit = (text.len() / 3).clamp(1, 2);
    let predicates = Predicate::ALL.iter().map(|&(name, p)| (name, Op::Compare(p)));
    let mut found: BTreeSet<(usize, &'static str)> = BTreeSet::new();
    for (name, op) in NAMES.into_iter().chain(ALIASES).chain(predicates) {
        let edits = distance(&text, &name.to_ascii_lowercase());
        // A name is not near if nothing of what was written is left.
        if edits <= limit && edits < text.len() {
            found.insert((edits, op.name()));
        }
    }
    let mut names: Vec<&'static str> = Vec::new();
    for (_, name) in found {
        if !names.contains(&name) && names.len() < SUGGESTIONS {
            names.push(name);
        }
    }
    names
}
