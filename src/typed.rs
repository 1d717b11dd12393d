//! Numbers with their format in the type: [`Minifloat<F>`], with operators.
//!
//! A format is a zero-sized marker type that implements [`FloatFormat`]. Every built-in format has a [marker] and an alias of the
//! number type: [`F8E4M3FN`], [`BF16`], [`F4E2M1`] and so on. A format therefore has three names: [`F8E4M3FN`] is the type of its numbers,
//! `Minifloat<marker::E4M3FN>`; [`marker::E4M3FN`] is for type parameters; and [`Format::E4M3FN`] is a value, for formats as data. Each operation is a
//! [`Task`] known at compile time and evaluated by [`apply`](crate::apply()), so typed numbers give the same results as formats
//! chosen at run time.
//!
//! ```
//! use halfulp::typed::F8E4M3FN;
//!
//! let x = F8E4M3FN::from_f32(0.3); // rounded to nearest, once
//! assert_eq!(x.to_string(), "0.3125"); // exact
//! assert_eq!(x + F8E4M3FN::ONE, F8E4M3FN::from_f32(1.25)); // 1.3125 is a tie
//! assert!((F8E4M3FN::MAX + F8E4M3FN::MAX).is_nan()); // what lies past 448 is NaN: the format has no infinity
//! ```
//!
//! The operators round to nearest, ties to even ([`Policy::IEEE`](crate::Policy::IEEE)), unless the type has [another
//! policy](#a-policy-in-the-type). Every operation has a second form that takes a
//! policy and also returns the exceptions raised:
//!
//! ```
//! use halfulp::typed::F8E4M3FN;
//! use halfulp::{Flags, Policy, Saturation};
//!
//! let saturating = Policy::IEEE.saturation(Saturation::Finite);
//! let sum = F8E4M3FN::MAX.with(saturating).add(F8E4M3FN::MAX);
//! assert_eq!(sum.value, F8E4M3FN::MAX);
//! assert_eq!(sum.flags, Flags::OVERFLOW | Flags::INEXACT);
//! ```
//!
//! Arithmetic and conversions are `const fn`, so constants and tables can be computed at compile time:
//!
//! ```
//! use halfulp::typed::BF16;
//!
//! const SCALE: BF16 = BF16::from_f32(1.0).div(BF16::from_f32(3.0));
//! assert_eq!(SCALE.to_bits(), 0x3eab);
//! ```
//!
//! # A format of your own
//!
//! ```
//! use halfulp::{Facts, Format, Nans, Overflow, Sign};
//!
//! halfulp::minifloat!(pub F7E3M3 of E3M3 in u8: Format::known(Facts { width: 7, precision: 4, bias: 3, sign: Sign::SignMagnitude, nans: Nans::None, overflow: Overflow::Largest, subnormals: true }));
//! assert_eq!(F7E3M3::MAX.to_f32(), 30.0);
//! ```
//!
//! # A policy in the type
//!
//! ```
//! use halfulp::{Format, Policy, Saturation};
//!
//! halfulp::minifloat!(pub Saturating of E4M3Saturating in u8: Format::E4M3FN, Policy::IEEE.saturation(Saturation::Finite));
//! assert_eq!(Saturating::MAX + Saturating::MAX, Saturating::MAX);
//! assert_eq!(Saturating::from_f32(1e9).to_f32(), 448.0);
//! ```
//!
//! # Equality, order, hashing
//!
//! As for `f32`, `==` and `<` are quiet predicates of IEEE 754: a NaN is unordered and unequal to itself, and `-0` equals `+0`.
//! Therefore there is no `Eq`, `Ord` or `Hash`; use [`Minifloat::total_cmp`] for sorting and [`Minifloat::to_bits`] as a key.

