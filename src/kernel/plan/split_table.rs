//! The constants for codes of up to 8 bits in tables of bytes.

use alloc::boxed::Box;

use super::magic_add::{INFINITE, LAYOUT, MagicAdd};
use crate::format::catalog::builtin_format;
use crate::format::{Code, Format};
use crate::kernel::base::conversion;
use crate::kernel::lane::Lane;
use crate::op::{Op, Operands, apply};
use crate::policy::Policy;

/// The 16 bits that each byte stands for, in two tables of bytes: the lower eight, and the upper.
#[derive(Clone, Debug)]
pub(in crate::kernel) struct SplitTable {
    pub(in crate::kernel) bytes: [[u8; 256]; 2],
    /// The symmetry of the tables, which saves looking at their second halves.
    pub(in crate::kernel) symmetry: Symmetry,
}

/// How the entries of codes with the top bit set follow from those without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::kernel) enum Symmetry {
    /// They do not.
    Whole,
    /// Up to this code only their sign differs; above it nothing does.
    Mirrored(u8),
    /// Only their sign differs, but for 0x80, which is no zero.
    OneZero,
    /// The tables repeat their first 64 entries: codes have no more bits.
    Periodic,
}

impl SplitTable {
    pub(in crate::kernel) fn new(value: impl Fn(u8) -> u16) -> SplitTable {
        let byte = |shift: u32| core::array::from_fn(|code| (value(code as u8) >> shift) as u8);
        let differs = |code: u8, by: u16| value(code) ^ value(code & 0x7f) == by;
        let last = (0x80..=0xff).rev().find(|&code| differs(code, 0x8000));
        let is_mirrored = |last: u8| {
            (0x80..=last).all(|code| differs(code, 0x8000))
                && (last..=0xff).skip(1).all(|code| differs(code, 0))
        };
        let symmetry = match last.filter(|&last| is_mirrored(last)) {
            _ if (0x40..=0xff).all(|code| value(code) == value(code & 0x3f)) => Symmetry::Periodic,
            Some(last) => Symmetry::Mirrored(last),
            None if (0x81..=0xff).all(|code| differs(code, 0x8000)) => Symmetry::OneZero,
            None => Symmetry::Whole,
        };
        SplitTable { bytes: [byte(0), byte(8)], symmetry }
    }
}

/// What arithmetic in lanes of binary16 needs, rounding to nearest even.
///
/// Sums are rounded to the format's `p` bits from binary16's 11, to nearest even twice, which is innocuous with `11 >= 2 p + 2`
/// (Figueroa); or they are exact. Products are exact; or inexact only where they are less than half of the least midpoint, so that zero
/// is the result either way. What overflows in binary16 does so in the format.
#[derive(Clone, Debug)]
pub(in crate::kernel) struct InHalf {
    /// Operands in binary16.
    pub(in crate::kernel) split: SplitTable,
    /// As in [`MagicAdd`], in 16 bits.
    pub(in crate::kernel) limit: u16,
    pub(in crate::kernel) emin: u16,
    pub(in crate::kernel) drop: u16,
    pub(in crate::kernel) base: u8,
    /// The format has binary16's own exponents.
    pub(in crate::kernel) layout: bool,
    adds: bool,
    multiplies: bool,
}

impl InHalf {
    /// `None` where no operation is served.
    pub(in crate::kernel) fn new(f: &Format, q: &MagicAdd<u32>) -> Option<Box<InHalf>> {
        let (p, field, least) = (f.precision() as i32, f.emin() + 15, f.quantum_min());
        // Infinities of the format are not told from what overflows.
        let told = q.fixups[0] & INFINITE != 0 && f.infinity(false).is_some();
        if f.width() > 8 || field < 1 || f.emax() > 15 || least < -24 || p > 10 || told {
            return None;
        }
        let adds = 2 * p + 2 <= 11 || f.emax() + 2 - least <= 11;
        let multiplies = 2 * p <= 11 && (2 * least >= -24 || 2 * p - 24 < least);
        // The limit in binary16: the same number with fewer trailing zeros.
        let (drop, rebias) = (11 - p as u32, (127 - 15) << 23);
        let limit = (q.limit - rebias) >> 13;
        let layout = field == 1;
        let fits = if layout { limit <= 0x7c00 } else { (limit >> 10) + drop <= 30 };
        if !(adds || multiplies) || !fits || q.fixups[0] & LAYOUT != 0 {
            return None;
        }
        let emin = (field as u16) << 10;
        let task = conversion(*f, builtin_format("binary16"), &Policy::IEEE);
        let value = |code: u8| apply(&task, Operands::new(Code::from(code), 0, 0)).code as u16;
        Some(Box::new(InHalf {
            split: SplitTable::new(value),
            limit: limit as u16,
            emin,
            drop: drop as u16,
            base: if layout { 0 } else { (emin >> drop) as u8 },
            layout,
            adds,
            multiplies,
        }))
    }

    /// Whether an operation is served.
    pub(in crate::kernel) const fn serves(&self, op: Op) -> bool {
        match op {
            Op::Add | Op::Sub => self.adds,
            Op::Mul => self.multiplies,
            _ => false,
        }
    }
}

/// The upper two bytes of a table's 32 bits, if they are all.
pub(super) fn split_upper_half<L: Lane>(table: &[L; 256]) -> Option<Box<SplitTable>> {
    let all = L::BITS == 32 && table.iter().all(|x| x.bits() & 0xffff == 0);
    all.then(|| Box::new(SplitTable::new(|code| (table[usize::from(code)].bits() >> 16) as u16)))
}
