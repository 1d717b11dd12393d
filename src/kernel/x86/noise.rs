//! Noise of array elements, 32 at a time.

use core::arch::x86_64::*;

use super::cpu::has_avx512;
use crate::kernel::base::Noise;
use crate::noise::{FACTORS, STEP, key};

/// The noise of groups of four elements, from one that begins a group; a multiple of eight groups.
pub(in crate::kernel) fn fill(noise: Noise, words: &mut [[u32; 4]]) {
    assert!(has_avx512());
    // SAFETY: the CPU has the features.
    unsafe { fill_whole(noise, words) }
}

#[target_feature(enable = "avx512f,avx512dq")]
fn fill_whole(noise: Noise, groups: &mut [[u32; 4]]) {
    let (mut words, all) = (Words::new(noise), _mm512_set1_epi32(-1));
    // Each word's halves between those of the word rotated by 16 bits.
    let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    let high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
    for groups in groups.as_chunks_mut::<8>().0 {
        let word = words.next(all);
        let rotated = _mm512_ror_epi64::<16>(word);
        let to = groups.as_flattened_mut().as_mut_ptr();
        // SAFETY: 32 words are written to 32.
        unsafe {
            _mm512_storeu_si512(to.cast(), _mm512_permutex2var_epi32(word, low, rotated));
            _mm512_storeu_si512(to.add(16).cast(), _mm512_permutex2var_epi32(word, high, rotated));
        }
    }
}

/// Words that four elements share, eight at a time.
struct Words {
    key: __m512i,
    place: __m512i,
}

impl Words {
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn new(noise: Noise) -> Words {
        let group = noise.first / 4;
        let lane = |i: u64| group.wrapping_add(i).wrapping_mul(STEP) as i64;
        let place = _mm512_setr_epi64(lane(0), lane(1), lane(2), lane(3), lane(4), lane(5), lane(6), lane(7));
        Words { key: _mm512_set1_epi64(key(noise.seed) as i64), place }
    }

    /// The next ones' bits that a mask has.
    #[target_feature(enable = "avx512f,avx512dq")]
    #[inline]
    fn next(&mut self, mask: __m512i) -> __m512i {
        let all = |x: u64| _mm512_set1_epi64(x as i64);
        let x = _mm512_xor_si512(self.key, self.place);
        self.place = _mm512_add_epi64(self.place, all(STEP.wrapping_mul(8)));
        let x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64::<30>(x)), all(FACTORS[0]));
        let x = _mm512_mullo_epi64(_mm512_xor_si512(x, _mm512_srli_epi64::<27>(x)), all(FACTORS[1]));
        // The first two differ, and the third has it.
        _mm512_ternarylogic_epi64::<0x28>(x, _mm512_srli_epi64::<31>(x), mask)
    }
}

/// Vectors of words that are made ahead: what uses them would wait for their multiplications.
const AHEAD: usize = 8;

/// Words of an array's elements, 32 elements at a time: the bits that a mask has.
pub(super) struct Ahead {
    words: Words,
    mask: __m512i,
    made: [__m512i; AHEAD],
    at: usize,
    /// How many are still to be made.
    rest: usize,
}

impl Ahead {
    #[target_feature(enable = "avx512f,avx512dq")]
    #[inline]
    pub(super) fn new(noise: Noise, mask: __m512i, elements: usize) -> Ahead {
        let (mut words, mut made) = (Words::new(noise), [mask; AHEAD]);
        let (all, first) = (elements / 32, AHEAD.min(elements / 32));
        for made in &mut made[..first] {
            *made = words.next(mask);
        }
        Ahead { words, mask, made, at: 0, rest: all - first }
    }

    #[target_feature(enable = "avx512f,avx512dq")]
    #[inline]
    pub(super) fn next(&mut self) -> __m512i {
        let place = &mut self.made[self.at % AHEAD];
        let now = *place;
        self.at += 1;
        if self.rest > 0 {
            self.rest -= 1;
            *place = self.words.next(self.mask);
        }
        now
    }
}
