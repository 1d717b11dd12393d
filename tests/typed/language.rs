//! What typed numbers owe the language: constants, operators, formatting, formats of one's own.

use halfulp::typed::*;
use halfulp::{
    Facts, Flags, Format, Nans, NoiseBits, Op, Overflow, Policy, Predicate, Rounding, Saturation, Sign, Task,
};

/// Everything here is computed when the test is built.
mod constants {
    use super::*;

    pub const X: F8E4M3FN = F8E4M3FN::from_f32(0.3);
    pub const SUM: F8E4M3FN = X.add(F8E4M3FN::ONE).mul(X).sub(X).div(X);
    pub const FUSED: F16 = F16::from_f64(0.1).mul_add(F16::from_i32(3), F16::ONE).sqrt();
    pub const REST: BF16 = BF16::from_f32(7.5).rem(BF16::from_f32(2.0));
    pub const LESS: bool = X.compare(Predicate::LESS, F8E4M3FN::ONE);
    pub const ORDER: core::cmp::Ordering = X.total_cmp(&F8E4M3FN::ONE);
    pub const UP: Flagged<marker::E4M3FN> = X.with(Policy::IEEE).next_up();
    pub const PRODUCT: F16 = X.mul_into(X);
    pub const BACK: f32 = X.to_f32();
    pub static TABLE: [F4E2M1; 16] = {
        let mut table = [F4E2M1::ZERO; 16];
        let mut code = 0;
        while code < 16 {
            table[code as usize] = F4E2M1::from_bits(code).scale_b(1);
            code += 1;
        }
        table
    };
}

#[test]
fn constant_evaluation() {
    assert_eq!(constants::X.to_bits(), 0x2a);
    // 1.3125 and 0.390625 are ties, 0.2 is none.
    assert_eq!(constants::SUM.to_string(), "0.203125");
    // 0.1 is 1638 * 2^-14 here, so the sum is 1331 * 2^-10.
    assert_eq!(constants::FUSED, F16::from_f64(1.2998046875f64.sqrt()));
    assert_eq!(constants::REST, BF16::from_f32(1.5));
    assert!(constants::LESS && constants::ORDER.is_lt());
    assert_eq!((constants::UP.value.to_f32(), constants::UP.flags), (0.34375, Flags::NONE));
    assert_eq!(constants::PRODUCT.to_f32(), 0.3125 * 0.3125);
    assert_eq!(constants::BACK, 0.3125);
    assert_eq!(constants::TABLE[2], F4E2M1::from_f32(2.0));
}

/// `%` against that of `f64`, which holds all these numbers and their remainders.
fn remainders<F: FloatFormat<Storage: TryFrom<u64>>>() {
    let all = || {
        (0..=Minifloat::<F>::FORMAT.code_mask()).filter_map(|code| {
            let bits = F::Storage::try_from(code).ok()?;
            Some(Minifloat::<F>::from_bits(bits))
        })
    };
    for x in all() {
        for y in all() {
            let got = x % y;
            let want = x.to_f64() % y.to_f64();
            let exact = Minifloat::<F>::from_f64(want);
            assert_eq!(got.to_bits(), exact.to_bits(), "{x:?} % {y:?}");
            assert_eq!(x.with(Policy::IEEE).rem(y).value.to_bits(), got.to_bits());
        }
    }
}

#[test]
fn remainder_of_the_language() {
    remainders::<marker::E2M1>();
    remainders::<marker::E5M2>();
    remainders::<marker::E4M3FN>();
    remainders::<marker::E4M3FNUZ>();
    remainders::<marker::E8M0>();
    remainders::<marker::UE5M3>();
    remainders::<marker::MXINT8>();
    remainders::<P3109<8, 4, true, false>>();
    remainders::<P3109<8, 8, false, true>>();
}

/// A divisor that counts as zero, and a remainder that is flushed.
#[test]
fn remainder_under_a_policy() {
    let policy = Policy::IEEE.flush_operands(true).flush_results(true);
    let x = F16::from_f32(1.0);
    let by_tiny = x.with(policy).rem(F16::SMALLEST);
    assert!(by_tiny.value.is_nan() && by_tiny.flags == Flags::INVALID);
    let y = F16::MIN_POSITIVE;
    let tiny = y.next_up().with(policy).rem(y);
    assert!(tiny.value.is_zero());
    assert_eq!(tiny.flags, Flags::UNDERFLOW | Flags::INEXACT);
    // The nearest multiple is 2, so IEEE 754's remainder is tiny and negative where this one is not tiny.
    let almost = y.next_up().with(policy).rem(y.scale_b(1));
    assert_eq!((almost.value, almost.flags), (y.next_up(), Flags::NONE));
}

