//! Equality of answers.

use halfulp::{Code, Flags, Format, Nans, Sign, Task};
use serde::{Deserialize, Serialize};

use crate::engine::Answer;

/// Which NaNs are considered equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NanMatch {
    /// Only those with the same code.
    #[default]
    Code,
    /// Those with the same sign.
    Sign,
    /// All NaNs.
    Any,
}

/// Which differences between answers count. The default is strict: equal codes, and equal flags among those that both
/// engines report.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Comparison {
    /// Which NaNs are considered equal.
    pub nan: NanMatch,
    /// Whether `-0` and `+0` are considered different.
    pub zero_sign: bool,
    /// Which flags are compared.
    #[serde(with = "letters")]
    pub flags: Flags,
}

impl Default for Comparison {
    fn default() -> Comparison {
        Comparison::STRICT
    }
}

impl Comparison {
    /// Every difference counts.
    pub const STRICT: Comparison = Comparison { nan: NanMatch::Code, zero_sign: true, flags: Flags::ALL };

    /// Whether two answers to a task are considered equal. One that is undefined equals none.
    #[must_use]
    #[inline]
    pub fn agrees(&self, task: &Task, a: &Answer, b: &Answer) -> bool {
        let compared = a.known.bits() & b.known.bits() & self.flags.bits();
        !a.undefined
            && !b.undefined
            && (a.flags.bits() ^ b.flags.bits()) & compared == 0
            && self.agrees_in_code(task, a.code, b.code)
    }

    /// Whether two codes of a task's result are considered equal.
    #[inline]
    pub(super) fn agrees_in_code(&self, task: &Task, a: Code, b: Code) -> bool {
        a == b || self.equates(task, a, b)
    }

    /// Whether two different codes of a task's result are considered equal.
    #[cold]
    fn equates(&self, task: &Task, a: Code, b: Code) -> bool {
        // What queries answer is not a code of a format.
        !task.op.is_query() && self.representative(&task.result, a) == self.representative(&task.result, b)
    }

    /// One code for all that count as the same.
    fn representative(&self, f: &Format, code: Code) -> Code {
        if is_nan(f, code) {
            if f.facts().nans == Nans::NegativeZero {
                return code;
            }
            let negative = f.is_signed() && code & f.top_bit() != 0;
            return match self.nan {
                NanMatch::Code => code,
                NanMatch::Sign if negative => f.code_mask(),
                NanMatch::Sign | NanMatch::Any => f.nan().unwrap_or(code),
            };
        }
        if !self.zero_sign && f.has_negative_zero() && code == f.top_bit() { 0 } else { code }
    }
}

/// Whether a code is a NaN, by the format's facts alone. An engine may answer what is not a code of the format.
fn is_nan(f: &Format, code: Code) -> bool {
    let facts = f.facts();
    if code > f.code_mask() {
        return false;
    }
    match facts.nans {
        Nans::None => false,
        Nans::NegativeZero => code == f.top_bit(),
        Nans::Top(count) => {
            let signed = matches!(facts.sign, Sign::SignMagnitude);
            let magnitudes = if signed { f.top_bit() - 1 } else { f.code_mask() };
            code & magnitudes > magnitudes - count
        }
    }
}

/// Flags as TestFloat's letters, `none` where there are none.
pub mod letters {
    use halfulp::Flags;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    // SPEC.md and IEEE 754 say z where TestFloat says i.
    const DIVIDE_BY_ZERO: char = 'z';

    const LETTERS: [(char, Flags); 5] = [
        ('v', Flags::INVALID),
        ('i', Flags::DIVIDE_BY_ZERO),
        ('o', Flags::OVERFLOW),
        ('u', Flags::UNDERFLOW),
        ('x', Flags::INEXACT),
    ];

    /// The letters of flags.
    #[must_use]
    pub fn text(flags: Flags) -> String {
        let raised = LETTERS.iter().filter(|(_, flag)| flags.contains(*flag));
        let text: String = raised.map(|(letter, _)| letter).collect();
        if text.is_empty() { "none".into() } else { text }
    }

    /// Flags of letters in any order, or of `none`.
    ///
    /// # Errors
    /// Another letter, the same one twice, or no letter.
    pub fn parse(text: &str) -> Result<Flags, String> {
        if text == "none" {
            return Ok(Flags::NONE);
        }
        let wrong = || {
            format!(
                "{text:?} names no flags: expected letters of vioux (v invalid, i or z division by zero, o overflow, u \
                 underflow, x inexact), or none"
            )
        };
        let mut flags = Flags::NONE;
        for letter in text.chars() {
            let letter = if letter == DIVIDE_BY_ZERO { 'i' } else { letter };
            let (_, flag) = LETTERS.iter().find(|(known, _)| *known == letter).ok_or_else(wrong)?;
            if flags.contains(*flag) {
                return Err(wrong());
            }
            flags |= *flag;
        }
        if flags == Flags::NONE { Err(wrong()) } else { Ok(flags) }
    }

