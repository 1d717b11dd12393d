//! How two answers differ: the kind of a mismatch.

use core::cmp::Ordering;
use core::fmt;

use halfulp::{Code, Flags, Task};

use super::Comparison;
use crate::engine::Answer;
use crate::engine::definition::place::{Meaning, Values};

/// How a subject's answer differs from an oracle's. Mismatches that differ alike are explained once before any is explained
/// twice, so that several faults show. The classes are determined by the facts of the format, without the code under test.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Difference {
    /// Whether the subject's answer has no value.
    undefined: bool,
    /// How the codes differ, if they do.
    codes: Option<Codes>,
    /// Flags that only the subject raised.
    raised: u8,
    /// Flags that only the oracle raised.
    missing: u8,
}

/// How two codes differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Codes {
    got: Class,
    want: Class,
    /// Whether one is negative and the other is not.
    signs: bool,
    magnitudes: Magnitudes,
}

/// How the magnitudes of two codes compare.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Magnitudes {
    Equal,
    Smaller,
    Larger,
    /// They are not numbers of one class.
    Other,
}

/// What a code is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Class {
    /// The result of a predicate, or what is not a code of the format.
    Number,
    Nan,
    Infinity,
    Zero,
    Subnormal,
    Normal,
    /// The largest finite number of its sign.
    Largest,
}

impl Difference {
    /// How a subject's answer differs from another one.
    #[must_use]
    pub fn of(task: &Task, comparison: &Comparison, got: &Answer, want: &Answer) -> Difference {
        if got.undefined {
            return Difference { undefined: true, codes: None, raised: 0, missing: 0 };
        }
        let known = got.known.bits() & want.known.bits() & comparison.flags.bits();
        let agree = comparison.agrees_in_code(task, got.code, want.code);
        Difference {
            undefined: false,
            codes: (!agree).then(|| Codes::of(task, got.code, want.code)),
            raised: got.flags.bits() & !want.flags.bits() & known,
            missing: want.flags.bits() & !got.flags.bits() & known,
        }
    }
}

impl Codes {
    fn of(task: &Task, got: Code, want: Code) -> Codes {
        if task.op.is_query() {
            let magnitudes = Magnitudes::Other;
            return Codes { got: Class::Number, want: Class::Number, signs: false, magnitudes };
        }
        let values = Values::new(&task.result.facts());
        let (got, want) = (Seen::of(&values, got), Seen::of(&values, want));
        let magnitudes = match got.place.cmp(&want.place) {
            _ if got.class != want.class => Magnitudes::Other,
            Ordering::Equal => Magnitudes::Equal,
            _ if !got.class.is_ordered() => Magnitudes::Other,
            Ordering::Less => Magnitudes::Smaller,
            Ordering::Greater => Magnitudes::Larger,
        };
        Codes { got: got.class, want: want.class, signs: got.negative != want.negative, magnitudes }
    }
}

/// A code's class, sign and place among the codes of its sign.
struct Seen {
    class: Class,
    negative: bool,
    place: i128,
}

impl Seen {
    fn of(values: &Values, code: Code) -> Seen {
        let (negative, place) = values.place(code);
        let class = match values.meaning(code) {
            _ if code > values.mask() => Class::Number,
            Meaning::Nan { .. } => Class::Nan,
            Meaning::Infinite { .. } => Class::Infinity,
            Meaning::Finite { magnitude, .. } if magnitude.significand == 0 => Class::Zero,
            Meaning::Finite { .. } if place == values.last(negative) => Class::Largest,
            Meaning::Finite { .. } if values.is_subnormal(place) => Class::Subnormal,
            Meaning::Finite { .. } => Class::Normal,
        };
        Seen { class, negative, place }
    }
}

/// The flags by name, in the order of their letters.
const NAMES: [(Flags, &str); 5] = [
    (Flags::INVALID, "invalid"),
    (Flags::DIVIDE_BY_ZERO, "division by zero"),
    (Flags::OVERFLOW, "overflow"),
    (Flags::UNDERFLOW, "underflow"),
    (Flags::INEXACT, "inexact"),
];

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.undefined {
            return f.write_str("undefined");
        }
        let mut parts: Vec<String> = self.codes.iter().map(Codes::to_string).collect();
        for (bits, what) in [(self.missing, "not raised"), (self.raised, "raised wrongly")] {
            let names: Vec<&str> =
                NAMES.iter().filter(|(flag, _)| bits & flag.bits() != 0).map(|(_, name)| *name).collect();
            if !names.is_empty() {
                parts.push(format!("{} {what}", names.join(" and ")));
            }
        }
        f.write_str(&parts.join(", "))
    }
}

impl fmt::Display for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (got, want) = (self.got.name(), self.want.name());
        match self.magnitudes {
            Magnitudes::Equal => return write!(f, "{got} of the wrong sign"),
            Magnitudes::Smaller => write!(f, "{got} too small")?,
            Magnitudes::Larger => write!(f, "{got} too large")?,
            Magnitudes::Other if self.got == self.want => write!(f, "another {got}")?,
            Magnitudes::Other => write!(f, "{got} instead of {want}")?,
        }
        if self.signs { f.write_str(", of the wrong sign") } else { Ok(()) }
    }
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Class::Number => "result",
            Class::Nan => "NaN",
            Class::Infinity => "infinity",
            Class::Zero => "zero",
            Class::Subnormal => "subnormal number",
            Class::Normal => "normal number",
            Class::Largest => "largest number",
        }
    }

    /// Whether larger codes of one sign are larger magnitudes.
    fn is_ordered(self) -> bool {
        matches!(self, Class::Subnormal | Class::Normal)
    }
}
