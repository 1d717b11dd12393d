//! Faults of the kernels: what a loop that is right for nearly all inputs has wrong.

use super::faults::{Fault, fault};

const INTEGER: &str = "src/kernel/body/integer.rs";
const QUICK: &str = "src/kernel/body/quick.rs";
const ODD: &str = "src/kernel/body/odd.rs";
const WIDEN: &str = "src/kernel/body/widen.rs";
const CHANCE: &str = "src/kernel/x86/chance.rs";
const VALUES: &str = "src/kernel/x86/values.rs";
const FIXING: &str = "src/kernel/x86/fixing.rs";
const HALF: &str = "src/kernel/x86/half.rs";
const WORDS: &str = "src/kernel/x86/words.rs";
const YMM: &str = "src/kernel/x86/ymm.rs";
const LOOKUP: &str = "src/kernel/x86/lookup.rs";
const NOISE: &str = "src/kernel/x86/noise.rs";

/// Those of `src/kernel/x86` run on a CPU that has the instructions.
#[rustfmt::skip]
pub const FAULTS: &[Fault] = &[
    fault(INTEGER, "ties to even go up", "fn settled", "below.right(one).plus(odd)", "below.right(one).plus(one)"),
    fault(INTEGER, "stochastic C rounds ties up", "fn by_chance", "((rest == half) & (whole & one == one))", "(rest == half)"),
    fault(INTEGER, "what is cut off far below the noise is lost", "fn by_chance", "significand.right(over) | sticky", "significand.right(over)"),
    fault(QUICK, "the code below is taken on the wrong side", "fn settled", "nearest.float_above(limited)", "limited.float_above(nearest)"),
    fault(QUICK, "stochastic B has no half word", "fn noise_in", "noise.left(one) | one", "noise.left(one)"),
    fault(QUICK, "overflow is not put in its place", "fn result", "rounded == ends.top", "rounded > ends.top"),
    fault(ODD, "the odd neighbour is on the other side", "fn to_odd", "L::sign() == zero;", "L::sign() != zero;"),
    fault(ODD, "products with subnormal errors are within reach", "fn within", "u64::from(L::TRAILING + 4) << L::TRAILING", "1u64 << L::TRAILING"),
    fault(ODD, "a zero sum is never negative", "fn sum", "select(down & ", "select(false & "),
    fault(ODD, "an infinity beside an inexact product is NaN", "fn product_sum", " | (c & L::magnitude() == L::infinity())", ""),
    fault(WIDEN, "half of the subnormal operands are flushed", "fn value", "select(number < c.flush", "select(number.left(L::of(1)) < c.flush"),
    fault(CHANCE, "noise finer than the lowest quantum is cut off", "fn by_chance(", "q.noise_bits > q.drop", "false"),
    fault(CHANCE, "stochastic B of 16 bits has no half word", "fn new(", "all(middle)", "all(0)"),
    fault(CHANCE, "noise finer than what is cut off comes around", "fn new(", "u32::MAX << turn", "u32::MAX"),
    fault(CHANCE, "subnormal results are raised to nearest", "fn shaken", "_mm512_add_round_ps::<DOWN>(x, raise)", "_mm512_add_ps(x, raise)"),
    fault(VALUES, "what is clamped is not limited", "fn magnitude", "if FIXES & PAST != 0", "if true"),
    fault(VALUES, "overflow loses its sign", "fn fixed", "signed(self.past[0], self.past[1])", "self.past[0]"),
    fault(FIXING, "infinity is what lies past the largest value", "fn codes", "by_sign(self.infinite)", "by_sign(self.past)"),
    fault("src/kernel/body/chance.rs", "an array's first group is another's", "fn in_groups", "let before = noise.first % 4;", "let before = 0;"),
    fault(HALF, "ties in binary16 go up", "fn new(", "(1 << (c.drop - 1)) - 1", "1 << (c.drop - 1)"),
    fault(WORDS, "binary16 is never clamped", "fn encoder", "q.limit > 0x477f_e000", "q.limit > 0"),
    fault("src/kernel/plan/quick.rs", "the limit has a lane's bits", "fn new(n: &Narrow<L>, width", "let limit = (u128::from(top) << drop) + (u128::from(field - 1) << L::TRAILING);", "let limit = u128::from((top << drop).wrapping_add((field - 1) << L::TRAILING));"),
    fault(YMM, "binary16 is rounded toward zero", "fn encode_half_whole", "_MM_FROUND_TO_NEAREST_INT", "_MM_FROUND_TO_ZERO"),
    fault(YMM, "overflow is not put in its place", "fn by_addition", "_mm256_cmpeq_epi32(rounded, ends.top)", "_mm256_cmpgt_epi32(rounded, ends.top)"),
    fault(LOOKUP, "operands change places", "fn lookup_whole", "_mm512_or_si512(_mm512_slli_epi32::<8>(a), b)", "_mm512_or_si512(_mm512_slli_epi32::<8>(b), a)"),
    fault(NOISE, "the last words are not made", "fn new(noise: Noise, mask", "rest: all - first", "rest: 0"),
    fault(NOISE, "words come twice", "fn next(&mut self, mask", "STEP.wrapping_mul(8)", "STEP.wrapping_mul(4)"),
];
