//! Decoding: selection of a loop, and the loops.

#[cfg(target_arch = "x86_64")]
use super::blocks::{cut, unaligned};
use super::widen;
use crate::kernel::element::{Wide, Word};
use crate::kernel::isa::{Isa, Job};
use crate::kernel::lane::{Lane, select};
use crate::kernel::plan::Values;
use crate::kernel::plan::widen::Widen;
#[cfg(target_arch = "x86_64")]
use crate::kernel::x86;

struct DecodeByTable<'a, W: Wide, T> {
    table: &'a [W::Lane; 256],
    from: &'a [T],
    to: &'a mut [W],
}

impl<W: Wide, T: Word> Job for DecodeByTable<'_, W, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (x, y) in self.from.iter().zip(self.to) {
            *y = W::of_lane(self.table[usize::from(x.code() as u8)]);
        }
    }
}

struct DecodeByWidening<'a, W: Wide, T> {
    widen: &'a Widen<W::Lane>,
    from: &'a [T],
    to: &'a mut [W],
}

impl<W: Wide, T: Word> Job for DecodeByWidening<'_, W, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let c = *self.widen;
        for (x, y) in self.from.iter().zip(self.to) {
            *y = W::of_lane(widen::value(&c, W::Lane::from_u64(x.code())));
        }
    }
}

/// Codes with the wide type's own exponents: its upper half.
struct DecodeLayout<'a, W: Wide, T> {
    widen: &'a Widen<W::Lane>,
    from: &'a [T],
    to: &'a mut [W],
}

impl<W: Wide, T: Word> Job for DecodeLayout<'_, W, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let nan = self.widen.nan;
        for (x, y) in self.from.iter().zip(self.to) {
            let bits = W::Lane::from_u64(x.code() << (W::Lane::BITS - 16));
            let is_nan = bits & W::Lane::magnitude() > W::Lane::infinity();
            *y = W::of_lane(select(is_nan, nan, bits));
        }
    }
}

/// Decodes, where there is a loop for the plan. Returns whether it was done.
pub(in crate::kernel) fn decode<W: Wide, T: Word>(
    isa: Isa,
    values: &Values<W::Lane>,
    from: &[T],
    to: &mut [W],
) -> bool {
    #[cfg(target_arch = "x86_64")]
    if isa == Isa::Avx512
        && let (Some(split), Some(table), Some(from)) = (&values.split, &values.table, T::bytes(from))
    {
        let start = unaligned(to);
        let whole = (from.len() - start) & !63;
        let ([first, middle, last], rest) = (cut(from, start, whole), to);
        let (before, rest) = rest.split_at_mut(start);
        let (within, after) = rest.split_at_mut(whole);
        isa.run(DecodeByTable::<W, u8> { table, from: first, to: before });
        if let Some(within) = W::singles_mut(within) {
            x86::decode(split, middle, within);
        }
        isa.run(DecodeByTable::<W, u8> { table, from: last, to: after });
        return true;
    }
    #[cfg(target_arch = "x86_64")]
    if isa == Isa::Avx2
        && let (Some(table), Some(bytes)) = (&values.table, T::bytes(from))
    {
        let whole = bytes.len() & !7;
        x86::gather(table, &bytes[..whole], &mut to[..whole]);
        isa.run(DecodeByTable::<W, u8> { table, from: &bytes[whole..], to: &mut to[whole..] });
        return true;
    }
    #[cfg(target_arch = "x86_64")]
    if W::Lane::BITS == 32
        && let (None, Some(widen)) = (&values.table, &values.widen)
        && widen.half
        && let (Some(decode), Some(words)) = (x86::half_decoder(isa), T::words(from))
    {
        let start = unaligned(to);
        let whole = (from.len() - start) & !15;
        let ([first, _, last], middle) = (cut(from, start, whole), &words[start..start + whole]);
        let (before, rest) = to.split_at_mut(start);
        let (within, after) = rest.split_at_mut(whole);
        isa.run(DecodeByWidening::<W, T> { widen, from: first, to: before });
        if let Some(within) = W::singles_mut(within) {
            decode(middle, within);
        }
        isa.run(DecodeByWidening::<W, T> { widen, from: last, to: after });
        return true;
    }
    match (&values.table, &values.widen) {
        (None, Some(widen)) if widen.layout => isa.run(DecodeLayout::<W, T> { widen, from, to }),
        (Some(table), _) => isa.run(DecodeByTable::<W, T> { table, from, to }),
        (None, Some(widen)) => isa.run(DecodeByWidening::<W, T> { widen, from, to }),
        (None, None) => return false,
    }
    true
}
