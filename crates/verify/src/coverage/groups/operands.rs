//! Bins of operands alone: classes, extreme values, binades, codes and significands.

use std::sync::Arc;

use halfulp::{Code, Format, Task, Value};

use crate::coverage::axis::{Axis, Span, power};
use crate::coverage::dice::{Dice, code, exponents};
use crate::coverage::group::{Bins, Hits};
use crate::coverage::operand::Reader;
use crate::coverage::situation::Situation;

/// The names of operands.
pub const NAMES: [&str; 3] = ["a", "b", "c"];

/// The classes of the operands, combined.
pub struct Classes(pub Vec<Arc<Reader>>);

impl Bins for Classes {
    fn axes(&self) -> Vec<Axis> {
        self.0.iter().zip(NAMES).map(|(reader, name)| Axis::new(name, &reader.classes)).collect()
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let each = self.0.iter().zip(&case.facts);
        hits.push(each.fold(0, |bin, (r, facts)| bin * r.classes.len() + usize::from(facts.class)));
    }

    fn solve(&self, _: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let mut codes = [0; 3];
        for ((reader, place), code) in self.0.iter().zip(bin).zip(&mut codes) {
            let alike = |code: &Code| usize::from(reader.facts(*code).class) == *place;
            // Some kind of every class has a code that is known.
            let known = reader.kinds.iter().map(|(_, code)| *code).find(alike)?;
            let drawn = dice.code(&reader.format);
            *code = if alike(&drawn) { drawn } else { known };
        }
        Some(codes)
    }
}

/// The kinds of the operands (zero, ends of ranges, one, infinities, NaNs), combined.
pub struct Kinds(pub Vec<Arc<Reader>>);

impl Bins for Kinds {
    fn axes(&self) -> Vec<Axis> {
        let names = |reader: &Reader| reader.kinds.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        self.0.iter().zip(NAMES).map(|(reader, name)| Axis::new(name, names(reader))).collect()
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let each = self.0.iter().zip(&case.facts);
        hits.push(each.fold(0, |bin, (r, facts)| bin * r.kinds.len() + usize::from(facts.kind)));
    }

    fn solve(&self, _: &Task, bin: &[usize], _: &mut Dice) -> Option<[Code; 3]> {
        let mut codes = [0; 3];
        for ((reader, place), code) in self.0.iter().zip(bin).zip(&mut codes) {
            *code = reader.kinds[*place].1;
        }
        Some(codes)
    }
}

/// The most binades that are counted one by one; more are counted in equal parts.
const BINADES: i64 = 1 << 12;

/// Exponents of a format, several to a bin where there are very many.
#[derive(Clone, Copy)]
pub struct Exponents {
    first: i64,
    last: i64,
    step: i64,
}

impl Exponents {
    pub fn of(format: &Format) -> Exponents {
        let (first, last) = exponents(format);
        let (first, last) = (i64::from(first), i64::from(last));
        Exponents { first, last, step: (last - first) / BINADES + 1 }
    }

    pub fn axis(self) -> Axis {
        if self.step == 1 {
            return Span::closed(self.first, self.last).axis("exponent", power);
        }
        let starts = (self.first..=self.last).step_by(self.step as usize);
        let name = |first: i64| format!("2^{first} to 2^{}", (first + self.step - 1).min(self.last));
        Axis::new("exponent", starts.map(name))
    }

    pub fn len(self) -> usize {
        ((self.last - self.first) / self.step) as usize + 1
    }

    #[inline]
    pub fn place(self, exponent: i32) -> Option<usize> {
        let exponent = i64::from(exponent);
        (self.first..=self.last).contains(&exponent).then(|| ((exponent - self.first) / self.step) as usize)
    }

    /// The first and the last exponent of a place.
    pub fn range(self, place: usize) -> (i64, i64) {
        let first = self.first + place as i64 * self.step;
        (first, (first + self.step - 1).min(self.last))
    }

    pub fn draw(self, place: usize, dice: &mut Dice) -> i32 {
        let (first, last) = self.range(place);
        dice.between(first, last) as i32
    }
}

/// The sign and the binade of an operand.
pub struct Binades {
    pub operand: usize,
    pub format: Format,
    pub exponents: Exponents,
}

impl Bins for Binades {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::sign(), self.exponents.axis()]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        if let Value::Finite(x) = case.facts[self.operand].value
            && let Some(place) = self.exponents.place(x.leading_exponent())
        {
            hits.push(usize::from(x.negative) * self.exponents.len() + place);
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let mut codes = any(task, dice);
        let exponent = self.exponents.draw(bin[1], dice);
        codes[self.operand] = dice.number(&self.format, bin[0] == 1, exponent)?;
        Some(codes)
    }
}

/// Any codes.
pub fn any(task: &Task, dice: &mut Dice) -> [Code; 3] {
    task.operands.map(|format| dice.code(&format))
}

/// Every code of an operand.
pub struct Codes {
    pub operand: usize,
    pub format: Format,
}

/// Formats of which every code is counted have at most so many bits.
pub const CODES: u32 = 8;

/// Every code, in hexadecimal.
pub fn codes(format: &Format) -> Axis {
    let digits = format.width().div_ceil(4) as usize;
    Axis::new("code", (0..=format.code_mask()).map(|code| format!("0x{code:0digits$x}")))
}

impl Bins for Codes {
    fn axes(&self) -> Vec<Axis> {
        vec![codes(&self.format)]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        hits.push((case.operands.codes[self.operand] & self.format.code_mask()) as usize);
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let mut codes = any(task, dice);
        codes[self.operand] = bin[0] as Code;
        Some(codes)
    }
}

/// The patterns of the significands of nonzero finite operands, combined.
pub struct Patterns(pub Vec<Arc<Reader>>);

impl Bins for Patterns {
    fn axes(&self) -> Vec<Axis> {
        self.0.iter().zip(NAMES).map(|(reader, name)| Axis::new(name, &reader.patterns.names)).collect()
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let mut bin = 0;
        for (reader, facts) in self.0.iter().zip(&case.facts) {
            if !matches!(facts.value, Value::Finite(_)) {
                return;
            }
            bin = bin * reader.patterns.names.len() + usize::from(facts.pattern);
        }
        hits.push(bin);
    }

    fn solve(&self, _: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let mut codes = [0; 3];
        for ((reader, place), slot) in self.0.iter().zip(bin).zip(&mut codes) {
            let format = &reader.format;
            let exponent = dice.exponent(format).max(format.emin().min(format.emax()));
            *slot = code(format, false, exponent, dice.pattern(reader, *place))?;
        }
        Some(codes)
    }
}
