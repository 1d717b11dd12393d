//! Large arrays: in blocks, whose results go past the cache.

use crate::kernel::element::Element;
use crate::kernel::isa::Isa;
#[cfg(target_arch = "x86_64")]
use crate::kernel::{
    body::convert::{BLOCK, from_start, unaligned},
    x86,
};

/// Elements from which on results go past the cache.
#[cfg(target_arch = "x86_64")]
const LARGE: usize = 1 << 21;

/// Calls `f` on blocks of two large arrays, and takes its results past the cache.
#[cfg(target_arch = "x86_64")]
pub(in crate::kernel) fn streamed<A, B: Element>(
    isa: Isa,
    from: &[A],
    to: &mut [B],
    f: impl Fn(usize, &[A], &mut [B]) -> bool,
) -> bool {
    if isa != Isa::Avx512 || from.len() < LARGE {
        return f(0, from, to);
    }
    let start = unaligned(to);
    let [(first, before), (rest, after)] = from_start(start, from, to);
    if !f(0, first, before) {
        return false;
    }
    let mut block = Aligned([B::default(); 4 * BLOCK]);
    for (k, (x, y)) in rest.chunks(4 * BLOCK).zip(after.chunks_mut(4 * BLOCK)).enumerate() {
        let block = &mut block.0[..x.len()];
        if !f(start + k * 4 * BLOCK, x, block) {
            return false;
        }
        x86::stream(block, y);
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
