//! P3109's operations where they are not IEEE 754's: interim report 4.0 by its clauses, and the formal model of July 2026
//! where that differs.

use halfulp::{Code, Flags, NanResult, Op, Overflow, Rounded, Rounding, Saturation, Standard};

use super::deliver::{Delivery, Located};
use super::locate::{Place, locate};
use super::order;
use super::quantity::Quantity;
use super::values::{Meaning, Values};

/// 4.7.2 and 4.8.1: there is no minus zero, and one NaN.
pub fn closed(x: Meaning) -> Meaning {
    match x {
        Meaning::Nan { .. } => Meaning::Nan { negative: false, signalling: false, payload: 1 << 63 },
        Meaning::Finite { magnitude, .. } if magnitude.significand == 0 => order::magnitude(x),
        _ => x,
    }
}

/// 4.10.2 and 4.10.5: what has no result whatever else it is given.
pub fn has_no_result(op: Op, x: &[Meaning]) -> bool {
    match op {
        Op::Div => matches!(x[1], Meaning::Finite { magnitude, .. } if magnitude.significand == 0),
        Op::CopySign => order::is_nan(x[1]),
        _ => false,
    }
}

/// 4.12.1: NaN is the least, and numbers are in the order of their values.
pub fn total_order(x: Meaning, y: Meaning) -> bool {
    order::is_nan(x) || !order::is_nan(y) && order::compare(x, y).is_le()
}

/// 4.13.1, by the numbers of IEEE 754's list, of which two stand for no class.
pub fn class(values: &Values, code: Code) -> Code {
    let subnormal = values.is_subnormal(values.place(code).1);
    match closed(values.meaning(code)) {
        Meaning::Nan { .. } => 1,
        Meaning::Infinite { negative } => {
            if negative {
                2
            } else {
                9
            }
        }
        Meaning::Finite { magnitude, .. } if magnitude.significand == 0 => 6,
        Meaning::Finite { negative: true, .. } => {
            if subnormal {
                4
            } else {
                3
            }
        }
        Meaning::Finite { negative: false, .. } => {
            if subnormal {
                7
            } else {
                8
            }
        }
    }
}

/// 4.16: the value after it, or before it, in the row of all values; NaN past its ends.
pub fn next(values: &Values, code: Code, up: bool) -> Located {
    if order::is_nan(values.meaning(code)) {
        return Located::Nan;
    }
    let infinities = i128::from(values.overflow() == Overflow::Infinity);
    let (negative, k) = values.place(code);
    let place = if negative { -k } else { k } + if up { 1 } else { -1 };
    let (first, last) = match values.is_signed() {
        true => (-values.last(true) - infinities, values.last(false) + infinities),
        false => (0, values.last(false) + infinities),
    };
    if (first..=last).contains(&place) {
        Located::Code(values.code(place < 0, place.abs()))
    } else {
        Located::Nan
    }
}

/// A rounded value, as saturation looks at it: within the finite range as its code, or where outside it.
#[derive(Clone, Copy)]
enum X {
    Nan,
    Within(Code),
    Below,
    Above,
    PosInf,
    NegInf,
}

/// 4.7.3: rounded, saturated, encoded. It raises nothing.
pub fn project(delivery: &Delivery<'_>, located: Located, noise: u64) -> Rounded {
    let values = delivery.values;
    let x = match located {
        // P3109 has no integers: conversions to them are IEEE 754's.
        _ if values.is_integer() => X::Within(delivery.deliver(located, noise).code),
        Located::Code(code) => X::Within(code),
        Located::Nan => X::Nan,
        Located::Infinite { negative } | Located::Past { negative } if negative => X::NegInf,
        Located::Infinite { .. } | Located::Past { .. } => X::PosInf,
        Located::Zero { .. } | Located::Cancelled => zero(values),
        Located::Number { negative, place } => number(delivery, negative, place, noise),
        Located::Integral { negative, integer, beyond } => {
            let away = delivery.away(negative, integer % 2 == 1, beyond, noise);
            let integer = i128::from(integer) + i128::from(away);
            let place = Quantity::dyadic(integer, 0).and_then(|x| locate(values, negative, &x));
            match place {
                _ if integer == 0 => zero(values),
                Some(place) => number(delivery, negative, place, noise),
                None => outside(negative),
            }
        }
    };
    Rounded { code: saturate(delivery, x), flags: Flags::NONE }
}

