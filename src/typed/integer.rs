//! Conversion from and to Rust's integers.

use super::with::with_noise_in_range;
use super::{Flagged, FloatFormat, Minifloat, With, apply};
use crate::format::{Code, Format};
use crate::op::{Op, Task};
use crate::policy::{Flags, NanResult, Policy, Rounding, Saturation};
use crate::round::Rounded;

const fn integer(width: u32, signed: bool) -> Format {
    match Format::integer(width, signed) {
        Ok(format) => format,
        Err(_) => panic!("the language's integers are formats"),
    }
}

/// As `as` converts: toward zero, out of range to the nearest end of the range, NaN to 0.
const CAST: Policy = Policy {
    saturation: Saturation::Finite,
    nan: NanResult::Zero,
    ..Policy::IEEE.rounding(Rounding::TowardZero)
};

const fn convert(from: Format, to: Format, policy: Policy) -> Task {
    Task { op: Op::Convert, operands: [from; 3], result: to, policy }
}

macro_rules! integers {
    ($($integer:ident, $signed:literal, $from:ident, $from_with:ident, $to:ident;)*) => {
        impl<F: FloatFormat> Minifloat<F> {$(
            #[doc = concat!("An integer of type `", stringify!($integer), "` rounded once, under the ")]
            /// [policy](FloatFormat::POLICY) of the type: to nearest, ties to even, unless it has another.
            ///
            /// ```
            /// use halfulp::typed::F8E4M3FN;
            ///
            #[doc = concat!("assert_eq!(F8E4M3FN::", stringify!($from), "(19).to_f32(), 20.0); // 19 is a tie")]
            /// ```
            #[must_use]
            #[inline]
            pub const fn $from(n: $integer) -> Self {
                Self::$from_with(n, F::POLICY).value
            }

            #[doc = concat!("An integer of type `", stringify!($integer), "` rounded once under a policy, and the exceptions raised.")]
            /// Stochastic rounding gets noise word 0.
            ///
            /// ```
            /// use halfulp::typed::F8E4M3FN;
            /// use halfulp::{Flags, Policy, Rounding};
            ///
            /// let truncating = Policy::IEEE.rounding(Rounding::TowardZero);
            #[doc = concat!("let x = F8E4M3FN::", stringify!($from_with), "(19, truncating);")]
            /// assert_eq!((x.value.to_f32(), x.flags), (18.0, Flags::INEXACT));
            /// ```
            #[inline]
            pub const fn $from_with(n: $integer, policy: Policy) -> Flagged<F> {
                let from = const { integer($integer::BITS, $signed) };
                let task = convert(from, Self::FORMAT, with_noise_in_range(policy, &Self::FORMAT));
                let rounded = apply(&task, [n as Code, 0, 0], 0);
                Flagged {
                    value: Minifloat::from_code(rounded.code),
                    flags: rounded.flags,
                }
            }

            #[doc = concat!("Converts to `", stringify!($integer), "` as `as` does for an `f32`: toward zero, ")]
            /// out of range to the nearest end of the range, NaN to 0.
            ///
            /// ```
            /// use halfulp::typed::F16;
            ///
            #[doc = concat!("assert_eq!(F16::from_f32(7.9).", stringify!($to), "(), 7);")]
            #[doc = concat!("assert_eq!(F16::INFINITY.", stringify!($to), "(), ", stringify!($integer), "::MAX);")]
            /// ```
            #[must_use]
            #[inline]
            pub const fn $to(self) -> $integer {
                let task = const { &convert(Self::FORMAT, integer($integer::BITS, $signed), CAST) };
                apply(task, [self.code(), 0, 0], 0).code as $integer
            }
        )*}

        impl<F: FloatFormat> With<F> {$(
            #[doc = concat!("Converts to `", stringify!($integer), "`, with the inexact exception. A number out of range raises ")]
            /// invalid; the policy determines the result.
            ///
            /// ```
            /// use halfulp::typed::F16;
            /// use halfulp::{Flags, Policy};
            ///
            #[doc = concat!("assert_eq!(F16::from_f32(7.9).with(Policy::IEEE).", stringify!($to), "(), (8, Flags::INEXACT));")]
            /// ```
            #[must_use]
            #[inline]
            pub const fn $to(self) -> ($integer, Flags) {
                let task = const {
                    &convert(Minifloat::<F>::FORMAT, integer($integer::BITS, $signed), Policy::IEEE)
                };
                let Rounded { code, flags } = self.raw(task, 0, 0);
                (code as $integer, flags)
            }
        )*}
    };
}

integers! {
    i8, true, from_i8, from_i8_with, to_i8;
    i16, true, from_i16, from_i16_with, to_i16;
    i32, true, from_i32, from_i32_with, to_i32;
    i64, true, from_i64, from_i64_with, to_i64;
    u8, false, from_u8, from_u8_with, to_u8;
    u16, false, from_u16, from_u16_with, to_u16;
    u32, false, from_u32, from_u32_with, to_u32;
    u64, false, from_u64, from_u64_with, to_u64;
}