mod bytes;
mod constants;
mod convert;
mod formats;
mod integer;
mod integral;
mod mixed;
mod operators;
mod ops;
mod order;
mod p3109;
mod range;
mod rem;
#[allow(unsafe_code, reason = "slices of numbers are slices of their codes: one layout")]
mod slices;
#[allow(
    unsafe_code,
    reason = "methods of traits cannot be called in constants, so the storage's bits are copied"
)]
mod storage;
mod sum;
mod text;
mod widen;
mod with;

#[cfg(feature = "num-traits")]
mod angle;
#[cfg(feature = "arbitrary")]
mod arbitrary;
#[cfg(feature = "bytemuck")]
#[allow(unsafe_code, reason = "promises of layout are what its traits are")]
pub mod bytemuck;
#[cfg(feature = "half")]
mod half;
#[cfg(feature = "num-traits")]
mod num_cast;
#[cfg(feature = "num-traits")]
mod num_traits;
#[cfg(feature = "proptest")]
pub mod proptest;
#[cfg(feature = "serde")]
mod serde;

pub use formats::*;
pub use p3109::{P3109, P3109Float};
pub use storage::Storage;
pub use sum::{Number, SumIn};
pub use with::{Flagged, With};

use crate::format::{Code, Format};
use crate::op::{Op, Operands, Task};
use crate::policy::Policy;
use crate::round::Rounded;

/// A format as a type: the zero-sized marker `F` of [`Minifloat<F>`].
///
/// [`minifloat!`](crate::minifloat) generates the implementation.
///
/// Type parameters with this bound take the marker, `marker::E4M3FN`, and not the number, `F8E4M3FN`: see [`marker`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the marker of a format",
    label = "expected a marker, such as `marker::E4M3FN`",
    note = "a number such as `F8E4M3FN`, `BF16` or `F32` is a `Minifloat<F>`; its marker is the `F`: `marker::E4M3FN`, `marker::BFloat16`, `marker::Binary32` (module `halfulp::typed::marker`)",
    note = "a `Format` such as `Format::E4M3FN` is a value; `minifloat!` makes a marker of one"
)]
pub trait FloatFormat: 'static {
    /// The format. Its codes must fit in the storage; otherwise any use of the number type is a compile error.
    const FORMAT: Format;

    /// The integer that holds a code: `u8`, `u16`, `u32` or `u64`.
    type Storage: Storage;

    /// The policy of operators and of methods whose result has this format. Under stochastic rounding their noise word is 0.
    const POLICY: Policy = Policy::IEEE;
}

/// A number of the format `F`, stored as a code in the low bits of [`FloatFormat::Storage`].
///
/// See the [module](self) for an introduction, and [`F8E4M3FN`] for an example of an alias. Code for all formats is
/// generic over `F`:
///
/// ```
/// use halfulp::typed::{BF16, FloatFormat, Minifloat};
///
/// fn norm<F: FloatFormat>(x: &[Minifloat<F>]) -> Minifloat<F> {
///     x.iter().map(|x| x * x).sum::<Minifloat<F>>().sqrt()
/// }
///
/// assert_eq!(norm(&[BF16::from_f32(3.0), BF16::from_f32(4.0)]).to_f32(), 5.0);
/// ```
#[repr(transparent)]
// Not `FromBytes`, which can only be derived, and so for every format: in a narrow one it would let in bits above the width.
#[cfg_attr(
    feature = "zerocopy",
    derive(zerocopy::IntoBytes, zerocopy::Immutable, zerocopy::KnownLayout, zerocopy::Unaligned)
)]
pub struct Minifloat<F: FloatFormat> {
    /// The code; bits above the format's width are zero.
    bits: F::Storage,
}

impl<F: FloatFormat> Clone for Minifloat<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: FloatFormat> Copy for Minifloat<F> {}

/// Code 0: zero, or the smallest value in a format without zero (E8M0).
impl<F: FloatFormat> Default for Minifloat<F> {
    fn default() -> Self {
        Minifloat::from_code(0)
    }
}

