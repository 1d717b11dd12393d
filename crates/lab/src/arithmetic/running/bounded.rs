//! A number, and what is known of its distance from the exact one.

use super::chance::Chance;
use crate::arithmetic::plain::Native;
use crate::bound::ball::Ball;
use crate::bound::outward::Upper;

/// A computed number, and how far it can be from the one that exact arithmetic has in its place.
#[derive(Clone, Copy, Debug)]
pub struct Bounded<V> {
    /// The computed number.
    pub value: V,
    /// Contains computed minus exact.
    pub error: Ball,
    /// At least the distance, whatever was rounded.
    pub worst: Upper,
    /// The distance but for a small chance.
    pub chance: Chance,
    /// Whether everything on the way was rounded by no more than rounding can change.
    pub sound: bool,
}

/// An operand, or 0 for one that the operation does not take.
pub(super) fn operand<V: Native>(x: &[Bounded<V>], k: usize) -> Bounded<V> {
    x.get(k).copied().unwrap_or_else(|| Bounded::exact(V::of(0.0)))
}

impl<V: Native> Bounded<V> {
    /// A number that is the exact one.
    pub(super) fn exact(value: V) -> Bounded<V> {
        let (worst, chance) = (Upper::ZERO, Chance::of(Upper::ZERO));
        Bounded { value, error: Ball::ZERO, worst, chance, sound: true }
    }

    /// A number of which nothing is known: it was beyond the numbers that there are.
    pub(super) fn unknown(value: V) -> Bounded<V> {
        let (worst, chance) = (Upper::UNKNOWN, Chance::of(Upper::UNKNOWN));
        Bounded { value, error: Ball::UNKNOWN, worst, chance, sound: false }
    }

    pub(super) fn wide(&self) -> f64 {
        self.value.wide()
    }

    /// Another number in place of this one, which was `fresh` before it was stored: what is known of it is true of that one, too. At worst it is as far as the
    /// stored one can be, or as what was stored and the distance from there.
    #[must_use]
    pub fn moved(&self, fresh: &Bounded<V>, value: V) -> Bounded<V> {
        let error = self.error + (Ball::exact(value.wide()) - Ball::exact(self.wide()));
        let from_fresh = Upper::distance(value.wide(), fresh.wide());
        let worst = self.worst.max(fresh.worst + from_fresh);
        Bounded { value, error, worst, chance: Chance::of(worst), sound: self.sound }
    }
}
