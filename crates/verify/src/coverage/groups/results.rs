//! Bins of results: classes, binades, codes, flags, zeros, and neighbours of the ends of ranges by one bit.

use std::sync::Arc;

use halfulp::{Code, Exact, Flags, Format, Real, Sign, Task, Value};

use super::operands::{Exponents, codes};
use crate::coverage::axis::Axis;
use crate::coverage::cut::leading;
use crate::coverage::dice::{self, Dice};
use crate::coverage::group::{Bins, Hits};
use crate::coverage::operand::{Reader, first_normal};
use crate::coverage::situation::Situation;
use crate::coverage::solve;

/// Operands for a result with a code.
fn operands_for_code(task: &Task, code: Code, dice: &mut Dice) -> Option<[Code; 3]> {
    match halfulp::decode(&task.result, code) {
        Value::Finite(x) => solve::operands_for(task, x.real(), dice),
        _ => None,
    }
}

/// The class of the result, and whether it is inexact.
pub struct Classes(pub Arc<Reader>);

impl Bins for Classes {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::new("class", &self.0.classes), Axis::new("flag", ["exact", "inexact"])]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let class = usize::from(self.0.facts(case.rounded.code).class);
        hits.push(class << 1 | usize::from(case.rounded.flags.contains(Flags::INEXACT)));
    }
}

/// The sign and the binade of the result.
pub struct Binades {
    pub format: Format,
    pub exponents: Exponents,
}

impl Bins for Binades {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::sign(), self.exponents.axis()]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        if let Value::Finite(x) = halfulp::decode(&self.format, case.rounded.code)
            && let Some(place) = self.exponents.place(x.leading_exponent())
        {
            hits.push(usize::from(x.negative) * self.exponents.len() + place);
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let exponent = self.exponents.draw(bin[1], dice);
        let code = dice.number(&self.format, bin[0] == 1, exponent)?;
        operands_for_code(task, code, dice)
    }
}

/// Every code of the result.
pub struct Codes(pub Format);

impl Bins for Codes {
    fn axes(&self) -> Vec<Axis> {
        vec![codes(&self.0)]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        hits.push(case.rounded.code as usize);
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        operands_for_code(task, bin[0] as Code, dice)
    }
}

/// Results whose code differs in one bit from that of a landmark.
pub struct Flipped {
    format: Format,
    /// Names and magnitude codes of the landmarks.
    landmarks: Vec<(&'static str, u64)>,
    bits: u32,
}

impl Flipped {
    pub fn new(format: &Format) -> Flipped {
        let normal = first_normal(format);
        let one = dice::code(format, false, 0, 0);
        let mut landmarks = vec![
            ("0", format.has_zero().then_some(0)),
            ("the smallest subnormal", (normal > 1).then_some(1)),
            ("the largest subnormal", (normal > 2).then(|| normal - 1)),
            ("the smallest normal", Some(normal)),
            ("1", one.map(|code| format.split(code).1)),
            ("the largest", Some(format.largest_magnitude(false))),
        ];
        landmarks.reverse();
        let mut distinct: Vec<(&'static str, u64)> = Vec::new();
        for (name, magnitude) in landmarks.into_iter().rev() {
            let Some(magnitude) = magnitude else { continue };
            if distinct.iter().all(|(_, known)| *known != magnitude) {
                distinct.push((name, magnitude));
            }
        }
        Flipped { format: *format, landmarks: distinct, bits: format.width() - u32::from(format.is_signed()) }
    }
}

impl Flipped {
    /// The code of a bin; `None` if the format has no such code.
    pub fn code(&self, bin: &[usize]) -> Option<Code> {
        let magnitude = self.landmarks[bin[1]].1 ^ 1 << bin[2];
        let format = &self.format;
        let twos_complement = format.facts().sign == Sign::TwosComplement;
        match bin[0] == 1 {
            false => Some(format.encode(false, magnitude)),
            true if !format.is_signed() || twos_complement => None,
            // Minus zero where it is the NaN, too.
            true => Some(magnitude | format.top_bit()),
        }
    }
}

impl Bins for Flipped {
    fn axes(&self) -> Vec<Axis> {
        vec![
            Axis::sign(),
            Axis::new("beside", self.landmarks.iter().map(|(name, _)| *name)),
            Axis::new("other bit", 0..self.bits),
        ]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let (negative, magnitude) = self.format.split(case.rounded.code);
        for (place, (_, landmark)) in self.landmarks.iter().enumerate() {
            let other = magnitude ^ landmark;
            if other.is_power_of_two() {
                let bit = other.trailing_zeros();
                if bit < self.bits {
                    let bin = usize::from(negative) * self.landmarks.len() + place;
                    hits.push(bin * self.bits as usize + bit as usize);
                }
            }
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let magnitude = self.landmarks[bin[1]].1 ^ 1 << bin[2];
        if bin[0] == 1 && !self.format.is_signed() || magnitude > self.format.largest_magnitude(bin[0] == 1) {
            return None;
        }
        operands_for_code(task, self.format.encode(bin[0] == 1, magnitude), dice)
    }
}

/// The sets of flags that operations raise.
const RAISED: [u8; 9] = [0, 0b1, 0b11, 0b101, 0b1000, 0b1001, 0b10000, 0b11000, 0xff];

/// The flags of the answer.
pub struct Raised;

impl Bins for Raised {
    fn axes(&self) -> Vec<Axis> {
        let names = RAISED.iter().map(|bits| match Flags::from_bits(*bits) {
            Some(Flags::NONE) => "none".to_string(),
            Some(flags) => names(flags),
            None => "others".into(),
        });
        vec![Axis::new("flags", names)]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let bits = case.rounded.flags.bits();
        hits.push(RAISED.iter().position(|known| *known == bits).unwrap_or(RAISED.len() - 1));
    }
}

/// Flags in words.
fn names(flags: Flags) -> String {
    let all = [
        (Flags::INVALID, "invalid"),
        (Flags::DIVIDE_BY_ZERO, "division by zero"),
        (Flags::OVERFLOW, "overflow"),
        (Flags::UNDERFLOW, "underflow"),
        (Flags::INEXACT, "inexact"),
    ];
    let raised = all.into_iter().filter(|(flag, _)| flags.contains(*flag));
    raised.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}

/// Where a zero comes from, and its sign.
pub struct Zeros {
    pub format: Format,
    /// Whether numbers can cancel.
    pub sums: bool,
}

const ORIGINS: [&str; 3] =
    ["an exact zero, of zeros or infinities", "rounded to zero", "numbers that cancel"];

impl Bins for Zeros {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::new("zero from", &ORIGINS[..if self.sums { 3 } else { 2 }]), Axis::sign()]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let Value::Zero { negative } = halfulp::decode(&self.format, case.rounded.code) else { return };
        let origin = match (case.number(), &case.sum) {
            (Some(_), _) => 1,
            (None, Some(_)) => 2,
            (None, None) => 0,
        };
        hits.push(origin << 1 | usize::from(negative));
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        if bin[0] != 1 {
            return None;
        }
        let exponent = task.result.quantum_min() - 2;
        let tiny = Exact { negative: bin[1] == 1, exponent, significand: 1 };
        let target: Real = tiny.real();
        debug_assert!(leading(target) == exponent);
        solve::operands_for(task, target, dice)
    }
}
