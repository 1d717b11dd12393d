//! Encode and decode: which body serves, and its loop.

#[cfg(target_arch = "x86_64")]
use super::chance::in_groups;
use super::chance::{noise_of, one_of, with_noise};
use super::integer::{self, NEAREST, with_mode};
use super::quick::{self, ALL, with_fixes, with_way};
use super::widen;
use crate::kernel::element::{Wide, Word};
use crate::kernel::isa::{Isa, Job};
use crate::kernel::lane::{Lane, select};
use crate::kernel::plan::narrow::Narrow;
use crate::kernel::plan::quick::{LAYOUT, Quick};
use crate::kernel::plan::widen::Widen;
use crate::kernel::plan::{Plan, Values};
#[cfg(target_arch = "x86_64")]
use crate::kernel::x86;
use crate::kernel::{Noise, WideKind};

/// Elements of a block that is kept on the stack between two loops.
pub(in crate::kernel) const BLOCK: usize = 512;

/// By the short way.
struct EncodeQuick<'a, W: Wide, T, const FIXES: u8, const MODE: u8>(
    &'a Quick<W::Lane>,
    &'a [u32],
    &'a [W],
    &'a mut [T],
);

impl<W: Wide, T: Word, const FIXES: u8, const MODE: u8> Job for EncodeQuick<'_, W, T, FIXES, MODE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (q, n) = (*self.0, self.3.len());
        let (noise, from) = (noise_of::<MODE>(self.1, n), &self.2[..n]);
        for (i, y) in self.3.iter_mut().enumerate() {
            let noise = W::Lane::of(one_of::<MODE>(noise, i));
            *y = T::from_code(quick::result::<W::Lane, FIXES, MODE, false>(&q, from[i].lane(), noise).bits());
        }
    }
}

/// By integers, in lanes of the values' own type.
struct EncodeInteger<'a, W: Wide, T, const MODE: u8>(&'a Narrow<W::Lane>, &'a [u32], &'a [W], &'a mut [T]);

impl<W: Wide, T: Word, const MODE: u8> Job for EncodeInteger<'_, W, T, MODE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (c, n) = (*self.0, self.3.len());
        let (noise, from) = (noise_of::<MODE>(self.1, n), &self.2[..n]);
        for (i, y) in self.3.iter_mut().enumerate() {
            let noise = one_of::<MODE>(noise, i);
            *y = T::from_code(integer::code::<W::Lane, MODE>(&c, from[i].lane(), noise).bits());
        }
    }
}

/// The same in lanes of 64 bits.
struct EncodeInDouble<'a, W, T, const MODE: u8>(&'a Narrow<u64>, &'a [u32], &'a [W], &'a mut [T]);

impl<W: Wide, T: Word, const MODE: u8> Job for EncodeInDouble<'_, W, T, MODE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (c, n) = (*self.0, self.3.len());
        let (noise, from) = (noise_of::<MODE>(self.1, n), &self.2[..n]);
        for (i, y) in self.3.iter_mut().enumerate() {
            let noise = one_of::<MODE>(noise, i);
            *y = T::from_code(integer::code::<u64, MODE>(&c, from[i].double().to_bits(), noise));
        }
    }
}

struct DecodeByTable<'a, W: Wide, T>(&'a [W::Lane; 256], &'a [T], &'a mut [W]);

impl<W: Wide, T: Word> Job for DecodeByTable<'_, W, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (x, y) in self.1.iter().zip(self.2) {
            *y = W::of_lane(self.0[usize::from(x.code() as u8)]);
        }
    }
}

struct DecodeWiden<'a, W: Wide, T>(&'a Widen<W::Lane>, &'a [T], &'a mut [W]);

impl<W: Wide, T: Word> Job for DecodeWiden<'_, W, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let c = *self.0;
        for (x, y) in self.1.iter().zip(self.2) {
            *y = W::of_lane(widen::value(&c, W::Lane::of(x.code())));
        }
    }
}

