//! Typed numbers under the crate's features, each tested where it is on.
#![allow(unused_imports, reason = "each feature uses its part")]

use halfulp::typed::*;

#[cfg(feature = "num-traits")]
mod num_traits {
    use super::*;
    use ::num_traits::float::FloatCore;
    use ::num_traits::{Bounded, FromPrimitive, Inv, MulAdd, Num, NumCast, One, Signed, ToPrimitive, Zero};

    fn dot<T: Zero + Copy + MulAdd<Output = T>>(x: &[T], y: &[T]) -> T {
        x.iter().zip(y).fold(T::zero(), |sum, (&a, &b)| a.mul_add(b, sum))
    }

    #[test]
    fn generic_code_takes_them() {
        let x = [1.0, 2.0, 3.0].map(F8E4M3FN::from_f32);
        assert_eq!(dot(&x, &x), F8E4M3FN::from_f32(14.0));
        assert_eq!(<F8E4M3FN as Bounded>::max_value(), F8E4M3FN::MAX);
        assert_eq!(F16::one().inv() + F16::zero(), F16::ONE);
    }

    #[test]
    fn casts_that_fit_and_casts_that_do_not() {
        assert_eq!(<F8E4M3FN as FromPrimitive>::from_i64(448), Some(F8E4M3FN::MAX));
        assert_eq!(<F8E4M3FN as FromPrimitive>::from_i64(1000), None);
        assert_eq!(<F8E4M3FN as FromPrimitive>::from_f64(f64::INFINITY), None);
        assert_eq!(<F8E5M2 as FromPrimitive>::from_f64(f64::INFINITY), F8E5M2::try_infinity());
        assert!(<F4E2M1 as FromPrimitive>::from_f64(f64::NAN).is_none());
        assert_eq!(<UE5M3 as FromPrimitive>::from_i64(-1), None);
        assert_eq!(ToPrimitive::to_i64(&F16::from_f32(-2.75)), Some(-2));
        assert_eq!(ToPrimitive::to_u64(&F16::from_f32(-2.75)), None);
        assert_eq!(ToPrimitive::to_i64(&F16::NAN), None);
        assert_eq!(<BF16 as NumCast>::from(3u8), Some(BF16::from_f32(3.0)));
        // By way of f64 this would round twice, down to 2^60.
        let n = (1i64 << 60) + (1 << 52) + 1;
        assert_eq!(<BF16 as NumCast>::from(n), Some(BF16::from_i64(n)));
        assert_eq!(<BF16 as NumCast>::from(-n), Some(BF16::from_i64(-n)));
        assert_eq!(BF16::from_i64(n).to_bits(), BF16::from_i64(1 << 60).to_bits() + 1);
    }

    #[test]
    fn radixes() {
        assert_eq!(F16::from_str_radix("-1.5", 10), Ok(F16::from_f32(-1.5)));
        assert_eq!(F16::from_str_radix("-1.8p+1", 16), Ok(F16::from_f32(-3.0)));
        assert_eq!(F16::from_str_radix("0x1.8p+1", 16), Ok(F16::from_f32(3.0)));
        assert!(F16::from_str_radix("1", 2).is_err());
    }

    /// By way of `f64` each of these is one off.
    #[test]
    fn angles_are_rounded_once() {
        let degrees = |bits| FloatCore::to_degrees(F64::from_bits(bits)).to_bits();
        let radians = |bits| FloatCore::to_radians(F64::from_bits(bits)).to_bits();
        assert_eq!(degrees(0x3fb9_9999_9999_999a), 0x4016_eb16_7b83_0193);
        assert_eq!(radians(0x403e_0000_0000_0000), 0x3fe0_c152_382d_7366);
        // The products nearest to a tie or a value that there are.
        assert_eq!(degrees(0x432d_b0fb_3010_78be), 0x438a_94c0_9279_849f);
        assert_eq!(radians(0x4339_6bdf_4aa9_cd3b), 0x42dc_655c_f14d_66cb);
        assert_eq!(degrees(1 << 63), 1 << 63);
        assert_eq!(FloatCore::to_degrees(F16::MAX), F16::INFINITY);
        assert!(FloatCore::to_radians(F16::NAN).is_nan());
        assert_eq!(FloatCore::to_radians(F16::SMALLEST).to_bits(), 0);
    }

