//! The typed numbers against the run-time path: the same task through [`apply`], for every built-in format and P3109's with
//! 8 bits at several precisions. Up to 8 bits every code and every pair, above that a fixed choice.

use halfulp::format::catalog::lookup;
use halfulp::typed::*;
use halfulp::{
    Code, Format, NoiseBits, Op, Operands, Policy, Predicate, Rounded, Rounding, Saturation, Stochastic,
    Task, Tininess, apply, noise,
};

/// Storage that codes of tests go into and come from.
trait Bits: Storage + TryFrom<u64> + Into<u64> {}

impl<S: Storage + TryFrom<u64> + Into<u64>> Bits for S {}

fn number<F: FloatFormat<Storage: Bits>>(code: Code) -> Minifloat<F> {
    match F::Storage::try_from(code) {
        Ok(bits) => Minifloat::from_bits(bits),
        Err(_) => panic!("{code:#x} is wider than the storage"),
    }
}

fn code<F: FloatFormat<Storage: Bits>>(x: Minifloat<F>) -> Code {
    x.to_bits().into()
}

/// Every code of a format of at most 8 bits; of a wider one its ends, the neighbours of each power of two, and noise.
fn codes(format: &Format) -> Vec<Code> {
    if format.width() <= 8 {
        return (0..=format.code_mask()).collect();
    }
    let edges = (0..format.width()).flat_map(|i| [(1 << i) - 1, 1 << i, (1 << i) + 1]);
    let special =
        [format.largest(false), format.largest(false) + 1, format.top_bit() - 1, format.largest(false) - 1];
    let words = (0..40).map(|i| noise::word(1, i));
    let mut all: Vec<Code> = edges
        .chain(special)
        .chain(words)
        .flat_map(|code| [code, code | format.top_bit()])
        .map(|code| code & format.code_mask())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn within(format: Format, op: Op, policy: Policy, [a, b, c]: [Code; 3], noise: u64) -> Rounded {
    let task = Task::within(op, format).with_policy(policy);
    let operands = Operands { codes: [a, b, c], noise };
    apply(&task, operands)
}

/// The policies that the flagged forms are tried under: every rounding, saturation and the rest at least once.
fn policies() -> Vec<Policy> {
    let stochastic = |variant, bits| Rounding::Stochastic { variant, bits: NoiseBits::known(bits) };
    let roundings = [
        Rounding::NearestEven,
        Rounding::NearestAway,
        Rounding::TowardZero,
        Rounding::TowardPositive,
        Rounding::TowardNegative,
        Rounding::ToOdd,
        stochastic(Stochastic::A, 3),
        stochastic(Stochastic::B, 8),
        stochastic(Stochastic::C, 5),
    ];
    let mut all = Vec::new();
    for rounding in roundings {
        for saturation in [Saturation::None, Saturation::Finite, Saturation::Propagate] {
            all.push(Policy::IEEE.rounding(rounding).saturation(saturation));
        }
    }
    all.push(
        Policy::IEEE
            .tininess(Tininess::Before)
            .flush_operands(true)
            .flush_results(true)
            .nan(halfulp::NanResult::NegativeZero),
    );
    all
}

type Unary<F> = (Op, fn(Minifloat<F>) -> Minifloat<F>, fn(With<F>) -> Flagged<F>);
type Binary<F> =
    (Op, fn(Minifloat<F>, Minifloat<F>) -> Minifloat<F>, fn(With<F>, Minifloat<F>) -> Flagged<F>);

fn unary<F: FloatFormat>() -> [Unary<F>; 6] {
    [
        (Op::Sqrt, Minifloat::sqrt, With::sqrt),
        (Op::Negate, |x| -x, With::neg),
        (Op::Abs, Minifloat::abs, With::abs),
        (Op::NextUp, Minifloat::next_up, With::next_up),
        (Op::NextDown, Minifloat::next_down, With::next_down),
        (Op::LogB, Minifloat::log_b, With::log_b),
    ]
}

fn binary<F: FloatFormat>() -> [Binary<F>; 14] {
    [
        (Op::Add, |x, y| x + y, With::add),
        (Op::Sub, |x, y| x - y, With::sub),
        (Op::Mul, |x, y| x * y, With::mul),
        (Op::Div, |x, y| x / y, With::div),
        (Op::Remainder, Minifloat::remainder, With::remainder),
        (Op::CopySign, Minifloat::copysign, With::copysign),
        (Op::Minimum, Minifloat::minimum, With::minimum),
        (Op::Maximum, Minifloat::maximum, With::maximum),
        (Op::MinimumNumber, Minifloat::minimum_number, With::minimum_number),
        (Op::MaximumNumber, Minifloat::maximum_number, With::maximum_number),
        (Op::MinimumMagnitude, Minifloat::minimum_magnitude, With::minimum_magnitude),
        (Op::MaximumMagnitude, Minifloat::maximum_magnitude, With::maximum_magnitude),
        (Op::MinimumMagnitudeNumber, Minifloat::minimum_magnitude_number, With::minimum_magnitude_number),
        (Op::MaximumMagnitudeNumber, Minifloat::maximum_magnitude_number, With::maximum_magnitude_number),
    ]
}

fn same<F: FloatFormat<Storage: Bits>>(got: Flagged<F>, want: Rounded, context: &dyn std::fmt::Debug) {
    assert_eq!((code(got.value), got.flags), (want.code, want.flags), "{context:?}");
}

fn check_unary<F: FloatFormat<Storage: Bits>>() {
    let format = Minifloat::<F>::FORMAT;
    let policies = policies();
    for (op, plain, flagged) in unary::<F>() {
        for a in codes(&format) {
            let want = within(format, op, Policy::IEEE, [a, 0, 0], 0);
            assert_eq!(code(plain(number(a))), want.code, "{op} {a:#x}");
            for (i, &policy) in policies.iter().enumerate() {
                let noise = noise::word(2, a ^ (i as u64) << 32);
                let want = within(format, op, policy, [a, 0, 0], noise);
                same(flagged(number::<F>(a).with(policy).noise(noise)), want, &(op, a, policy));
            }
        }
    }
}

fn check_binary<F: FloatFormat<Storage: Bits>>() {
    let format = Minifloat::<F>::FORMAT;
    let all = codes(&format);
    let policies = policies();
    for (op, plain, flagged) in binary::<F>() {
        for (i, &a) in all.iter().enumerate() {
            for (j, &b) in all.iter().enumerate() {
                let want = within(format, op, Policy::IEEE, [a, b, 0], 0);
                let (x, y) = (number::<F>(a), number::<F>(b));
                assert_eq!(code(plain(x, y)), want.code, "{op} {a:#x} {b:#x}");
                if (i + j) % 3 != 0 {
                    continue;
                }
                // A policy in turn for each pair.
                let policy = policies[(i + 5 * j) / 3 % policies.len()];
                let noise = noise::word(3, (i * 256 + j) as u64);
                let want = within(format, op, policy, [a, b, 0], noise);
                same(flagged(x.with(policy).noise(noise), y), want, &(op, a, b, policy));
            }
        }
    }
}

fn check_fma<F: FloatFormat<Storage: Bits>>() {
    let format = Minifloat::<F>::FORMAT;
    let policies = policies();
    for i in 0..4000 {
        let codes = [0, 1, 2].map(|k| noise::word(4 + k, i) & format.code_mask());
        let [x, y, z] = codes.map(number::<F>);
        let want = within(format, Op::Fma, Policy::IEEE, codes, 0);
        assert_eq!(code(x.mul_add(y, z)), want.code, "{codes:x?}");
        let policy = policies[i as usize % policies.len()];
        let want = within(format, Op::Fma, policy, codes, i);
        same(x.with(policy).noise(i).mul_add(y, z), want, &(codes, policy));
    }
}

/// Comparisons, total order, classes.
fn check_queries<F: FloatFormat<Storage: Bits>>() {
    let format = Minifloat::<F>::FORMAT;
    let all = codes(&format);
    let ask = |op, a, b| within(format, op, Policy::IEEE, [a, b, 0], 0).code == 1;
    for &a in &all {
        let x = number::<F>(a);
        for &b in &all {
            let y = number::<F>(b);
            let less = ask(Op::Compare(Predicate::LESS), a, b);
            let equal = ask(Op::Compare(Predicate::EQUAL), a, b);
            let greater = ask(Op::Compare(Predicate::GREATER), a, b);
            assert_eq!((x < y, x == y, x > y), (less, equal, greater), "{a:#x} {b:#x}");
            assert_eq!((x <= y, x >= y), (less || equal, greater || equal), "{a:#x} {b:#x}");
            assert_eq!(x.partial_cmp(&y).is_some(), less || equal || greater);
            let before = ask(Op::TotalOrder, a, b);
            assert_eq!(x.total_cmp(&y).is_le(), before, "{a:#x} {b:#x}");
            assert_eq!(x.with(Policy::IEEE).total_order(y), before);
            let signalling = Predicate::ALL[12].1;
            let want = within(format, Op::Compare(signalling), Policy::IEEE, [a, b, 0], 0);
            assert_eq!(x.with(Policy::IEEE).compare(signalling, y), (want.code == 1, want.flags));
        }
        check_class(x, within(format, Op::Class, Policy::IEEE, [a, 0, 0], 0).code);
    }
}

fn check_class<F: FloatFormat<Storage: Bits>>(x: Minifloat<F>, class: Code) {
    assert_eq!(x.is_nan(), class < 2);
    assert_eq!(x.is_signalling(), class == 0);
    assert_eq!(x.is_infinite(), class == 2 || class == 9);
    assert_eq!(x.is_normal(), class == 3 || class == 8);
    assert_eq!(x.is_subnormal(), class == 4 || class == 7);
    assert_eq!(x.is_zero(), class == 5 || class == 6);
    assert_eq!(x.is_finite(), (3..=8).contains(&class));
    assert!(x.is_nan() || x.is_sign_negative() == (2..=5).contains(&class));
    let category = format!("{:?}", x.classify());
    let names =
        ["Nan", "Nan", "Infinite", "Normal", "Subnormal", "Zero", "Zero", "Subnormal", "Normal", "Infinite"];
    assert_eq!(category, names[class as usize]);
}

/// Roundings to integral values, scaling, `%`.
fn check_others<F: FloatFormat<Storage: Bits>>() {
    let format = Minifloat::<F>::FORMAT;
    for a in codes(&format) {
        let x = number::<F>(a);
        let integral = |rounding| {
            let policy = Policy::IEEE.rounding(rounding);
            let want = within(format, Op::RoundToIntegralExact, policy, [a, 0, 0], 0);
            same(x.with(policy).round_to_integral_exact(), want, &(a, policy));
            let want = within(format, Op::RoundToIntegral, policy, [a, 0, 0], 0);
            same(x.with(policy).round_to_integral(), want, &(a, policy));
            want.code
        };
        assert_eq!(code(x.round_ties_even()), integral(Rounding::NearestEven));
        assert_eq!(code(x.round()), integral(Rounding::NearestAway));
        assert_eq!(code(x.trunc()), integral(Rounding::TowardZero));
        assert_eq!(code(x.floor()), integral(Rounding::TowardNegative));
        assert_eq!(code(x.ceil()), integral(Rounding::TowardPositive));
        for n in [i32::MIN, -20, -1, 0, 1, 3, i32::MAX] {
            let want = within(format, Op::ScaleB, Policy::IEEE, [a, u64::from(n as u32), 0], 0);
            assert_eq!(code(x.scale_b(n)), want.code);
            same(x.with(Policy::IEEE).scale_b(n), want, &(a, n));
        }
    }
}

/// The constants against every code's value.
fn check_constants<F: FloatFormat<Storage: Bits>>() {
    type T<F> = Minifloat<F>;
    let format = T::<F>::FORMAT;
    let numbers: Vec<T<F>> = codes(&format).into_iter().map(number).collect();
    let finite = || numbers.iter().copied().filter(|x| x.is_finite());
    assert!(finite().all(|x| T::MIN <= x && x <= T::MAX), "{format:?}");
    let positive = || finite().filter(|x| !x.is_zero() && x.is_sign_positive());
    assert!(positive().all(|x| T::SMALLEST <= x));
    assert!(positive().filter(|x| x.is_normal()).all(|x| T::MIN_POSITIVE <= x));
    assert!(T::<F>::MIN_POSITIVE.is_normal() || positive().all(|x| !x.is_normal()));
    assert_eq!(T::<F>::ONE.to_f64(), 1.0);
    assert_eq!(T::<F>::EPSILON.to_f64(), T::<F>::ONE.next_up().to_f64() - 1.0);
    assert_eq!(T::<F>::try_nan().is_some(), numbers.iter().any(|x| x.is_nan()));
    assert!(T::<F>::try_nan().is_none_or(|x| x.is_nan() && !x.is_signalling()));
    assert_eq!(T::<F>::try_infinity().is_some(), numbers.iter().any(|x| x.is_infinite()));
    assert!(T::<F>::try_infinity().is_none_or(|x| x.is_infinite() && x.is_sign_positive()));
    assert!(T::<F>::try_neg_infinity().is_none_or(|x| x.is_infinite() && x.is_sign_negative()));
    assert_eq!((T::<F>::WIDTH, T::<F>::PRECISION), (format.width(), format.precision()));
}

/// `f32`, `f64`, integers and other formats, against the same conversion at run time.
fn check_conversions<F: FloatFormat<Storage: Bits>>() {
    let format = Minifloat::<F>::FORMAT;
    let convert = |from: Format, to: Format, policy: Policy, code: Code| {
        let task = Task::new(Op::Convert, [from; 3], to).with_policy(policy);
        apply(&task, Operands::new(code, 0, 0))
    };
    let [single, double, other, i32s, i64s] =
        ["binary32", "binary64", "e5m2", "i32", "i64"].map(|name| lookup(name).unwrap());
    let policies = policies();
    for c in codes(&format) {
        let x = number::<F>(c);
        let [down, up] = [x.to_f64().next_down(), x.to_f64().next_up()];
        for y in [x.to_f64(), down, up, x.to_f64() * 1.0625, x.to_f64() * 0.96875] {
            let want = convert(double, format, Policy::IEEE, y.to_bits());
            assert_eq!(code(Minifloat::<F>::from_f64(y)), want.code, "{y}");
            let want = convert(single, format, Policy::IEEE, u64::from((y as f32).to_bits()));
            assert_eq!(code(Minifloat::<F>::from_f32(y as f32)), want.code, "{y}");
        }
        let want = convert(format, single, Policy::IEEE, c);
        assert_eq!(u64::from(x.to_f32().to_bits()), want.code);
        let want = convert(format, double, Policy::IEEE, c);
        assert_eq!(x.to_f64().to_bits(), want.code);
        for &policy in &policies {
            let want = convert(format, other, policy, c);
            same::<marker::E5M2>(x.with(policy).convert(), want, &(c, policy));
        }
        assert_eq!(x.to_i8(), x.to_f64() as i8, "{x:?}");
        assert_eq!(x.to_u16(), x.to_f64() as u16, "{x:?}");
        assert_eq!(x.to_i64(), x.to_f64() as i64, "{x:?}");
        assert_eq!(x.to_u64(), x.to_f64() as u64, "{x:?}");
        let want = convert(format, i32s, Policy::IEEE, c);
        assert_eq!(x.with(Policy::IEEE).to_i32(), (want.code as u32 as i32, want.flags));
    }
    for n in [i64::MIN, -449, -3, 0, 1, 17, 240, 65520, i64::MAX] {
        let want = convert(i64s, format, Policy::IEEE, n as u64);
        assert_eq!(code(Minifloat::<F>::from_i64(n)), want.code, "{n}");
    }
}

/// Every value prints and reads back; a NaN comes back as the canonical one.
fn check_text<F: FloatFormat<Storage: Bits>>() {
    for c in codes(&Minifloat::<F>::FORMAT) {
        let x = number::<F>(c);
        for text in [x.to_string(), x.to_hexadecimal()] {
            let read: Minifloat<F> = text.parse().unwrap();
            let want = if x.is_nan() { Minifloat::try_nan().unwrap() } else { x };
            assert_eq!(code(read), code(want), "{text}");
        }
        assert_eq!(format!("{x:x} {x:X} {x:b}"), format!("{c:x} {c:X} {c:b}"));
    }
}

fn check<F: FloatFormat<Storage: Bits>>() {
    check_unary::<F>();
    check_binary::<F>();
    check_fma::<F>();
    check_queries::<F>();
    check_others::<F>();
    check_constants::<F>();
    check_conversions::<F>();
    check_text::<F>();
}

macro_rules! aliases {
    ($($test:ident: $($marker:ident)*;)*) => {$(
        #[test]
        fn $test() {
            $(check::<marker::$marker>();)*
        }
    )*};
}

aliases! {
    four_and_six_bits: E2M1 E2M3 E3M2;
    eight_bits_with_infinity: E5M2 E4M3Ieee E3M4Ieee;
    eight_bits_without_infinity: E4M3FN E3M4FN;
    eight_bits_with_one_zero: E4M3FNUZ E5M2FNUZ E4M3B11FNUZ;
    scales_and_fixed_point: E8M0 UE4M3 UE5M3 MXINT8;
    half_precision: Binary16 Binary16Arm BFloat16;
    wider: TF32 Binary32 Binary64;
}

macro_rules! p3109 {
    ($($test:ident: $signed:literal $extended:literal $($p:literal)*;)*) => {$(
        #[test]
        fn $test() {
            $(check::<P3109<8, $p, $signed, $extended>>();)*
        }
    )*};
}

p3109! {
    p3109_signed_extended: true true 1 3 4 7;
    p3109_signed_finite: true false 1 3 5 7;
    p3109_unsigned_extended: false true 1 3 4 8;
    p3109_unsigned_finite: false false 1 3 5 8;
}
