//! Conversions that count exceptional elements.

use super::{Arithmetic, Counts, SliceError, Wide, Word, split};

impl Arithmetic {
    /// [`encode`](Arithmetic::encode) that also counts exceptional elements.
    ///
    /// # Errors
    /// As for `encode`.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut codes = [0u8; 3];
    /// let counts = arithmetic.encode_counted(&[1.0f32, 1e9, 1e-9], &mut codes)?;
    /// assert_eq!((counts.overflowed, counts.became_zero, counts.inexact), (1, 1, 2));
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn encode_counted<W: Wide, C: Word>(&self, from: &[W], to: &mut [C]) -> Result<Counts, SliceError> {
        self.encode(from, to)?;
        Ok(self.counts(from))
    }

    /// [`quantize`](Arithmetic::quantize) that also counts exceptional elements.
    ///
    /// # Errors
    /// As for `quantize`.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut values = [0.0f32; 2];
    /// let counts = arithmetic.quantize_counted(&[0.3, 1.5], &mut values)?;
    /// assert_eq!(counts.inexact, 1);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn quantize_counted<W: Wide>(&self, from: &[W], to: &mut [W]) -> Result<Counts, SliceError> {
        self.quantize(from, to)?;
        Ok(self.counts(from))
    }

    fn counts<W: Wide>(&self, from: &[W]) -> Counts {
        split::sum(from, |i, x| W::count(self.kernel, self.work(i), x))
    }
}
