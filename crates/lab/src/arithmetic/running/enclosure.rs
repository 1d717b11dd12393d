//! The signed error of a number: what every rounding changed is known, so that it is carried on with its sign.
//!
//! Errors are `computed - exact`. In exact arithmetic with operands `x - e_x` and `y - e_y`, written so that nothing large cancels:
//!
//! ```text
//! sums        e_x + e_y
//! products    y e_x + (x - e_x) e_y
//! quotients   (e_x - (x / y) e_y) / (y - e_y)
//! roots       sqrt(x) - sqrt(x - e_x)
//! lerp        b e_m + c e_x + (c^ - c) (x - m),  b = 1 - c
//! ```
//!
//! and what the operation itself rounded is added: the result minus what binary64 makes of the same operands, in a ball.

use crate::arithmetic::Operation;
use crate::bound::ball::Ball;

/// The result of an operation on numbers, and all that binary64 can have rounded of it.
pub(super) fn result(op: Operation, [x, y, z]: [f64; 3]) -> Ball {
    let [x, y, z] = [x, y, z].map(Ball::exact);
    match op {
        Operation::Add => x + y,
        Operation::Sub => x - y,
        Operation::Mul => x * y,
        Operation::Div => x.over(y),
        Operation::Sqrt => x.sqrt(),
        Operation::Fma => x.mul_add(y, z),
    }
}

/// What the errors of operands make of the result, without its own rounding.
pub(super) fn carried(op: Operation, [(x, ex), (y, ey), (_, ez)]: [(f64, Ball); 3]) -> Ball {
    let (x, y) = (Ball::exact(x), Ball::exact(y));
    let product = || y * ex + (x - ex) * ey;
    match op {
        Operation::Add => ex + ey,
        Operation::Sub => ex - ey,
        Operation::Mul => product(),
        Operation::Fma => product() + ez,
        Operation::Div if ex == Ball::ZERO && ey == Ball::ZERO => Ball::ZERO,
        Operation::Div => (ex - x.over(y) * ey).over(y - ey),
        Operation::Sqrt if ex == Ball::ZERO => Ball::ZERO,
        Operation::Sqrt => x.sqrt() - (x - ex).sqrt(),
    }
}

/// The same of `m + c (x - m)`, where `c` is a constant.
pub(super) fn lerp([(c, ec), (x, ex), (m, em)]: [(f64, Ball); 3]) -> Ball {
    let add = Ball::exact(c) - ec;
    let keep = Ball::exact(1.0) - add;
    keep * em + add * ex + ec * (Ball::exact(x) - Ball::exact(m))
}
