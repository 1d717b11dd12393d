//! Large arrays: in small steps, read ahead of their use, with results that go past the cache.

use crate::kernel::element::Element;
use crate::kernel::isa::Isa;
#[cfg(target_arch = "x86_64")]
use crate::kernel::{
    body::convert::{from_start, unaligned},
    x86,
};

/// Elements from which on arrays are large.
#[cfg(target_arch = "x86_64")]
const LARGE: usize = 1 << 21;

/// Elements between what is read and what is asked for.
#[cfg(target_arch = "x86_64")]
const AHEAD: usize = 1 << 10;

/// Elements of a step: as many as make about 1 KiB of both arrays, so that reads and writes alternate often, and calls cost little.
#[cfg(target_arch = "x86_64")]
const fn step<A, B>() -> usize {
    let step = (1024 / (size_of::<A>() + size_of::<B>())).next_power_of_two();
    if step < 128 { 128 } else { step }
}

/// Calls `f` on parts of two arrays, or on the whole of arrays that are not large; says whether all calls did.
#[cfg(target_arch = "x86_64")]
pub(in crate::kernel) fn streamed<A: Element, B: Element>(
    isa: Isa,
    from: &[A],
    to: &mut [B],
    f: impl Fn(usize, &[A], &mut [B]) -> bool,
) -> bool {
    // Loops of narrower vectors are slower than the memory, and need longer steps.
    if isa != Isa::Avx512 || from.len() < LARGE {
        return f(0, from, to);
    }
    let start = unaligned(to);
    let [(first, before), (rest, after)] = from_start(start, from, to);
    if !f(0, first, before) {
        return false;
    }
    let (past, step) = (x86::Past::new(), const { step::<A, B>() });
    let mut results = Aligned([B::default(); 512]);
    for (k, (x, y)) in rest.chunks(step).zip(after.chunks_mut(step)).enumerate() {
        let results = &mut results.0[..x.len()];
        let soon = (k * step + AHEAD).min(rest.len());
        let soon = &rest[soon..(soon + step).min(rest.len())];
        let (now, then) = soon.split_at(soon.len() / 2);
        x86::fetch(now);
        if !f(start + k * step, x, results) {
            return false;
        }
        past.write(results, y);
        x86::fetch(then);
    }
    true
}

/// Where there is no way past the cache.
#[cfg(not(target_arch = "x86_64"))]
pub(in crate::kernel) fn streamed<A, B: Element>(
    _: Isa,
    from: &[A],
    to: &mut [B],
    f: impl Fn(usize, &[A], &mut [B]) -> bool,
) -> bool {
    f(0, from, to)
}

#[cfg(target_arch = "x86_64")]
#[repr(align(64))]
struct Aligned<T>(T);
