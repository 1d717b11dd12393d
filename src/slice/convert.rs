//! Conversions: encoding, decoding, quantization.

use super::{Arithmetic, SliceError, Wide, Word, same_length, split};

impl Arithmetic {
    /// Converts values to codes: [`Op::Convert`](crate::Op::Convert) from binary32 or binary64, rounded once.
    ///
    /// # Errors
    /// If the lengths differ, or the codes of the format do not fit in `C`.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut codes = [0u8; 3];
    /// arithmetic.encode(&[1.0f32, 0.3, -448.0], &mut codes)?;
    /// assert_eq!(codes, [0x38, 0x2a, 0xfe]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn encode<W: Wide, C: Word>(&self, from: &[W], to: &mut [C]) -> Result<(), SliceError> {
        self.check_word::<C>()?;
        same_length(from.len(), to.len(), "result")?;
        split::unary(from, to, |i, x, y| W::encode(self.kernel, self.work(i), x, y));
        Ok(())
    }

    /// Converts codes to values: [`Op::Convert`](crate::Op::Convert) to binary32 or binary64 under the policy. This is exact for almost all
    /// formats; values of a format whose exponent range exceeds that of the wide type are rounded.
    ///
    /// # Errors
    /// If the lengths differ, or the codes of the format do not fit in `C`.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut values = [0.0f32; 3];
    /// arithmetic.decode(&[0x38u8, 0x2a, 0xfe], &mut values)?;
    /// assert_eq!(values, [1.0, 0.3125, -448.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn decode<W: Wide, C: Word>(&self, from: &[C], to: &mut [W]) -> Result<(), SliceError> {
        self.check_word::<C>()?;
        same_length(from.len(), to.len(), "result")?;
        split::unary(from, to, |i, x, y| W::decode(self.kernel, self.work(i), x, y));
        Ok(())
    }

    /// Rounds values to values of the format: encodes and decodes.
    ///
    /// # Errors
    /// If the lengths differ.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut values = [0.0f64; 2];
    /// arithmetic.quantize(&[0.3, 17.0], &mut values)?;
    /// assert_eq!(values, [0.3125, 16.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn quantize<W: Wide>(&self, from: &[W], to: &mut [W]) -> Result<(), SliceError> {
        same_length(from.len(), to.len(), "result")?;
        split::unary(from, to, |i, x, y| W::quantize(self.kernel, self.work(i), x, y));
        Ok(())
    }

    /// [`quantize`](Arithmetic::quantize) in place.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut values = [0.3f32, 17.0];
    /// arithmetic.quantize_in_place(&mut values);
    /// assert_eq!(values, [0.3125, 16.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn quantize_in_place<W: Wide>(&self, values: &mut [W]) {
        split::in_place(values, |i, x| {
            let last = i + x.len() / split::BLOCK * split::BLOCK;
            let (blocks, rest) = x.as_chunks_mut::<{ split::BLOCK }>();
            for (k, block) in blocks.iter_mut().enumerate() {
                let copy = *block;
                W::quantize(self.kernel, self.work(i + k * split::BLOCK), &copy, block);
            }
            if !rest.is_empty() {
                let mut copy = [W::default(); split::BLOCK];
                copy[..rest.len()].copy_from_slice(rest);
                W::quantize(self.kernel, self.work(last), &copy[..rest.len()], rest);
            }
        });
    }
}
