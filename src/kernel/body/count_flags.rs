//! Counts the exceptions of a conversion without converting: except for inexact, each count is that of an interval of magnitudes.
//!
//! Under stochastic rounding the ends of the intervals depend on the noise. Elements between the least and the
//! greatest possible end are left to the scalar code.

use super::blocks::BLOCK;
use crate::kernel::base::wide_format;
use crate::kernel::element::Wide;
use crate::kernel::isa::{Isa, Job};
use crate::kernel::lane::Lane;
use crate::kernel::plan::Plan;
use crate::kernel::plan::narrow::first;
use crate::kernel::{Counts, Noise};
use crate::op::{Operands, apply};
use crate::policy::{Flags, Rounding, Tininess};
use crate::value::{Value, decode};

/// The intervals, as magnitudes in the wide type's bits; arrays are by sign.
#[derive(Clone, Copy)]
struct Intervals<L> {
    /// From here on numbers are out of range: surely, and perhaps.
    over: [L; 2],
    perhaps_over: [L; 2],
    /// Up to here numbers other than zero become zero: surely, and perhaps.
    zero: [L; 2],
    perhaps_zero: [L; 2],
    /// Below the first, numbers are taken for zero; below the second, results are flushed.
    taken: L,
    flushed: [L; 2],
    /// Whether being out of range is inexact, and what an infinity raises.
    over_inexact: [bool; 2],
    infinite_over: [bool; 2],
    infinite_inexact: [bool; 2],
    emin_field: L,
    drop: L,
}

const SIGNS: [bool; 2] = [false, true];

/// What a magnitude of one sign raises.
struct Asked<'a> {
    plan: &'a Plan,
    task: crate::op::Task,
    negative: bool,
}

impl Asked<'_> {
    fn flags(&self, magnitude: u64, noise: u64) -> (Flags, bool) {
        let sign = if self.negative { self.task.operands[0].top_bit() } else { 0 };
        let rounded = apply(&self.task, Operands { codes: [magnitude | sign, 0, 0], noise });
        let zero = matches!(decode(self.plan.format(), rounded.code), Value::Zero { .. });
        (rounded.flags, zero && !is_out(rounded.flags))
    }

    /// The first finite magnitude for which `f` holds, or infinity.
    fn first(&self, f: impl Fn(Flags, bool) -> bool, noise: u64) -> u64 {
        first(1, self.task.operands[0].largest_magnitude(false), |magnitude| {
            let (flags, zero) = self.flags(magnitude, noise);
            f(flags, zero)
        })
    }
}

fn is_out(flags: Flags) -> bool {
    flags.contains(Flags::OVERFLOW) || flags.contains(Flags::INVALID)
}

impl<L: Lane> Intervals<L> {
    /// `None` where the counts are no intervals, or the significand would need normalization.
    fn new(plan: &Plan, task: crate::op::Task) -> Option<Intervals<L>> {
        let (f, policy) = (plan.format(), plan.policy());
        let field = f.emin() + L::BIAS;
        let is_stochastic = matches!(policy.rounding, Rounding::Stochastic { .. });
        let noisy = is_stochastic
            && policy.flush_results
            && (policy.tininess == Tininess::After || f.emax() < f.emin());
        if field < 1 || f.precision() > L::TRAILING + 1 || !f.has_zero() || noisy {
            return None;
        }
        let by_sign = SIGNS.map(|negative| Asked { plan, task, negative });
        let lanes = |of: &dyn Fn(&Asked) -> u64| [L::from_u64(of(&by_sign[0])), L::from_u64(of(&by_sign[1]))];
        let asked = |of: &dyn Fn(&Asked) -> bool| [of(&by_sign[0]), of(&by_sign[1])];
        let (none, all) = (0, u64::MAX);
        let infinity = L::infinity().bits();
        let largest = infinity - 1;
        let normal = if policy.flush_operands { 1 << L::TRAILING } else { 1 };
        let flushed = |x: &Asked| {
            if !policy.flush_results {
                return 0;
            }
            // Subnormal operands that are flushed raise nothing.
            first(normal, largest, |m| !x.flags(m, none).0.contains(Flags::UNDERFLOW))
        };
        Some(Intervals {
            over: lanes(&|x| x.first(|flags, _| is_out(flags), none)),
            perhaps_over: lanes(&|x| x.first(|flags, _| is_out(flags), all)),
            zero: lanes(&|x| x.first(|_, zero| !zero, all)),
            perhaps_zero: lanes(&|x| x.first(|_, zero| !zero, none)),
            taken: L::from_u64(normal),
            flushed: lanes(&flushed),
            over_inexact: asked(&|x| x.flags(largest, none).0.contains(Flags::INEXACT)),
            infinite_over: asked(&|x| is_out(x.flags(infinity, none).0)),
            infinite_inexact: asked(&|x| x.flags(infinity, none).0.contains(Flags::INEXACT)),
            emin_field: L::from_u64(field as u64),
            drop: L::from_u64(u64::from(L::TRAILING + 1 - f.precision())),
        })
    }
}

