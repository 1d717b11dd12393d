//! Quantization: rounding values to values of the format.
//!
//! Uses magic-number rounding where applicable. Otherwise each lane rounds to a code and decodes it immediately, whatever the width of the format.
//! Formats whose codes cannot be decoded arithmetically go through an array of codes.

use super::blocks::{BLOCK, from_start, unaligned};
use super::decode;
use super::encode;
use super::integer::{self, with_mode};
use super::magic_add::{self, ALL, with_fixups, with_mode_and_fixups};
#[cfg(target_arch = "x86_64")]
use super::noise::in_groups;
use super::noise::{noise_of, one_of, with_noise};
use super::widen;
use crate::kernel::element::Wide;
use crate::kernel::isa::{Isa, Job};
use crate::kernel::lane::Lane;
use crate::kernel::plan::magic_add::MagicAdd;
use crate::kernel::plan::narrow::Narrow;
use crate::kernel::plan::widen::Widen;
use crate::kernel::plan::{InPlan as _, Plan};
#[cfg(target_arch = "x86_64")]
use crate::kernel::x86;
use crate::kernel::{Noise, WideKind, Work};

struct QuantizeByMagicAdd<'a, W: Wide, const FIXUPS: u8, const MODE: u8> {
    constants: &'a MagicAdd<W::Lane>,
    noise: &'a [u32],
    from: &'a [W],
    to: &'a mut [W],
}

impl<W: Wide, const FIXUPS: u8, const MODE: u8> Job for QuantizeByMagicAdd<'_, W, FIXUPS, MODE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (q, n) = (*self.constants, self.to.len());
        let (noise, from) = (noise_of::<MODE>(self.noise, n), &self.from[..n]);
        for (i, y) in self.to.iter_mut().enumerate() {
            let noise = W::Lane::from_u64(one_of::<MODE>(noise, i));
            *y = W::of_lane(magic_add::result::<W::Lane, FIXUPS, MODE, true>(&q, from[i].lane(), noise));
        }
    }
}

/// The constants of rounding and of decoding, and the noise.
#[derive(Clone, Copy)]
struct Constants<'a, L> {
    narrow: &'a Narrow<L>,
    widen: &'a Widen<L>,
    noise: &'a [u32],
}

struct ByInteger<'a, W: Wide, const MODE: u8> {
    constants: Constants<'a, W::Lane>,
    from: &'a [W],
    to: &'a mut [W],
}

impl<W: Wide, const MODE: u8> Job for ByInteger<'_, W, MODE> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (Constants { narrow, widen, noise }, n) = (self.constants, self.to.len());
        let (c, w) = (*narrow, *widen);
        let (noise, from) = (noise_of::<MODE>(noise, n), &self.from[..n]);
        for (i, y) in self.to.iter_mut().enumerate() {
            let noise = one_of::<MODE>(noise, i);
            let code = integer::code::<W::Lane, MODE>(&c, from[i].lane(), noise);
            *y = W::of_lane(widen::value(&w, code));
        }
    }
}

/// In lanes of 64 bits. Returns whether the array's type holds all results.
struct InDouble<'a, W: Wide, const MODE: u8> {
    constants: Constants<'a, u64>,
    from: &'a [W],
    to: &'a mut [W],
}

impl<W: Wide, const MODE: u8> Job for InDouble<'_, W, MODE> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let (Constants { narrow, widen, noise }, n) = (self.constants, self.to.len());
        let (c, w) = (*narrow, *widen);
        let (noise, from) = (noise_of::<MODE>(noise, n), &self.from[..n]);
        let mut lost = 0;
        for (i, y) in self.to.iter_mut().enumerate() {
            let noise = one_of::<MODE>(noise, i);
            let code = integer::code::<u64, MODE>(&c, from[i].double().to_bits(), noise);
            let value = f64::from_bits(widen::value(&w, code));
            *y = W::of_double(value);
            lost |= y.double().to_bits() ^ value.to_bits();
        }
        lost == 0
    }
}

/// Quantizes, where the plan covers it. Returns whether it was done. `scalar` computes blocks with results that the type does not hold.
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
                with_mode!(
                    n.mode,
                    MODE,
                    isa.run(InDouble::<W, MODE> {
                        constants: Constants { narrow: n, widen: c, noise },
                        from: x,
                        to: y
                    })
                )
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
        encode::encode(isa, plan, noise.from(k * BLOCK), x, codes);
        decode::decode(isa, &W::Lane::lanes(plan).values, codes, y);
    }
    true
}

/// Quantizes in lanes of the values' own type, where that is possible. Returns whether it was done.
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
            let Some(q) = lanes.exact_magic() else {
                with_mode!(
                    n.mode,
                    MODE,
                    isa.run(ByInteger::<W, MODE> {
                        constants: Constants { narrow: n, widen: c, noise },
                        from,
                        to
                    })
                );
                return true;
            };
            let fixups = if W::Lane::BITS == 64 { q.fixups[1] | ALL } else { q.fixups[1] };
            let start = if noise.is_empty() { unaligned(to) } else { 0 };
            for (from, to) in from_start(start, from, to) {
                with_mode_and_fixups!(
                    q.mode,
                    fixups,
                    FIXUPS,
                    MODE,
                    isa.run(QuantizeByMagicAdd::<W, FIXUPS, MODE> { constants: q, noise, from, to })
                );
            }
            true
        })
    };
    #[cfg(target_arch = "x86_64")]
    if isa != Isa::Portable
        && let (Some(q), Some(x), Some(y)) = (&plan.single.magic_add, W::singles(from), W::singles_mut(to))
    {
        if let Some(quantize) = plan.single.nearest().and_then(|q| x86::quantizer(isa, q)) {
            let start = unaligned(y);
            let end = start + ((x.len() - start) & !15);
            quantize(q, &x[start..end], &mut y[start..end]);
            return plain(noise, &from[..start], &mut to[..start])
                && plain(noise, &from[end..], &mut to[end..]);
        }
        if isa == Isa::Avx512 && x86::serves_stochastic(q) {
            let aligned = unaligned(y);
            let whole = |noise, from: &[f32], to: &mut [f32]| x86::quantize_stochastic(q, noise, from, to);
            if in_groups::<_, 32>(noise, aligned, x, y, whole) {
                return true;
            }
        }
    }
    plain(noise, from, to)
}
