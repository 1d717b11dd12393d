//! Conversion of rounded magnitudes in bytes to codes.

use core::arch::x86_64::*;

use crate::kernel::plan::magic_add::{INFINITE, MagicAdd, NAN, OVERFLOW, ZERO};

/// The constants of the fixups of rounded bytes.
pub(super) struct Fixups {
    base: __m512i,
    largest: __m512i,
    sign: __m512i,
    moved: __m512i,
    overflow: [__m512i; 2],
    infinite: [__m512i; 2],
    zero: [__m512i; 2],
    nan: __m512i,
}

impl Fixups {
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn new(q: &MagicAdd<u32>, base: u8) -> Fixups {
        let bytes = |x: u32| _mm512_set1_epi8(x as i8);
        let pair = |x: [u32; 2]| [bytes(x[0]), bytes(x[1])];
        let special = &q.special[0];
        Fixups {
            base: bytes(base.into()),
            largest: bytes(special.largest),
            sign: bytes(0x80 >> (q.sign - 24)),
            moved: _mm512_set1_epi16(q.sign as i16 - 24),
            overflow: pair(special.overflow),
            infinite: pair(special.infinite),
            zero: pair(special.zero),
            nan: bytes(special.nan),
        }
    }

    /// Codes, of rounded bytes without their base, bytes with the signs uppermost, and which are NaN and infinite.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn codes<const FIXUPS: u8>(
        &self,
        rounded: __m512i,
        signs: __m512i,
        nan: u64,
        infinite: u64,
    ) -> __m512i {
        let rounded = _mm512_sub_epi8(rounded, self.base);
        let signs = _mm512_srlv_epi16(signs, self.moved);
        let negative = _mm512_test_epi8_mask(signs, self.sign);
        let by_sign = |special: [__m512i; 2]| _mm512_mask_mov_epi8(special[0], negative, special[1]);
        // Bits of `rounded`, and of `signs` where the mask has them.
        let mut out = _mm512_ternarylogic_epi32::<0xf8>(rounded, signs, self.sign);
        if FIXUPS & ZERO != 0 {
            let zero = _mm512_testn_epi8_mask(rounded, rounded);
            out = _mm512_mask_mov_epi8(out, zero, by_sign(self.zero));
        }
        if FIXUPS & OVERFLOW != 0 {
            let overflow = _mm512_cmpgt_epu8_mask(rounded, self.largest);
            // A NaN without a fixup of its own has the result of an overflow.
            let end = if FIXUPS & NAN != 0 { by_sign(self.overflow) } else { self.nan };
            out = _mm512_mask_mov_epi8(out, overflow, end);
        }
        if FIXUPS & INFINITE != 0 {
            out = _mm512_mask_mov_epi8(out, infinite, by_sign(self.infinite));
        }
        if FIXUPS & NAN != 0 {
            out = _mm512_mask_mov_epi8(out, nan, self.nan);
        }
        out
    }
}