    pub(crate) fn serialize<S: Serializer>(flags: &Flags, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text(*flags))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Flags, D::Error> {
        parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use halfulp::format::catalog::lookup;
    use halfulp::{Op, Value, decode};

    use super::*;

    fn task(format: &str) -> Task {
        Task::within(Op::Mul, lookup(format).unwrap())
    }

    fn same(comparison: Comparison, format: &str, a: Code, b: Code) -> bool {
        let answer = |code| Answer::new(code, Flags::NONE, Flags::ALL);
        let there = comparison.agrees(&task(format), &answer(a), &answer(b));
        assert_eq!(there, comparison.agrees(&task(format), &answer(b), &answer(a)));
        there
    }

    /// The facts say the same of every code as decoding does.
    #[test]
    fn nans_are_those_that_decode_to_nan() {
        for name in
            ["e4m3fn", "e5m2", "e5m2fnuz", "e2m1", "e8m0", "ue5m3", "i8", "u8", "mxint8", "binary8p3se"]
        {
            let f = lookup(name).unwrap();
            for code in 0..=f.code_mask() {
                assert_eq!(is_nan(&f, code), matches!(decode(&f, code), Value::Nan(_)), "{name} {code:#x}");
            }
            assert!(!is_nan(&f, f.code_mask() + 1), "{name}");
        }
    }

    #[test]
    fn nans_count_as_asked() {
        let with = |nan| Comparison { nan, ..Comparison::STRICT };
        for (a, b, code, sign, any) in [
            (0x7d, 0x7d, true, true, true),
            (0x7d, 0x7f, false, true, true),
            (0x7d, 0xfd, false, false, true),
            (0xfd, 0xff, false, true, true),
            // Infinity is no NaN, nor is what no code is.
            (0x7c, 0x7d, false, false, false),
            (0x7d, 0x17d, false, false, false),
        ] {
            let found = [NanMatch::Code, NanMatch::Sign, NanMatch::Any].map(|n| same(with(n), "e5m2", a, b));
            assert_eq!(found, [code, sign, any], "{a:#x} and {b:#x}");
        }
    }

    /// Whatever the format: only NaNs are the same as NaNs, and zeros as zeros.
    #[test]
    fn no_number_counts_as_another() {
        for name in
            ["e4m3fnuz", "e5m2fnuz", "e4m3fn", "e5m2", "binary8p3se", "binary8p3sf", "ue5m3", "e2m1", "i8"]
        {
            let f = lookup(name).unwrap();
            for nan in [NanMatch::Code, NanMatch::Sign, NanMatch::Any] {
                let lenient = Comparison { nan, zero_sign: false, ..Comparison::STRICT };
                for (a, b) in (0..=f.code_mask()).flat_map(|a| (0..a).map(move |b| (a, b))) {
                    let alike = match (decode(&f, a), decode(&f, b)) {
                        (Value::Nan(_), Value::Nan(_)) => nan != NanMatch::Code,
                        (Value::Zero { .. }, Value::Zero { .. }) => true,
                        _ => false,
                    };
                    assert!(alike || !same(lenient, name, a, b), "{name} {nan:?}: {a:#x} as {b:#x}");
                }
            }
        }
    }

    #[test]
    fn zeros_count_as_asked() {
        let lenient = Comparison { zero_sign: false, ..Comparison::STRICT };
        assert!(!same(Comparison::STRICT, "e5m2", 0, 0x80) && same(lenient, "e5m2", 0, 0x80));
        assert!(!same(lenient, "e5m2", 1, 0x81));
        // There the code of minus zero is NaN.
        assert!(!same(lenient, "e5m2fnuz", 0, 0x80));
    }

    /// What a query answers is a number, whatever the codes of its operands' format mean.
    #[test]
    fn queries_are_compared_as_they_are() {
        let lenient = Comparison { nan: NanMatch::Any, zero_sign: false, ..Comparison::STRICT };
        let class = Task::within(Op::Class, lookup("e2m1").unwrap());
        let answer = |code| Answer::new(code, Flags::NONE, Flags::ALL);
        assert!(!lenient.agrees(&class, &answer(8), &answer(0)));
    }

    #[test]
    fn flags_are_masked() {
        let answer = |flags| Answer::new(0, flags, Flags::ALL);
        let masked = Comparison { flags: Flags::OVERFLOW | Flags::INEXACT, ..Comparison::STRICT };
        let (none, under) = (answer(Flags::NONE), answer(Flags::UNDERFLOW));
        assert!(masked.agrees(&task("e5m2"), &none, &under));
        assert!(!Comparison::STRICT.agrees(&task("e5m2"), &none, &under));
        assert!(!masked.agrees(&task("e5m2"), &none, &answer(Flags::INEXACT)));
    }

    #[test]
    fn flags_have_letters() {
        for bits in 0..32 {
            let flags = Flags::from_bits(bits).unwrap();
            assert_eq!(letters::parse(&letters::text(flags)), Ok(flags));
        }
        assert_eq!(letters::parse("z"), Ok(Flags::DIVIDE_BY_ZERO));
        assert_eq!(letters::parse("xo"), Ok(Flags::OVERFLOW | Flags::INEXACT));
        for wrong in ["", "q", "xx", "iz", "none x", "VX"] {
            assert!(letters::parse(wrong).unwrap_err().contains("expected letters of vioux"), "{wrong}");
        }
    }
}
