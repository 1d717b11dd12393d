//! The constants for converting codes to values of a wide type.

use crate::format::facts::Sign;
use crate::format::{Code, Format};
use crate::kernel::base::{WideKind, wide_format};
use crate::kernel::lane::Lane;
use crate::op::{Op, Operands, Task, apply};
use crate::policy::Policy;
use crate::value::{Value, decode};

/// What a body needs to turn codes into the bits of a wide type that holds every value exactly. Arrays are by sign.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernel) struct Widen<L> {
    /// All bits of a code, and the one that says it is negative (0 where none does).
    pub(in crate::kernel) mask: L,
    pub(in crate::kernel) negative: L,
    /// Sign bit of a sign-magnitude format.
    pub(in crate::kernel) sign: L,
    /// All ones in a two's complement format.
    pub(in crate::kernel) complement: L,
    /// What separates a zero-less format's magnitude codes from those of one with subnormals.
    pub(in crate::kernel) offset: L,
    /// Trailing significand bits of the format, and by how many the wide type has more.
    pub(in crate::kernel) trailing: L,
    pub(in crate::kernel) shift: L,
    /// What a shifted magnitude code of a normal value lacks.
    pub(in crate::kernel) base: L,
    /// The power of two whose last place is the quantum of subnormal values.
    pub(in crate::kernel) magic: L,
    /// Magnitude codes, offset added, below this are flushed.
    pub(in crate::kernel) flush: L,
    /// The largest finite magnitude code, and infinity's; all ones where there is none.
    pub(in crate::kernel) largest: [L; 2],
    pub(in crate::kernel) infinity: L,
    /// What the codes 0 and minus zero, flushed ones, and infinities become; and NaN.
    pub(in crate::kernel) zero: [L; 2],
    pub(in crate::kernel) flushed: [L; 2],
    pub(in crate::kernel) infinite: [L; 2],
    pub(in crate::kernel) nan: L,
    /// Codes are the upper half of the wide type's bits, but for NaNs.
    pub(in crate::kernel) layout: bool,
    /// The format is binary16, delivered as it is, but for NaNs.
    pub(in crate::kernel) half: bool,
}

impl<L: Lane> Widen<L> {
    /// The constants under a policy; `None` where a value is not exact in the wide type, or would be flushed in it.
    pub(in crate::kernel) fn new(f: &Format, policy: &Policy, to: WideKind) -> Option<Widen<L>> {
        let (wide, field) = (wide_format(to), f.emin() + L::BIAS);
        if f.width() > L::BITS || f.precision() > L::TRAILING || policy.standard.is_p3109() {
            return None;
        }
        let drop = L::TRAILING + 1 - f.precision();
        let fits = field >= 1 && f.emax() <= wide.emax() && field + drop as i32 <= 2 * L::BIAS;
        let tiny = policy.flush_results && f.quantum_min() < wide.emin();
        if !fits || tiny {
            return None;
        }
        let task = Task { op: Op::Convert, operands: [*f; 3], result: wide, policy: *policy };
        let value = |code: Code| L::from_u64(apply(&task, Operands::new(code, 0, 0)).code);
        let signed = f.facts().sign == Sign::SignMagnitude;
        let sign = if signed { f.top_bit() } else { 0 };
        // Whether subnormal codes count as zero is asked of one: 1 is subnormal wherever any is.
        let smallest = matches!(decode(&wide, value(1).bits()), Value::Zero { .. });
        let both = |magnitude: Code| [value(magnitude), value(magnitude | sign)];
        let has_infinity = f.infinity(false).is_some();
        let infinities = [L::infinity(), L::infinity() | L::sign()];
        // IEEE 754's layout in 16 bits, decoded without any change.
        let plain =
            f.has_ieee_nans() && f.width() == 16 && !smallest && value(f.largest(false) + 1) == infinities[0];
        Some(Widen {
            layout: plain && signed && field == 1 && drop == L::BITS - 16,
            half: plain && signed && f.precision() == 11 && f.emin() == -14,
            mask: L::from_u64(f.code_mask()),
            negative: L::from_u64(if f.is_signed() { f.top_bit() } else { 0 }),
            sign: L::from_u64(sign),
            complement: L::from_u64(if f.is_signed() && !signed { u64::MAX } else { 0 }),
            offset: L::from_u64(f.offset()),
            trailing: L::from_u64(u64::from(f.precision() - 1)),
            shift: L::from_u64(u64::from(drop)),
            base: L::from_u64((field as u64 - 1) << L::TRAILING),
            magic: L::from_u64((field as u64 + u64::from(drop)) << L::TRAILING),
            flush: L::from_u64(if smallest { 1 << (f.precision() - 1) } else { 0 }),
            largest: [false, true].map(|s| L::from_u64(f.largest_magnitude(s))),
            infinity: L::from_u64(if has_infinity { f.largest_magnitude(false) + 1 } else { u64::MAX }),
            zero: both(0),
            flushed: if smallest { both(1) } else { both(0) },
            infinite: if has_infinity { both(f.largest_magnitude(false) + 1) } else { both(0) },
            nan: f.nan().map_or(L::from_u64(0), value),
        })
    }
}
