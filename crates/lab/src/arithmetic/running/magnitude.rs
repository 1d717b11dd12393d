//! How far a number can be from the exact one at worst: every rounding counts in full, whatever it was.

use crate::arithmetic::Operation;
use crate::bound::outward::Upper;

/// What the errors of operands make of the result, without its own rounding.
pub(super) fn carried(op: Operation, [a, b, c]: [(f64, Upper); 3]) -> Upper {
    let ((a, x), (b, y), (_, w)) = (a, b, c);
    match op {
        Operation::Add | Operation::Sub => x + y,
        Operation::Mul => Upper::of(a) * y + Upper::of(b) * x + x * y,
        Operation::Fma => Upper::of(a) * y + Upper::of(b) * x + x * y + w,
        Operation::Div => {
            let quotient = Upper::of(a).over(b.abs());
            (x + quotient * y).over((b.abs() - y.get()).next_down())
        }
        Operation::Sqrt => {
            let least = (a - x.get()).next_down().max(0.0).sqrt().next_down().max(0.0);
            let roots = (a.max(0.0).sqrt().next_down().max(0.0) + least).next_down();
            if x == Upper::ZERO { Upper::ZERO } else { x.over(roots).min(x.sqrt()) }
        }
    }
}

/// The same of `m + c (x - m)`, where `c` is a constant: `b e_m + c e_x + |c^ - c| |x - m|`.
pub(super) fn lerp([(c, ec), (x, ex), (m, em)]: [(f64, Upper); 3]) -> Upper {
    let most = Upper::of(c) + ec;
    keep(c, ec) * em + most * ex + ec * Upper::distance(x, m)
}

/// At least `1 - c`, with what is known of `c` in `[0, 1]`.
pub(super) fn keep(c: f64, ec: Upper) -> Upper {
    Upper::of((1.0 - c).next_up()) + ec
}