    #[test]
    fn as_rounds_once_and_bytes_are_those_of_the_code() {
        use ::num_traits::{AsPrimitive, FromBytes, ToBytes};

        let x: F8E4M3FN = 0.3f32.as_();
        assert_eq!(x, F8E4M3FN::from_f32(0.3));
        let wide: BF16 = x.as_();
        assert_eq!(wide, BF16::from_f32(0.3125));
        for bits in 0..=u16::MAX {
            let (x, f) = (BF16::from_bits(bits), f32::from_bits((bits as u32) << 16));
            let integers: (i64, u8, usize, isize) = (x.as_(), x.as_(), x.as_(), x.as_());
            assert_eq!(integers, (f as i64, f as u8, f as usize, f as isize), "{x:?}");
            let float: f32 = x.as_();
            assert_eq!(float.to_bits(), x.to_f32().to_bits());
            assert_eq!(ToBytes::to_be_bytes(&x), bits.to_be_bytes());
            assert_eq!(<BF16 as FromBytes>::from_le_bytes(&bits.to_le_bytes()).to_bits(), bits);
        }
        for n in [u64::MAX, 1 << 60, (1 << 53) + 1, 3, 0] {
            let (x, y): (F32, F64) = (n.as_(), (n as usize).as_());
            assert_eq!((x.to_f32(), y.to_f64()), (n as f32, n as usize as f64));
        }
        let (low, high): (F64, F64) = (i64::MIN.as_(), (-1isize).as_());
        assert_eq!((low.to_f64(), high.to_f64()), (i64::MIN as f64, -1.0));
    }

    #[test]
    fn floats_laid_out_as_ieee_754() {
        assert_eq!(<BF16 as FloatCore>::infinity(), BF16::INFINITY);
        assert_eq!(<BF16 as FloatCore>::nan().to_bits(), BF16::NAN.to_bits());
        assert_eq!(<F8E5M2 as FloatCore>::neg_zero().to_bits(), 0x80);
        assert_eq!(Signed::signum(&F16::from_f32(-3.0)), F16::from_f32(-1.0));
        assert_eq!(FloatCore::powi(F16::from_f32(-3.0), 3), F16::from_f32(-27.0));
        let parts: (u64, i16, i8) = FloatCore::integer_decode(F16::from_f32(-1.5));
        assert_eq!(parts, (3 << 51, -52, -1));
    }
}

#[cfg(feature = "serde")]
mod serde {
    use super::*;

    #[test]
    fn text_where_people_read() {
        let x = [F8E5M2::from_f32(0.375), -F8E5M2::ZERO, F8E5M2::INFINITY];
        let json = serde_json::to_string(&x).unwrap();
        assert_eq!(json, r#"["0.375","-0","inf"]"#);
        let back: [F8E5M2; 3] = serde_json::from_str(&json).unwrap();
        assert_eq!(back.map(|x| x.to_bits()), x.map(|x| x.to_bits()));
        let tiny = serde_json::to_string(&BF16::SMALLEST).unwrap();
        assert_eq!(tiny, "\"0x1p-133\"");
        assert_eq!(serde_json::from_str::<BF16>(&tiny).unwrap(), BF16::SMALLEST);
    }

    #[test]
    fn every_code_comes_back() {
        for code in 0..=u8::MAX {
            let x = F8E5M2::from_bits(code);
            let back: F8E5M2 = serde_json::from_str(&serde_json::to_string(&x).unwrap()).unwrap();
            assert_eq!(back.to_bits(), code);
        }
    }

    #[test]
    fn nothing_is_rounded_on_the_way_in() {
        assert_eq!(serde_json::from_str::<F8E4M3FN>("1.5").unwrap(), F8E4M3FN::from_f32(1.5));
        assert_eq!(serde_json::from_str::<F8E4M3FN>("-3").unwrap(), F8E4M3FN::from_f32(-3.0));
        for wrong in ["1.51", "\"0.3\"", "1000", "\"inf\"", "\"code:0x100\"", "\"one\"", "true"] {
            assert!(serde_json::from_str::<F8E4M3FN>(wrong).is_err(), "{wrong}");
        }
        let error = serde_json::from_str::<F8E4M3FN>("\"0.3\"").unwrap_err().to_string();
        assert!(error.starts_with("0.3 is not a value of this format"), "{error}");
    }
}

#[cfg(feature = "bytemuck")]
mod bytemuck {
    use super::*;

