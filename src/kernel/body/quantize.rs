//! Quantize: values to values of the format.
//!
//! The short way where it serves; otherwise a code is made in a lane and turned into its value there, however wide the format.
//! Formats whose values arithmetic cannot make take the way through an array of codes.

#[cfg(target_arch = "x86_64")]
use super::chance::in_groups;
use super::chance::{noise_of, one_of, with_noise};
use super::convert::{self, BLOCK, from_start, unaligned};
use super::integer::{self, with_mode};
use super::quick::{self, ALL, with_fixes, with_way};
use super::widen;
use crate::kernel::element::Wide;
use crate::kernel::isa::{Isa, Job};
use crate::kernel::lane::Lane;
use crate::kernel::plan::Plan;
use crate::kernel::plan::narrow::Narrow;
use crate::kernel::plan::quick::Quick;
use crate::kernel::plan::widen::Widen;
#[cfg(target_arch = "x86_64")]
use crate::kernel::x86;
use crate::kernel::{Noise, WideKind, Work};

struct ByAddition<'a, W: Wide, const FIXES: u8, const MODE: u8>(
    &'a Quick<W::Lane>,
    &'a [u32],
    &'a [W],
    &'a mut [W],
);

impl<W: Wide, const FIXES: u8, const MODE: u8> Job for ByAddition<'_, W, FIXES, MODE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (q, n) = (*self.0, self.3.len());
        let (noise, from) = (noise_of::<MODE>(self.1, n), &self.2[..n]);
        for (i, y) in self.3.iter_mut().enumerate() {
            let noise = W::Lane::of(one_of::<MODE>(noise, i));
            *y = W::of_lane(quick::result::<W::Lane, FIXES, MODE, true>(&q, from[i].lane(), noise));
        }
    }
}

/// Constants of both ways, and the noise.
struct Ways<'a, L>(&'a Narrow<L>, &'a Widen<L>, &'a [u32]);

struct ByInteger<'a, W: Wide, const MODE: u8>(Ways<'a, W::Lane>, &'a [W], &'a mut [W]);

impl<W: Wide, const MODE: u8> Job for ByInteger<'_, W, MODE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (Ways(narrow, widen, noise), n) = (self.0, self.2.len());
        let (c, w) = (*narrow, *widen);
        let (noise, from) = (noise_of::<MODE>(noise, n), &self.1[..n]);
        for (i, y) in self.2.iter_mut().enumerate() {
            let noise = one_of::<MODE>(noise, i);
            let code = integer::code::<W::Lane, MODE>(&c, from[i].lane(), noise);
            *y = W::of_lane(widen::value(&w, code));
        }
    }
}

/// In lanes of 64 bits; says whether all results are values of the array's type.
struct InDouble<'a, W: Wide, const MODE: u8>(Ways<'a, u64>, &'a [W], &'a mut [W]);

impl<W: Wide, const MODE: u8> Job for InDouble<'_, W, MODE> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let (Ways(narrow, widen, noise), n) = (self.0, self.2.len());
        let (c, w) = (*narrow, *widen);
        let (noise, from) = (noise_of::<MODE>(noise, n), &self.1[..n]);
        let mut lost = 0;
        for (i, y) in self.2.iter_mut().enumerate() {
            let noise = one_of::<MODE>(noise, i);
            let code = integer::code::<u64, MODE>(&c, from[i].double().to_bits(), noise);
            let value = f64::from_bits(widen::value(&w, code));
            *y = W::of_double(value);
            lost |= y.double().to_bits() ^ value.to_bits();
        }
        lost == 0
    }
}

/// Quantizes if the bodies serve; says whether. `scalar` computes the blocks with results that are no values of the type.
pub(in crate::kernel) fn quantize<W: Wide>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    from: &[W],
    to: &mut [W],
    scalar: impl Fn(Noise, &[W], &mut [W]),
) -> bool {
    if in_lanes(isa, plan, noise, from, to) {
        return true;
    }
    if !plan.covers(Work::Quantize(W::KIND)) {
        return false;
    }
    if W::KIND == WideKind::Binary32
        && let Some((n, c)) = plan.single_through_double()
    {
        for (k, (x, y)) in from.chunks(BLOCK).zip(to.chunks_mut(BLOCK)).enumerate() {
            let noise = noise.from(k * BLOCK);
            let whole = with_noise(isa, plan, noise, x, y, |noise, x, y| {
                with_mode!(n.mode, MODE, isa.run(InDouble::<W, MODE>(Ways(n, c, noise), x, y)))
            });
            if !whole {
                scalar(noise, x, y);
            }
        }
        return true;
    }
    let mut codes = [0u16; BLOCK];
    for (k, (x, y)) in from.chunks(BLOCK).zip(to.chunks_mut(BLOCK)).enumerate() {
        let codes = &mut codes[..x.len()];
        convert::encode(isa, plan, noise.from(k * BLOCK), x, codes);
        convert::decode(isa, &W::Lane::lanes(plan).values, codes, y);
    }
    true
}

/// Quantizes in lanes of the values' own type if that serves; says whether.
pub(in crate::kernel) fn in_lanes<W: Wide>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    from: &[W],
    to: &mut [W],
) -> bool {
    let lanes = W::Lane::lanes(plan);
    let (Some(n), Some(c)) = (&lanes.narrow, &lanes.values.widen) else { return false };
    let plain = |noise, from: &[W], to: &mut [W]| {
        if from.is_empty() {
            return true;
        }
        with_noise(isa, plan, noise, from, to, |noise, from, to| {
            let Some(q) = lanes.short() else {
                with_mode!(n.mode, MODE, isa.run(ByInteger::<W, MODE>(Ways(n, c, noise), from, to)));
                return true;
            };
            let fixes = if W::Lane::BITS == 64 { q.fixes[1] | ALL } else { q.fixes[1] };
            let start = if noise.is_empty() { unaligned(to) } else { 0 };
            for (from, to) in from_start(start, from, to) {
                with_way!(
                    q.mode,
                    fixes,
                    FIXES,
                    MODE,
                    isa.run(ByAddition::<W, FIXES, MODE>(q, noise, from, to))
                );
            }
            true
        })
    };
    #[cfg(target_arch = "x86_64")]
    if isa != Isa::Portable
        && let (Some(q), Some(x), Some(y)) = (&plan.single.quick, W::singles(from), W::singles_mut(to))
    {
        if let Some(quantize) = plan.single.nearest().and_then(|q| x86::quantizer(isa, q)) {
            let start = unaligned(y);
            let end = start + ((x.len() - start) & !15);
            quantize(q, &x[start..end], &mut y[start..end]);
            return plain(noise, &from[..start], &mut to[..start])
                && plain(noise, &from[end..], &mut to[end..]);
        }
        if isa == Isa::Avx512 && x86::takes_chance(q) {
            let aligned = unaligned(y);
            let whole = |noise, from: &[f32], to: &mut [f32]| x86::by_chance(q, noise, from, to);
            if in_groups::<_, 32>(noise, aligned, x, y, whole) {
                return true;
            }
        }
    }
    plain(noise, from, to)
}
