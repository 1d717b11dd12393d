//! Comparison predicates, by the relations that make them true.

use std::cmp::Ordering;

use halfulp::{Flags, Predicate};

use super::layout::Datum;
use super::number::Kind;

/// The relations that satisfy a predicate, one of `<`, `=`, `>` and `?` (unordered) each.
#[derive(Clone, Copy)]
pub struct Relations {
    symbols: &'static str,
    signalling: bool,
}

/// IEEE 754-2019's tables 5.1 to 5.3: the relations that make a predicate true.
const TRUE_RELATIONS: [(&str, &str); 12] = [
    ("equal", "="),
    ("not_equal", "<>?"),
    ("less", "<"),
    ("less_equal", "<="),
    ("less_unordered", "<?"),
    ("not_less", ">=?"),
    ("greater", ">"),
    ("greater_equal", ">="),
    ("greater_unordered", ">?"),
    ("not_greater", "<=?"),
    ("unordered", "?"),
    ("ordered", "<=>"),
];

impl Relations {
    /// By the predicate's name.
    pub fn of(predicate: Predicate) -> Relations {
        let name = predicate.name();
        let quiet = name.trim_start_matches("signalling_");
        let row = TRUE_RELATIONS.iter().find(|(known, _)| *known == quiet);
        Relations { symbols: row.map_or("", |(_, symbols)| symbols), signalling: quiet != name }
    }

    /// Whether the predicate holds, as 1 or 0, and invalid where that is raised.
    pub fn compare(self, a: &Datum, b: &Datum) -> (u64, Flags) {
        let unordered = a.number.kind() == Kind::Nan || b.number.kind() == Kind::Nan;
        let symbol = match unordered {
            true => '?',
            false => match a.number.order(&b.number) {
                Ordering::Less => '<',
                Ordering::Equal => '=',
                Ordering::Greater => '>',
            },
        };
        let invalid = unordered && (self.signalling || a.signalling || b.signalling);
        (u64::from(self.symbols.contains(symbol)), Flags::INVALID.when(invalid))
    }
}