#[test]
#[allow(clippy::op_ref, reason = "operators on references are what is tested")]
fn operators_and_references() {
    let (x, y) = (F8E5M2::from_f32(3.0), F8E5M2::from_f32(0.5));
    let mut z = x;
    z += y;
    z -= &y;
    z *= y;
    z /= &y;
    assert_eq!(z, x);
    z %= F8E5M2::from_f32(2.0);
    assert_eq!(z, F8E5M2::ONE);
    assert_eq!((&x + &y, &x - y, x * &y, &x / &y), (x + y, x - y, x * y, x / y));
    assert_eq!(-&x, -x);
    assert_eq!([x, y, x].iter().sum::<F8E5M2>(), x + y + x);
    assert_eq!([x, y].into_iter().product::<F8E5M2>(), x * y);
    assert_eq!(core::iter::empty::<F8E5M2>().sum::<F8E5M2>(), F8E5M2::ZERO);
    assert_eq!(core::iter::empty::<F8E5M2>().product::<F8E5M2>(), F8E5M2::ONE);
}

#[test]
fn formatting() {
    let x = F8E4M3FN::from_f32(-1.5);
    assert_eq!(
        format!("[{x}] [{x:6}] [{x:<6}] [{x:^7}] [{x:06}] [{x:.3}]"),
        "[-1.5] [  -1.5] [-1.5  ] [ -1.5  ] [-001.5] [-1.500]"
    );
    assert_eq!(format!("{:+} {x:?} {x:x} {x:#X} {x:#010b}", -x), "+1.5 -1.5 (0xbc) bc 0xBC 0b10111100");
    let nan = F8E5M2::NAN;
    let infinity = F8E5M2::NEG_INFINITY;
    assert_eq!(
        format!("[{nan}] [{nan:5}] [{nan:05}] [{infinity}] [{infinity:<6}]"),
        "[nan] [  nan] [  nan] [-inf] [-inf  ]"
    );
    let error: halfulp::text::ParseError = "1.5e".parse::<BF16>().unwrap_err();
    assert_eq!(error.position, 4);
}

#[test]
fn bits_above_the_width() {
    assert_eq!(F4E2M1::from_bits(0xf3).to_bits(), 0x03);
    assert!(F4E2M1::try_from_bits(0xf3).is_none());
    assert_eq!(TF32::from_bits(u32::MAX).to_bits(), (1 << 19) - 1);
    assert_eq!(F8E8M0::default(), F8E8M0::SMALLEST);
}

/// IEEE 754's rounding to nearest of one and a half units: by way of `f32` it would be a tie.
#[test]
fn from_f64_rounds_once() {
    let x = 1.0 + 2f64.powi(-8) + 2f64.powi(-40);
    assert_eq!(BF16::from_f64(x).to_bits(), BF16::ONE.next_up().to_bits());
    assert_eq!(BF16::from_f32(x as f32).to_bits(), BF16::ONE.to_bits());
}

#[test]
fn more_noise_than_the_precision_leaves_room_for_is_as_much_as_there_can_be() {
    let stochastic = |bits| {
        let bits = NoiseBits::known(bits);
        Policy::IEEE.rounding(halfulp::Rounding::Stochastic { variant: halfulp::Stochastic::A, bits })
    };
    let [x, y] = [32, 19].map(|bits| F64::ONE.with(stochastic(bits)).noise(!0).div(F64::from_i8(3)));
    assert_eq!((x.value, x.flags), (y.value, y.flags));
}

halfulp::minifloat! {
    /// Fixed point in quarters, no sign, 6 bits, and what overflows is NaN.
    pub Quarters of QuartersFormat in u8: Format::known(Facts {
        width: 6,
        precision: 6,
        bias: -2,
        sign: Sign::Unsigned,
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        subnormals: true,
    })
}

halfulp::minifloat! {
    /// The narrowest signed format: 0 and 1, with both signs.
    pub Bit of BitFormat in u8: Format::known(Facts {
        width: 2,
        precision: 1,
        bias: 1,
        sign: Sign::SignMagnitude,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    })
}

halfulp::minifloat! {
    /// The widest unsigned format.
    pub Wide of WideFormat in u64: Format::known(Facts {
        width: 64,
        precision: 53,
        bias: 2000,
        sign: Sign::Unsigned,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    })
}

/// No signed format of another width need hold the remainder.
#[test]
fn the_narrowest_and_the_widest_formats_have_remainders() {
    let one = Bit::from_bits(1);
    assert_eq!(((one % one).to_bits(), (-one % one).to_bits()), (0, 2));
    let x = |x: f64| Wide::from_f64(x);
    assert_eq!((x(7.5) % x(2.0)).to_f64(), 1.5);
    assert_eq!((x(7.0) % x(4.0)).to_f64(), 3.0, "the nearest quotient leaves -1");
    assert_eq!((Wide::MAX % x(3.0)).to_f64(), 2.0);
    assert_eq!((Wide::SMALLEST % Wide::MAX).to_bits(), 1);
}

#[test]
fn a_format_of_ones_own() {
    assert_eq!(Quarters::SMALLEST.to_f64(), 0.25);
    assert_eq!(Quarters::MAX.to_f64(), 15.5);
    assert_eq!("2.6".parse(), Ok(Quarters::from_f32(2.5)));
    assert!((Quarters::MAX + Quarters::MAX).is_nan());
    assert_eq!((Quarters::MAX % Quarters::from_f32(2.0)).to_f64(), 1.5);
}

