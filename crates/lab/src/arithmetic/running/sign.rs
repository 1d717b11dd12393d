//! Signs: right where the error is too small to change them, else wrong by up to 2.

use super::bounded::Bounded;
use super::chance::Chance;
use crate::arithmetic::{Native, signum};
use crate::bound::ball::Ball;
use crate::bound::outward::Upper;

/// The sign of a number, and what is known of it; `k` is how many spreads a sum of chances may be beyond 0.
pub(super) fn bounded<V: Native>(x: &Bounded<V>, value: V, k: Upper) -> Bounded<V> {
    if !x.value.wide().is_finite() {
        return Bounded::unknown(value);
    }
    let wrong = |error: Upper| wrong_by(x.value.wide(), error);
    let chance = Chance { constant: x.chance.constant, ..Chance::of(wrong(x.chance.within(k))) };
    Bounded { value, error: enclosed(x), worst: wrong(x.worst), chance, sound: x.sound }
}

/// How far the sign of a number can be from that of one within so much of it.
fn wrong_by(x: f64, error: Upper) -> Upper {
    match x.abs() {
        _ if error == Upper::ZERO => Upper::ZERO,
        0.0 => Upper::of(1.0),
        // The magnitude is that of an f64, and the error no less than it is.
        size if size > error.get() => Upper::ZERO,
        size if size == error.get() => Upper::of(1.0),
        _ => Upper::of(2.0),
    }
}

/// Contains computed sign minus exact sign: the exact number is the computed one minus its error.
fn enclosed<V: Native>(x: &Bounded<V>) -> Ball {
    let exact = Ball::exact(x.value.wide()) - x.error;
    let sign = signum(x.value.wide());
    let (middle, radius) = (exact.middle(), exact.radius().get());
    match middle.abs() {
        size if size > radius => Ball::exact(sign - signum(middle)),
        0.0 if radius == 0.0 => Ball::exact(sign),
        // It can be any of -1, 0, 1.
        _ => Ball::around(sign, Upper::of(1.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(value: f64, error: Ball) -> Bounded<f64> {
        let worst = error.magnitude();
        Bounded { value, error, worst, chance: Chance::of(worst), sound: true }
    }

    /// Every exact number within the error has a sign within what is said of it.
    #[test]
    fn signs_are_enclosed() {
        let grid = || (-8..=8).map(|k| f64::from(k) / 4.0);
        for (value, middle) in grid().flat_map(|value| grid().map(move |middle| (value, middle))) {
            for radius in [0.0, 0.25, 1.0, 3.0] {
                let x = known(value, Ball::around(middle, Upper::of(radius)));
                let sign = bounded(&x, signum(value), Upper::ZERO);
                for part in [-1.0, -0.5, 0.0, 0.5, 1.0] {
                    let off = sign.value - signum(value - (middle + part * radius));
                    let about = (off - sign.error.middle()).abs();
                    assert!(about <= sign.error.radius().get(), "{value} - ({middle} +- {radius})");
                    assert!(off.abs() <= sign.worst.get(), "{value} - ({middle} +- {radius})");
                    assert!(off.abs() <= sign.chance.rest.get(), "{value} - ({middle} +- {radius})");
                }
            }
        }
        let sure = bounded(&known(1.0, Ball::around(0.0, Upper::of(0.5))), 1.0, Upper::ZERO);
        assert_eq!(
            (sure.error.magnitude().get(), sure.worst, sure.chance.rest.get()),
            (0.0, Upper::ZERO, 0.0)
        );
    }
}
