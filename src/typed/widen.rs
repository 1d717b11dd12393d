//! `From` for exact conversions: between formats, and from Rust's small integers.

use super::Minifloat;

macro_rules! widen {
    ($($source:ident => $($result:ident)*;)*) => {
        $($(
            /// Exact. A NaN becomes the canonical NaN.
            impl From<Minifloat<super::marker::$source>> for Minifloat<super::marker::$result> {
                #[inline]
                fn from(x: Minifloat<super::marker::$source>) -> Self {
                    x.convert()
                }
            }
        )*)*

        /// The conversions above: the names of source and result.
        #[cfg(test)]
        const WIDENINGS: &[(crate::Format, crate::Format)] = &[$($(
            (Minifloat::<super::marker::$source>::FORMAT, Minifloat::<super::marker::$result>::FORMAT),
        )*)*];
    };
}

widen! {
    E2M1 => E2M3 E3M2 E3M4Ieee E3M4FN E4M3Ieee E4M3FN E5M2 BFloat16 Binary16 Binary16Arm TF32 Binary32 Binary64;
    E2M3 => E3M4Ieee E3M4FN E4M3Ieee E4M3FN BFloat16 Binary16 Binary16Arm TF32 Binary32 Binary64;
    E3M2 => E3M4FN E4M3Ieee E4M3FN E5M2 BFloat16 Binary16 Binary16Arm TF32 Binary32 Binary64;
    UE4M3 => E4M3FN UE5M3 BFloat16 Binary16 TF32 Binary32 Binary64;
    E3M4Ieee => BFloat16 Binary16 TF32 Binary32 Binary64;
    E3M4FN => BFloat16 Binary16 TF32 Binary32 Binary64;
    E4M3Ieee => BFloat16 Binary16 TF32 Binary32 Binary64;
    E4M3B11FNUZ => BFloat16 Binary16 TF32 Binary32 Binary64;
    E4M3FN => BFloat16 Binary16 TF32 Binary32 Binary64;
    E4M3FNUZ => BFloat16 Binary16 TF32 Binary32 Binary64;
    E5M2 => BFloat16 Binary16 TF32 Binary32 Binary64;
    E5M2FNUZ => BFloat16 Binary16 TF32 Binary32 Binary64;
    E8M0 => BFloat16 TF32 Binary32 Binary64;
    UE5M3 => BFloat16 TF32 Binary32 Binary64;
    MXINT8 => BFloat16 Binary16 Binary16Arm TF32 Binary32 Binary64;
    BFloat16 => TF32 Binary32 Binary64;
    Binary16 => TF32 Binary32 Binary64;
    Binary16Arm => TF32 Binary32 Binary64;
    TF32 => Binary32 Binary64;
    Binary32 => Binary64;
}

macro_rules! from_integers {
    ($($integer:ident $from:ident => $($result:ident)*;)*) => {$($(
        /// Exact.
        impl From<$integer> for Minifloat<super::marker::$result> {
            #[inline]
            fn from(n: $integer) -> Self {
                Minifloat::$from(n)
            }
        }
    )*)*};
}

from_integers! {
    i8 from_i8 => Binary16 Binary16Arm BFloat16 TF32 Binary32 Binary64;
    u8 from_u8 => Binary16 Binary16Arm BFloat16 TF32 Binary32 Binary64;
    i16 from_i16 => Binary32 Binary64;
    u16 from_u16 => Binary32 Binary64;
    i32 from_i32 => Binary64;
    u32 from_u32 => Binary64;
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::super::marker::{BFloat16, Binary16Arm, Binary32, Binary64, TF32};
    use super::*;
    use crate::format::catalog::builtin;
    use crate::{Code, Flags, Format, Op, Task, Value, decode};

    /// Converted without an exception.
    fn converted(from: &Format, to: &Format, code: Code) -> Option<Code> {
        let task = Task { operands: [*from; 3], ..Task::within(Op::Convert, *to) };
        let rounded = task.apply([code]);
        (rounded.flags == Flags::NONE).then_some(rounded.code)
    }

    /// Codes of a format: all up to 16 bits; of a wider one the ends and the middle of each binade.
    fn codes(format: &Format) -> Vec<Code> {
        let bits = format.precision() - 1;
        match format.width() {
            ..=16 => (0..=format.code_mask()).collect(),
            _ => (0..=format.code_mask() >> bits)
                .flat_map(|field| {
                    [0, 1, 1 << (bits - 1), (1 << bits) - 1].map(|trailing| field << bits | trailing)
                })
                .collect(),
        }
    }

    /// Whether every number of one format is one of the other, infinities and minus zero too, and NaN if there is one.
    fn holds(to: &Format, from: &Format) -> bool {
        codes(from).into_iter().all(|code| match decode(from, code) {
            Value::Nan(_) => to.nan().is_some(),
            _ => converted(from, to, code).and_then(|there| converted(to, from, there)) == Some(code),
        })
    }

    #[test]
    fn every_exact_conversion_is_there_and_no_other() {
        for a in builtin() {
            for b in builtin().iter().filter(|b| b.name != a.name) {
                let there = WIDENINGS.contains(&(a.format, b.format));
                assert_eq!(there, holds(&b.format, &a.format), "{} => {}", a.name, b.name);
            }
        }
    }

    #[test]
    fn integers_are_exact() {
        for n in i8::MIN..=i8::MAX {
            assert_eq!(Minifloat::<BFloat16>::from(n).to_i8(), n);
            assert_eq!(Minifloat::<Binary16Arm>::from(n).to_f32(), f32::from(n));
        }
        for n in 0..=u8::MAX {
            assert_eq!(Minifloat::<BFloat16>::from(n).to_f32(), f32::from(n));
            assert_eq!(Minifloat::<TF32>::from(n).to_u8(), n);
        }
        for n in [i16::MIN, -255, 32_767] {
            assert_eq!(Minifloat::<Binary32>::from(n).to_f32(), f32::from(n));
        }
        for n in [i32::MIN, -1, i32::MAX] {
            assert_eq!(Minifloat::<Binary64>::from(n).to_f64(), f64::from(n));
        }
        assert_eq!(Minifloat::<Binary64>::from(u32::MAX).to_f64(), f64::from(u32::MAX));
        assert_eq!(Minifloat::<Binary32>::from(u16::MAX).to_f32(), f32::from(u16::MAX));
    }
}
