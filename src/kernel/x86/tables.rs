//! Two tables of bytes in registers: what 16 bits stand for every code of up to 8.

use core::arch::x86_64::*;

use super::load;
use crate::kernel::plan::halves::{Extent, Halves};

/// How much is looked at: [`Extent`], as a constant.
pub(super) const WHOLE: u8 = 0;
pub(super) const MIRRORED: u8 = 1;
pub(super) const ONE_ZERO: u8 = 2;
pub(super) const PERIODIC: u8 = 3;

/// The tables.
pub(super) struct Tables {
    bytes: [[__m512i; 4]; 2],
    /// The last code that lends its sign, and what 0x80 stands for.
    signed: __m512i,
    special: [__m512i; 2],
}

impl Tables {
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn new(halves: &Halves) -> Tables {
        let signed = if let Extent::Mirrored(last) = halves.extent { last } else { 0 };
        Tables {
            bytes: halves
                .bytes
                .each_ref()
                .map(|half| core::array::from_fn(|k| load(&half.as_chunks::<64>().0[k]))),
            signed: _mm512_set1_epi8(signed as i8),
            special: halves.bytes.each_ref().map(|half| _mm512_set1_epi8(half[0x80] as i8)),
        }
    }

    /// What stands for codes, the lower bytes and the upper. The tables' second halves are looked at only where nothing else is known:
    /// where codes lend the upper bytes their sign, those up to `signed` do, or all.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    pub(super) fn look_up<const EXTENT: u8>(&self, codes: __m512i) -> [__m512i; 2] {
        let [lower, upper] = &self.bytes;
        if EXTENT == PERIODIC {
            return [_mm512_permutexvar_epi8(codes, lower[0]), _mm512_permutexvar_epi8(codes, upper[0])];
        }
        let low = _mm512_permutex2var_epi8(lower[0], codes, lower[1]);
        let high = _mm512_permutex2var_epi8(upper[0], codes, upper[1]);
        let sign = _mm512_set1_epi8(-128);
        // Bits of `high`, and of `signs` where the mask has them.
        let lent = |signs: __m512i| _mm512_ternarylogic_epi32::<0xf8>(high, signs, sign);
        if EXTENT == MIRRORED {
            let lends = _mm512_cmple_epu8_mask(codes, self.signed);
            return [low, lent(_mm512_maskz_mov_epi8(lends, codes))];
        }
        if EXTENT == ONE_ZERO {
            let special = _mm512_cmpeq_epi8_mask(codes, sign);
            let put = |bytes, of| _mm512_mask_mov_epi8(bytes, special, of);
            return [put(low, self.special[0]), put(lent(codes), self.special[1])];
        }
        let negative = _mm512_movepi8_mask(codes);
        let low_of_negative = _mm512_permutex2var_epi8(lower[2], codes, lower[3]);
        let high_of_negative = _mm512_permutex2var_epi8(upper[2], codes, upper[3]);
        [
            _mm512_mask_mov_epi8(low, negative, low_of_negative),
            _mm512_mask_mov_epi8(high, negative, high_of_negative),
        ]
    }
}
