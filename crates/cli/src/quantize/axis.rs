//! The axis of magnitudes that all formats share: few outliers do not stretch it.

use halfulp_tensor::{Rule, Tally, Target};

/// Binades past the numbers that are shown for an end of a format's range.
const BEYOND: i32 = 24;
/// Binades that are always shown: shorter axes have no outliers.
const ENOUGH: i32 = 48;
/// What is left out at either end is at most one element in so many.
const RARE: u64 = 10_000;

/// What stands on the axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// The numbers.
    Plain,
    /// The numbers over the scale.
    Scaled,
    /// The same over the format's largest value, where scales make the largest number that: so formats compare.
    Largest,
}

impl Unit {
    /// The one that suits a rule.
    pub fn of(rule: Rule) -> Unit {
        match rule {
            Rule::None => Unit::Plain,
            Rule::Number(_) => Unit::Scaled,
            Rule::Amax | Rule::PowerOfTwo => Unit::Largest,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Unit::Plain => "|x|",
            Unit::Scaled => "|x / scale|",
            Unit::Largest => "|x / scale| over the power of two past the format's largest value",
        }
    }

    /// The binade of a format that stands at 0.
    pub fn origin(self, target: &Target) -> i32 {
        if self == Unit::Largest { target.coder.format().emax() + 1 } else { 0 }
    }
}

/// Binades from one to before another.
pub struct Axis {
    /// The first.
    pub from: i32,
    /// The one past the last.
    pub to: i32,
}

/// The finite numbers other than zero by binade, counted from an origin, of those that occur.
pub fn binades(total: &Tally, origin: i32) -> Vec<(i32, u64)> {
    // Field 0 has the zeros (and what is below any format here), the last one infinities and NaNs.
    let fields = (-1023..).zip(total.exponents.iter().copied());
    fields.filter(|&(e, n)| n > 0 && (-1022..1024).contains(&e)).map(|(e, n)| (e - origin, n)).collect()
}

impl Axis {
    /// Of all the numbers but the rarest at the ends, and of the ends of the formats' ranges that are near.
    pub fn of(unit: Unit, targets: &[Target], totals: &[Tally]) -> Axis {
        let each = targets.iter().zip(totals).map(|(target, total)| {
            let (format, origin) = (target.coder.format(), unit.origin(target));
            let (smallest, past) = (format.quantum_min() - origin, format.emax() + 1 - origin);
            let (least, most) = usual(&binades(total, origin)).unwrap_or((smallest, past));
            let from = if least - smallest <= BEYOND { least.min(smallest) } else { least };
            let to = if past - most <= BEYOND { most.max(past) } else { most };
            (from - 1, to + 1)
        });
        let (from, to) = each.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((-1, 1));
        Axis { from, to }
    }

    /// Whether a binade is on it.
    pub fn has(&self, binade: i32) -> bool {
        (self.from..self.to).contains(&binade)
    }

    /// How many numbers are below it and above it.
    pub fn left_out(&self, bars: &[(i32, u64)]) -> [u64; 2] {
        let sum = |which: &dyn Fn(i32) -> bool| bars.iter().filter(|(e, _)| which(*e)).map(|(_, n)| n).sum();
        [sum(&|e| e < self.from), sum(&|e| e >= self.to)]
    }

    /// How many labels it should have.
    pub fn labels(&self) -> usize {
        ((self.to - self.from) as usize / 4).clamp(4, 14)
    }
}

/// The binades without the rarest at either end, where there are many.
fn usual(bars: &[(i32, u64)]) -> Option<(i32, i32)> {
    let (first, last) = (bars.first()?.0, bars.last()?.0);
    if last - first < ENOUGH {
        return Some((first, last + 1));
    }
    let rare = bars.iter().map(|(_, n)| n).sum::<u64>() / RARE;
    Some((end(bars.iter(), rare)?, end(bars.iter().rev(), rare)? + 1))
}

/// The first binade that is not among the rarest, from one end on.
fn end<'a>(bars: impl Iterator<Item = &'a (i32, u64)>, rare: u64) -> Option<i32> {
    let mut sum = 0;
    for (binade, n) in bars {
        sum += n;
        if sum > rare {
            return Some(*binade);
        }
    }
    None
}

/// A power of two, with its exponent above the line.
pub fn power(exponent: i32) -> String {
    const DIGITS: [char; 10] = [
        '\u{2070}', '\u{b9}', '\u{b2}', '\u{b3}', '\u{2074}', '\u{2075}', '\u{2076}', '\u{2077}', '\u{2078}',
        '\u{2079}',
    ];
    let raised = |c: char| c.to_digit(10).map_or('\u{207b}', |digit| DIGITS[digit as usize]);
    format!("2{}", exponent.to_string().chars().map(raised).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_outliers_do_not_stretch_the_axis() {
        let bars = [(-100, 4), (-9, 1_000_000), (0, 1_000_000), (70, 3)];
        assert_eq!(usual(&bars), Some((-9, 1)));
        let axis = Axis { from: -9, to: 1 };
        assert_eq!(axis.left_out(&bars), [4, 3]);
        // Nor is anything left out of what is not rare, or not far.
        assert_eq!(usual(&[(-100, 4), (0, 1000)]), Some((-100, 1)));
        assert_eq!(usual(&[(-20, 1), (0, 1_000_000)]), Some((-20, 1)));
        assert_eq!(usual(&[]), None);
    }

    #[test]
    fn exponents_stand_above_the_line() {
        assert_eq!(
            (power(-20).as_str(), power(137).as_str()),
            ("2\u{207b}\u{b2}\u{2070}", "2\u{b9}\u{b3}\u{2077}")
        );
    }
}