impl<F: FloatFormat> Minifloat<F> {
    /// The format.
    pub const FORMAT: Format = {
        assert!(
            F::FORMAT.width() <= F::Storage::BITS,
            "the storage of this format is too narrow for its codes"
        );
        F::FORMAT
    };

    /// The number of bits of a code.
    pub const WIDTH: u32 = Self::FORMAT.width();

    /// The number of significand bits, including the hidden bit.
    pub const PRECISION: u32 = Self::FORMAT.precision();

    /// The number with the given code. Bits above the format's width are ignored.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    /// assert_eq!(F8E4M3FN::from_bits(0x7e).to_f32(), 448.0);
    /// ```
    #[must_use]
    #[inline]
    pub const fn from_bits(bits: F::Storage) -> Self {
        Minifloat::from_code(storage::widen(bits))
    }

    /// The number with the given code; `None` if a bit above the format's width is set.
    ///
    /// ```
    /// use halfulp::typed::F4E2M1;
    /// assert!(F4E2M1::try_from_bits(0x0f).is_some());
    /// assert!(F4E2M1::try_from_bits(0x10).is_none());
    /// ```
    #[must_use]
    #[inline]
    pub const fn try_from_bits(bits: F::Storage) -> Option<Self> {
        if storage::widen(bits) <= Self::FORMAT.code_mask() { Some(Minifloat { bits }) } else { None }
    }

    /// The code, in the low bits.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    ///
    /// assert_eq!(F8E4M3FN::MAX.to_bits(), 0x7e);
    /// ```
    #[must_use]
    #[inline]
    pub const fn to_bits(self) -> F::Storage {
        self.bits
    }

    #[inline(always)]
    const fn from_code(code: Code) -> Self {
        Minifloat { bits: storage::narrow(code & Self::FORMAT.code_mask()) }
    }

    #[inline(always)]
    const fn code(self) -> Code {
        storage::widen(self.bits)
    }
}

/// A valid task; an invalid one is a compile error at the operation that needs it.
const fn known(task: Task) -> Task {
    match task.check() {
        Ok(()) => task,
        Err(_) => {
            panic!("this operation has no meaning for this format: Task::check says why")
        }
    }
}

/// The task of an operation within one format, under the policy of its type.
const fn within<F: FloatFormat>(op: Op) -> Task {
    known(Task::within(op, Minifloat::<F>::FORMAT).with_policy(F::POLICY))
}

/// All typed arithmetic goes through this function.
#[inline(always)]
const fn apply(task: &Task, codes: [Code; 3], noise: u64) -> Rounded {
    crate::op::apply(task, Operands { codes, noise })
}

/// Defines a format of your own: a marker type and an alias for its numbers.
///
/// The syntax is `minifloat!(VISIBILITY ALIAS of MARKER in STORAGE: FORMAT)`. `FORMAT` is a constant expression, such as
/// [`Format::known`] applied to [`Facts`](crate::Facts), and `STORAGE` is `u8`, `u16`, `u32` or `u64`. The format may be followed by a comma and
/// the [policy](crate::typed::FloatFormat::POLICY) of the operators. Attributes
/// and documentation before `VISIBILITY` apply to the alias. An invalid format, or one that does not fit in the storage, is a compile
/// error.
#[macro_export]
macro_rules! minifloat {
    ($(#[$attribute:meta])* $visibility:vis $alias:ident of $marker:ident in $storage:ty: $format:expr $(, $policy:expr)?) => {
        #[doc = concat!("The format of [`", stringify!($alias), "`], as a type.")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
        $visibility struct $marker;

        impl $crate::typed::FloatFormat for $marker {
            const FORMAT: $crate::Format = $format;
            type Storage = $storage;
            $(const POLICY: $crate::Policy = $policy;)?
        }

        $(#[$attribute])*
        $visibility type $alias = $crate::typed::Minifloat<$marker>;
    };
}
