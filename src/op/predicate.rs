//! The twenty-two comparison predicates of IEEE 754-2019 clause 5.11.

use crate::exact::Relation;

/// A comparison predicate: the relations that satisfy it, and whether a quiet NaN raises invalid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Predicate {
    relations: u8,
    signalling: bool,
}

const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;
const UNORDERED: u8 = 8;

/// The bits from the highest: unordered, greater, equal, less.
const fn quiet(relations: u8) -> Predicate {
    Predicate { relations, signalling: false }
}

const fn signalling(relations: u8) -> Predicate {
    Predicate { relations, signalling: true }
}

impl Predicate {
    /// compareQuietEqual.
    pub const EQUAL: Predicate = quiet(0b0010);
    /// compareQuietLess.
    pub const LESS: Predicate = quiet(0b0001);
    /// compareQuietLessEqual.
    pub const LESS_EQUAL: Predicate = quiet(0b0011);
    /// compareQuietGreater.
    pub const GREATER: Predicate = quiet(0b0100);
    /// compareQuietGreaterEqual.
    pub const GREATER_EQUAL: Predicate = quiet(0b0110);

    /// All predicates of the standard with their names: those of IEEE 754, as words joined by underscores.
    pub const ALL: &[(&'static str, Predicate)] = &[
        ("equal", Predicate::EQUAL),
        ("not_equal", quiet(0b1101)),
        ("less", Predicate::LESS),
        ("less_equal", Predicate::LESS_EQUAL),
        ("greater", Predicate::GREATER),
        ("greater_equal", Predicate::GREATER_EQUAL),
        ("unordered", quiet(0b1000)),
        ("ordered", quiet(0b0111)),
        ("not_less", quiet(0b1110)),
        ("not_greater", quiet(0b1011)),
        ("less_unordered", quiet(0b1001)),
        ("greater_unordered", quiet(0b1100)),
        ("signalling_equal", signalling(0b0010)),
        ("signalling_not_equal", signalling(0b1101)),
        ("signalling_less", signalling(0b0001)),
        ("signalling_less_equal", signalling(0b0011)),
        ("signalling_greater", signalling(0b0100)),
        ("signalling_greater_equal", signalling(0b0110)),
        ("signalling_not_less", signalling(0b1110)),
        ("signalling_not_greater", signalling(0b1011)),
        ("signalling_less_unordered", signalling(0b1001)),
        ("signalling_greater_unordered", signalling(0b1100)),
    ];

    /// Whether the relation satisfies the predicate.
    #[must_use]
    pub const fn holds(self, relation: Relation) -> bool {
        let bit = match relation {
            Relation::Less => LESS,
            Relation::Equal => EQUAL,
            Relation::Greater => GREATER,
            Relation::Unordered => UNORDERED,
        };
        self.relations & bit != 0
    }

    /// Whether a quiet NaN raises invalid; a signalling NaN always does.
    #[must_use]
    pub const fn is_signalling(self) -> bool {
        self.signalling
    }

    /// The name in [`Predicate::ALL`].
    #[must_use]
    pub fn name(self) -> &'static str {
        Predicate::ALL.iter().find(|(_, p)| *p == self).map_or("predicate", |(name, _)| name)
    }
}
