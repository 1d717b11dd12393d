//! The twenty-two comparison predicates of IEEE 754-2019 clause 5.11.

use crate::exact::Relation;

/// A predicate: the relations that satisfy it, and whether a quiet NaN raises invalid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Predicate {
    relations: u8,
    signalling: bool,
}

const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;
const UNORDERED: u8 = 8;

const fn quiet(relations: u8) -> Predicate {
    Predicate { relations, signalling: false }
}

const fn signalling(relations: u8) -> Predicate {
    Predicate { relations, signalling: true }
}

impl Predicate {
    /// compareQuietEqual.
    pub const EQUAL: Predicate = quiet(EQUAL);
    /// compareQuietLess.
    pub const LESS: Predicate = quiet(LESS);
    /// compareQuietLessEqual.
    pub const LESS_EQUAL: Predicate = quiet(LESS | EQUAL);
    /// compareQuietGreater.
    pub const GREATER: Predicate = quiet(GREATER);
    /// compareQuietGreaterEqual.
    pub const GREATER_EQUAL: Predicate = quiet(GREATER | EQUAL);

    /// Every predicate of the standard with its name here: IEEE's, in words joined by underscores.
    pub const ALL: [(&'static str, Predicate); 22] = [
        ("equal", Predicate::EQUAL),
        ("not_equal", quiet(LESS | GREATER | UNORDERED)),
        ("less", Predicate::LESS),
        ("less_equal", Predicate::LESS_EQUAL),
        ("greater", Predicate::GREATER),
        ("greater_equal", Predicate::GREATER_EQUAL),
        ("unordered", quiet(UNORDERED)),
        ("ordered", quiet(LESS | EQUAL | GREATER)),
        ("not_less", quiet(EQUAL | GREATER | UNORDERED)),
        ("not_greater", quiet(LESS | EQUAL | UNORDERED)),
        ("less_unordered", quiet(LESS | UNORDERED)),
        ("greater_unordered", quiet(GREATER | UNORDERED)),
        ("signalling_equal", signalling(EQUAL)),
        ("signalling_not_equal", signalling(LESS | GREATER | UNORDERED)),
        ("signalling_less", signalling(LESS)),
        ("signalling_less_equal", signalling(LESS | EQUAL)),
        ("signalling_greater", signalling(GREATER)),
        ("signalling_greater_equal", signalling(GREATER | EQUAL)),
        ("signalling_not_less", signalling(EQUAL | GREATER | UNORDERED)),
        ("signalling_not_greater", signalling(LESS | EQUAL | UNORDERED)),
        ("signalling_less_unordered", signalling(LESS | UNORDERED)),
        ("signalling_greater_unordered", signalling(GREATER | UNORDERED)),
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

    /// Whether a quiet NaN raises invalid too; a signalling one always does.
    #[must_use]
    pub const fn is_signalling(self) -> bool {
        self.signalling
    }

    /// Its name in [`Predicate::ALL`].
    #[must_use]
    pub fn name(self) -> &'static str {
        Predicate::ALL.iter().find(|(_, p)| *p == self).map_or("predicate", |(name, _)| name)
    }
}
