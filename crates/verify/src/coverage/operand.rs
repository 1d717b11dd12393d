//! Operands as coverage sees them: their class, their kind among the extreme values, and their significand's pattern.

mod codes;
mod pattern;

use halfulp::{Code, Exact, Format, Value, decode};

use codes::{NANS, nan_codes, nan_place, number_kind, probes};
use pattern::Patterns;

pub(super) use codes::first_normal;

/// Formats of so many bits have a table of all codes.
const TABLE: u32 = 10;

/// What coverage knows of a code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Place among [`Reader::classes`].
    pub class: u8,
    /// Place among [`Reader::kinds`].
    pub kind: u8,
    /// Places among [`Reader::patterns`] and its coarse ones, of a nonzero finite number.
    pub pattern: u8,
    pub coarse: u8,
    /// The value, before any flushing.
    pub value: Value<Exact>,
}

/// Kinds that a code can have, beside those of single NaN codes.
const KINDS: [&str; 12] = [
    "0",
    "smallest subnormal",
    "middle subnormal",
    "largest subnormal",
    "smallest normal",
    "middle normal",
    "1",
    "largest",
    "infinity",
    "canonical NaN",
    "quiet NaN",
    "signalling NaN",
];

const CLASSES: [&str; 10] = [
    "quiet NaN",
    "signalling NaN",
    "-infinity",
    "-normal",
    "-subnormal",
    "-0",
    "+0",
    "+subnormal",
    "+normal",
    "+infinity",
];

/// Reads the codes of a format.
pub(super) struct Reader {
    pub format: Format,
    table: Vec<Facts>,
    class_places: Vec<u8>,
    pub classes: Vec<String>,
    /// Each kind that some code has: its name and such a code.
    pub kinds: Vec<(String, Code)>,
    kind_places: Vec<u8>,
    pub patterns: Patterns,
    /// Whether single NaN codes are kinds.
    single_nans: bool,
}

impl Reader {
    pub fn new(format: &Format) -> Reader {
        let nans = (0..=1).map(|sign| nan_codes(format, sign == 1)).max().unwrap_or(0);
        let mut reader = Reader {
            format: *format,
            table: Vec::new(),
            class_places: (0..CLASSES.len() as u8).collect(),
            classes: Vec::new(),
            kinds: Vec::new(),
            kind_places: Vec::new(),
            patterns: Patterns::new(format),
            single_nans: nans <= NANS,
        };
        reader.number_kinds();
        if format.width() <= TABLE {
            reader.table = (0..=format.code_mask()).map(|code| reader.compute(code)).collect();
        }
        reader
    }

    #[inline]
    pub fn facts(&self, code: Code) -> Facts {
        match self.table.get((code & self.format.code_mask()) as usize) {
            Some(facts) => *facts,
            None => self.compute(code),
        }
    }

    fn compute(&self, code: Code) -> Facts {
        let value = decode(&self.format, code);
        let (pattern, coarse) = match value {
            Value::Finite(x) => self.patterns.of(x),
            _ => (0, 0),
        };
        let class = class(&self.format, value);
        let kind = self.kind(code, value);
        Facts {
            class: self.class_places[class],
            kind: self.kind_places.get(kind).copied().unwrap_or(0),
            pattern,
            coarse,
            value,
        }
    }

    /// Numbers the classes and kinds that some code has, in the order of their codes' importance.
    fn number_kinds(&mut self) {
        let codes = probes(&self.format);
        let all = 2 * (KINDS.len() + NANS as usize);
        let mut found: Vec<Option<Code>> = vec![None; all];
        let mut classes = [false; CLASSES.len()];
        for &code in &codes {
            let value = decode(&self.format, code);
            classes[class(&self.format, value)] = true;
            found[self.kind(code, value)].get_or_insert(code);
        }
        for (class, _) in classes.iter().enumerate().filter(|(_, has)| **has) {
            self.class_places[class] = self.classes.len() as u8;
            self.classes.push(CLASSES[class].into());
        }
        self.kind_places = vec![0; all];
        for (kind, code) in found.into_iter().enumerate() {
            let Some(code) = code else { continue };
            self.kind_places[kind] = self.kinds.len() as u8;
            let sign = if kind % 2 == 1 { "-" } else { "+" };
            let name = match KINDS.get(kind / 2) {
                Some(name) => format!("{sign}{name}"),
                None => format!("NaN {code:#x}"),
            };
            self.kinds.push((name, code));
        }
    }

    /// Twice the place in [`KINDS`], and one for a negative number; single NaN codes follow.
    fn kind(&self, code: Code, value: Value<Exact>) -> usize {
        let format = &self.format;
        let (negative, magnitude) = format.split(code);
        let kind = match value {
            Value::Zero { .. } => 0,
            Value::Infinite { .. } => 8,
            Value::Nan(_) if self.single_nans => KINDS.len() + nan_place(format, magnitude) as usize,
            Value::Nan(nan) if nan.signalling => 11,
            Value::Nan(_) if format.nan().map(|nan| format.split(nan).1) == Some(magnitude) => 9,
            Value::Nan(_) => 10,
            Value::Finite(x) => number_kind(format, x, magnitude),
        };
        2 * kind + usize::from(negative)
    }
}

/// Place in [`CLASSES`].
pub(super) fn class(format: &Format, value: Value<Exact>) -> usize {
    let (negative, distance) = match value {
        Value::Nan(nan) => return usize::from(nan.signalling),
        Value::Infinite { negative } => (negative, 3),
        Value::Finite(x) => (x.negative, if x.leading_exponent() < format.tiny_below() { 1 } else { 2 }),
        Value::Zero { negative } => (negative, 0),
    };
    if negative { 5 - distance } else { 6 + distance }
}
