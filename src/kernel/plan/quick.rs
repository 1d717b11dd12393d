//! The constants of the short way to a code: by an addition, without looking at the significand.

use super::narrow::{Mode, Narrow};
use crate::kernel::lane::Lane;

/// Which corrections the short way needs after it: bits of [`Quick::fixes`].
pub(in crate::kernel) const PAST: u8 = 1;
/// NaN is not what lies past the largest value, either.
pub(in crate::kernel) const NAN: u8 = 2;
/// Nor is infinity.
pub(in crate::kernel) const INFINITE: u8 = 4;
/// A zero has no sign.
pub(in crate::kernel) const ZERO: u8 = 8;
/// The format has the wide type's own exponents: rounding is an addition to the bits.
pub(in crate::kernel) const LAYOUT: u8 = 16;

/// All corrections of results, and those of a format with every zero that saturates or has infinities.
pub(in crate::kernel) const ALL: u8 = PAST | NAN | INFINITE | ZERO;
pub(in crate::kernel) const FINITE_OR_IEEE: u8 = PAST | NAN;

/// Rounding of `|x|` limited to `limit`, in a signed format; with results as codes or as values.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernel) struct Quick<L> {
    pub(in crate::kernel) mode: Mode,
    /// All ones where a directed rounding goes away from zero, by sign.
    pub(in crate::kernel) away: [L; 2],
    /// The noise's bits of a word, and by how many bits a fraction of the quantum is counted.
    pub(in crate::kernel) noise_mask: L,
    pub(in crate::kernel) noise_bits: L,
    /// Whether such fractions of the quantum are values of the wide type.
    pub(in crate::kernel) fine: bool,
    /// Which corrections results as codes need, and which results as values do.
    pub(in crate::kernel) fixes: [u8; 2],
    /// The magnitude that larger ones are taken for: it is delivered as they are.
    pub(in crate::kernel) limit: L,
    /// The format's lowest binade, and the distance from a binade to the one whose last place is its quantum.
    pub(in crate::kernel) emin: L,
    pub(in crate::kernel) up: L,
    /// By how many bits a significand has more than the format keeps.
    pub(in crate::kernel) drop: L,
    /// What is to be taken from the sum.
    pub(in crate::kernel) base: L,
    /// How far the sign moves to its place in a code.
    pub(in crate::kernel) sign: L,
    /// Results as codes, and as values.
    pub(in crate::kernel) ends: [Ends<L>; 2],
}

/// What is put in the place of a result that needs correction. Arrays are by sign.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernel) struct Ends<L> {
    /// The largest finite magnitude.
    pub(in crate::kernel) largest: L,
    pub(in crate::kernel) past: [L; 2],
    /// What is past the largest, limited as it is and rounded, and which of its bits then differ from `past`.
    pub(in crate::kernel) top: L,
    pub(in crate::kernel) flips: [L; 2],
    pub(in crate::kernel) infinite: [L; 2],
    pub(in crate::kernel) zero: [L; 2],
    pub(in crate::kernel) nan: L,
}

impl<L: Lane> Quick<L> {
    /// `None` where the short way does not serve. `value` gives what a code of `width` bits is delivered as.
    pub(in crate::kernel) fn new(n: &Narrow<L>, width: u32, value: impl Fn(u64) -> u64) -> Option<Quick<L>> {
        let (sign, zero) = (n.sign.bits(), L::of(0));
        // Of one-bit significands every multiple is odd: ties go by the exponent's parity, which an addition does not see.
        let plain = n.trailing != zero
            && sign != 0
            && n.offset == zero
            && n.flush == [L::of(1); 2]
            && n.largest[0] == n.largest[1];
        if !plain || n.least != n.zero {
            return None;
        }
        let largest = n.largest[0].bits();
        let past = n.past.map(L::bits);
        // Where overflow stays at the largest value nothing need be seen of it.
        let stays = past == [largest, largest | sign];
        let top = if stays { largest } else { largest + 1 };
        let trailing = n.trailing.bits();
        if top >> trailing == 0 {
            return None;
        }
        let (field, drop) = (n.emin_field.bits(), n.drop.bits());
        // Of formats far out of the wide type's range it has more bits than a lane.
        let limit = (u128::from(top) << drop) + (u128::from(field - 1) << L::TRAILING);
        let layout = field == 1;
        let highest = limit >> L::TRAILING;
        if !layout && highest + u128::from(drop) > 2 * L::BIAS as u128
            || layout && limit > u128::from(L::infinity().bits())
        {
            return None;
        }
        let limit = limit as u64;
        // Half of the least quantum is to be a normal number, to be compared with.
        if n.mode == Mode::Away && !layout && field + drop < u64::from(L::TRAILING) + 2 {
            return None;
        }
        let noise_bits = match n.mode {
            Mode::ChanceA | Mode::ChanceC => n.noise_bits.bits(),
            // Of twice the noise and one more.
            Mode::ChanceB => n.noise_bits.bits() + 1,
            _ => 0,
        };
        // Multiples of the quantum's fractions by noise are values of the wide type, and normal.
        let fine =
            if layout { noise_bits <= drop } else { noise_bits < drop && field > trailing + noise_bits };
        let natural = past == [top, top | sign];
        let nan = past != [n.nan.bits(); 2];
        let signless = n.zero[1] == n.zero[0];
        let fix = |past: bool| {
            let infinity = if n.infinite == n.past { 0 } else { INFINITE };
            // NaN is limited as any number is: with nothing else to correct it would pass for past the largest.
            let nan = if nan || !past { NAN } else { 0 };
            let past = if past { PAST } else { 0 };
            past | nan | infinity | if signless { ZERO } else { 0 } | if layout { LAYOUT } else { 0 }
        };
        let of = |code: L| L::of(value(code.bits()));
        let codes = Ends::new(n, |code| code, top, sign);
        let values = Ends::new(n, of, limit, L::sign().bits());
        let emin = field << L::TRAILING;
        Some(Quick {
            mode: n.mode,
            away: n.away,
            noise_mask: L::of((1 << n.noise_bits.bits()) - 1),
            noise_bits: L::of(noise_bits),
            fine: noise_bits == 0 || fine,
            fixes: [fix(!natural), fix(!stays)],
            limit: L::of(limit),
            emin: L::of(emin),
            up: L::of(drop << L::TRAILING),
            drop: n.drop,
            base: L::of((drop << L::TRAILING).wrapping_add(emin >> drop)),
            sign: L::of(u64::from(L::BITS - width)),
            ends: [codes, values],
        })
    }
}

impl<L: Lane> Ends<L> {
    /// Codes as `of` delivers them, `top` and the sign in the same way.
    fn new(n: &Narrow<L>, of: impl Fn(L) -> L, top: u64, sign: u64) -> Ends<L> {
        let (top, past) = (L::of(top), n.past.map(&of));
        Ends {
            largest: of(n.largest[0]),
            top,
            flips: [top ^ past[0], (top | L::of(sign)) ^ past[1]],
            past,
            infinite: n.infinite.map(&of),
            zero: n.zero.map(&of),
            nan: of(n.nan),
        }
    }
}
