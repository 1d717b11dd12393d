//! The built-in formats as types: for each a marker and an alias of its numbers. The facts are those of the catalog.
//!
//! A marker is named after its format. If the name begins with the exponent bits, the alias prefixes it with `F` and the width
//! (`F8E4M3FN` for `E4M3FN`); the aliases of IEEE 754 formats and bfloat16 are short names (`F16` for `Binary16`, `BF16` for `BFloat16`).

use super::{FloatFormat, Minifloat};
use crate::format::Format;
use crate::format::catalog::builtin_format;

/// The special values of a format, as described in the documentation of its alias.
macro_rules! specials {
    (ieee) => {
        "Infinities, and NaNs laid out as in IEEE 754."
    };
    (nan_on_top) => {
        "No infinities: overflow gives NaN, one code of each sign, all ones."
    };
    (nan_for_zero) => {
        "No infinities and no minus zero, whose code is the single NaN; overflow gives NaN."
    };
    (finite) => {
        "Neither infinities nor NaN: overflow gives the largest value, and so does a NaN unless the policy says \
         otherwise."
    };
    (unsigned) => {
        "No sign and no infinities; one NaN, all ones. Overflow gives NaN, and so does a number \
         below zero."
    };
    (scale) => {
        "Powers of two only: no sign, no zero, no infinities; one NaN, all ones, which is the result for zero and for \
         numbers below zero. Code 0 is the smallest value."
    };
    (fixed) => {
        "Two's complement in units of 2^-6, so `MIN` is -2. No minus zero, neither infinities nor NaN: overflow gives \
         the end of the range."
    };
}

macro_rules! builtin {
    ($(
        $alias:ident, $marker:ident, $storage:ty, $name:literal, max $max:literal, normal $normal:literal,
        smallest $smallest:literal, $specials:ident, into $($float:ty),+: $summary:literal;
    )*) => {
        /// The marker types of the built-in formats: the type parameter of [`Minifloat`](super::Minifloat).
        ///
        /// For numbers there are aliases: [`F8E4M3FN`](super::F8E4M3FN) is `Minifloat<marker::E4M3FN>`. Type parameters that select a format take
        /// the marker, not the alias:
        ///
        /// ```
        /// use halfulp::Policy;
        /// use halfulp::slice::TypedArithmetic;
        /// use halfulp::typed::{BF16, F8E4M3FN, SumIn as _, marker};
        ///
        /// let x = BF16::from_f32(0.3).convert::<marker::E4M3FN>();
        /// assert_eq!(x, F8E4M3FN::from_f32(0.30078125));
        /// assert_eq!([x; 3].iter().sum_in::<marker::Binary32>().to_f32(), 0.9375);
        /// let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE)?;
        /// # Ok::<(), halfulp::slice::SliceError>(())
        /// ```
        ///
        /// ```compile_fail,E0277
        /// use halfulp::typed::{BF16, F8E4M3FN};
        ///
        /// let x = BF16::ONE.convert::<F8E4M3FN>(); // a number, not a marker
        /// ```
        pub mod marker {$(
            #[doc = concat!("The format of [`", stringify!($alias), "`](super::", stringify!($alias), ").")]
            #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
            pub struct $marker;
        )*}

        $(
            impl FloatFormat for marker::$marker {
                const FORMAT: Format = const { builtin_format($name) };
                type Storage = $storage;
            }

            #[doc = concat!($summary, ": `", $name, "`.")]
            ///
            #[doc = concat!(
                "`MAX` is ", $max, ", `MIN_POSITIVE` 2^", $normal, ", `SMALLEST` 2^", $smallest, ". ",
                specials!($specials)
            )]
            pub type $alias = Minifloat<marker::$marker>;

            $(
                /// Exact.
                impl From<$alias> for $float {
                    fn from(x: $alias) -> $float {
                        into::<marker::$marker, $float>(x)
                    }
                }
            )*
        )*

        /// What the documentation says of each alias, to be held against the format.
        #[cfg(test)]
        const DOCUMENTED: &[Documented] = &[$(Documented {
            name: $name,
            format: $alias::FORMAT,
            constants: [$alias::MAX.to_bits() as u64, $alias::MIN_POSITIVE.to_bits() as u64, $alias::SMALLEST.to_bits() as u64],
            max: $max,
            powers: [$normal, $smallest],
            specials: stringify!($specials),
        }),*];
    };
}

/// `f32` or `f64`.
trait Native {
    fn of<F: FloatFormat>(x: Minifloat<F>) -> Self;
}

impl Native for f32 {
    fn of<F: FloatFormat>(x: Minifloat<F>) -> f32 {
        x.to_f32()
    }
}

impl Native for f64 {
    fn of<F: FloatFormat>(x: Minifloat<F>) -> f64 {
        x.to_f64()
    }
}

fn into<F: FloatFormat, N: Native>(x: Minifloat<F>) -> N {
    N::of(x)
}

