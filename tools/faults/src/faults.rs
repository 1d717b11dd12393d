//! The faults: the kind of mistake that is made in code like this, one for each thing a line says.

/// A fault to plant.
pub struct Fault {
    /// The file.
    pub file: &'static str,
    /// What a reviewer would say.
    pub what: &'static str,
    /// Where to look: after this text, which the file has once.
    after: &'static str,
    /// The text that the fault replaces: the first one from there.
    old: &'static str,
    new: &'static str,
}

impl Fault {
    /// Whether the definition is right, and a kernel is not.
    pub fn is_of_kernel(&self) -> bool {
        self.file.starts_with("src/kernel/")
    }

    /// The kernel without which none of this file runs.
    pub fn needs(&self) -> Option<&'static str> {
        match self.file.strip_prefix("src/kernel/x86/")? {
            "avx2.rs" | "avx2/half.rs" => Some("avx2"),
            _ => Some("avx512"),
        }
    }

    /// The source with the fault in it, or nothing where its place is gone.
    pub fn plant(&self, source: &str) -> Option<String> {
        let start = source.find(self.after)?;
        if source.matches(self.after).count() != 1 {
            return None;
        }
        let (before, rest) = source.split_at(start);
        rest.contains(self.old).then(|| format!("{before}{}", rest.replacen(self.old, self.new, 1)))
    }
}

pub const fn fault(
    file: &'static str,
    what: &'static str,
    after: &'static str,
    old: &'static str,
    new: &'static str,
) -> Fault {
    Fault { file, what, after, old, new }
}

const ROUND: &str = "src/round.rs";
const CUT: &str = "src/round/cut.rs";
const VALUE: &str = "src/value.rs";
const FORMAT: &str = "src/format.rs";
const APPLY: &str = "src/op/apply.rs";
const UNROUNDED: &str = "src/op/unrounded.rs";
const TASK: &str = "src/op/task.rs";
const COMPARE: &str = "src/exact/compare.rs";
const PARSE: &str = "src/text/parse.rs";
const PRINT: &str = "src/text/print.rs";

