//! Where a format ends: what overflow, infinities and impossible results become.

use super::*;

pub(super) fn is_integer(f: &Format) -> bool {
    let facts = f.facts();
    facts.width == facts.precision && facts.bias == 2 - facts.width as i32 && facts.nans == Nans::None
}

pub(super) fn impossible(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    let end = if negative { lowest(f) } else { largest(f, false) };
    let code = match (policy.saturation, canonical_nan(f)) {
        (Saturation::None, Some(nan)) => nan,
        (Saturation::None, None) if is_integer(f) => nan_result(f, policy),
        _ => end,
    };
    delivered(code, "v")
}

pub(super) fn past(f: &Format, negative: bool) -> Code {
    match f.facts().overflow {
        Overflow::Infinity => code_of(f, negative, largest(f, negative) + 1),
        Overflow::Nan => canonical_nan(f).unwrap_or(0),
        Overflow::Largest => code_of(f, negative, largest(f, negative)),
    }
}

pub(super) fn no_sign(f: &Format, negative: bool) -> bool {
    negative && f.facts().sign == Sign::Unsigned
}

pub(super) fn infinite(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    if is_integer(f) || no_sign(f, negative) {
        return impossible(f, policy, negative);
    }
    if policy.saturation == Saturation::Finite {
        return delivered(code_of(f, negative, largest(f, negative)), "x");
    }
    let exact = f.facts().overflow == Overflow::Infinity;
    delivered(past(f, negative), if exact { "" } else { "x" })
}

pub(super) fn overflow(f: &Format, policy: &Policy, negative: bool) -> Rounded {
    if is_integer(f) || no_sign(f, negative) {
        return impossible(f, policy, negative);
    }
    let goes_past = match policy.rounding {
        Rounding::TowardZero => false,
        Rounding::TowardPositive => !negative,
        Rounding::TowardNegative => negative,
        Rounding::ToOdd => largest(f, negative).is_multiple_of(2),
        _ => true,
    };
    let code = if goes_past && policy.saturation == Saturation::None {
        past(f, negative)
    } else {
        code_of(f, negative, largest(f, negative))
    };
    delivered(code, "ox")
}

pub(super) fn signed_zero(f: &Format) -> Code {
    let facts = f.facts();
    let has = facts.sign == Sign::SignMagnitude && facts.nans != Nans::NegativeZero;
    if has { 1 << (facts.width - 1) } else { 0 }
}

fn lowest(f: &Format) -> Code {
    if f.facts().sign == Sign::Unsigned { 0 } else { code_of(f, true, largest(f, true)) }
}

pub(super) fn nan_result(f: &Format, policy: &Policy) -> Code {
    match policy.nan {
        halfulp::NanResult::Largest => largest(f, false),
        halfulp::NanResult::Least => lowest(f),
        halfulp::NanResult::Zero => 0,
        halfulp::NanResult::NegativeZero => signed_zero(f),
    }
}
