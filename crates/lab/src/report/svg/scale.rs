//! Where a number stands on an axis, and which numbers stand beside it.

use std::ops::RangeInclusive;

use super::super::number;

/// Decades of a logarithmic axis, at most: what lies further below the top is cut off.
const DECADES: f64 = 24.0;

/// An axis from numbers to places.
pub(super) struct Scale {
    log: bool,
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

/// A labelled place on an axis.
pub(super) struct Tick {
    /// Where.
    pub at: f64,
    /// The number; empty for a line without one.
    pub label: String,
}

impl Scale {
    /// An axis that has all these numbers, from `start` to `end` in the picture. What is not finite does not count, nor on a logarithmic
    /// axis what is not positive.
    pub(super) fn new(numbers: impl Iterator<Item = f64>, log: bool, start: f64, end: f64) -> Scale {
        let numbers = numbers.filter(|x| x.is_finite() && (!log || *x > 0.0));
        let place = |x: f64| if log { x.log10() } else { x };
        let (mut from, mut to) =
            numbers.map(place).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        if from > to {
            (from, to) = (0.0, 1.0);
        }
        if log {
            from = from.max(to - DECADES);
        }
        if to - from <= 1e-12 * to.abs().max(from.abs()) {
            let more = if log { 0.5 } else { to.abs().max(1.0) * 0.5 };
            (from, to) = (from - more, to + more);
        }
        Scale { log, from, to, start, end }
    }

    /// The same with some room at both ends; a linear axis that begins at zero still does.
    pub(super) fn with_room(mut self, share: f64) -> Scale {
        let room = (self.to - self.from) * share;
        let at_zero = |x: f64| !self.log && x == 0.0;
        (self.from, self.to) = (
            if at_zero(self.from) { self.from } else { self.from - room },
            if at_zero(self.to) { self.to } else { self.to + room },
        );
        self
    }

    /// Where a number stands; nowhere if it has no place.
    pub(super) fn at(&self, x: f64) -> Option<f64> {
        if !x.is_finite() || (self.log && x <= 0.0) {
            return None;
        }
        let x = if self.log { x.log10() } else { x };
        // Far outside is as good as infinitely far, and short to write.
        let share = ((x - self.from) / (self.to - self.from)).clamp(-1.0, 2.0);
        Some(self.start + share * (self.end - self.start))
    }

    /// At most about `most` labelled places.
    pub(super) fn ticks(&self, most: usize) -> Vec<Tick> {
        if self.log { self.log_ticks(most) } else { self.linear_ticks(most) }
    }

    /// Ticks at these numbers, where they are few and stand apart; else as usual.
    pub(super) fn ticks_at(&self, numbers: &[f64], most: usize, room: impl Fn(&str) -> f64) -> Vec<Tick> {
        let mut numbers: Vec<f64> = numbers.iter().copied().filter(|&x| self.at(x).is_some()).collect();
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        if numbers.len() < 2 || numbers.len() > most + 3 {
            return self.ticks(most);
        }
        let mut last = f64::NEG_INFINITY;
        let tick = |x: f64| {
            let (at, text) = (self.at(x).unwrap_or(self.start), label(x));
            let half = room(&text) / 2.0;
            let fits = at - half > last;
            if fits {
                last = at + half;
            }
            Tick { at, label: if fits { text } else { String::new() } }
        };
        numbers.into_iter().map(tick).collect()
    }

    fn tick(&self, x: f64, label: String) -> Option<Tick> {
        let inside = |at: &f64| {
            let (low, high) = (self.start.min(self.end), self.start.max(self.end));
            (low - 0.5..=high + 0.5).contains(at)
        };
        self.at(x).filter(inside).map(|at| Tick { at, label })
    }

