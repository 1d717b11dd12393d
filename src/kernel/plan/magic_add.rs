//! The constants of magic-number rounding, in which an addition rounds to the quantum.

use super::narrow::{Mode, Narrow};
use crate::kernel::lane::Lane;

/// The fixups that a result may need after the addition: bits of [`MagicAdd::fixups`].
pub(in crate::kernel) const OVERFLOW: u8 = 1;
/// A NaN's result is not that of an overflow.
pub(in crate::kernel) const NAN: u8 = 2;
/// An infinity's result is not that of an overflow.
pub(in crate::kernel) const INFINITE: u8 = 4;
/// Zeros have no sign.
pub(in crate::kernel) const ZERO: u8 = 8;
/// The format has the wide type's own exponents: rounding is an addition to the bits.
pub(in crate::kernel) const LAYOUT: u8 = 16;

/// All fixups of results; and those of a format with both zeros that saturates or has infinities.
pub(in crate::kernel) const ALL: u8 = OVERFLOW | NAN | INFINITE | ZERO;
pub(in crate::kernel) const FINITE_OR_IEEE: u8 = OVERFLOW | NAN;

/// Rounding of `|x|` limited to `limit`, in a signed format; with results as codes or as values.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernel) struct MagicAdd<L> {
    pub(in crate::kernel) mode: Mode,
    /// All ones where a directed rounding goes away from zero, by sign.
    pub(in crate::kernel) away: [L; 2],
    /// The noise's bits of a word, and by how many bits a fraction of the quantum is counted.
    pub(in crate::kernel) noise_mask: L,
    pub(in crate::kernel) noise_bits: L,
    /// Whether such fractions of the quantum are values of the wide type.
    pub(in crate::kernel) fine: bool,
    /// The fixups of results as codes, and of results as values.
    pub(in crate::kernel) fixups: [u8; 2],
    /// Larger magnitudes are replaced by this one, which overflows as they do. It keeps the sum below within the wide type's range.
    pub(in crate::kernel) limit: L,
    /// The format's lowest binade, and the distance from a binade to the one whose last place is its quantum.
    pub(in crate::kernel) emin: L,
    pub(in crate::kernel) up: L,
    /// By how many bits a significand has more than the format keeps.
    pub(in crate::kernel) drop: L,
    /// What is subtracted from the sum.
    pub(in crate::kernel) base: L,
    /// How far the sign moves to its place in a code.
    pub(in crate::kernel) sign: L,
    /// Results as codes, and as values.
    pub(in crate::kernel) special: [SpecialResults<L>; 2],
}

/// The results that fixups put in. Arrays are by sign.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernel) struct SpecialResults<L> {
    /// The largest finite magnitude.
    pub(in crate::kernel) largest: L,
    pub(in crate::kernel) overflow: [L; 2],
    /// The rounded limit, which stands for an overflow, and its bits that differ from `overflow`.
    pub(in crate::kernel) top: L,
    pub(in crate::kernel) flips: [L; 2],
    pub(in crate::kernel) infinite: [L; 2],
    pub(in crate::kernel) zero: [L; 2],
    pub(in crate::kernel) nan: L,
}

impl<L: Lane> MagicAdd<L> {
    /// `None` where magic-number rounding does not apply. `value` gives the value of a code of `width` bits.
    pub(in crate::kernel) fn new(
        n: &Narrow<L>,
        width: u32,
        value: impl Fn(u64) -> u64,
    ) -> Option<MagicAdd<L>> {
        let sign = n.sign.bits();
        if !is_plain(n) {
            return None;
        }
        let largest = n.largest[0].bits();
        let overflow = n.overflow.map(L::bits);
        // Where overflow stays at the largest value nothing need be seen of it.
        let stays = overflow == [largest, largest | sign];
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
        let noise_bits = noise_bits(n);
        // Multiples of the quantum's fractions by noise are values of the wide type, and normal.
        let fine =
            if layout { noise_bits <= drop } else { noise_bits < drop && field > trailing + noise_bits };
        let natural = overflow == [top, top | sign];
        let nan = overflow != [n.nan.bits(); 2];
        let signless = n.zero[1] == n.zero[0];
        let fixups_of = |overflow: bool| {
            let infinity = if n.infinite == n.overflow { 0 } else { INFINITE };
            // NaN is limited as any number is: with nothing else to correct it would pass for past the largest.
            let nan = if nan || !overflow { NAN } else { 0 };
            let overflow = if overflow { OVERFLOW } else { 0 };
            overflow | nan | infinity | if signless { ZERO } else { 0 } | if layout { LAYOUT } else { 0 }
        };
        let of = |code: L| L::from_u64(value(code.bits()));
        let codes = SpecialResults::new(n, |code| code, top, sign);
        let values = SpecialResults::new(n, of, limit, L::sign().bits());
        let emin = field << L::TRAILING;
        Some(MagicAdd {
            mode: n.mode,
            away: n.away,
            noise_mask: L::from_u64((1 << n.noise_bits.bits()) - 1),
            noise_bits: L::from_u64(noise_bits),
            fine: noise_bits == 0 || fine,
            fixups: [fixups_of(!natural), fixups_of(!stays)],
            limit: L::from_u64(limit),
            emin: L::from_u64(emin),
            up: L::from_u64(drop << L::TRAILING),
            drop: n.drop,
            base: L::from_u64((drop << L::TRAILING).wrapping_add(emin >> drop)),
            sign: L::from_u64(u64::from(L::BITS - width)),
            special: [codes, values],
        })
    }
}

/// Whether the format has a sign, a zero and subnormals, and nothing is flushed.
fn is_plain<L: Lane>(n: &Narrow<L>) -> bool {
    let zero = L::from_u64(0);
    // Of one-bit significands every multiple is odd: ties go by the exponent's parity, which an addition does not see.
    n.trailing != zero
        && n.sign != zero
        && n.offset == zero
        && n.flush == [L::from_u64(1); 2]
        && n.largest[0] == n.largest[1]
        && n.least == n.zero
}

/// Bits of what is added for noise.
fn noise_bits<L: Lane>(n: &Narrow<L>) -> u64 {
    match n.mode {
        Mode::StochasticA | Mode::StochasticC => n.noise_bits.bits(),
        // Of twice the noise and one more.
        Mode::StochasticB => n.noise_bits.bits() + 1,
        _ => 0,
    }
}

impl<L: Lane> SpecialResults<L> {
    /// Codes as `of` delivers them, `top` and the sign in the same way.
    fn new(n: &Narrow<L>, of: impl Fn(L) -> L, top: u64, sign: u64) -> SpecialResults<L> {
        let (top, overflow) = (L::from_u64(top), n.overflow.map(&of));
        SpecialResults {
            largest: of(n.largest[0]),
            top,
            flips: [top ^ overflow[0], (top | L::from_u64(sign)) ^ overflow[1]],
            overflow,
            infinite: n.infinite.map(&of),
            zero: n.zero.map(&of),
            nan: of(n.nan),
        }
    }
}