fn outside(negative: bool) -> X {
    if negative { X::Below } else { X::Above }
}

fn zero(values: &Values) -> X {
    if values.has_zero() { X::Within(0) } else { X::Below }
}

/// 4.7.4, and where the value is among those of the format.
fn number(delivery: &Delivery<'_>, negative: bool, place: Place, noise: u64) -> X {
    let values = delivery.values;
    let (k, beyond) = match place {
        Place::At(k, beyond) => (k, beyond),
        // Without a zero the smallest value is the nearest there is.
        Place::Below(_) if !negative => return X::Within(values.code(false, 0)),
        Place::Below(_) | Place::Beyond => return outside(negative),
    };
    let away = delivery.away(negative, k % 2 == 1, beyond, noise);
    let rounded = i128::from(k) + i128::from(away);
    if rounded > values.last(negative) {
        return outside(negative);
    }
    let flushed = delivery.policy.flush_results && delivery.is_tiny(negative, k, beyond, noise);
    if flushed || (rounded == 0 && values.has_zero()) {
        zero(values)
    } else if negative && !values.is_signed() {
        X::Below
    } else {
        X::Within(values.code(negative, rounded))
    }
}

/// 4.7.5 line by line: the first that matches decides.
fn saturate(delivery: &Delivery<'_>, x: X) -> Code {
    use Rounding::{ToOdd, TowardNegative, TowardPositive, TowardZero};
    use Saturation::{Finite as SatFinite, None as SatNone, Propagate as SatPropagate};
    let (values, policy) = (delivery.values, delivery.policy);
    let infinity = |negative| values.code(negative, values.last(negative) + 1);
    let (lo, hi) = (delivery.end(true), delivery.end(false));
    let replacement = || match policy.nan {
        NanResult::NegativeZero => 0,
        _ => delivery.instead_of_nan(),
    };
    let nan = || values.nan().unwrap_or_else(replacement);
    let (signed, extended) = (values.is_signed(), values.overflow() == Overflow::Infinity);
    let v4 = policy.standard == Standard::P3109V4_0;
    match (policy.saturation, policy.rounding, x) {
        (_, _, X::Nan) => nan(),
        (_, _, X::Within(code)) => code,

        (SatFinite, _, X::PosInf | X::Above) => hi,
        (SatFinite, _, X::NegInf | X::Below) => lo,

        (SatPropagate, _, X::PosInf) if extended => infinity(false),
        (SatPropagate, _, X::PosInf | X::Above) => hi,
        (SatPropagate, _, X::NegInf) if signed && extended => infinity(true),
        (SatPropagate, _, X::NegInf | X::Below) => lo,

        (SatNone, _, X::PosInf) if extended => infinity(false),
        (SatNone, _, X::NegInf) if signed && extended => infinity(true),
        (SatNone, _, X::NegInf) if !signed => nan(),
        (SatNone, _, X::PosInf) if v4 => hi,
        (SatNone, _, X::NegInf) if v4 => lo,
        (SatNone, ToOdd, X::Above) if v4 && !signed && extended => hi,
        (SatNone, TowardZero | TowardNegative, X::Above) => hi,
        (SatNone, TowardZero | TowardPositive, X::Below) => lo,
        (SatNone, _, X::Below) if signed && extended => infinity(true),
        (SatNone, _, X::Below) if !signed => nan(),
        (SatNone, _, X::Above) if extended => infinity(false),
        (SatNone, _, X::Below) if v4 => lo,
        (SatNone, _, X::Above) if v4 => hi,
        // The formal model of July 2026, in the finite domain.
        (SatNone, _, X::PosInf | X::NegInf | X::Above | X::Below) => nan(),
    }
}
