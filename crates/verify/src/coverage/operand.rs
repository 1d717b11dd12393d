//! Operands as coverage sees them: their class, their kind among the extreme values, and their significand's pattern.

use halfulp::{Code, Exact, Format, Value, decode};

/// Formats of so many bits have a table of all codes.
const TABLE: u32 = 10;

/// What coverage knows of a code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Place among [`Reader::classes`].
    pub class: u8,
    /// Place among [`Reader::kinds`].
    pub kind: u8,
    /// Places among [`Reader::patterns`] and [`Reader::coarse`], of a nonzero finite number.
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

const PATTERNS: [&str; 9] = [
    "all zeros",
    "all ones",
    "leading ones",
    "trailing ones",
    "one 1",
    "one 0",
    "alternating",
    "long run",
    "mixed",
];

/// The coarse pattern of each pattern.
const COARSE: [u8; 9] = [0, 1, 2, 2, 3, 3, 4, 4, 4];

const COARSE_NAMES: [&str; 5] = ["all zeros", "all ones", "one run of ones", "one odd bit", "mixed"];

/// Significands with at most so many trailing bits are told apart one by one.
const SINGLE: u32 = 3;

/// NaN codes of a sign that are told apart one by one.
const NANS: u64 = 4;

/// Reads the codes of a format.
pub(super) struct Reader {
    pub format: Format,
    table: Vec<Facts>,
    class_places: Vec<u8>,
    pub classes: Vec<String>,
    /// Each kind that some code has: its name and such a code.
    pub kinds: Vec<(String, Code)>,
    kind_places: Vec<u8>,
    pub patterns: Vec<String>,
    pattern_places: Vec<u8>,
    pub coarse: Vec<String>,
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
            patterns: Vec::new(),
            pattern_places: Vec::new(),
            coarse: Vec::new(),
            single_nans: nans <= NANS,
        };
        reader.number_patterns();
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

    /// The name of a pattern; `None` where the patterns are the significands themselves.
    pub fn pattern_name(&self, place: usize) -> Option<&str> {
        (self.format.precision() - 1 > SINGLE).then(|| &*self.patterns[place])
    }

    /// The patterns that are one coarse pattern.
    pub fn patterns_of(&self, coarse: usize) -> Vec<usize> {
        if self.pattern_places.is_empty() {
            return vec![coarse];
        }
        let alike = |place: &usize| {
            let name = &self.patterns[*place];
            let pattern = PATTERNS.iter().position(|known| known == name);
            pattern.is_some_and(|pattern| usize::from(COARSE[pattern]) == coarse)
        };
        (0..self.patterns.len()).filter(alike).collect()
    }

    fn compute(&self, code: Code) -> Facts {
        let value = decode(&self.format, code);
        let (pattern, coarse) = match value {
            Value::Finite(x) => self.pattern(fraction(&self.format, x)),
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

    fn number_patterns(&mut self) {
        let trailing = self.format.precision() - 1;
        if trailing <= SINGLE {
            let width = trailing.max(1) as usize;
            self.patterns = (0..1u64 << trailing).map(|bits| format!("{bits:0width$b}")).collect();
            self.coarse = self.patterns.clone();
            return;
        }
        let some = |fraction: u64| pattern(fraction, trailing);
        let mut has = [trailing > 12; PATTERNS.len()];
        if trailing <= 12 {
            (0..1 << trailing).for_each(|fraction| has[some(fraction)] = true);
        }
        self.pattern_places = vec![0; PATTERNS.len()];
        for (place, _) in has.iter().enumerate().filter(|(_, has)| **has) {
            self.pattern_places[place] = self.patterns.len() as u8;
            self.patterns.push(PATTERNS[place].into());
        }
        self.coarse = COARSE_NAMES.map(String::from).to_vec();
    }

    /// The places of a fraction's pattern.
    fn pattern(&self, fraction: u64) -> (u8, u8) {
        let trailing = self.format.precision() - 1;
        if trailing <= SINGLE {
            return (fraction as u8, fraction as u8);
        }
        let pattern = pattern(fraction, trailing);
        (self.pattern_places[pattern], COARSE[pattern])
    }
}

/// The bits after the leading one, as those of a normal number.
fn fraction(format: &Format, x: Exact) -> u64 {
    let trailing = format.precision() - 1;
    let length = 63 - x.significand.leading_zeros();
    (x.significand ^ 1 << length) << (trailing - length)
}

/// Place in [`PATTERNS`] of more than three bits.
fn pattern(fraction: u64, bits: u32) -> usize {
    let mask = (1u64 << bits) - 1;
    let inverted = !fraction & mask;
    let is_run = |x: u64| x & (x + 1) == 0;
    let alternates = (fraction ^ fraction >> 1) & (mask >> 1) == mask >> 1;
    match fraction {
        0 => 0,
        _ if inverted == 0 => 1,
        _ if is_run(inverted) => 2,
        _ if is_run(fraction) => 3,
        _ if fraction.is_power_of_two() => 4,
        _ if inverted.is_power_of_two() => 5,
        _ if alternates => 6,
        _ if longest_run(fraction).max(longest_run(inverted)) >= bits.div_ceil(2) => 7,
        _ => 8,
    }
}

/// The length of the longest run of ones.
fn longest_run(mut x: u64) -> u32 {
    let mut length = 0;
    while x != 0 {
        x &= x << 1;
        length += 1;
    }
    length
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

/// The magnitude code of the smallest normal number.
pub(super) fn first_normal(format: &Format) -> u64 {
    match format.has_zero() {
        false => 0,
        true if format.tiny_below() != format.emin() => 1,
        true => 1 << (format.precision() - 1),
    }
}

fn number_kind(format: &Format, x: Exact, magnitude: u64) -> usize {
    let normal = first_normal(format);
    let is_one = x.leading_exponent() == 0 && x.significand.is_power_of_two();
    match magnitude {
        _ if is_one => 6,
        1 if normal > 1 => 1,
        m if m + 1 == normal => 3,
        m if m < normal => 2,
        m if m == format.largest_magnitude(x.negative) => 7,
        m if m == normal => 4,
        _ => 5,
    }
}

/// The number of NaN codes of a sign.
fn nan_codes(format: &Format, negative: bool) -> u64 {
    let Some(nan) = format.nan() else { return 0 };
    let magnitude = format.split(nan).1;
    if magnitude == 0 {
        return 1;
    }
    // NaNs are the last codes, after an infinity if there is one.
    let first = format.largest_magnitude(negative) + 1 + u64::from(format.infinity(false).is_some());
    top(format) - first + 1
}

/// The place of a NaN among those of its sign; past four it does not matter.
fn nan_place(format: &Format, magnitude: u64) -> u64 {
    let first = format.largest_magnitude(false) + 1 + u64::from(format.infinity(false).is_some());
    if magnitude == 0 { 0 } else { (magnitude - first).min(NANS - 1) }
}

/// The largest magnitude code.
fn top(format: &Format) -> u64 {
    format.split(format.code_mask() & !(if format.is_signed() { format.top_bit() } else { 0 })).1
}

/// Codes of which every class and kind has one: all codes of a narrow format, the ends of all ranges of a wide one.
fn probes(format: &Format) -> Vec<Code> {
    if format.width() <= 16 {
        return (0..=format.code_mask()).collect();
    }
    let (normal, largest) = (first_normal(format), format.largest_magnitude(false));
    let one = (format.precision() - 1 < 64)
        .then(|| (normal.max(1) as i128) + (i128::from(-format.emin()) << (format.precision() - 1)));
    let canonical = format.nan().map(|nan| format.split(nan).1);
    let around = [0, normal, largest, top(format)].into_iter().chain(canonical);
    let mut magnitudes: Vec<u64> =
        around.flat_map(|m| [m.wrapping_sub(1), m, m.wrapping_add(1), m.wrapping_add(2)]).collect();
    magnitudes.extend(one.and_then(|one| u64::try_from(one).ok()));
    magnitudes.push(1);
    magnitudes.retain(|m| *m <= top(format).max(format.largest_magnitude(true)));
    magnitudes.sort_unstable();
    magnitudes.dedup();
    let both = |m: u64| {
        let negative = format.is_signed().then(|| {
            let code = format.encode(true, m);
            // Minus zero where it is the NaN.
            if m == 0 && !format.has_negative_zero() { format.top_bit() } else { code }
        });
        let positive = (m <= top(format)).then(|| format.encode(false, m));
        positive.into_iter().chain(negative)
    };
    magnitudes.into_iter().flat_map(both).collect()
}
