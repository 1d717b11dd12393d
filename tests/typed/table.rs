//! What a type of numbers does, as functions of codes: its operations are compiled for each type, and what compares them with the
//! run-time path only once.

use std::num::FpCategory;

use halfulp::typed::*;
use halfulp::{Code, Flags, Format, Op, Policy, Predicate, Rounding};

/// A result and its exceptions.
pub type Answer = (Code, Flags);

/// An operation: its operator or method, and its second form, under a policy and with a noise word. Operands beyond its arity are
/// not looked at.
#[derive(Clone, Copy)]
pub struct Operation {
    pub op: Op,
    pub plain: fn([Code; 3]) -> Code,
    pub flagged: fn([Code; 3], Policy, u64) -> Answer,
}

/// A rounding to integral values that has a name of its own.
pub type Integral = (Rounding, fn(Code) -> Code);

/// The same under a policy.
pub type IntegralUnder = (Op, fn(Code, Policy) -> Answer);

/// Everything that is asked of two numbers.
#[derive(PartialEq, Debug)]
pub struct Order {
    /// `<`, `==`, `>`, `<=`, `>=`.
    pub holds: [bool; 5],
    pub partial: bool,
    pub total: [bool; 2],
    /// By [`SIGNALLING`].
    pub compared: (bool, Flags),
}

pub const SIGNALLING: Predicate = Predicate::ALL[12].1;

/// Everything that is asked of one number.
pub struct Class {
    pub nan: bool,
    pub signalling: bool,
    pub infinite: bool,
    pub normal: bool,
    pub subnormal: bool,
    pub zero: bool,
    pub finite: bool,
    pub negative: bool,
    pub positive: bool,
    pub category: FpCategory,
}

/// The constants of a type.
pub struct Constants {
    pub min: Code,
    pub max: Code,
    pub smallest: Code,
    pub min_positive: Code,
    pub one: Code,
    pub epsilon: Code,
    pub nan: Option<Code>,
    pub infinity: Option<Code>,
    pub neg_infinity: Option<Code>,
    pub width: u32,
    pub precision: u32,
}

pub struct Conversions {
    pub from_f32: fn(f32) -> Code,
    pub from_f64: fn(f64) -> Code,
    pub from_i64: fn(i64) -> Code,
    pub to_f32: fn(Code) -> f32,
    pub to_f64: fn(Code) -> f64,
    pub to_e5m2: fn(Code, Policy) -> Answer,
    pub to_integers: fn(Code) -> (i8, u16, i64, u64),
    pub to_i32: fn(Code) -> (i32, Flags),
}

pub struct Text {
    /// In decimal and in hexadecimal.
    pub printed: fn(Code) -> [String; 2],
    pub parsed: fn(&str) -> Code,
    /// The code, by the formats `x`, `X` and `b`.
    pub digits: fn(Code) -> String,
}

pub struct Typed {
    pub format: Format,
    pub unary: [Operation; 6],
    pub binary: [Operation; 14],
    pub fma: Operation,
    /// The second operand is a number of the language.
    pub scale: Operation,
    pub integral: [Integral; 5],
    pub integral_under: [IntegralUnder; 2],
    pub order: fn(Code, Code) -> Order,
    pub class: fn(Code) -> Class,
    pub constants: Constants,
    pub conversions: Conversions,
    pub text: Text,
}

fn number<F: FloatFormat>(code: Code) -> Minifloat<F> {
    match F::Storage::try_from(code) {
        Ok(bits) => Minifloat::from_bits(bits),
        Err(_) => panic!("{code:#x} is wider than the storage"),
    }
}

fn numbers<F: FloatFormat>([a, b, c]: [Code; 3]) -> [Minifloat<F>; 3] {
    [number(a), number(b), number(c)]
}

fn code<F: FloatFormat>(x: Minifloat<F>) -> Code {
    x.to_bits().into()
}

fn answer<F: FloatFormat>(x: Flagged<F>) -> Answer {
    (code(x.value), x.flags)
}

/// Operations of the type `F`: for each its plain form, and the method of the other.
macro_rules! operations {
    ($F:ident: $($op:ident($x:ident $($y:ident)*) => $plain:expr, $method:ident;)*) => {[$(
        Operation {
            op: Op::$op,
            plain: |codes| {
                let [$x, $($y,)* ..] = numbers::<$F>(codes);
                code($plain)
            },
            flagged: |codes, policy, noise| {
                let [$x, $($y,)* ..] = numbers::<$F>(codes);
                answer($x.with(policy).noise(noise).$method($($y),*))
            },
        },
    )*]};
}

