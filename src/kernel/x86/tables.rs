//! Two tables of bytes in registers, which map every code of up to 8 bits to 16 bits.

use core::arch::x86_64::*;

use super::memory::load;
use crate::kernel::plan::split_table::{SplitTable, Symmetry};

/// [`Symmetry`] as a constant.
pub(super) const WHOLE: u8 = 0;
pub(super) const MIRRORED: u8 = 1;
pub(super) const ONE_ZERO: u8 = 2;
pub(super) const PERIODIC: u8 = 3;

/// The tables.
pub(super) struct Tables {
    bytes: [[__m512i; 4]; 2],
    /// The last code whose top bit is the sign, and what 0x80 stands for.
    signed: __m512i,
    special: [__m512i; 2],
}

impl Tables {
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn new(split: &SplitTable) -> Tables {
        let signed = if let Symmetry::Mirrored(last) = split.symmetry { last } else { 0 };
        Tables {
            bytes: split
                .bytes
                .each_ref()
                .map(|half| core::array::from_fn(|k| load(&half.as_chunks::<64>().0[k]))),
            signed: _mm512_set1_epi8(signed as i8),
            special: split.bytes.each_ref().map(|half| _mm512_set1_epi8(half[0x80] as i8)),
        }
    }

    /// The lower and the upper bytes of codes. The tables' second halves are read only without symmetry; otherwise the sign is copied from
    /// the code, for those up to `signed` or for all.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    pub(super) fn look_up<const SYMMETRY: u8>(&self, codes: __m512i) -> [__m512i; 2] {
        let [lower, upper] = &self.bytes;
        if SYMMETRY == PERIODIC {
            return [_mm512_permutexvar_epi8(codes, lower[0]), _mm512_permutexvar_epi8(codes, upper[0])];
        }
        let low = _mm512_permutex2var_epi8(lower[0], codes, lower[1]);
        let high = _mm512_permutex2var_epi8(upper[0], codes, upper[1]);
        let sign = _mm512_set1_epi8(-128);
        // Bits of `high`, and of `signs` where the mask has them.
        let with_sign = |signs: __m512i| _mm512_ternarylogic_epi32::<0xf8>(high, signs, sign);
        if SYMMETRY == MIRRORED {
            let takes_sign = _mm512_cmple_epu8_mask(codes, self.signed);
            return [low, with_sign(_mm512_maskz_mov_epi8(takes_sign, codes))];
        }
        if SYMMETRY == ONE_ZERO {
            let special = _mm512_cmpeq_epi8_mask(codes, sign);
            let put = |bytes, of| _mm512_mask_mov_epi8(bytes, special, of);
            return [put(low, self.special[0]), put(with_sign(codes), self.special[1])];
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
