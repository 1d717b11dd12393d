//! The kernels of x86-64, and all unsafe code of the library's arrays.

use core::arch::x86_64::*;

use super::element::Element;
use super::isa::Job;
use super::plan::quick::{INFINITE, LAYOUT, NAN, PAST, Quick, ZERO};
#[cfg(feature = "std")]
use super::plan::tables::Table;

macro_rules! has {
    ($($feature:tt)*) => {{
        #[cfg(feature = "std")]
        { true $(&& std::is_x86_feature_detected!($feature))* }
        #[cfg(not(feature = "std"))]
        { true $(&& cfg!(target_feature = $feature))* }
    }};
}

/// Whether the CPU has what [`avx512`] uses.
pub(super) fn has_avx512() -> bool {
    has!("avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl" "avx512vbmi" "avx512vbmi2") && has_avx2()
}

/// Whether the CPU has what [`avx2`] uses.
pub(super) fn has_avx2() -> bool {
    has!("avx2" "fma" "f16c" "bmi1" "bmi2" "lzcnt")
}

/// Runs a loop compiled for AVX-512, or as it is where the CPU lacks that.
pub(super) fn avx512<J: Job>(job: J) -> J::Output {
    if !has_avx512() {
        return job.run();
    }
    // SAFETY: the CPU has every feature that the function is compiled for.
    unsafe { with_avx512(job) }
}