impl Typed {
    pub fn of<F: FloatFormat>() -> Typed {
        Typed {
            format: Minifloat::<F>::FORMAT,
            unary: unary::<F>(),
            binary: binary::<F>(),
            fma: operations!(F: Fma(x y z) => x.mul_add(y, z), mul_add;)[0],
            scale: Operation {
                op: Op::ScaleB,
                plain: |[x, n, _]| code(number::<F>(x).scale_b(n as u32 as i32)),
                flagged: |[x, n, _], policy, noise| {
                    answer(number::<F>(x).with(policy).noise(noise).scale_b(n as u32 as i32))
                },
            },
            integral: [
                (Rounding::NearestEven, |x| code(number::<F>(x).round_ties_even())),
                (Rounding::NearestAway, |x| code(number::<F>(x).round())),
                (Rounding::TowardZero, |x| code(number::<F>(x).trunc())),
                (Rounding::TowardNegative, |x| code(number::<F>(x).floor())),
                (Rounding::TowardPositive, |x| code(number::<F>(x).ceil())),
            ],
            integral_under: [
                (Op::RoundToIntegralExact, |x, p| answer(number::<F>(x).with(p).round_to_integral_exact())),
                (Op::RoundToIntegral, |x, p| answer(number::<F>(x).with(p).round_to_integral())),
            ],
            order: order::<F>,
            class: class::<F>,
            constants: constants::<F>(),
            conversions: conversions::<F>(),
            text: Text {
                printed: |x| [number::<F>(x).to_string(), number::<F>(x).to_hexadecimal()],
                parsed: |text| code(text.parse::<Minifloat<F>>().unwrap()),
                digits: |x| {
                    let x = number::<F>(x);
                    format!("{x:x} {x:X} {x:b}")
                },
            },
        }
    }
}

fn unary<F: FloatFormat>() -> [Operation; 6] {
    operations! { F:
        Sqrt(x) => x.sqrt(), sqrt;
        Negate(x) => -x, neg;
        Abs(x) => x.abs(), abs;
        NextUp(x) => x.next_up(), next_up;
        NextDown(x) => x.next_down(), next_down;
        LogB(x) => x.log_b(), log_b;
    }
}

fn binary<F: FloatFormat>() -> [Operation; 14] {
    operations! { F:
        Add(x y) => x + y, add;
        Sub(x y) => x - y, sub;
        Mul(x y) => x * y, mul;
        Div(x y) => x / y, div;
        Remainder(x y) => x.remainder(y), remainder;
        CopySign(x y) => x.copysign(y), copysign;
        Minimum(x y) => x.minimum(y), minimum;
        Maximum(x y) => x.maximum(y), maximum;
        MinimumNumber(x y) => x.minimum_number(y), minimum_number;
        MaximumNumber(x y) => x.maximum_number(y), maximum_number;
        MinimumMagnitude(x y) => x.minimum_magnitude(y), minimum_magnitude;
        MaximumMagnitude(x y) => x.maximum_magnitude(y), maximum_magnitude;
        MinimumMagnitudeNumber(x y) => x.minimum_magnitude_number(y), minimum_magnitude_number;
        MaximumMagnitudeNumber(x y) => x.maximum_magnitude_number(y), maximum_magnitude_number;
    }
}

fn order<F: FloatFormat>(a: Code, b: Code) -> Order {
    let (x, y) = (number::<F>(a), number::<F>(b));
    let ieee = x.with(Policy::IEEE);
    Order {
        holds: [x < y, x == y, x > y, x <= y, x >= y],
        partial: x.partial_cmp(&y).is_some(),
        total: [x.total_cmp(&y).is_le(), ieee.total_order(y)],
        compared: ieee.compare(SIGNALLING, y),
    }
}

fn class<F: FloatFormat>(a: Code) -> Class {
    let x = number::<F>(a);
    Class {
        nan: x.is_nan(),
        signalling: x.is_signalling(),
        infinite: x.is_infinite(),
        normal: x.is_normal(),
        subnormal: x.is_subnormal(),
        zero: x.is_zero(),
        finite: x.is_finite(),
        negative: x.is_sign_negative(),
        positive: x.is_sign_positive(),
        category: x.classify(),
    }
}

fn constants<F: FloatFormat>() -> Constants {
    type T<F> = Minifloat<F>;
    Constants {
        min: code(T::<F>::MIN),
        max: code(T::<F>::MAX),
        smallest: code(T::<F>::SMALLEST),
        min_positive: code(T::<F>::MIN_POSITIVE),
        one: code(T::<F>::ONE),
        epsilon: code(T::<F>::EPSILON),
        nan: T::<F>::try_nan().map(code),
        infinity: T::<F>::try_infinity().map(code),
        neg_infinity: T::<F>::try_neg_infinity().map(code),
        width: T::<F>::WIDTH,
        precision: T::<F>::PRECISION,
    }
}

fn conversions<F: FloatFormat>() -> Conversions {
    Conversions {
        from_f32: |x| code(Minifloat::<F>::from_f32(x)),
        from_f64: |x| code(Minifloat::<F>::from_f64(x)),
        from_i64: |n| code(Minifloat::<F>::from_i64(n)),
        to_f32: |x| number::<F>(x).to_f32(),
        to_f64: |x| number::<F>(x).to_f64(),
        to_e5m2: |x, policy| answer(number::<F>(x).with(policy).convert::<marker::E5M2>()),
        to_integers: |x| {
            let x = number::<F>(x);
            (x.to_i8(), x.to_u16(), x.to_i64(), x.to_u64())
        },
        to_i32: |x| number::<F>(x).with(Policy::IEEE).to_i32(),
    }
}