    #[test]
    fn slices_of_full_width() {
        let codes = [0x38u8, 0x7e, 0xff];
        let numbers: &[F8E4M3FN] = ::bytemuck::cast_slice(&codes);
        assert_eq!(numbers[1], F8E4M3FN::MAX);
        assert_eq!(::bytemuck::cast_slice::<F8E4M3FN, u8>(numbers), codes);
        let halves: [F16; 2] = ::bytemuck::cast([0x3c00u16, 0x7c00]);
        assert_eq!(halves, [F16::ONE, F16::INFINITY]);
        let one: P3109Float<8, 3, true, true> = ::bytemuck::cast(0x40u8);
        assert_eq!(one.to_f32(), 1.0);
        assert!(<F4E2M1 as ::bytemuck::Zeroable>::zeroed().is_zero());
    }

    #[test]
    fn narrower_ones_are_checked() {
        use ::bytemuck::checked::try_cast_slice;
        assert!(try_cast_slice::<u8, F6E3M2>(&[0x1f, 0x3f]).is_ok());
        assert!(try_cast_slice::<u8, F6E3M2>(&[0x1f, 0x40]).is_err());
        assert!(try_cast_slice::<u32, TF32>(&[1 << 19]).is_err());
        assert_eq!(::bytemuck::bytes_of(&F6E3M2::MAX), [0x1f]);
    }
}

/// The crate of the same name converts for itself; every code goes there and back, and means the same there.
#[cfg(feature = "half")]
#[test]
fn halfs_types_have_the_same_bits() {
    for bits in 0..=u16::MAX {
        let (x, y) = (::half::f16::from(F16::from_bits(bits)), ::half::bf16::from(BF16::from_bits(bits)));
        assert_eq!((x.to_bits(), y.to_bits()), (bits, bits));
        assert_eq!((F16::from(x).to_bits(), BF16::from(y).to_bits()), (bits, bits));
        if !x.is_nan() {
            assert_eq!(F16::from(x).to_f64(), x.to_f64());
        }
        if !y.is_nan() {
            assert_eq!(BF16::from(y).to_f64(), y.to_f64());
        }
    }
}

#[cfg(feature = "zerocopy")]
#[test]
fn numbers_are_bytes() {
    use zerocopy::{Immutable, IntoBytes, KnownLayout, Unaligned};

    fn layout<T: Immutable + KnownLayout + Unaligned>() -> usize {
        size_of::<T>()
    }

    let numbers = [F8E4M3FN::ONE, F8E4M3FN::MAX];
    assert_eq!(numbers.as_bytes(), [0x38, 0x7e]);
    assert_eq!(BF16::ONE.as_bytes(), 0x3f80u16.to_ne_bytes());
    assert_eq!((layout::<F6E3M2>(), layout::<P3109Float<8, 3, true, true>>()), (1, 1));
}

#[cfg(feature = "arbitrary")]
#[test]
fn arbitrary_codes() {
    use arbitrary::{Arbitrary, Unstructured};

    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    let mut input = Unstructured::new(&bytes);
    let mut seen = [false; 64];
    while !input.is_empty() {
        let x = F6E2M3::arbitrary(&mut input).unwrap();
        seen[usize::from(x.to_bits())] = true;
    }
    assert!(seen.iter().all(|&seen| seen));
}

#[cfg(feature = "proptest")]
mod proptest {
    use super::*;
    use ::proptest::prelude::*;
    use halfulp::typed::proptest::{codes, edges, finite};

    proptest! {
        #[test]
        fn addition_commutes(x in codes::<marker::Binary16>(), y: F16) {
            prop_assert_eq!((x + y).to_bits(), (y + x).to_bits());
        }

        #[test]
        fn finite_is_finite(x in finite::<marker::E5M2>(), y in finite::<marker::MXINT8>()) {
            prop_assert!(x.is_finite() && y.is_finite());
        }

        #[test]
        fn edges_of_any_format(x in edges::<marker::E8M0>(), y in edges::<marker::Binary64>()) {
            prop_assert!(!x.is_zero());
            prop_assert_eq!((-(-y)).to_bits(), y.to_bits());
        }
    }
}