/// All of them.
#[rustfmt::skip]
pub const FAULTS: &[Fault] = &[
    // The decision.
    fault(CUT, "ties to even go to odd", "const fn goes_away", "(Rounding::NearestEven, Cut::Half) => odd", "(Rounding::NearestEven, Cut::Half) => !odd"),
    fault(CUT, "ties to away go to zero", "const fn goes_away", "(Rounding::NearestAway, Cut::Half) => true", "(Rounding::NearestAway, Cut::Half) => false"),
    fault(CUT, "nearest rounds below half up", "const fn goes_away", "matches!(cut, Cut::AboveHalf)", "!matches!(cut, Cut::Half)"),
    fault(CUT, "toward positive forgets the sign", "const fn goes_away", "(Rounding::TowardPositive, _) => !negative", "(Rounding::TowardPositive, _) => true"),
    fault(CUT, "toward negative goes toward positive", "const fn goes_away", "(Rounding::TowardNegative, _) => negative", "(Rounding::TowardNegative, _) => !negative"),
    fault(CUT, "to odd always sets the last bit up", "const fn goes_away", "(Rounding::ToOdd, _) => !odd", "(Rounding::ToOdd, _) => true"),
    fault(CUT, "an exact result moves to odd", "const fn goes_away", "(_, Cut::Nothing) | (Rounding::TowardZero", "(Rounding::NearestEven, Cut::Nothing) | (Rounding::TowardZero"),
    // The cut.
    fault(CUT, "the tail of the quotient is dropped", "const fn leading_64", "bits as u64 != 0 || x.tail", "bits as u64 != 0"),
    fault(CUT, "the low half of a significand is dropped", "const fn leading_64", "bits as u64 != 0 || x.tail", "x.tail"),
    fault(CUT, "a wide cut forgets the tail", "const fn cut_wide", "bits & (half - 1) != 0 || x.tail", "bits & (half - 1) != 0"),
    fault(CUT, "a wide cut's half is one bit low", "const fn cut_wide", "1u128 << (drop - 1)", "1u128 << (drop - 2)"),
    fault(CUT, "exactly half counts as above", "impl Cut", "2 => Cut::Half", "2 => Cut::AboveHalf"),
    // Chance.
    fault("src/policy/noise_bits.rs", "all of the noise word counts", "pub const fn of_word", "noise & ((1 << self.0) - 1)", "noise"),
    fault(CUT, "stochastic A goes up one word late", "const fn away_stochastic", "fraction(x, quantum, bits).0 + noise >= one", "fraction(x, quantum, bits).0 + noise > one"),
    fault(CUT, "stochastic B has no half word", "const fn away_stochastic", "2 * noise + 1 >=", "2 * noise >="),
    fault(CUT, "stochastic C rounds ties up", "const fn away_stochastic", "(!all || doubled & 2 == 2)", "true"),
    fault(CUT, "stochastic C forgets what is beyond the tie", "const fn away_stochastic", "(!all || doubled & 2 == 2)", "(doubled & 2 == 2)"),
    fault(CUT, "the fraction's tail is no more", "const fn fraction", "floor << shift == rest && !x.tail", "floor << shift == rest"),
    // Range.
    fault(ROUND, "subnormals get the quantum of normals", "const fn round_finite", "if unbounded > f.quantum_min()", "if true"),
    fault(ROUND, "parity is taken of the significand", "const fn round_finite", "odd: kept & 1 == 1", "odd: (kept + f.offset()) & 1 == 1 && precision > 1"),
    fault(ROUND, "overflow starts one code late", "if carried ||", "magnitude > f.largest_magnitude(x.negative)", "magnitude > f.largest_magnitude(x.negative) + 1"),
    fault(ROUND, "overflow starts one code early", "if carried ||", "magnitude > f.largest_magnitude(x.negative)", "magnitude >= f.largest_magnitude(x.negative)"),
    fault(ROUND, "two's complement is symmetric", "if carried ||", "magnitude > f.largest_magnitude(x.negative)", "magnitude > f.largest_magnitude(false)"),
    fault(ROUND, "inexact is never raised in range", "if carried ||", "Flags::INEXACT.when(inexact)", "Flags::NONE"),
    fault(ROUND, "a carry out of 64 bits is lost", "if carried ||", "if carried || magnitude", "if magnitude"),
    fault(ROUND, "directed overflow forgets the sign", "const fn overflow(", "(_, Rounding::TowardPositive) => !negative", "(_, Rounding::TowardPositive) => true"),
    fault(ROUND, "overflow toward negative stays at the largest", "const fn overflow(", "(_, Rounding::TowardNegative) => negative", "(_, Rounding::TowardNegative) => false"),
    fault(ROUND, "overflow toward zero goes past", "const fn overflow(", " | (_, Rounding::TowardZero) => false", " => false, (_, Rounding::TowardZero) => true"),
    fault(ROUND, "overflow to odd has the other parity", "const fn overflow(", "f.largest_magnitude(negative) & 1 == 0", "f.largest_magnitude(negative) & 1 == 1"),
    fault(ROUND, "propagate does not clamp", "const fn overflow(", "(Saturation::Finite | Saturation::Propagate, _)", "(Saturation::Finite, _)"),
    fault(ROUND, "overflow raises no inexact", "const fn overflow(", "Flags::OVERFLOW.union(Flags::INEXACT)", "Flags::OVERFLOW"),
    fault(ROUND, "an overflowing integer is an overflow", "const fn overflow(", "f.is_integer() || (negative", "(negative"),
    fault(ROUND, "a negative overflow of an unsigned format is one", "const fn overflow(", "f.is_integer() || (negative && !f.is_signed())", "f.is_integer()"),
    fault(ROUND, "past the largest of E4M3FN is the largest", "const fn past_largest", "(Overflow::Nan, Some(nan)) => nan", "(Overflow::Nan, Some(_)) => f.largest(negative)"),
    fault(ROUND, "infinities lose their sign", "const fn past_largest", "f.encode(negative, f.largest_magnitude(false) + 1)", "f.encode(false, f.largest_magnitude(false) + 1)"),
    fault(ROUND, "finite saturation keeps infinities", "const fn round_infinite", "!matches!(policy.saturation, Saturation::Finite)", "true"),
    fault(ROUND, "propagate clamps infinities", "const fn round_infinite", "!matches!(policy.saturation, Saturation::Finite)", "matches!(policy.saturation, Saturation::None)"),
    fault(ROUND, "a clamped infinity is exact", "const fn round_infinite", "Flags::INEXACT.when(!kept)", "Flags::NONE"),
    fault(ROUND, "an infinity to an integer is clamped", "const fn round_infinite", "f.is_integer() || (negative", "(negative"),
    fault(ROUND, "negatives become zero in unsigned formats", "const fn in_range", "return unrepresentable(f, policy, true);", "return Rounded { code: 0, flags };"),
    fault(ROUND, "a negative that rounds to zero is invalid", "const fn in_range", "if magnitude == 0 && f.has_zero()", "if false"),
    fault(ROUND, "an unrepresentable result saturates without being asked", "const fn unrepresentable", "(Saturation::None, Some(nan)) => nan", "(Saturation::None, Some(_)) => f.largest(negative)"),
    fault(ROUND, "an integer out of range ignores the policy", "const fn unrepresentable", "nan_result(f, policy.nan)", "f.largest(negative)"),
    fault(ROUND, "a negative too small for a format without zero is code 0", "const fn below_smallest", "if x.negative", "if false"),
    fault(ROUND, "no underflow below the smallest value of E8M0", "const fn below_smallest", "Flags::INEXACT.union(underflow)", "Flags::INEXACT"),
    fault(ROUND, "a flushed result loses its sign", "const fn flushed", "negative && f.is_signed()", "false"),
    fault(ROUND, "a flushed result raises no inexact", "const fn flushed", "Flags::UNDERFLOW.union(Flags::INEXACT)", "Flags::UNDERFLOW"),
    fault(ROUND, "an exact tiny result is not flushed", "const fn round_finite", "if policy.flush_results && tiny", "if policy.flush_results && tiny && inexact"),
    fault(ROUND, "a zero to E8M0 is code 0", "const fn round_zero", "if !f.has_zero()", "if false"),
    fault(ROUND, "a zero loses its sign", "const fn round_zero", "negative && f.is_signed()", "false"),
    fault(ROUND, "NaN to a format without one is silent", "const fn round_nan", "flags: Flags::INVALID", "flags: Flags::NONE"),
    fault(ROUND, "the least NaN result is the largest", "const fn nan_result", "NanResult::Least => f.largest(true)", "NanResult::Least => f.largest(false)"),
    fault(ROUND, "the minus zero NaN result is plus zero", "const fn nan_result", "=> f.encode(true, 0)", "=> f.encode(false, 0)"),
    // Tininess.
    fault(ROUND, "tininess is always before rounding", "const fn is_tiny", "leading < f.tiny_below()", "true"),
    fault(ROUND, "tininess before is tininess after", "const fn is_tiny", "Tininess::Before => true,\n        Tininess::After", "Tininess::Before | Tininess::After"),
    fault(ROUND, "tininess after looks at the subnormals' grid", "const fn to_precision", "cut_at(x, leading_exponent(x), unbounded)", "cut_at(x, leading_exponent(x), f.quantum_min())"),
    fault(ROUND, "tininess after has the other parity for one bit", "const fn to_precision", "!f.has_zero()", "f.has_zero()"),
    fault(ROUND, "tininess is looked at one binade too low", "const fn round_finite", "leading == f.tiny_below() - 1", "leading == f.tiny_below() - 2"),
    fault(ROUND, "tiny results raise no underflow", "const fn round_finite", "Flags::UNDERFLOW.when(inexact & tiny)", "Flags::NONE"),
    fault(ROUND, "exact tiny results raise underflow", "const fn round_finite", "Flags::UNDERFLOW.when(inexact & tiny)", "Flags::UNDERFLOW.when(tiny)"),
    // Values.
    fault(VALUE, "subnormals have the hidden bit", "const fn decode_number", "(field != 0) as u64", "1"),
    fault(VALUE, "subnormals are one binade low", "const fn decode_number", "(field - normal) as i32", "field as i32 - 1"),
    fault(VALUE, "the code of minus zero is zero in fnuz", "const fn zero_code", "if negative && matches!", "if false && matches!"),
    fault(VALUE, "the infinity is a NaN", "const fn special", "f.largest_magnitude(false) + 1", "f.largest_magnitude(false) + 2"),
    fault(VALUE, "all NaNs are quiet", "const fn special", "payload >> 63 == 0", "false"),
    fault(VALUE, "OCP's NaN signals", "const fn special", "f.has_ieee_nans() &&", "f.precision() > 5 &&"),
    // Formats.
    fault(FORMAT, "the infinity is not counted among the codes", "const fn derive", "top - nans - infinities", "top - nans"),
    fault(FORMAT, "the canonical NaN of IEEE's layout is all ones", "const fn derive", "(largest[0] + 1) | 1 << (facts.precision - 2)", "top"),
    fault(FORMAT, "a format without subnormals starts a binade high", "const fn derive", "else { -facts.bias }", "else { 1 - facts.bias }"),
    fault(FORMAT, "fnuz formats have a minus zero", "const fn derive", "signed && !matches!(facts.nans, Nans::NegativeZero)", "signed"),
    fault(FORMAT, "any fixed-point format is an integer", "const fn is_integer", "&& self.quantum_min() == 0", ""),
    fault(FORMAT, "two's complement has no extra value", "const fn derive", "[top >> 1, (top >> 1) + 1]", "[top >> 1, top >> 1]"),
    fault("src/format/codes.rs", "a zero keeps its sign where there is none", "const fn encode", "negative & (self.negative_zero | (magnitude != 0))", "negative"),
    // Operations.
    fault("src/exact/add.rs", "inf - inf is an infinity", "const fn add_special", "if p != q => Outcome::invalid()", "if p != q => Outcome::infinite(p)"),
    fault("src/exact/add.rs", "zeros of unlike sign give the first", "const fn add_special", "if p == q { p } else { zero_negative }", "p"),
    fault("src/exact/add.rs", "an exact zero sum is never minus zero", "const fn add_numbers", "None => Outcome::zero(zero_negative)", "None => Outcome::zero(false)"),
    fault("src/exact/add.rs", "a far operand is lost", "const fn add_far", "shift_right_sticky(y, distance - up)", "(y >> if distance - up > 127 { 127 } else { distance - up }, false)"),
    fault("src/exact/mul.rs", "0 * inf is zero", "const fn mul_special", "Outcome::invalid()", "Outcome::zero(negative)"),
    fault("src/exact/mul.rs", "an infinite product is positive", "const fn mul_special", "=> Outcome::infinite(negative)", "=> Outcome::infinite(false)"),
    fault("src/exact/mul.rs", "the product's sign is the first's", "const fn product", "a.negative != b.negative", "a.negative"),
    fault("src/exact/div.rs", "0 / 0 is zero", "const fn div_special", "Outcome::invalid()", "Outcome::zero(negative)"),
    fault("src/exact/div.rs", "no division by zero is raised", "const fn div_special", "flags: Flags::DIVIDE_BY_ZERO", "flags: Flags::NONE"),
    fault("src/exact/div.rs", "the quotient's remainder is forgotten", "const fn quotient", "tail: ", "tail: false && "),
    fault("src/exact/sqrt.rs", "sqrt(-0) is +0", "pub const fn sqrt", "Outcome::zero(negative)", "Outcome::zero(false)"),
    fault("src/exact/sqrt.rs", "the root of a negative is that of its magnitude", "pub const fn sqrt", "Value::Infinite { negative: true } | Value::Finite(Exact { negative: true, .. })", "Value::Infinite { negative: true }"),
    fault("src/exact/sqrt.rs", "the root's last correction is left out", "const fn root", "q -= 1;", "q -= 0;"),
    fault("src/exact/sqrt.rs", "roots are always exact", "const fn root", "tail: rest != 0", "tail: false"),
    fault("src/exact/fma.rs", "0 * inf + NaN is invalid", "const fn fma_special", "Outcome::from_nan(&[a, b, c])", "Outcome::invalid()"),
    fault("src/exact/fma.rs", "the product plus zero is zero", "const fn fma_special", "Value::Finite(_) => add_infinity(c)", "Value::Finite(_) => Outcome::zero(false)"),
    fault("src/exact/fma.rs", "a far addend is lost", "const fn add_far", "shift_right_sticky(low.significand, apart - room)", "(0, false)"),
    fault("src/exact/fma.rs", "a borrow from the tail is forgotten", "const fn add_far", "subtract_tail(x, y, tail)", "subtract_tail(x, y, false)"),
    fault("src/exact/rem.rs", "ties of the quotient go up", "const fn rem_finite", "&& odd)", "&& true)"),
    fault("src/exact/rem.rs", "a zero remainder is positive", "const fn rem_finite", "Outcome::zero(a.negative)", "Outcome::zero(false)"),
    fault("src/exact/rem.rs", "an infinite divisor is invalid", "const fn rem_special", "_ => Outcome::of(x.real())", "(_, Value::Infinite { .. }) => Outcome::invalid(), _ => Outcome::of(x.real())"),
    fault("src/exact/scale.rs", "logB counts from the last bit", "pub const fn log_b", "x.leading_exponent()", "x.exponent"),
    fault("src/exact/scale.rs", "logB of zero raises nothing", "pub const fn log_b", "flags: Flags::DIVIDE_BY_ZERO", "flags: Flags::NONE"),
    fault("src/exact/scale.rs", "negative powers scale up", "const fn power", "if n.negative { -magnitude }", "if false { -magnitude }"),
    fault("src/exact/minmax.rs", "zeros are not ordered", "const fn first_wins", "=> a.is_negative() != kind.maximum", "=> true"),
    fault("src/exact/minmax.rs", "a NaN wins over a number", "pub const fn minmax", "if !kind.number", "if true"),
    fault("src/exact/minmax.rs", "a signalling NaN is silent", "pub const fn minmax", "is_signalling(a) || is_signalling(b)", "false"),
    fault("src/exact/minmax.rs", "magnitudes are not looked at first", "const fn first_wins", "if kind.magnitude", "if false"),
    fault("src/exact.rs", "signalling NaNs are quiet to arithmetic", "pub const fn from_nan", "if is_signalling(operands[i])", "if false"),
    fault(COMPARE, "zeros of unlike sign are unequal", "const fn side", "Value::Nan(_) | Value::Zero { .. } => 0", "Value::Nan(_) => 0, Value::Zero { negative } => -(negative as i32)"),
    fault(COMPARE, "negative numbers compare by magnitude", "const fn order(", "magnitude.reverse()", "magnitude"),
    fault(COMPARE, "total order puts minus zero after plus zero", "pub const fn total_order", "=> x || !y", "=> !x || y"),
    fault(COMPARE, "total order puts all NaNs last", "pub const fn total_order", "(Value::Nan(x), _) => x.negative", "(Value::Nan(_), _) => false"),
    fault(COMPARE, "quiet NaNs come before signalling ones", "const fn nan_rank", "!nan.signalling as i128", "nan.signalling as i128"),
    // Delivery.
    fault(APPLY, "subtraction of numbers adds", "const fn apply_to_numbers", "b.negative != matches!(task.op, Op::Sub)", "b.negative"),
    fault(APPLY, "the short path flushes no operand", "const fn apply_to_numbers", "if policy.flush_operands", "if false"),
    fault(APPLY, "another policy is not looked at", "const fn apply_to_any_under", "policy: *policy, ", ""),
    fault(APPLY, "a minus zero sum of numbers in every rounding", "const fn apply_to_numbers", "matches!(policy.rounding, Rounding::TowardNegative)", "true"),
    fault(UNROUNDED, "subtraction adds", "const fn exact_result(", "negated(operand(task, 1, b))", "operand(task, 1, b)"),
    fault(UNROUNDED, "a minus zero sum in every rounding", "const fn exact_result(", "matches!(task.policy.rounding, Rounding::TowardNegative)", "true"),
    fault("src/op/operand.rs", "subnormal operands are never flushed", "const fn operand(", "task.policy.flush_operands && ", "false && "),
    fault(APPLY, "negate flushes its operand's payload away", "const fn sign_operation", "same(format, &task.result)", "same(format, &task.result) && !matches!(x, Value::Nan(_))"),
    fault(APPLY, "abs of the one NaN is zero", "const fn sign_operation", "a & format.code_mask()", "format.encode(negative, magnitude)"),
    fault(APPLY, "copySign takes the first sign", "const fn sign_operation", "decode(&task.operands[1], b).is_negative()", "x.is_negative()"),
    fault(APPLY, "roundToIntegral loses the sign of zero", "const fn integral", "0 => Value::Zero { negative }", "0 => Value::Zero { negative: false }"),
    fault(APPLY, "roundToIntegralExact raises nothing", "const fn integral", "Flags::INEXACT.when(inexact)", "Flags::NONE"),
    fault(APPLY, "the plain roundToIntegral raises inexact", "Op::RoundToIntegral =>", "flags.without(Flags::INEXACT)", "flags"),
    fault(APPLY, "ConvertToInteger raises inexact", "let silent =", "matches!(task.op, Op::ConvertToInteger)", "false"),
    fault(APPLY, "nextUp skips a value", "const fn next(", "neighbour(task, negative, magnitude + 1)", "neighbour(task, negative, magnitude + 2)"),
    fault(APPLY, "nextUp of zero is minus the smallest", "const fn next(", "neighbour(task, !up, 1)", "neighbour(task, up, 1)"),
    fault(APPLY, "nextUp past the largest is inexact", "const fn neighbour", "flags.without(Flags::INEXACT)", "flags"),
    fault(APPLY, "signalling predicates are quiet", "const fn compared", "predicate.is_signalling() ||", "false ||"),
    fault(APPLY, "quiet predicates ignore signalling NaNs", "const fn compared", "exact::is_signalling(a) || exact::is_signalling(b)", "false"),
    fault(APPLY, "class calls subnormals normal", "const fn class(", "x.leading_exponent() < format.tiny_below()", "false"),
    fault(APPLY, "class calls signalling NaNs quiet", "const fn class(", "!nan.signalling as Code", "1"),
    fault("src/op/extreme.rs", "maximumNumber is maximum", "const fn extreme", "Op::MaximumNumber => (true, false, true)", "Op::MaximumNumber => (true, false, false)"),
    fault(TASK, "64-bit integers are added", "pub const fn check(", "return Err(TaskError::OperandTooPrecise);", ""),
    fault(TASK, "too many noise bits are taken", "const fn check_noise", "> 72", "> 73"),
    fault(TASK, "formats with other NaNs are the same", "pub(crate) const fn same", "=> m == n", "=> m > 0 && n > 0"),
    fault("src/op/predicate.rs", "lessEqual leaves equality out", "pub const LESS_EQUAL", "quiet(0b0011)", "quiet(0b0001)"),
    // Text.
    fault(PARSE, "digits beyond the kept ones are dropped", "fn binary", "if digits.any(|&digit| digit != b'0')", "if digits.any(|&digit| digit != b'0') && keep == 0"),
    fault(PARSE, "hexadecimal digits beyond 128 bits are dropped", "fn read_hexadecimal", "tail |= digit != 0;", ""),
    fault(PARSE, "a minus zero reads as plus zero", "fn read_decimal", "return Ok(Value::Zero { negative });", "return Ok(Value::Zero { negative: false });"),
    fault(PARSE, "the quotient's tail is dropped", "fn binary", "(significand, shift + exponent, tail)", "(significand, shift + exponent, tail && exponent >= 0)"),
    fault(PRINT, "zeros before the point are lost", "fn push_plain", "out.extend(zeros(leading + 1 - digits.len() as i64));", ""),
    fault(PRINT, "zeros after the point are lost", "fn push_plain", "out.extend(zeros(-leading - 1));", ""),
    fault(PRINT, "the sign of infinity is lost", "fn special", "format!(\"{}inf\", sign(*negative))", "format!(\"{}inf\", sign(*negative && false))"),
];