builtin! {
    F4E2M1, E2M1, u8, "e2m1", max "6", normal 0, smallest -1, finite, into f32, f64: "OCP FP4";
    F6E2M3, E2M3, u8, "e2m3", max "7.5", normal 0, smallest -3, finite, into f32, f64: "OCP FP6 E2M3";
    F6E3M2, E3M2, u8, "e3m2", max "28", normal -2, smallest -4, finite, into f32, f64: "OCP FP6 E3M2";
    F8E5M2, E5M2, u8, "e5m2", max "57344", normal -14, smallest -16, ieee, into f32, f64: "OCP FP8 E5M2";
    F8E4M3FN, E4M3FN, u8, "e4m3fn", max "448", normal -6, smallest -9, nan_on_top, into f32, f64: "OCP FP8 E4M3";
    F8E4M3Ieee, E4M3Ieee, u8, "e4m3-ieee", max "240", normal -6, smallest -9, ieee, into f32, f64:
        "E4M3 laid out as IEEE 754, which is not OCP's";
    F8E3M4Ieee, E3M4Ieee, u8, "e3m4-ieee", max "15.5", normal -2, smallest -6, ieee, into f32, f64: "E3M4 laid out as IEEE 754";
    F8E3M4FN, E3M4FN, u8, "e3m4fn", max "30", normal -2, smallest -6, nan_on_top, into f32, f64:
        "E3M4 without infinities";
    F8E4M3FNUZ, E4M3FNUZ, u8, "e4m3fnuz", max "240", normal -7, smallest -10, nan_for_zero, into f32, f64:
        "E4M3 with bias 8 and one zero";
    F8E5M2FNUZ, E5M2FNUZ, u8, "e5m2fnuz", max "57344", normal -15, smallest -17, nan_for_zero, into f32, f64:
        "E5M2 with bias 16 and one zero";
    F8E4M3B11FNUZ, E4M3B11FNUZ, u8, "e4m3b11fnuz", max "30", normal -10, smallest -13, nan_for_zero, into f32, f64:
        "E4M3 with bias 11 and one zero";
    F8E8M0, E8M0, u8, "e8m0", max "0x1p+127", normal -127, smallest -127, scale, into f32, f64: "The scale of MX blocks";
    UE4M3, UE4M3, u8, "ue4m3", max "448", normal -6, smallest -9, unsigned, into f32, f64:
        "The scale of NVFP4 blocks, seven bits";
    UE5M3, UE5M3, u8, "ue5m3", max "114688", normal -14, smallest -17, unsigned, into f32, f64:
        "An unsigned block scale of wider range";
    MXINT8, MXINT8, u8, "mxint8", max "1.984375", normal -6, smallest -6, fixed, into f32, f64:
        "The integer element of MX blocks";
    F16, Binary16, u16, "binary16", max "65504", normal -14, smallest -24, ieee, into f32, f64:
        "IEEE 754 half precision";
    F16Arm, Binary16Arm, u16, "binary16-arm", max "131008", normal -14, smallest -24, finite, into f32, f64:
        "Arm's alternative half precision";
    BF16, BFloat16, u16, "bfloat16", max "0x1.fep+127", normal -126, smallest -133, ieee, into f32, f64:
        "The upper half of binary32";
    TF32, TF32, u32, "tf32", max "0x1.ffcp+127", normal -126, smallest -136, ieee, into f32, f64:
        "The operands of NVIDIA's tensor cores, 19 bits";
    F32, Binary32, u32, "binary32", max "0x1.fffffep+127", normal -126, smallest -149, ieee, into f32, f64:
        "IEEE 754 single precision";
    F64, Binary64, u64, "binary64", max "0x1.fffffffffffffp+1023", normal -1022, smallest -1074, ieee, into f64:
        "IEEE 754 double precision";
}

#[cfg(test)]
struct Documented {
    name: &'static str,
    format: Format,
    constants: [u64; 3],
    max: &'static str,
    powers: [i32; 2],
    specials: &'static str,
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::{DOCUMENTED, Documented};
    use crate::format::catalog::builtin;
    use crate::policy::{Flags, Policy};
    use crate::text::parse;

    /// Every built-in format has an alias, and every alias is a built-in's.
    #[test]
    fn aliases_are_the_catalog() {
        for entry in builtin() {
            let documented = DOCUMENTED.iter().find(|d| d.name == entry.name);
            assert_eq!(documented.map(|d| d.format), Some(entry.format), "{}", entry.name);
        }
        assert_eq!(DOCUMENTED.len(), builtin().len());
    }

    /// What the documentation says of `MAX`, `MIN_POSITIVE` and `SMALLEST`, read and held against the codes.
    #[test]
    fn documented_values() {
        for d in DOCUMENTED {
            let powers = d.powers.map(|power| format!("0x1p{power}"));
            let texts = [d.max, powers[0].as_str(), powers[1].as_str()];
            for (text, code) in texts.into_iter().zip(d.constants) {
                let value = parse(&d.format, &Policy::IEEE, text, 0).unwrap();
                assert_eq!((value.code, value.flags), (code, Flags::NONE), "{} {text}", d.name);
            }
        }
    }

    #[test]
    fn documented_specials() {
        for Documented { name, format, specials, .. } in DOCUMENTED {
            let has = (
                format.infinity(false).is_some(),
                format.nan().is_some(),
                format.has_negative_zero(),
                format.is_signed(),
                format.has_zero(),
            );
            let says = match *specials {
                "ieee" => (true, true, true, true, true),
                "nan_on_top" => (false, true, true, true, true),
                "nan_for_zero" => (false, true, false, true, true),
                "finite" => (false, false, true, true, true),
                "unsigned" => (false, true, false, false, true),
                "scale" => (false, true, false, false, false),
                "fixed" => (false, false, false, true, true),
                other => panic!("{other}"),
            };
            assert_eq!(has, says, "{name}");
        }
    }
}
