//! Large arrays: processed in small steps, with prefetching and non-temporal stores.

use crate::kernel::element::Element;
use crate::kernel::isa::Isa;
#[cfg(target_arch = "x86_64")]
use crate::kernel::{
    body::blocks::{from_start, unaligned},
    x86,
};

/// Elements from which on arrays are large.
#[cfg(target_arch = "x86_64")]
const LARGE: usize = 1 << 21;

/// The prefetch distance, in elements.
#[cfg(target_arch = "x86_64")]
const AHEAD: usize = 1 << 10;

/// Elements of a step: as many as make about 1 KiB of both arrays, so that reads and writes alternate often, and calls cost little.
#[cfg(target_arch = "x86_64")]
const fn step<A, B>() -> usize {
    let step = (1024 / (size_of::<A>() + size_of::<B>())).next_power_of_two();
    if step < 128 { 128 } else { step }
}

/// Calls `f` on parts of two arrays, or once on arrays that are not large. Returns whether every call returned `true`.
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
    let (writer, step) = (x86::NonTemporalWriter::new(), const { step::<A, B>() });
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
        writer.write(results, y);
        x86::fetch(then);
    }
    true
}

/// Without non-temporal stores.
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
