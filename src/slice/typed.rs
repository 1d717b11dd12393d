//! Arrays of typed numbers.

use core::fmt;
use core::marker::PhantomData;

use super::{Arithmetic, SliceError, Wide, Word};
use crate::kernel::Kernel;
use crate::policy::Policy;
use crate::typed::{FloatFormat, Minifloat};

/// [`Arithmetic`] on arrays of a typed number, of formats that are stored in `u8` or `u16`.
///
/// Each result is what [`With`](crate::typed::With) gives for that element under the same policy.
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
pub struct TypedArithmetic<F> {
    arithmetic: Arithmetic,
    format: PhantomData<fn() -> F>,
}

impl<F> Clone for TypedArithmetic<F> {
    fn clone(&self) -> Self {
        TypedArithmetic { arithmetic: self.arithmetic.clone(), format: PhantomData }
    }
}

impl<F> fmt::Debug for TypedArithmetic<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.arithmetic.fmt(f)
    }
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident($($operand:ident),*);)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// Lengths that differ.
        pub fn $name(&self, $($operand: &[Minifloat<F>],)* to: &mut [Minifloat<F>]) -> Result<(), SliceError> {
            self.arithmetic.$name($(Minifloat::codes($operand),)* Minifloat::codes_mut(to))
        }
    )*};
}

impl<F: FloatFormat<Storage: Word>> TypedArithmetic<F> {
    /// Arithmetic under a policy, by the [chosen](crate::kernel::chosen) kernel.
    ///
    /// # Errors
    /// As of [`Arithmetic::new`].
    pub fn new(policy: &Policy) -> Result<Self, SliceError> {
        Ok(TypedArithmetic {
            arithmetic: Arithmetic::new(&Minifloat::<F>::FORMAT, policy)?,
            format: PhantomData,
        })
    }

    /// The same by another kernel. The results are the same.
    ///
    /// # Errors
    /// A kernel that this CPU cannot run.
    pub fn with_kernel(self, kernel: &'static Kernel) -> Result<Self, SliceError> {
        Ok(TypedArithmetic { arithmetic: self.arithmetic.with_kernel(kernel)?, ..self })
    }

    /// The same with other noise for stochastic rounding: see [`Arithmetic::with_noise`].
    #[must_use]
    pub fn with_noise(self, seed: u64, first_index: u64) -> Self {
        TypedArithmetic { arithmetic: self.arithmetic.with_noise(seed, first_index), ..self }
    }

    /// Values to numbers, rounded once.
    ///
    /// # Errors
    /// Lengths that differ.
    pub fn encode<W: Wide>(&self, from: &[W], to: &mut [Minifloat<F>]) -> Result<(), SliceError> {
        self.arithmetic.encode(from, Minifloat::codes_mut(to))
    }

    /// Numbers to values, under the policy: exact for almost every format, see [`Arithmetic::decode`]; where it saturates, infinities
    /// are clamped.
    ///
    /// # Errors
    /// Lengths that differ.
    pub fn decode<W: Wide>(&self, from: &[Minifloat<F>], to: &mut [W]) -> Result<(), SliceError> {
        self.arithmetic.decode(Minifloat::codes(from), to)
    }

    operations! {
        /// `a + b`.
        add(a, b);
        /// `a - b`.
        sub(a, b);
        /// `a * b`.
        mul(a, b);
        /// `a / b`.
        div(a, b);
        /// The square root of `a`.
        sqrt(a);
        /// `a * b + c`, rounded once.
        fma(a, b, c);
    }
}