/// Codes with the wide type's own exponents: its upper half.
struct DecodeLayout<'a, W: Wide, T>(&'a Widen<W::Lane>, &'a [T], &'a mut [W]);

impl<W: Wide, T: Word> Job for DecodeLayout<'_, W, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let nan = self.0.nan;
        for (x, y) in self.1.iter().zip(self.2) {
            let bits = W::Lane::of(x.code() << (W::Lane::BITS - 16));
            let is_nan = bits & W::Lane::magnitude() > W::Lane::infinity();
            *y = W::of_lane(select(is_nan, nan, bits));
        }
    }
}

/// Encodes if a body serves; says whether.
pub(in crate::kernel) fn encode<W: Wide, T: Word>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    from: &[W],
    to: &mut [T],
) -> bool {
    let plain = |noise, from: &[W], to: &mut [T]| {
        with_noise(isa, plan, noise, from, to, |noise, from, to| encode_with(isa, plan, noise, from, to))
    };
    #[cfg(target_arch = "x86_64")]
    if isa == Isa::Avx512
        && let (Some(q), Some(singles), Some(bytes)) =
            (&plan.single.quick, W::singles(from), T::bytes_mut(to))
        && q.fixes[0] & LAYOUT == 0
        && x86::takes_chance(q)
    {
        let aligned = unaligned(singles);
        let whole = |noise, from: &[f32], to: &mut [u8]| x86::encode_by_chance(q, noise, from, to);
        if in_groups::<_, 64>(noise, aligned, singles, bytes, whole) {
            return true;
        }
    }
    plain(noise, from, to)
}

fn encode_with<W: Wide, T: Word>(isa: Isa, plan: &Plan, noise: &[u32], from: &[W], to: &mut [T]) -> bool {
    let lanes = W::Lane::lanes(plan);
    #[cfg(target_arch = "x86_64")]
    if let Some(encode) = x86::byte_encoder(isa)
        && let (Some(q), Some(from), Some(to)) = (plan.single.nearest(), W::singles(from), T::bytes_mut(to))
        && q.fixes[0] & LAYOUT == 0
    {
        let start = unaligned(from);
        let whole = (from.len() - start) & !63;
        let [first, middle, last] = cut(from, start, whole);
        let (before, rest) = to.split_at_mut(start);
        let (within, after) = rest.split_at_mut(whole);
        encode(q, middle, within);
        for (from, to) in [(first, before), (last, after)] {
            isa.run(EncodeQuick::<f32, u8, { ALL }, NEAREST>(q, &[], from, to));
        }
        return true;
    }
    #[cfg(target_arch = "x86_64")]
    if plan.format().width() == 16
        && let (Some(q), Some(from), Some(to)) = (plan.single.nearest(), W::singles(from), T::words_mut(to))
        && let Some(encode) = x86::encoder(isa, q)
    {
        let start = unaligned(to);
        let whole = (from.len() - start) & !31;
        let [first, middle, last] = cut(from, start, whole);
        let (before, rest) = to.split_at_mut(start);
        let (within, after) = rest.split_at_mut(whole);
        encode(q, middle, within);
        for (from, to) in [(first, before), (last, after)] {
            let fixes = ALL | q.fixes[0] & LAYOUT;
            with_fixes!(fixes, FIXES, isa.run(EncodeQuick::<f32, u16, FIXES, NEAREST>(q, &[], from, to)));
        }
        return true;
    }
    match (lanes.short(), &lanes.narrow) {
        (Some(q), _) => {
            // In lanes of 64 bits the corrections cost too little to be worth loops of their own.
            let fixes = if W::Lane::BITS == 64 { q.fixes[0] | ALL } else { q.fixes[0] };
            let start = if noise.is_empty() { unaligned(from) } else { 0 };
            for (from, to) in from_start(start, from, to) {
                with_way!(
                    q.mode,
                    fixes,
                    FIXES,
                    MODE,
                    isa.run(EncodeQuick::<W, T, FIXES, MODE>(q, noise, from, to))
                );
            }
        }
        (None, Some(n)) if W::Lane::BITS == 32 => {
            with_mode!(n.mode, MODE, isa.run(EncodeInteger::<W, T, MODE>(n, noise, from, to)));
        }
        _ => return encode_in_double(isa, plan, noise, from, to),
    }
    true
}

