//! Arrays of typed numbers.

use core::fmt;
use core::marker::PhantomData;

use super::{Arithmetic, SliceError, Wide, Word};
use crate::kernel::Kernel;
use crate::policy::Policy;
use crate::typed::{FloatFormat, Minifloat};

/// [`Arithmetic`] on arrays of typed numbers, for formats stored in `u8` or `u16`. `F` is the [marker](crate::typed::marker) of the format.
///
/// Each element of a result equals what [`With`](crate::typed::With) returns for it under the same policy.
///
/// ```
/// use halfulp::Policy;
/// use halfulp::slice::TypedArithmetic;
/// use halfulp::typed::{F8E4M3FN, marker};
///
/// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
/// let mut numbers = [F8E4M3FN::ZERO; 3];
/// arithmetic.encode(&[0.3f32, 2.0, -448.0], &mut numbers)?;
/// assert_eq!(numbers[0], F8E4M3FN::from_f32(0.3));
///
/// let mut sums = [F8E4M3FN::ZERO; 3];
/// arithmetic.add(&numbers, &numbers, &mut sums)?;
/// assert_eq!(sums[1].to_f32(), 4.0);
///
/// let mut values = [0.0f32; 3];
/// arithmetic.decode(&sums, &mut values)?;
/// assert_eq!(values[..2], [0.625, 4.0]);
/// # Ok::<(), halfulp::slice::SliceError>(())
/// ```
pub struct TypedArithmetic<F: FloatFormat> {
    arithmetic: Arithmetic,
    format: PhantomData<fn() -> F>,
}

impl<F: FloatFormat> Clone for TypedArithmetic<F> {
    fn clone(&self) -> Self {
        TypedArithmetic { arithmetic: self.arithmetic.clone(), format: PhantomData }
    }
}

impl<F: FloatFormat> fmt::Debug for TypedArithmetic<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.arithmetic.fmt(f)
    }
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident($($operand:ident),*);)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// If the lengths differ.
        pub fn $name(&self, $($operand: &[Minifloat<F>],)* to: &mut [Minifloat<F>]) -> Result<(), SliceError> {
            self.arithmetic.$name($(Minifloat::codes($operand),)* Minifloat::codes_mut(to))
        }
    )*};
}

impl<F: FloatFormat<Storage: Word>> TypedArithmetic<F> {
    /// Array arithmetic under a policy, with the [chosen](crate::kernel::chosen) kernel.
    ///
    /// # Errors
    /// As for [`Arithmetic::new`].
    ///
    /// ```
    /// use halfulp::Policy;
    /// use halfulp::slice::TypedArithmetic;
    /// use halfulp::typed::marker;
    ///
    /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
    /// assert!(arithmetic.clone().with_kernel(halfulp::kernel::named("portable")?).is_ok());
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn new(policy: &Policy) -> Result<Self, SliceError> {
        Ok(TypedArithmetic {
            arithmetic: Arithmetic::new(&Minifloat::<F>::FORMAT, policy)?,
            format: PhantomData,
        })
    }