/// Counts of a block in lanes: overflowed, became zero, NaN, inexact, and those left to the definition.
struct CountFlags<'a, W: Wide> {
    intervals: &'a Intervals<W::Lane>,
    values: &'a [W],
}

impl<W: Wide> Job for CountFlags<'_, W> {
    type Output = [u64; 5];

    #[inline(always)]
    fn run(self) -> [u64; 5] {
        let c = *self.intervals;
        let mut counts = [W::Lane::from_u64(0); 5];
        for x in self.values {
            let raised = element(&c, x.lane());
            for (count, raised) in counts.iter_mut().zip(raised) {
                *count = count.wrapping_add(W::Lane::from_u64(u64::from(raised)));
            }
        }
        counts.map(|count| count.bits())
    }
}

#[inline(always)]
fn element<L: Lane>(c: &Intervals<L>, bits: L) -> [bool; 5] {
    let (magnitude, negative) = (bits & L::magnitude(), bits > L::magnitude());
    let of = |by_sign: [L; 2]| if negative { by_sign[1] } else { by_sign[0] };
    let is = |by_sign: [bool; 2]| if negative { by_sign[1] } else { by_sign[0] };
    let (infinite, nan) = (magnitude == L::infinity(), magnitude > L::infinity());
    let finite = magnitude < L::infinity();
    let number = finite & (magnitude != L::from_u64(0));
    let over = finite & (magnitude >= of(c.over));
    let maybe_over = (magnitude >= of(c.perhaps_over)) & (magnitude < of(c.over));
    let maybe_zero = (magnitude >= of(c.zero)) & (magnitude < of(c.perhaps_zero));
    let asked = number & (maybe_over | maybe_zero);
    let zero = number & (magnitude < of(c.zero));
    let rest = cuts_off(c, magnitude);
    let taken = magnitude < c.taken;
    let flushed = magnitude < of(c.flushed);
    let inexact = number & !taken & ((rest & !over) | flushed | (over & is(c.over_inexact)));
    [
        !asked & (over | (infinite & is(c.infinite_over))),
        !asked & zero,
        nan,
        !asked & (inexact | (infinite & is(c.infinite_inexact))),
        asked,
    ]
}

/// Whether the format's quantum leaves a part of the magnitude.
#[inline(always)]
fn cuts_off<L: Lane>(c: &Intervals<L>, magnitude: L) -> bool {
    let one = L::from_u64(1);
    let trailing = L::from_u64(u64::from(L::TRAILING));
    let field = magnitude.shr(trailing);
    let hidden = if field == L::from_u64(0) { L::from_u64(0) } else { one.shl(trailing) };
    let significand = (magnitude & one.shl(trailing).wrapping_sub(one)) | hidden;
    let own = field.max(one);
    let shift =
        own.max(c.emin_field).wrapping_sub(own).wrapping_add(c.drop).min(L::from_u64(u64::from(L::BITS - 1)));
    significand & one.shl(shift).wrapping_sub(one) != L::from_u64(0)
}

/// Counts, asking `scalar` for single elements where the noise decides; `None` if the intervals do not serve.
pub(in crate::kernel) fn count<W: Wide>(
    isa: Isa,
    plan: &Plan,
    noise: Noise,
    from: &[W],
    scalar: impl Fn(Noise, &[W]) -> Counts,
) -> Option<Counts> {
    debug_assert!(wide_format(W::KIND).width() == W::Lane::BITS);
    let intervals = Intervals::<W::Lane>::new(plan, plan.counting(W::KIND))?;
    let mut counts = Counts::default();
    for (k, block) in from.chunks(BLOCK).enumerate() {
        let [overflowed, became_zero, nan, inexact, asked] =
            isa.run(CountFlags { intervals: &intervals, values: block });
        counts += Counts { overflowed, became_zero, nan, inexact };
        if asked == 0 {
            continue;
        }
        for (i, x) in block.iter().enumerate().filter(|(_, x)| element(&intervals, x.lane())[4]) {
            counts += scalar(noise.from(k * BLOCK + i), core::slice::from_ref(x));
        }
    }
    Some(counts)
}