fn encode_in_double<W: Wide, T: Word>(
    isa: Isa,
    plan: &Plan,
    noise: &[u32],
    from: &[W],
    to: &mut [T],
) -> bool {
    let narrow = match W::KIND {
        WideKind::Binary32 => &plan.single_in_double,
        WideKind::Binary64 => &plan.double.narrow,
    };
    let Some(n) = narrow else { return false };
    with_mode!(n.mode, MODE, isa.run(EncodeInDouble::<W, T, MODE>(n, noise, from, to)));
    true
}

/// Decodes if a body serves; says whether.
pub(in crate::kernel) fn decode<W: Wide, T: Word>(
    isa: Isa,
    values: &Values<W::Lane>,
    from: &[T],
    to: &mut [W],
) -> bool {
    #[cfg(target_arch = "x86_64")]
    if isa == Isa::Avx512
        && let (Some(halves), Some(table), Some(from)) = (&values.halves, &values.table, T::bytes(from))
    {
        let start = unaligned(to);
        let whole = (from.len() - start) & !63;
        let ([first, middle, last], rest) = (cut(from, start, whole), to);
        let (before, rest) = rest.split_at_mut(start);
        let (within, after) = rest.split_at_mut(whole);
        isa.run(DecodeByTable::<W, u8>(table, first, before));
        if let Some(within) = W::singles_mut(within) {
            x86::decode(halves, middle, within);
        }
        isa.run(DecodeByTable::<W, u8>(table, last, after));
        return true;
    }
    #[cfg(target_arch = "x86_64")]
    if isa == Isa::Avx2
        && let (Some(table), Some(bytes)) = (&values.table, T::bytes(from))
    {
        let whole = bytes.len() & !7;
        x86::gather(table, &bytes[..whole], &mut to[..whole]);
        isa.run(DecodeByTable::<W, u8>(table, &bytes[whole..], &mut to[whole..]));
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
        isa.run(DecodeWiden::<W, T>(widen, first, before));
        if let Some(within) = W::singles_mut(within) {
            decode(middle, within);
        }
        isa.run(DecodeWiden::<W, T>(widen, last, after));
        return true;
    }
    match (&values.table, &values.widen) {
        (None, Some(widen)) if widen.layout => isa.run(DecodeLayout::<W, T>(widen, from, to)),
        (Some(table), _) => isa.run(DecodeByTable::<W, T>(table, from, to)),
        (None, Some(widen)) => isa.run(DecodeWiden::<W, T>(widen, from, to)),
        (None, None) => return false,
    }
    true
}

/// Elements before the first one at a multiple of a vector's size: vectors across lines of the cache cost twice. None in short
/// arrays, where elements one by one cost more.
pub(super) fn unaligned<T>(x: &[T]) -> usize {
    // By the address: `align_offset` may decline to answer.
    if x.len() < 4096 { 0 } else { x.as_ptr().addr().wrapping_neg() % 64 / size_of::<T>() }
}

/// Two arrays in two parts.
pub(super) fn from_start<'a, A, B>(
    start: usize,
    from: &'a [A],
    to: &'a mut [B],
) -> [(&'a [A], &'a mut [B]); 2] {
    let ((a, b), (x, y)) = (from.split_at(start), to.split_at_mut(start));
    [(a, x), (b, y)]
}

#[cfg(target_arch = "x86_64")]
fn cut<T>(x: &[T], start: usize, whole: usize) -> [&[T]; 3] {
    let (before, rest) = x.split_at(start);
    let (within, after) = rest.split_at(whole);
    [before, within, after]
}
