//! The quintic polynomial of the Newton-Schulz iteration on one singular value, enclosed: its range, its repeated application, and
//! Lipschitz constants, by intervals with outward rounding.

/// An interval that contains a real number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    /// Not above it.
    pub low: f64,
    /// Not below it.
    pub high: f64,
}

impl Interval {
    /// A number alone.
    #[must_use]
    pub const fn of(x: f64) -> Interval {
        Interval { low: x, high: x }
    }

    fn outward(low: f64, high: f64) -> Interval {
        Interval { low: low.next_down(), high: high.next_up() }
    }

    fn add(self, other: Interval) -> Interval {
        Interval::outward(self.low + other.low, self.high + other.high)
    }

    fn mul(self, other: Interval) -> Interval {
        let corners =
            [self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high];
        // Zero times what is not bounded: nothing is known. Minimum and maximum would pass over it.
        if corners.iter().any(|x| x.is_nan()) {
            return Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };
        }
        let (low, high) =
            corners.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
        Interval::outward(low, high)
    }

    fn square(self) -> Interval {
        let square = self.mul(self);
        Interval {
            low: if self.low <= 0.0 && self.high >= 0.0 { 0.0 } else { square.low.max(0.0) },
            ..square
        }
    }

    /// The largest magnitude.
    #[must_use]
    pub fn magnitude(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    fn halves(self) -> [Interval; 2] {
        let middle = self.low + (self.high - self.low) / 2.0;
        [Interval { high: middle, ..self }, Interval { low: middle, ..self }]
    }

    fn hull(self, other: Interval) -> Interval {
        Interval { low: self.low.min(other.low), high: self.high.max(other.high) }
    }
}

/// `phi(s) = a s + b s^3 + c s^5`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Polynomial(pub [f64; 3]);

impl Polynomial {
    /// The value, in binary64.
    #[must_use]
    pub fn value(&self, s: f64) -> f64 {
        let [a, b, c] = self.0;
        let t = s * s;
        s * (a + t * (b + t * c))
    }

    fn enclosed(&self, s: Interval) -> Interval {
        let [a, b, c] = self.0.map(Interval::of);
        let t = s.square();
        let natural = s.mul(a.add(t.mul(b.add(t.mul(c)))));
        if s.low == s.high {
            return natural;
        }
        // The mean value form is the sharper one on short intervals.
        let middle = Interval::of(s.low + (s.high - s.low) / 2.0);
        let at = middle.mul(a.add(middle.square().mul(b.add(middle.square().mul(c)))));
        let apart = Interval::outward(s.low - middle.low, s.high - middle.low);
        let mean = at.add(self.derivative(s).mul(apart));
        Interval { low: natural.low.max(mean.low), high: natural.high.min(mean.high) }
    }

    fn derivative(&self, s: Interval) -> Interval {
        let [a, b, c] = self.0.map(Interval::of);
        let (three, five) = (Interval::of(3.0), Interval::of(5.0));
        let t = s.square();
        a.add(t.mul(three.mul(b).add(t.mul(five.mul(c)))))
    }

    /// The polynomial applied `k` times, and its derivative, on an interval.
    fn repeated(&self, k: usize, s: Interval) -> [Interval; 2] {
        (0..k).fold([s, Interval::of(1.0)], |[x, d], _| [self.enclosed(x), d.mul(self.derivative(x))])
    }

    /// The range of the polynomial applied `k` times to `[low, high]`: an interval that contains it and is at most `slack` wider on either
    /// side, unless that takes more than some hundred thousand parts.
    #[must_use]
    pub fn range(&self, k: usize, [low, high]: [f64; 2], slack: f64) -> Interval {
        let whole = Interval { low, high };
        let point = |x: f64| (0..k).fold(x, |x, _| self.value(x));
        let seen = |s: Interval| Interval::of(point(s.low)).hull(Interval::of(point(s.high)));
        let mut inner = seen(whole);
        let mut outer: Option<Interval> = None;
        let mut parts = vec![whole];
        let mut left = PARTS;
        while let Some(part) = parts.pop() {
            let range = self.repeated(k, part)[0];
            inner = inner.hull(seen(part));
            left = left.saturating_sub(1);
            if left == 0 || (range.low >= inner.low - slack && range.high <= inner.high + slack) {
                outer = Some(outer.map_or(range, |o| o.hull(range)));
            } else {
                parts.extend(part.halves());
            }
        }
        outer.unwrap_or(whole)
    }

