//! Encoding: selection of a loop, and the loops.

use super::blocks::{cut, from_start, unaligned};
use super::integer::{self, NEAREST, with_mode};
use super::magic_add::{self, ALL, with_fixups, with_mode_and_fixups};
#[cfg(target_arch = "x86_64")]
use super::noise::in_groups;
use super::noise::{noise_of, one_of, with_noise};
use crate::kernel::element::{Wide, Word};
use crate::kernel::isa::{Isa, Job};
use crate::kernel::lane::Lane;
use crate::kernel::plan::magic_add::{LAYOUT, MagicAdd};
use crate::kernel::plan::narrow::Narrow;
use crate::kernel::plan::{InPlan as _, Plan};
#[cfg(target_arch = "x86_64")]
use crate::kernel::x86;
use crate::kernel::{Noise, WideKind};

/// By magic-number rounding.
struct EncodeByMagicAdd<'a, W: Wide, T, const FIXUPS: u8, const MODE: u8> {
    constants: &'a MagicAdd<W::Lane>,
    noise: &'a [u32],
    from: &'a [W],
    to: &'a mut [T],
}

impl<W: Wide, T: Word, const FIXUPS: u8, const MODE: u8> Job for EncodeByMagicAdd<'_, W, T, FIXUPS, MODE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (q, n) = (*self.constants, self.to.len());
        let (noise, from) = (noise_of::<MODE>(self.noise, n), &self.from[..n]);
        for (i, y) in self.to.iter_mut().enumerate() {
            let noise = W::Lane::from_u64(one_of::<MODE>(noise, i));
            *y = T::from_code(
                magic_add::result::<W::Lane, FIXUPS, MODE, false>(&q, from[i].lane(), noise).bits(),
            );
        }
    }
}

/// By integer arithmetic, in lanes of the values' own type.
struct EncodeByInteger<'a, W: Wide, T, const MODE: u8> {
    constants: &'a Narrow<W::Lane>,
    noise: &'a [u32],
    from: &'a [W],
    to: &'a mut [T],
}

impl<W: Wide, T: Word, const MODE: u8> Job for EncodeByInteger<'_, W, T, MODE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (c, n) = (*self.constants, self.to.len());
        let (noise, from) = (noise_of::<MODE>(self.noise, n), &self.from[..n]);
        for (i, y) in self.to.iter_mut().enumerate() {
            let noise = one_of::<MODE>(noise, i);
            *y = T::from_code(integer::code::<W::Lane, MODE>(&c, from[i].lane(), noise).bits());
        }
    }
}

/// The same in lanes of 64 bits.
struct EncodeInDouble<'a, W, T, const MODE: u8> {
    constants: &'a Narrow<u64>,
    noise: &'a [u32],
    from: &'a [W],
    to: &'a mut [T],
}

impl<W: Wide, T: Word, const MODE: u8> Job for EncodeInDouble<'_, W, T, MODE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (c, n) = (*self.constants, self.to.len());
        let (noise, from) = (noise_of::<MODE>(self.noise, n), &self.from[..n]);
        for (i, y) in self.to.iter_mut().enumerate() {
            let noise = one_of::<MODE>(noise, i);
            *y = T::from_code(integer::code::<u64, MODE>(&c, from[i].double().to_bits(), noise));
        }
    }
}

/// Encodes, where there is a loop for the plan. Returns whether it was done.
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
            (&plan.single.magic_add, W::singles(from), T::bytes_mut(to))
        && q.fixups[0] & LAYOUT == 0
        && x86::serves_stochastic(q)
    {
        let aligned = unaligned(singles);
        let whole = |noise, from: &[f32], to: &mut [u8]| x86::encode_stochastic(q, noise, from, to);
        if in_groups::<_, 64>(noise, aligned, singles, bytes, whole) {
            return true;
        }
    }
    plain(noise, from, to)
}

/// By the loop with intrinsics for codes of 8 bits, where there is one.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn encode_bytes<W: Wide, T: Word>(isa: Isa, plan: &Plan, from: &[W], to: &mut [T]) -> bool {
    if let Some(encode) = x86::byte_encoder(isa)
        && let (Some(q), Some(from), Some(to)) = (plan.single.nearest(), W::singles(from), T::bytes_mut(to))
        && q.fixups[0] & LAYOUT == 0
    {
        let start = unaligned(from);
        let whole = (from.len() - start) & !63;
        let [first, middle, last] = cut(from, start, whole);
        let (before, rest) = to.split_at_mut(start);
        let (within, after) = rest.split_at_mut(whole);
        encode(q, middle, within);
        for (from, to) in [(first, before), (last, after)] {
            isa.run(EncodeByMagicAdd::<f32, u8, { ALL }, NEAREST> { constants: q, noise: &[], from, to });
        }
        return true;
    }
    false
}

/// By the loop with intrinsics for codes of 16 bits, where there is one.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn encode_words<W: Wide, T: Word>(isa: Isa, plan: &Plan, from: &[W], to: &mut [T]) -> bool {
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
            let fixups = ALL | q.fixups[0] & LAYOUT;
            with_fixups!(
                fixups,
                FIXUPS,
                isa.run(EncodeByMagicAdd::<f32, u16, FIXUPS, NEAREST> { constants: q, noise: &[], from, to })
            );
        }
        return true;
    }
    false
}

fn encode_with<W: Wide, T: Word>(isa: Isa, plan: &Plan, noise: &[u32], from: &[W], to: &mut [T]) -> bool {
    let lanes = W::Lane::lanes(plan);
    #[cfg(target_arch = "x86_64")]
    if encode_bytes(isa, plan, from, to) || encode_words(isa, plan, from, to) {
        return true;
    }
    match (lanes.exact_magic(), &lanes.narrow) {
        (Some(q), _) => {
            // In lanes of 64 bits fixups cost too little to be worth loops of their own.
            let fixups = if W::Lane::BITS == 64 { q.fixups[0] | ALL } else { q.fixups[0] };
            let start = if noise.is_empty() { unaligned(from) } else { 0 };
            for (from, to) in from_start(start, from, to) {
                with_mode_and_fixups!(
                    q.mode,
                    fixups,
                    FIXUPS,
                    MODE,
                    isa.run(EncodeByMagicAdd::<W, T, FIXUPS, MODE> { constants: q, noise, from, to })
                );
            }
        }
        (None, Some(n)) if W::Lane::BITS == 32 => {
            with_mode!(
                n.mode,
                MODE,
                isa.run(EncodeByInteger::<W, T, MODE> { constants: n, noise, from, to })
            );
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
    with_mode!(n.mode, MODE, isa.run(EncodeInDouble::<W, T, MODE> { constants: n, noise, from, to }));
    true
}