    fn linear_ticks(&self, most: usize) -> Vec<Tick> {
        let rough = (self.to - self.from) / most.max(1) as f64;
        let power = 10f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|&s| s >= rough).unwrap_or(rough);
        let first = (self.from / step).ceil() as i64;
        let last = (self.to / step).floor() as i64;
        let numbers = (first..=last).map(|k| {
            // Decimal, as it is labelled: 3 * 0.1 is not 0.3.
            let x = k as f64 * step;
            format!("{x:.12e}").parse().unwrap_or(x)
        });
        numbers.filter_map(|x: f64| self.tick(x, label(x))).collect()
    }

    fn log_ticks(&self, most: usize) -> Vec<Tick> {
        let (first, last) = (self.from.floor() as i32, self.to.ceil() as i32);
        let span = self.to - self.from;
        let stride = (span / most.max(1) as f64).ceil().max(1.0) as i32;
        let labelled = |digit: i32, decade: i32| match digit {
            1 => decade.rem_euclid(stride) == 0,
            2 | 5 => span < 2.2,
            3 | 7 => span < 0.6,
            _ => false,
        };
        let digits = if span <= 6.0 { 1..=9 } else { RangeInclusive::new(1, 1) };
        let mut ticks = Vec::new();
        for decade in first..=last {
            for digit in digits.clone() {
                let x = f64::from(digit) * 10f64.powi(decade);
                if stride > 1 && decade.rem_euclid(stride) != 0 {
                    continue;
                }
                let text = if labelled(digit, decade) { label(x) } else { String::new() };
                ticks.extend(self.tick(x, text));
            }
        }
        ticks
    }
}

/// A number at an axis: `0.25`, `16384`, `10⁻⁷`, `3×10⁸`.
fn label(x: f64) -> String {
    if (1e-3..1e5).contains(&x.abs()) || x == 0.0 {
        return number::digits(x, 4).replace('-', "−");
    }
    if x.fract() == 0.0 && x > 0.0 && x.log2().fract() == 0.0 && x.log10().fract() != 0.0 {
        return format!("2{}", number::superscript(x.log2() as i32));
    }
    let scientific = format!("{:.2e}", x.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
    let power = format!("10{}", number::superscript(exponent.parse().unwrap_or(0)));
    let sign = if x < 0.0 { "−" } else { "" };
    if mantissa == "1" { format!("{sign}{power}") } else { format!("{sign}{mantissa}×{power}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|t| t.label.as_str()).filter(|t| !t.is_empty()).collect()
    }

    #[test]
    fn labels_are_short() {
        for (x, text) in [
            (0.25, "0.25"),
            (16384.0, "16384"),
            (1e-7, "10⁻⁷"),
            (3e8, "3×10⁸"),
            (131_072.0, "2¹⁷"),
            (-1e6, "−10⁶"),
        ] {
            assert_eq!(label(x), text);
        }
    }

    #[test]
    fn linear_ticks_are_round() {
        let scale = Scale::new([0.0, 1.0].into_iter(), false, 0.0, 100.0);
        assert_eq!(labels(&scale.ticks(5)), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
    }

    #[test]
    fn log_ticks_are_powers_of_ten_and_leave_some_out() {
        let scale = Scale::new([1e-12, 1.0].into_iter(), true, 0.0, 100.0);
        assert_eq!(labels(&scale.ticks(4)), ["10⁻¹²", "10⁻⁹", "10⁻⁶", "0.001", "1"]);
        let scale = Scale::new([1.0, 8.0].into_iter(), true, 0.0, 100.0);
        assert_eq!(labels(&scale.ticks(4)), ["1", "2", "5"]);
    }

    #[test]
    fn what_has_no_place_is_left_out() {
        let scale = Scale::new([f64::NAN, 1.0, 0.0, 10.0, f64::INFINITY].into_iter(), true, 0.0, 100.0);
        assert_eq!(scale.at(0.0), None);
        assert_eq!(scale.at(f64::NAN), None);
        assert_eq!(scale.at(10.0), Some(100.0));
        let nothing = Scale::new([].into_iter(), true, 0.0, 100.0);
        assert!(nothing.at(1.0).is_some());
        let single = Scale::new([3.0].into_iter(), false, 0.0, 100.0);
        assert_eq!(single.at(3.0), Some(50.0));
    }
}