    /// At least the Lipschitz constant of the polynomial applied `k` times, on `[-s, s]`, and at most a thousandth above it, unless that
    /// takes more than some hundred thousand parts.
    #[must_use]
    pub fn lipschitz(&self, k: usize, s: f64) -> f64 {
        let point = |x: f64| self.repeated(k, Interval::of(x))[1].magnitude();
        let mut seen = point(0.0).max(point(s));
        let mut bound: f64 = seen;
        let mut parts = vec![Interval { low: 0.0, high: s }];
        let mut left = PARTS;
        while let Some(part) = parts.pop() {
            let here = self.repeated(k, part)[1].magnitude();
            let [half, _] = part.halves();
            seen = seen.max(point(half.high));
            left = left.saturating_sub(1);
            if left == 0 || here <= seen * 1.001 || here.is_nan() {
                bound = bound.max(if here.is_nan() { f64::INFINITY } else { here });
            } else {
                parts.extend(part.halves());
            }
        }
        bound
    }

    /// Points between `low` and `high` that the polynomial leaves where they are, to within binary64.
    #[must_use]
    pub fn fixed_points(&self, [low, high]: [f64; 2]) -> Vec<f64> {
        let apart = |s: f64| self.value(s) - s;
        let steps = 1000;
        let at = |k: i32| low + (high - low) * f64::from(k) / f64::from(steps);
        let crosses = (0..steps).filter(|&k| (apart(at(k)) < 0.0) != (apart(at(k + 1)) < 0.0));
        crosses
            .map(|k| {
                let (mut left, mut right) = (at(k), at(k + 1));
                for _ in 0..60 {
                    let middle = left + (right - left) / 2.0;
                    if (apart(middle) < 0.0) == (apart(left) < 0.0) { left = middle } else { right = middle }
                }
                left
            })
            .collect()
    }
}

/// Parts that an interval is split into at most.
const PARTS: usize = 200_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::newton_schulz::NewtonSchulz;

    const PHI: Polynomial = Polynomial(NewtonSchulz::COEFFICIENTS);

    #[test]
    fn the_range_is_that_of_a_dense_grid() {
        let range = PHI.range(1, [0.0, 1.0], 1e-9);
        assert!((range.high - 1.202_369).abs() < 1e-6 && range.low.abs() < 1e-8, "{range:?}");
        let five = PHI.range(5, [0.01, 1.0], 1e-5);
        assert!((five.low - 0.6818).abs() < 1e-4 && (five.high - 1.1344).abs() < 1e-4, "{five:?}");
        let grid = (0..=100_000).map(|k| (0..5).fold(0.01 + 0.99 * f64::from(k) / 1e5, |s, _| PHI.value(s)));
        assert!(grid.into_iter().all(|s| five.low <= s && s <= five.high));
    }

    /// Applied often, the first enclosures of a wide interval are infinite: 0 times that is not nothing.
    #[test]
    fn what_is_not_bounded_is_no_range() {
        let whole = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };
        assert_eq!(whole.mul(Interval { low: 0.0, high: 1.0 }), whole);
        for k in [6, 7] {
            let range = PHI.range(k, [0.0, 1.0], 1e-4);
            let grid = (0..=10_000).map(|i| (0..k).fold(f64::from(i) / 1e4, |s, _| PHI.value(s)));
            assert!(grid.into_iter().all(|s| range.low <= s && s <= range.high), "{k}: {range:?}");
            assert!(range.high < 1.25, "{k}: {range:?}");
        }
    }

    #[test]
    fn lipschitz_constants_are_above_every_slope() {
        for (s, expected) in [
            (1.2024, [1.0, 3.96, 11.86, 40.87, 140.77, 484.88]),
            (1.2539, [1.0, 6.03, 23.9, 40.87, 140.77, 484.88]),
        ] {
            for (k, expected) in expected.into_iter().enumerate() {
                let found = PHI.lipschitz(k, s);
                assert!((found / expected - 1.0).abs() < 3e-3, "{k} {s}: {found}");
                let slope = |x: f64| {
                    let apply = |x: f64| (0..k).fold(x, |x, _| PHI.value(x));
                    (apply(x + 1e-7) - apply(x - 1e-7)).abs() / 2e-7
                };
                assert!((0..1000).all(|i| slope(s * f64::from(i) / 1e3) <= found * (1.0 + 1e-6)));
            }
        }
    }

    #[test]
    fn two_points_stay_where_they_are() {
        let fixed = PHI.fixed_points([0.1, 1.3]);
        assert_eq!(fixed.len(), 2);
        assert!((fixed[0] - 0.868_026).abs() < 1e-6 && (fixed[1] - 1.263_729).abs() < 1e-6, "{fixed:?}");
    }
}
