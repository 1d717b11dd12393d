//! How values compare, and the operations that only look at them: predicates, total order, class.

use std::cmp::Ordering;

use halfulp::Predicate;

use super::quantity::compare_scaled;
use super::values::{Meaning, Values};

/// Whether a value is not a number.
pub fn is_nan(x: Meaning) -> bool {
    matches!(x, Meaning::Nan { .. })
}

/// Whether a value is a signalling NaN.
pub fn is_signalling(x: Meaning) -> bool {
    matches!(x, Meaning::Nan { signalling: true, .. })
}

/// Whether a value has the sign of the negative ones.
pub fn is_negative(x: Meaning) -> bool {
    match x {
        Meaning::Nan { negative, .. } | Meaning::Infinite { negative } => negative,
        Meaning::Finite { negative, .. } => negative,
    }
}

/// The same with another sign.
pub fn with_sign(x: Meaning, negative: bool) -> Meaning {
    match x {
        Meaning::Nan { signalling, payload, .. } => Meaning::Nan { negative, signalling, payload },
        Meaning::Infinite { .. } => Meaning::Infinite { negative },
        Meaning::Finite { magnitude, .. } => Meaning::Finite { negative, magnitude },
    }
}

/// The same without sign.
pub fn magnitude(x: Meaning) -> Meaning {
    with_sign(x, false)
}

/// How two numbers or infinities compare; zeros are equal. A NaN counts as an infinity here.
pub fn compare(a: Meaning, b: Meaning) -> Ordering {
    let side = |x: Meaning| match x {
        Meaning::Finite { magnitude, .. } if magnitude.significand == 0 => 0,
        _ if is_negative(x) => -1,
        _ => 1,
    };
    let by_magnitude = match (a, b) {
        (Meaning::Finite { magnitude: a, .. }, Meaning::Finite { magnitude: b, .. }) => {
            let (x, y) = (a.significand as i128, b.significand as i128);
            // Significands of at most 64 bits always align.
            compare_scaled(&x, a.exponent, &y, b.exponent).unwrap_or(Ordering::Equal)
        }
        (Meaning::Finite { .. }, _) => Ordering::Less,
        (_, Meaning::Finite { .. }) => Ordering::Greater,
        _ => Ordering::Equal,
    };
    let (a, b) = (side(a), side(b));
    a.cmp(&b).then(match a {
        0 => Ordering::Equal,
        1 => by_magnitude,
        _ => by_magnitude.reverse(),
    })
}

/// How the signs compare: minus comes before plus.
pub fn signs(a: Meaning, b: Meaning) -> Ordering {
    is_negative(b).cmp(&is_negative(a))
}

/// A predicate (5.11), as its name describes it.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    signalling: bool,
    less: bool,
    equal: bool,
    greater: bool,
    unordered: bool,
}

impl Described {
    /// Reads the name.
    pub fn new(predicate: Predicate) -> Described {
        let name = predicate.name();
        let relation = name.strip_prefix("signalling_");
        let signalling = relation.is_some();
        let (less, equal, greater, unordered) = match relation.unwrap_or(name) {
            "equal" => (false, true, false, false),
            "not_equal" => (true, false, true, true),
            "less" => (true, false, false, false),
            "less_equal" => (true, true, false, false),
            "greater" => (false, false, true, false),
            "greater_equal" => (false, true, true, false),
            "not_less" => (false, true, true, true),
            "not_greater" => (true, true, false, true),
            "less_unordered" => (true, false, false, true),
            "greater_unordered" => (false, false, true, true),
            "unordered" => (false, false, false, true),
            "ordered" => (true, true, true, false),
            _ => (false, false, false, false),
        };
        Described { signalling, less, equal, greater, unordered }
    }

    /// Whether it holds, and whether it raises invalid.
    pub fn test(self, a: Meaning, b: Meaning) -> (bool, bool) {
        if is_nan(a) || is_nan(b) {
            return (self.unordered, self.signalling || is_signalling(a) || is_signalling(b));
        }
        let holds = match compare(a, b) {
            Ordering::Less => self.less,
            Ordering::Equal => self.equal,
            Ordering::Greater => self.greater,
        };
        (holds, false)
    }
}

/// Whether `a` comes before `b` or is `b` (5.10): negative NaNs, numbers by value with `-0` before `+0`, positive
/// NaNs. Of two NaNs of one sign the signalling one, then the one of smaller payload, is nearer to the numbers.
pub fn total_order(a: Meaning, b: Meaning) -> bool {
    match (a, b) {
        (Meaning::Nan { signalling: s, payload: p, .. }, Meaning::Nan { signalling: t, payload: q, .. }) => {
            let distance = t.cmp(&s).then(p.cmp(&q));
            match (is_negative(a), is_negative(b)) {
                (false, false) => distance.is_le(),
                (true, true) => distance.is_ge(),
                (a_negative, _) => a_negative,
            }
        }
        (Meaning::Nan { negative, .. }, _) => negative,
        (_, Meaning::Nan { negative, .. }) => !negative,
        _ => compare(a, b).then(signs(a, b)).is_le(),
    }
}

/// The number of the class in 5.7.2's list.
pub fn class(values: &Values, code: u64) -> u64 {
    let (negative, k) = values.place(code);
    let positive_class = match values.meaning(code) {
        Meaning::Nan { signalling, .. } => return u64::from(!signalling),
        Meaning::Infinite { .. } => 9,
        Meaning::Finite { magnitude, .. } if magnitude.significand == 0 => 6,
        Meaning::Finite { .. } if values.is_subnormal(k) => 7,
        Meaning::Finite { .. } => 8,
    };
    // The negative classes mirror the positive ones.
    if negative { 11 - positive_class } else { positive_class }
}