    /// Uses another kernel. The results are the same.
    ///
    /// # Errors
    /// If this CPU cannot run the kernel.
    ///
    /// ```
    /// use halfulp::Policy;
    /// use halfulp::slice::TypedArithmetic;
    /// use halfulp::typed::{F8E4M3FN, marker};
    ///
    /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
    /// let scalar = arithmetic.with_kernel(halfulp::kernel::named("scalar")?)?;
    /// let mut numbers = [F8E4M3FN::ZERO];
    /// scalar.encode(&[0.3f32], &mut numbers)?;
    /// assert_eq!(numbers[0].to_f32(), 0.3125);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn with_kernel(self, kernel: &'static Kernel) -> Result<Self, SliceError> {
        Ok(TypedArithmetic { arithmetic: self.arithmetic.with_kernel(kernel)?, ..self })
    }

    /// Sets the noise of stochastic rounding: see [`Arithmetic::with_noise`].
    ///
    /// ```
    /// use halfulp::Policy;
    /// use halfulp::slice::TypedArithmetic;
    /// use halfulp::typed::{F8E4M3FN, marker};
    ///
    /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
    /// let mut numbers = [F8E4M3FN::ZERO; 2];
    /// arithmetic.with_noise(7, 0).encode(&[1.0f32, 1.03125], &mut numbers)?;
    /// assert_eq!(numbers[0], F8E4M3FN::ONE); // exact, so noise changes nothing
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    #[must_use]
    pub fn with_noise(self, seed: u64, first_index: u64) -> Self {
        TypedArithmetic { arithmetic: self.arithmetic.with_noise(seed, first_index), ..self }
    }

    /// Converts values to numbers, rounded once.
    ///
    /// # Errors
    /// If the lengths differ.
    ///
    /// ```
    /// use halfulp::Policy;
    /// use halfulp::slice::TypedArithmetic;
    /// use halfulp::typed::{F8E4M3FN, marker};
    ///
    /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
    /// let mut numbers = [F8E4M3FN::ZERO; 2];
    /// arithmetic.encode(&[0.3f32, -448.0], &mut numbers)?;
    /// assert_eq!(numbers, [0.3125, -448.0].map(F8E4M3FN::from_f32));
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn encode<W: Wide>(&self, from: &[W], to: &mut [Minifloat<F>]) -> Result<(), SliceError> {
        self.arithmetic.encode(from, Minifloat::codes_mut(to))
    }

    /// Converts numbers to values under the policy. This is exact for almost all formats, see [`Arithmetic::decode`]; under
    /// [`Saturation::Finite`](crate::Saturation::Finite) infinities are clamped.
    ///
    /// # Errors
    /// If the lengths differ.
    ///
    /// ```
    /// use halfulp::Policy;
    /// use halfulp::slice::TypedArithmetic;
    /// use halfulp::typed::{F8E4M3FN, marker};
    ///
    /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
    /// let mut values = [0.0f32; 2];
    /// arithmetic.decode(&[F8E4M3FN::ONE, F8E4M3FN::MAX], &mut values)?;
    /// assert_eq!(values, [1.0, 448.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn decode<W: Wide>(&self, from: &[Minifloat<F>], to: &mut [W]) -> Result<(), SliceError> {
        self.arithmetic.decode(Minifloat::codes(from), to)
    }

    operations! {
        /// `a + b`.
        ///
        /// ```
        /// use halfulp::Policy;
        /// use halfulp::slice::TypedArithmetic;
        /// use halfulp::typed::{F8E4M3FN, marker};
        ///
        /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
        /// let x = [0.5, 4.0].map(F8E4M3FN::from_f32);
        /// let y = [2.0, 2.0].map(F8E4M3FN::from_f32);
        /// let mut result = [F8E4M3FN::ZERO; 2];
        /// arithmetic.add(&x, &y, &mut result)?;
        /// assert_eq!(result.map(F8E4M3FN::to_f32), [2.5, 6.0]);
        /// # Ok::<(), halfulp::slice::SliceError>(())
        /// ```
        add(a, b);
        /// `a - b`.
        ///
        /// ```
        /// use halfulp::Policy;
        /// use halfulp::slice::TypedArithmetic;
        /// use halfulp::typed::{F8E4M3FN, marker};
        ///
        /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
        /// let x = [0.5, 4.0].map(F8E4M3FN::from_f32);
        /// let y = [2.0, 2.0].map(F8E4M3FN::from_f32);
        /// let mut result = [F8E4M3FN::ZERO; 2];
        /// arithmetic.sub(&x, &y, &mut result)?;
        /// assert_eq!(result.map(F8E4M3FN::to_f32), [-1.5, 2.0]);
        /// # Ok::<(), halfulp::slice::SliceError>(())
        /// ```
        sub(a, b);
        /// `a * b`.
        ///
        /// ```
        /// use halfulp::Policy;
        /// use halfulp::slice::TypedArithmetic;
        /// use halfulp::typed::{F8E4M3FN, marker};
        ///
        /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
        /// let x = [0.5, 4.0].map(F8E4M3FN::from_f32);
        /// let y = [2.0, 2.0].map(F8E4M3FN::from_f32);
        /// let mut result = [F8E4M3FN::ZERO; 2];
        /// arithmetic.mul(&x, &y, &mut result)?;
        /// assert_eq!(result.map(F8E4M3FN::to_f32), [1.0, 8.0]);
        /// # Ok::<(), halfulp::slice::SliceError>(())
        /// ```
        mul(a, b);
        /// `a / b`.
        ///
        /// ```
        /// use halfulp::Policy;
        /// use halfulp::slice::TypedArithmetic;
        /// use halfulp::typed::{F8E4M3FN, marker};
        ///
        /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
        /// let x = [0.5, 4.0].map(F8E4M3FN::from_f32);
        /// let y = [2.0, 2.0].map(F8E4M3FN::from_f32);
        /// let mut result = [F8E4M3FN::ZERO; 2];
        /// arithmetic.div(&x, &y, &mut result)?;
        /// assert_eq!(result.map(F8E4M3FN::to_f32), [0.25, 2.0]);
        /// # Ok::<(), halfulp::slice::SliceError>(())
        /// ```
        div(a, b);
        /// The square root of `a`.
        ///
        /// ```
        /// use halfulp::Policy;
        /// use halfulp::slice::TypedArithmetic;
        /// use halfulp::typed::{F8E4M3FN, marker};
        ///
        /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
        /// let y = [2.0, 2.0].map(F8E4M3FN::from_f32);
        /// let mut result = [F8E4M3FN::ZERO; 2];
        /// arithmetic.sqrt(&y, &mut result)?;
        /// assert_eq!(result.map(F8E4M3FN::to_f32), [1.375, 1.375]);
        /// # Ok::<(), halfulp::slice::SliceError>(())
        /// ```
        sqrt(a);
        /// `a * b + c`, rounded once.
        ///
        /// ```
        /// use halfulp::Policy;
        /// use halfulp::slice::TypedArithmetic;
        /// use halfulp::typed::{F8E4M3FN, marker};
        ///
        /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
        /// let x = [0.5, 4.0].map(F8E4M3FN::from_f32);
        /// let y = [2.0, 2.0].map(F8E4M3FN::from_f32);
        /// let mut result = [F8E4M3FN::ZERO; 2];
        /// arithmetic.fma(&x, &y, &y, &mut result)?;
        /// assert_eq!(result.map(F8E4M3FN::to_f32), [3.0, 10.0]);
        /// # Ok::<(), halfulp::slice::SliceError>(())
        /// ```
        fma(a, b, c);
    }
}
