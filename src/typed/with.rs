//! The second form of every operation: under a policy, with the exceptions raised.

use core::fmt;

use super::{FloatFormat, Minifloat};
use crate::format::{Code, Format};
use crate::op::{Op, Operands, Predicate, Task, apply_under};
use crate::policy::{Flags, NoiseBits, Policy, Rounding};
use crate::round::Rounded;

/// A number with a policy, from [`Minifloat::with`]: operations under that policy that also return the exceptions raised.
///
/// - Arithmetic: `add`, `sub`, `mul`, `div`, `rem`, `mul_add`, `sqrt`, `remainder`, `scale_b`, `log_b`.
/// - Conversion: `convert`, `to_f32`, `to_f64`, `to_i8` to `to_u64`, `round_to_integral`, `round_to_integral_exact`.
/// - Arithmetic into another format: `add_into`, `sub_into`, `mul_into`, `div_into`, `mul_add_into`.
/// - Sign, order and neighbours: `neg`, `abs`, `copysign`, `minimum`, `maximum` and their variants, `compare`, `total_order`, `next_up`,
///   `next_down`.
///
/// The other operands are plain numbers. There are no operators, since a result is a [`Flagged`], and none of the methods that these
/// make up: `recip` is a `div`, `signum` a `copysign`, `clamp` a `minimum` and a `maximum`, and `floor`, `ceil`, `trunc` and `round` are
/// `round_to_integral` under a policy with their rounding.
///
/// An `f32` is rounded under a policy by [`Minifloat::from_f32_with`], or by `F32::from(x).with(policy).convert()`.
pub struct With<F: FloatFormat> {
    value: Minifloat<F>,
    policy: Policy,
    noise: u64,
}

impl<F: FloatFormat> Clone for With<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: FloatFormat> Copy for With<F> {}

impl<F: FloatFormat> fmt::Debug for With<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("With")
            .field("value", &self.value)
            .field("policy", &self.policy)
            .field("noise", &self.noise)
            .finish()
    }
}

/// A result and the exceptions raised.
#[must_use]
pub struct Flagged<F: FloatFormat> {
    /// The result.
    pub value: Minifloat<F>,
    /// The exceptions raised.
    pub flags: Flags,
}

impl<F: FloatFormat> Clone for Flagged<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: FloatFormat> Copy for Flagged<F> {}

impl<F: FloatFormat> fmt::Debug for Flagged<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flagged").field("value", &self.value).field("flags", &self.flags).finish()
    }
}

impl<F: FloatFormat> Minifloat<F> {
    /// The number with a policy, for operations that return the exceptions raised.
    ///
    /// ```
    /// use halfulp::typed::F8E5M2;
    /// use halfulp::{Flags, Policy, Rounding};
    ///
    /// let up = Policy::IEEE.rounding(Rounding::TowardPositive);
    /// let third = F8E5M2::ONE.with(up).div(F8E5M2::from_f32(3.0));
    /// assert_eq!(third.value.to_f32(), 0.375);
    /// assert_eq!(third.flags, Flags::INEXACT);
    /// ```
    #[must_use]
    #[inline]
    pub const fn with(self, policy: Policy) -> With<F> {
        With { value: self, policy, noise: 0 }
    }
}

impl<F: FloatFormat> With<F> {
    /// Sets the noise word of stochastic rounding. Without it the word is 0, by which [`Stochastic::A`](crate::Stochastic::A) rounds every
    /// result toward zero.
    ///
    /// A loop over numbers takes [`noise::word`](crate::noise::word), or [`noise::element`](crate::noise::element) to get the results of
    /// [arrays](mod@crate::slice#noise): with the same seed the two give different noise.
    ///
    /// The number of noise bits is limited to 72 minus the result's precision; if the policy asks for more, that many are used.
    ///
    /// ```
    /// use halfulp::typed::{BF16, F8E4M3FN, marker};
    /// use halfulp::{NoiseBits, Policy, Rounding, Stochastic, noise};
    ///
    /// let policy = Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(8) });
    /// let x = BF16::from_f32(1.03125); // a quarter of the way from 1 to 1.125
    /// let ups = (0..1000)
    ///     .map(|i| x.with(policy).noise(noise::word(7, i)).convert::<marker::E4M3FN>())
    ///     .filter(|y| y.value == F8E4M3FN::from_f32(1.125))
    ///     .count();
    /// assert!((200..300).contains(&ups));
    /// ```
    #[must_use]
    #[inline]
    pub const fn noise(self, noise: u64) -> With<F> {
        With { noise, ..self }
    }

    /// The task, but under the policy, of this number and the codes of the operands after it.
    #[inline(always)]
    pub(super) const fn raw(self, task: &Task, b: Code, c: Code) -> Rounded {
        let policy = with_noise_in_range(self.policy, &task.result);
        let codes = [self.value.code(), b, c];
        apply_under(task, &policy, Operands { codes, noise: self.noise })
    }

    /// The same into a format, which is the task's.
    #[inline(always)]
    pub(super) const fn deliver<R: FloatFormat>(self, task: &Task, b: Code, c: Code) -> Flagged<R> {
        let Rounded { code, flags } = self.raw(task, b, c);
        Flagged { value: Minifloat::from_code(code), flags }
    }

    /// The number.
    #[inline]
    pub(super) const fn value(self) -> Minifloat<F> {
        self.value
    }

    /// The policy.
    #[inline]
    pub(super) const fn policy(self) -> Policy {
        self.policy
    }

    /// Evaluates a comparison predicate. Signalling predicates raise invalid for any NaN, quiet ones only for a signalling NaN.
    ///
    /// ```
    /// use halfulp::typed::F16;
    /// use halfulp::{Flags, Policy, Predicate};
    ///
    /// let nan = F16::NAN;
    /// let (less, flags) = nan.with(Policy::IEEE).compare(Predicate::LESS, F16::ONE);
    /// assert!(!less && flags == Flags::NONE);
    /// ```
    #[must_use]
    #[inline]
    pub const fn compare(self, predicate: Predicate, other: Minifloat<F>) -> (bool, Flags) {
        let task = Task::within(Op::Compare(predicate), Minifloat::<F>::FORMAT);
        let Rounded { code, flags } = self.raw(&task, other.code(), 0);
        (code != 0, flags)
    }
}

/// The policy with as many noise bits as rounding into the format can use.
pub(super) const fn with_noise_in_range(policy: Policy, result: &Format) -> Policy {
    let Rounding::Stochastic { variant, bits } = policy.rounding else {
        return policy;
    };
    match NoiseBits::new(72 - result.precision()) {
        Some(most) if bits.get() > most.get() => {
            policy.rounding(Rounding::Stochastic { variant, bits: most })
        }
        _ => policy,
    }
}
