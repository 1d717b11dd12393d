//! Noise of array elements, 32 at a time.

use core::arch::x86_64::*;

use super::has_avx512;
use crate::noise::{FACTORS, STEP};

/// The noise of groups of four elements, of a seed's key and from a first group on; a multiple of eight groups.
pub(in crate::kernel) fn fill(key: u64, group: u64, words: &mut [[u32; 4]]) {
    assert!(has_avx512());
    // SAFETY: the CPU has the features.
    unsafe { fill_whole(key, group, words) }
}

#[target_feature(enable = "avx512f,avx512dq")]
fn fill_whole(key: u64, group: u64, words: &mut [[u32; 4]]) {
    let all = |x: u64| _mm512_set1_epi64(x as i64);
    let lane = |i: u64| group.wrapping_add(i).wrapping_mul(STEP) as i64;
    let mut place = _mm512_setr_epi64(lane(0), lane(1), lane(2), lane(3), lane(4), lane(5), lane(6), lane(7));
    let (key, step) = (all(key), all(STEP.wrapping_mul(8)));
    let (first, second) = (all(FACTORS[0]), all(FACTORS[1]));
    // Each word's halves between those of the word rotated by 16 bits.
    let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    let high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
    for words in words.as_chunks_mut::<8>().0 {
        let x = _mm512_xor_si512(key, place);
        place = _mm512_add_epi64(place, step);
        let x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64::<30>(x)), first);
        let x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64::<27>(x)), second);
        let x = _mm512_xor_si512(x, _mm512_srli_epi64::<31>(x));
        let rotated = _mm512_ror_epi64::<16>(x);
        let to = words.as_flattened_mut().as_mut_ptr();
        // SAFETY: 32 words are written to 32.
        unsafe {
            _mm512_storeu_si512(to.cast(), _mm512_permutex2var_epi32(x, low, rotated));
            _mm512_storeu_si512(to.add(16).cast(), _mm512_permutex2var_epi32(x, high, rotated));
        }
    }
}