/// Runs a loop compiled for AVX2, or as it is where the CPU lacks that.
pub(super) fn avx2<J: Job>(job: J) -> J::Output {
    if !has_avx2() {
        return job.run();
    }
    // SAFETY: the CPU has every feature that the function is compiled for.
    unsafe { with_avx2(job) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,avx512vbmi2")]
#[target_feature(enable = "avx2,fma,f16c,bmi1,bmi2,lzcnt")]
fn with_avx512<J: Job>(job: J) -> J::Output {
    job.run()
}

#[target_feature(enable = "avx2,fma,f16c,bmi1,bmi2,lzcnt")]
fn with_avx2<J: Job>(job: J) -> J::Output {
    job.run()
}

/// Looks up `table[a << 8 | b]`, 16 at a time.
#[cfg(feature = "std")]
pub(super) fn lookup(table: &Table, a: &[u8], b: &[u8], to: &mut [u8]) {
    let index = |a: u8, b: u8| usize::from(a) << 8 | usize::from(b);
    let whole = if has_avx512() { to.len() & !15 } else { 0 };
    for i in (0..whole).step_by(64) {
        let end = whole.min(i + 64);
        // SAFETY: the CPU has the features.
        unsafe { lookup_whole(table, &a[i..end], &b[i..end], &mut to[i..end]) }
    }
    for i in whole..to.len() {
        to[i] = table[index(a[i], b[i])];
    }
}

/// Precondition: equal lengths, multiples of 16.
#[cfg(feature = "std")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
#[inline]
fn lookup_whole(table: &Table, a: &[u8], b: &[u8], to: &mut [u8]) {
    let rows = a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0);
    for ((a, b), to) in rows.zip(to.as_chunks_mut::<16>().0) {
        // SAFETY: the pointers are to 16 bytes each; a gathered index is below 2^16, and the table has three bytes more.
        unsafe {
            let a = _mm512_cvtepu8_epi32(_mm_loadu_si128(a.as_ptr().cast()));
            let b = _mm512_cvtepu8_epi32(_mm_loadu_si128(b.as_ptr().cast()));
            let index = _mm512_or_si512(_mm512_slli_epi32::<8>(a), b);
            let found = _mm512_i32gather_epi32::<1>(index, table.as_ptr().cast());
            _mm_storeu_si128(to.as_mut_ptr().cast(), _mm512_cvtepi32_epi8(found));
        }
    }
}

/// Values of bytes whose upper and lower halves stand in two tables, 64 at a time.
///
/// Precondition: equal lengths, multiples of 64.
pub(super) fn decode(halves: &[[u8; 256]; 2], from: &[u8], to: &mut [f32]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe { decode_whole(halves, from, to) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn decode_whole(halves: &[[u8; 256]; 2], from: &[u8], to: &mut [f32]) {
    // Where each code goes so that the bytes, interleaved in their sixteens and then split in even and odd words, lie in order.
    let order: [u8; 64] = core::array::from_fn(|at| {
        let (quarter, byte) = (at / 16, at % 16);
        let (upper, word) = (byte / 8, quarter * 8 + byte % 8);
        (upper * 32 + word / 2 + word % 2 * 16) as u8
    });
    let tables = halves.map(|half| core::array::from_fn::<_, 4, _>(|k| load(&half.as_chunks::<64>().0[k])));
    let order = load(&order);
    let upper = _mm512_set1_epi32(0xffff_0000u32 as i32);
    for (from, to) in from.as_chunks::<64>().0.iter().zip(to.as_chunks_mut::<64>().0) {
        let codes = _mm512_permutexvar_epi8(order, load(from));
        let negative = _mm512_movepi8_mask(codes);
        let [low, high] = tables.map(|[a, b, c, d]| {
            let positive = _mm512_permutex2var_epi8(a, codes, b);
            _mm512_mask_mov_epi8(positive, negative, _mm512_permutex2var_epi8(c, codes, d))
        });
        let words = [_mm512_unpacklo_epi8(low, high), _mm512_unpackhi_epi8(low, high)];
        for (word, to) in words.into_iter().zip(to.as_chunks_mut::<32>().0) {
            let (first, second) = (_mm512_slli_epi32::<16>(word), _mm512_and_si512(word, upper));
            // SAFETY: 32 values are written to 32.
            unsafe {
                _mm512_storeu_si512(to.as_mut_ptr().cast(), first);
                _mm512_storeu_si512(to.as_mut_ptr().add(16).cast(), second);
            }
        }
    }
}

/// Codes of values, to nearest even, 64 at a time.
///
/// Precondition: equal lengths, multiples of 64; a plan without [`LAYOUT`](super::plan::quick::LAYOUT).
pub(super) fn encode(q: &Quick<u32>, from: &[f32], to: &mut [u8]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixes[0] {
            PAST => encode_whole::<PAST>(q, from, to),
            NAN => encode_whole::<NAN>(q, from, to),
            _ => encode_whole::<{ PAST | NAN | INFINITE | ZERO }>(q, from, to),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn encode_whole<const FIXES: u8>(q: &Quick<u32>, from: &[f32], to: &mut [u8]) {
    let all = |x: u32| _mm512_set1_epi32(x as i32);
    let bytes = |x: u32| _mm512_set1_epi8(x as i8);
    let (magnitude, infinity) = (all(0x7fff_ffff), all(0x7f80_0000));
    let (limit, emin, up, drop) = (all(q.limit), all(q.emin), all(q.up), all(q.drop));
    let base = bytes(q.base);
    let ends = &q.ends[0];
    let sign = bytes(0x80 >> (q.sign - 24));
    let moved = _mm512_set1_epi16(q.sign as i16 - 24);
    let order: [u8; 64] = core::array::from_fn(|at| (at % 16 * 4 + at / 16) as u8);
    let order = load(&order);
    for (from, to) in from.as_chunks::<64>().0.iter().zip(to.as_chunks_mut::<64>().0) {
        let bits = from.as_chunks::<16>().0;
        let mut x = [_mm512_setzero_si512(); 4];
        let mut rounded = x;
        let (mut nan, mut infinite) = (0u64, 0u64);
        for k in 0..4 {
            x[k] = load_f32(&bits[k]);
            let size = _mm512_and_si512(x[k], magnitude);
            let limited = _mm512_min_epu32(size, limit);
            let binade = _mm512_max_epu32(_mm512_and_si512(limited, infinity), emin);
            let power = _mm512_castsi512_ps(_mm512_add_epi32(binade, up));
            let sum = _mm512_castps_si512(_mm512_add_ps(_mm512_castsi512_ps(limited), power));
            // Only the low byte counts, and a binade's is zero.
            rounded[k] = _mm512_add_epi32(sum, _mm512_srlv_epi32(binade, drop));
            if FIXES & NAN != 0 {
                nan |= u64::from(_mm512_cmpgt_epu32_mask(size, infinity)) << (16 * k);
            }
            if FIXES & INFINITE != 0 {
                infinite |= u64::from(_mm512_cmpeq_epi32_mask(size, infinity)) << (16 * k);
            }
        }
        let rounded = _mm512_sub_epi8(_mm512_permutexvar_epi8(order, low_bytes(rounded)), base);
        let signs = _mm512_permutexvar_epi8(order, high_bytes(x));
        let signs = _mm512_and_si512(_mm512_srlv_epi16(signs, moved), sign);
        let negative = _mm512_test_epi8_mask(signs, signs);
        let by_sign = |ends: [u32; 2]| _mm512_mask_mov_epi8(bytes(ends[0]), negative, bytes(ends[1]));
        let mut out = _mm512_or_si512(rounded, signs);
        if FIXES & ZERO != 0 {
            let zero = _mm512_testn_epi8_mask(rounded, rounded);
            out = _mm512_mask_mov_epi8(out, zero, by_sign(ends.zero));
        }
        if FIXES & PAST != 0 {
            let past = _mm512_cmpgt_epu8_mask(rounded, bytes(ends.largest));
            out = _mm512_mask_mov_epi8(out, past, by_sign(ends.past));
        }
        if FIXES & INFINITE != 0 {
            out = _mm512_mask_mov_epi8(out, infinite, by_sign(ends.infinite));
        }
        if FIXES & NAN != 0 {
            out = _mm512_mask_mov_epi8(out, nan, bytes(ends.nan));
        }
        // SAFETY: 64 bytes are written to 64.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), out) }
    }
}

/// The low bytes of four vectors, that of the first lowest.
#[target_feature(enable = "avx512f")]
#[inline]
fn low_bytes([a, b, c, d]: [__m512i; 4]) -> __m512i {
    let shifted = [a, _mm512_slli_epi32::<8>(b), _mm512_slli_epi32::<16>(c), _mm512_slli_epi32::<24>(d)];
    pick_bytes(shifted)
}

/// The high bytes of four vectors, likewise.
#[target_feature(enable = "avx512f")]
#[inline]
fn high_bytes([a, b, c, d]: [__m512i; 4]) -> __m512i {
    pick_bytes([_mm512_srli_epi32::<24>(a), _mm512_srli_epi32::<16>(b), _mm512_srli_epi32::<8>(c), d])
}

/// The lowest byte of the first, the next of the second, and so on.
#[target_feature(enable = "avx512f")]
#[inline]
fn pick_bytes([a, b, c, d]: [__m512i; 4]) -> __m512i {
    let mask = |m: u32| _mm512_set1_epi32(m as i32);
    let low = _mm512_ternarylogic_epi32::<PICK>(mask(0xff), a, b);
    let high = _mm512_ternarylogic_epi32::<PICK>(mask(0xff_0000), c, d);
    _mm512_ternarylogic_epi32::<PICK>(mask(0xffff), low, high)
}

/// Bits of the second operand where the first is set, of the third elsewhere.
const PICK: i32 = 0xca;

#[target_feature(enable = "avx512f")]
#[inline]
fn load(from: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes are read of 64.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load_f32(from: &[f32; 16]) -> __m512i {
    // SAFETY: 16 values are read of 16.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}

/// Encodes to words of 16 bits; slices as for [`encode`], multiples of 32.
type Encoder = fn(&Quick<u32>, &[f32], &mut [u16]);

/// A way shorter still, for formats that the CPU knows: binary16, and those with binary32's exponents.
pub(super) fn encoder(q: &Quick<u32>) -> Option<Encoder> {
    let half = q.emin == (127 - 14) << 23 && q.drop == 13 && q.sign == 16 && q.ends[0].largest == 0x7bff;
    let upper = q.drop == 16 && q.sign == 16;
    match q.fixes[0] {
        NAN if half => Some(|q, from, to| {
            assert!(has_avx512() && from.len() == to.len());
            // SAFETY: the CPU has the features.
            unsafe {
                // Without saturation the CPU does with larger magnitudes as the plan.
                match q.limit > 0x477f_e000 {
                    true => encode_half::<false>(q, from, to),
                    false => encode_half::<true>(q, from, to),
                }
            }
        }),
        fixes if fixes == NAN | LAYOUT && upper => Some(|q, from, to| {
            assert!(has_avx512() && from.len() == to.len());
            // SAFETY: the CPU has the features.
            unsafe {
                // Up to infinity every magnitude has its place.
                match q.limit == 0x7f80_0000 {
                    true => encode_upper::<false>(q, from, to),
                    false => encode_upper::<true>(q, from, to),
                }
            }
        }),
        _ => None,
    }
}

/// The CPU's own conversion to binary16 rounds to nearest even, subnormal results too; larger magnitudes than the limit are
/// delivered as that, and NaN as the plan says.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn encode_half<const CLAMPS: bool>(q: &Quick<u32>, from: &[f32], to: &mut [u16]) {
    let all = |x: u32| _mm512_set1_epi32(x as i32);
    let (magnitude, limit) = (all(0x7fff_ffff), all(q.limit));
    let nan = _mm256_set1_epi16(q.ends[0].nan as i16);
    for (from, to) in from.as_chunks::<16>().0.iter().zip(to.as_chunks_mut::<16>().0) {
        let x = load_f32(from);
        let signed = if CLAMPS { clamp(x, magnitude, limit) } else { x };
        let half =
            _mm512_cvtps_ph::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(_mm512_castsi512_ps(signed));
        let half = _mm256_mask_mov_epi16(half, is_nan(x), nan);
        // SAFETY: 16 words are written to 16.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), half) }
    }
}

/// A number with its magnitude limited.
#[target_feature(enable = "avx512f")]
#[inline]
fn clamp(x: __m512i, magnitude: __m512i, limit: __m512i) -> __m512i {
    let limited = _mm512_min_epu32(_mm512_and_si512(x, magnitude), limit);
    _mm512_ternarylogic_epi32::<PICK>(magnitude, limited, x)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn is_nan(x: __m512i) -> __mmask16 {
    let x = _mm512_castsi512_ps(x);
    _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, x)
}

/// The upper half of the bits, rounded to nearest even by adding to them.
#[target_feature(enable = "avx512f,avx512bw")]
fn encode_upper<const CLAMPS: bool>(q: &Quick<u32>, from: &[f32], to: &mut [u16]) {
    let all = |x: u32| _mm512_set1_epi32(x as i32);
    let (magnitude, limit) = (all(0x7fff_ffff), all(q.limit));
    let (half, one, nan) = (all(0x7fff), all(1), all(q.ends[0].nan << 16));
    let upper = all(0xffff_0000);
    let order: [u16; 32] = core::array::from_fn(|at| (at % 16 * 2 + at / 16) as u16);
    // SAFETY: 64 bytes are read of 64.
    let order = unsafe { _mm512_loadu_si512(order.as_ptr().cast()) };
    for (from, to) in from.as_chunks::<32>().0.iter().zip(to.as_chunks_mut::<32>().0) {
        let bits = from.as_chunks::<16>().0;
        let rounded = [&bits[0], &bits[1]].map(|from| {
            let x = load_f32(from);
            let signed = if CLAMPS { clamp(x, magnitude, limit) } else { x };
            let odd = _mm512_and_si512(_mm512_srli_epi32::<16>(signed), one);
            let sum = _mm512_add_epi32(_mm512_add_epi32(signed, half), odd);
            _mm512_mask_mov_epi32(sum, is_nan(x), nan)
        });
        let low = _mm512_srli_epi32::<16>(rounded[0]);
        let words = _mm512_ternarylogic_epi32::<PICK>(upper, rounded[1], low);
        // SAFETY: 32 words are written to 32.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), _mm512_permutexvar_epi16(order, words)) }
    }
}

/// Values of binary16's codes by the CPU's own conversion, all NaNs as one; multiples of 16.
pub(super) fn decode_half(from: &[u16], to: &mut [f32]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe { decode_half_whole(from, to) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn decode_half_whole(from: &[u16], to: &mut [f32]) {
    let nan = _mm512_set1_ps(f32::from_bits(0x7fc0_0000));
    for (from, to) in from.as_chunks::<16>().0.iter().zip(to.as_chunks_mut::<16>().0) {
        // SAFETY: 16 words are read of 16.
        let x = _mm512_cvtph_ps(unsafe { _mm256_loadu_si256(from.as_ptr().cast()) });
        let x = _mm512_mask_mov_ps(x, _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, x), nan);
        // SAFETY: 16 values are written to 16.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), x) }
    }
}

/// Copies past the cache, which is not to be filled with what is not read again soon.
pub(super) fn stream<T: Element>(from: &[T], to: &mut [T]) {
    assert_eq!(from.len(), to.len());
    let lanes = 64 / size_of::<T>();
    let whole = from.len() - from.len() % lanes;
    if !has_avx512() || !to.as_ptr().addr().is_multiple_of(64) {
        return to.copy_from_slice(from);
    }
    // SAFETY: the CPU has the features; the destination is aligned, and both have `whole` elements, a multiple of 64 bytes of
    // integers or floating-point numbers.
    unsafe { stream_whole(from.as_ptr().cast(), to.as_mut_ptr().cast(), whole / lanes) }
    to[whole..].copy_from_slice(&from[whole..]);
}

/// # Safety
/// Both pointers are to `count` times 64 bytes, the destination's a multiple of 64.
#[target_feature(enable = "avx512f")]
unsafe fn stream_whole(from: *const __m512i, to: *mut __m512i, count: usize) {
    for i in 0..count {
        // SAFETY: within the bytes that the caller answers for.
        unsafe { _mm512_stream_si512(to.add(i), _mm512_loadu_si512(from.add(i))) }
    }
    // Before anything else is written, as Rust expects of a write.
    _mm_sfence();
}
