//! P3109's rules, where they are not IEEE 754's: interim report 4.0, and its formal model of July 2026.

use halfulp::{Code, Op, Overflow, Policy, Rounding, Saturation, Standard};

use super::layout::{Datum, Layout};
use super::number::{Kind, Number};

/// What an operand is on the closed extended reals: no minus zero, and one NaN (4.7.2, 4.8.1).
pub fn closed(datum: Datum) -> Datum {
    let number = match datum.number.kind() {
        Kind::Nan => Number::nan(),
        Kind::Zero => datum.number.with_sign(false),
        Kind::Infinite | Kind::Finite => datum.number,
    };
    Datum { number, signalling: false }
}

/// What an operation yields, where it is not what MPFR computes (4.10.2, 4.10.5, 4.16). `neighbour` is IEEE 754's.
pub fn operate(
    op: Op,
    format: &Layout,
    [a, b, _]: &[Datum; 3],
    neighbour: impl Fn() -> Number,
) -> Option<Number> {
    match op {
        Op::Div if b.number.kind() == Kind::Zero => Some(Number::nan()),
        Op::CopySign if b.number.kind() == Kind::Nan => Some(Number::nan()),
        Op::NextUp | Op::NextDown => {
            let next = neighbour();
            let exists = match next.kind() {
                Kind::Nan => false,
                Kind::Infinite => {
                    a.number.kind() != Kind::Infinite && has_infinity(format, next.is_negative())
                }
                Kind::Zero => format.has_zero(),
                Kind::Finite => format.is_signed() || !next.is_negative(),
            };
            Some(if exists { next } else { Number::nan() })
        }
        _ => None,
    }
}

/// NaN is the least (4.12.1).
pub fn total_order(x: &Number, y: &Number) -> bool {
    match (x.kind(), y.kind()) {
        (Kind::Nan, _) => true,
        (_, Kind::Nan) => false,
        _ => x.order(y).is_le(),
    }
}

fn has_infinity(format: &Layout, negative: bool) -> bool {
    format.facts.overflow == Overflow::Infinity && (format.is_signed() || !negative)
}

/// The code of a number past the finite range, or of an infinity (4.7.5); `nan` is what stands for NaN.
pub fn saturate(format: &Layout, policy: &Policy, negative: bool, infinite: bool, nan: Code) -> Code {
    let end = format.largest(negative);
    let infinity = has_infinity(format, negative).then(|| format.encode(negative, format.finite[0] + 1));
    let july = policy.standard == Standard::P3109July2026;
    let finite_domain = format.facts.overflow != Overflow::Infinity;
    let no_negatives = negative && !format.is_signed();
    // Where neither saturation nor direction stops it.
    let past = match infinity {
        Some(infinity) => infinity,
        None if no_negatives => nan,
        None if finite_domain && !july => end,
        None => nan,
    };
    match (policy.saturation, policy.rounding) {
        (Saturation::Finite, _) => end,
        (Saturation::Propagate, _) => infinity.filter(|_| infinite).unwrap_or(end),
        (Saturation::None, _) if infinite => past,
        (Saturation::None, Rounding::TowardZero) => end,
        (Saturation::None, Rounding::TowardPositive) if negative => end,
        (Saturation::None, Rounding::TowardNegative) if !negative => end,
        (Saturation::None, Rounding::ToOdd) if !july && !format.is_signed() && !negative => end,
        (Saturation::None, _) => past,
    }
}