/// Storage is as small as the type says, so that slices cost what their codes cost.
#[test]
fn layout() {
    assert_eq!((size_of::<F4E2M1>(), size_of::<BF16>(), align_of::<BF16>()), (1, 2, 2));
    assert_eq!((size_of::<TF32>(), size_of::<F64>(), align_of::<F64>()), (4, 8, align_of::<u64>()));
}

halfulp::minifloat!(Saturating of E4M3Saturating in u8: halfulp::Format::E4M3FN,
    Policy::IEEE.saturation(Saturation::Finite).rounding(Rounding::TowardZero));

/// Every operator and conversion of a type with a policy is the method of a type without, under that policy.
#[test]
fn a_policy_in_the_type() {
    let policy = <E4M3Saturating as FloatFormat>::POLICY;
    let numbers =
        (0..=u8::MAX).map(|bits| (Saturating::from_bits(bits), F8E4M3FN::from_bits(bits).with(policy)));
    let numbers: Vec<_> = numbers.collect();
    let bits = |x: Flagged<marker::E4M3FN>| x.value.to_bits();
    for &(x, plain_x) in &numbers {
        assert_eq!(x.sqrt().to_bits(), bits(plain_x.sqrt()));
        for &(y, _) in numbers.iter().step_by(5) {
            let plain_y = F8E4M3FN::from_bits(y.to_bits());
            assert_eq!((x + y).to_bits(), bits(plain_x.add(plain_y)), "{x:?} + {y:?}");
            assert_eq!((x * y).to_bits(), bits(plain_x.mul(plain_y)), "{x:?} * {y:?}");
            assert_eq!((x / y).to_bits(), bits(plain_x.div(plain_y)), "{x:?} / {y:?}");
            assert_eq!((x % y).to_bits(), bits(plain_x.rem(plain_y)), "{x:?} % {y:?}");
            let sum: Saturating = plain_y.add_into(x);
            assert_eq!(sum.to_bits(), bits(plain_x.add(plain_y)));
        }
    }
    for x in [0.3f32, -1e9, f32::INFINITY, 447.9] {
        let want = bits(F32::from(x).with(policy).convert());
        assert_eq!(Saturating::from_f32(x).to_bits(), want);
        assert_eq!(Saturating::from_f64(x.into()).to_bits(), want);
        assert_eq!(x.to_string().parse::<Saturating>().unwrap().to_bits(), want);
        assert_eq!(Saturating::from_f32_saturating(x).to_bits(), want);
        assert_eq!(Saturating::from_f64_saturating(x.into()).to_bits(), want);
    }
    assert_eq!(Saturating::from_i32(1_000), Saturating::MAX);
    assert_eq!(Saturating::from_i32(19).to_f32(), 18.0);
    assert_eq!(Saturating::from_f32(1.75).round(), Saturating::from_f32(2.0), "its own rounding");
    assert!((F8E4M3FN::MAX + F8E4M3FN::MAX).is_nan(), "the plain type is as it was");
}

halfulp::minifloat!(Truncating of E4M3Truncating in u8: Format::E4M3FN, Policy::IEEE.rounding(Rounding::TowardZero));

/// Saturating conversion once rounded to nearest whatever the policy of the type.
#[test]
fn saturating_conversion_keeps_the_rounding_of_the_type() {
    assert_eq!(Truncating::from_f32(0.3).to_f32(), 0.28125);
    assert_eq!(Truncating::from_f32_saturating(0.3).to_f32(), 0.28125);
    assert_eq!(Truncating::from_f64_saturating(0.3).to_f32(), 0.28125);
    assert_eq!(F8E4M3FN::from_f32_saturating(0.3).to_f32(), 0.3125);
    assert_eq!(Truncating::from_f32_saturating(f32::NEG_INFINITY), Truncating::MIN);
    assert!(Truncating::from_f32(f32::NEG_INFINITY).is_nan(), "without saturation");
}

/// Floats of all signs and magnitudes: what the conversion as a task gives.
#[test]
fn floats_under_a_policy() {
    for &rounding in Rounding::DETERMINISTIC {
        let policy = Policy::IEEE.rounding(rounding).flush_results(true);
        let from = |format| Task::new(Op::Convert, [format; 3], Format::E5M2).with_policy(policy);
        for i in 0..1 << 16 {
            let x = f32::from_bits(i << 16 | 0x8001);
            let y = f64::from_bits(u64::from(i) << 48 | 1);
            let (from_x, from_y) = (F8E5M2::from_f32_with(x, policy), F8E5M2::from_f64_with(y, policy));
            let want_x = from(Format::BINARY32).apply([x.to_bits().into()]);
            let want_y = from(Format::BINARY64).apply([y.to_bits()]);
            assert_eq!((from_x.value.to_bits().into(), from_x.flags), (want_x.code, want_x.flags), "{x}");
            assert_eq!((from_y.value.to_bits().into(), from_y.flags), (want_y.code, want_y.flags), "{y}");
        }
    }
}
