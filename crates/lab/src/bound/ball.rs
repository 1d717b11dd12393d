//! Balls: real numbers that are known to lie around a number of binary64. What computing with them rounds goes into their radius.

use std::ops::{Add, Mul, Neg, Sub};

use super::outward::Upper;

/// All real numbers within a distance of a middle.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Ball {
    middle: f64,
    radius: Upper,
}

/// What rounding to the nearest number of binary64 can have changed: half an ulp, also below the normal numbers.
fn half(z: f64) -> Upper {
    Upper::of((z.abs() * (f64::EPSILON / 2.0)).next_up())
}

impl Ball {
    /// Nothing but 0.
    pub const ZERO: Ball = Ball { middle: 0.0, radius: Upper::ZERO };
    /// Any number.
    pub const UNKNOWN: Ball = Ball { middle: 0.0, radius: Upper::UNKNOWN };

    /// The number itself.
    #[must_use]
    pub const fn exact(x: f64) -> Ball {
        Ball::around(x, Upper::ZERO)
    }

    /// The numbers within `radius` of `middle`; any, if that is not finite.
    #[must_use]
    pub const fn around(middle: f64, radius: Upper) -> Ball {
        if middle.is_finite() { Ball { middle, radius } } else { Ball::UNKNOWN }
    }

    /// The middle.
    #[must_use]
    pub const fn middle(self) -> f64 {
        self.middle
    }

    /// At least the distance of every number of the ball from the middle.
    #[must_use]
    pub const fn radius(self) -> Upper {
        self.radius
    }

    /// At least the magnitude of every number of the ball.
    #[must_use]
    pub fn magnitude(self) -> Upper {
        Upper::of(self.middle) + self.radius
    }

    /// At most the magnitude of every number of the ball.
    #[must_use]
    pub fn least(self) -> f64 {
        (self.middle.abs() - self.radius.get()).next_down().max(0.0)
    }

    fn is_zero(self) -> bool {
        self == Ball::ZERO
    }

    /// `self a + b`, rounded once.
    #[must_use]
    pub fn mul_add(self, a: Ball, b: Ball) -> Ball {
        let middle = self.middle.mul_add(a.middle, b.middle);
        Ball::around(middle, self.spread(a) + b.radius + half(middle))
    }

    /// What the radii make of a product, around the product of the middles.
    fn spread(self, other: Ball) -> Upper {
        Upper::of(self.middle) * other.radius + other.magnitude() * self.radius
    }

    /// The quotients; any number, if the divisor may be 0.
    #[must_use]
    pub fn over(self, divisor: Ball) -> Ball {
        let middle = self.middle / divisor.middle;
        if !middle.is_finite() {
            return Ball::UNKNOWN;
        }
        // |x / y - a / b| = |(x - a) - (a / b) (y - b)| / |y|.
        let quotient = Upper::of(middle) + half(middle);
        let spread = (self.radius + quotient * divisor.radius).over(divisor.least());
        Ball::around(middle, spread + half(middle))
    }

    /// The roots of those that have one; any number, if none has.
    #[must_use]
    pub fn sqrt(self) -> Ball {
        let most = (Upper::of(self.middle.max(0.0)) + self.radius).get();
        if self.middle < 0.0 && most < -self.middle {
            return Ball::UNKNOWN;
        }
        let middle = self.middle.max(0.0).sqrt();
        let lowest = (self.middle - self.radius.get()).next_down().max(0.0).sqrt().next_down().max(0.0);
        // |sqrt(x) - sqrt(a)| = |x - a| / (sqrt(x) + sqrt(a)), and at most the root of |x - a|. Roots of negative middles are not used: they count as 0.
        let roots = (middle.next_down().max(0.0) + lowest).next_down();
        let spread = self.radius.over(roots).min(self.radius.sqrt());
        Ball::around(middle, spread + if middle == 0.0 { Upper::ZERO } else { half(middle) })
    }
}

impl Neg for Ball {
    type Output = Ball;

    fn neg(self) -> Ball {
        Ball { middle: -self.middle, ..self }
    }
}

impl Add for Ball {
    type Output = Ball;

    fn add(self, other: Ball) -> Ball {
        let middle = self.middle + other.middle;
        // Nothing is rounded where one of them is 0, or the sum is.
        let exact = self.middle == 0.0 || other.middle == 0.0 || middle == 0.0;
        let rounded = if exact { Upper::ZERO } else { half(middle) };
        Ball::around(middle, self.radius + other.radius + rounded)
    }
}

impl Sub for Ball {
    type Output = Ball;

    fn sub(self, other: Ball) -> Ball {
        self + -other
    }
}

impl Mul for Ball {
    type Output = Ball;

    fn mul(self, other: Ball) -> Ball {
        if self.is_zero() || other.is_zero() {
            return Ball::ZERO;
        }
        let middle = self.middle * other.middle;
        Ball::around(middle, self.spread(other) + half(middle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rug::Float;

    /// What exact arithmetic makes of any points of two balls is in the ball that comes of them.
    #[test]
    fn no_point_is_lost() {
        let middles = [0.0, 5e-324, -1e-310, 1e-160, -0.1, 1.0 / 3.0, 0.7, -1.0, 1.5, 1e10, -1e150];
        let radii = [0.0, 5e-324, 1e-170, 1e-17, 0.05, 0.5, 3.0];
        let exact = |x: f64| Float::with_val(4000, x);
        let within = |ball: Ball, x: &Float, what: &str| {
            if x.is_finite() && ball.radius() != Upper::UNKNOWN {
                let distance = (x - exact(ball.middle())).abs();
                assert!(distance <= exact(ball.radius().get()), "{what}: {x} is not in {ball:?}");
            }
        };
        for a in middles {
            for r in radii {
                for (b, s) in middles.iter().flat_map(|b| radii.map(|s| (*b, s))) {
                    let (x, y) = (Ball::around(a, Upper::of(r)), Ball::around(b, Upper::of(s)));
                    for (p, q) in [(-1.0f64, -1.0f64), (-1.0, 1.0), (1.0, 0.3), (0.0, 1.0), (0.9, 0.0)] {
                        let (u, v) = (exact(a) + exact(r) * p, exact(b) + exact(s) * q);
                        within(x + y, &(u.clone() + &v), "+");
                        within(x - y, &(u.clone() - &v), "-");
                        within(x * y, &(u.clone() * &v), "*");
                        within(x.over(y), &(u.clone() / &v), "/");
                        within(x.mul_add(y, x), &(u.clone() * &v + &u), "fma");
                        within(x.sqrt(), &u.clone().sqrt(), "sqrt");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_unknown_stays_unknown() {
        assert_eq!(Ball::exact(f64::NAN), Ball::UNKNOWN);
        assert_eq!(Ball::exact(1.0).over(Ball::ZERO).radius(), Upper::UNKNOWN);
        assert_eq!(Ball::exact(1.0).over(Ball::around(1.0, Upper::of(1.0))).radius(), Upper::UNKNOWN);
        assert_eq!(Ball::exact(-1.0).sqrt(), Ball::UNKNOWN);
        assert_eq!((Ball::UNKNOWN + Ball::exact(1.0)).radius(), Upper::UNKNOWN);
    }
}
