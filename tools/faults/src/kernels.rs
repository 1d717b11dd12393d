//! Faults of the kernels: what a loop that is right for nearly all inputs has wrong.

use super::faults::{Fault, fault};

const INTEGER: &str = "src/kernel/body/integer.rs";
const MAGIC: &str = "src/kernel/body/magic_add.rs";
const ODD: &str = "src/kernel/body/odd.rs";
const WIDEN: &str = "src/kernel/body/widen.rs";
const STOCHASTIC: &str = "src/kernel/x86/stochastic.rs";
const VALUES: &str = "src/kernel/x86/values.rs";
const FIXUPS: &str = "src/kernel/x86/fixups.rs";
const HALF: &str = "src/kernel/x86/half.rs";
const WORDS: &str = "src/kernel/x86/words.rs";
const AVX2: &str = "src/kernel/x86/avx2.rs";
const LOOKUP: &str = "src/kernel/x86/lookup.rs";
const NOISE: &str = "src/kernel/x86/noise.rs";

/// Those of `src/kernel/x86` run on a CPU that has the instructions.
#[rustfmt::skip]
pub const FAULTS: &[Fault] = &[
    fault(INTEGER, "ties to even go up", "fn round_magnitude", "below.shr(one).wrapping_add(odd)", "below.shr(one).wrapping_add(one)"),
    fault(INTEGER, "stochastic C rounds ties up", "fn round_stochastic", "((rest == half) & (whole & one == one))", "(rest == half)"),
    fault(INTEGER, "what is cut off far below the noise is lost", "fn round_stochastic", "significand.shr(over) | sticky", "significand.shr(over)"),
    fault(MAGIC, "the code below is taken on the wrong side", "fn adjust_from_nearest", "nearest.float_gt(limited)", "limited.float_gt(nearest)"),
    fault(MAGIC, "stochastic B has no half word", "fn noise_in", "noise.shl(one) | one", "noise.shl(one)"),
    fault(MAGIC, "overflow is not put in its place", "fn result", "rounded == special.top", "rounded > special.top"),
    fault(ODD, "the odd neighbour is on the other side", "fn to_odd", "L::sign() == zero;", "L::sign() != zero;"),
    fault(ODD, "products with subnormal errors count as exact", "fn error_is_exact", "u64::from(L::TRAILING + 4) << L::TRAILING", "1u64 << L::TRAILING"),
    fault(ODD, "a zero sum is never negative", "fn sum", "select(down & ", "select(false & "),
    fault(ODD, "an infinity beside an inexact product is NaN", "fn product_sum", " | (c & L::magnitude() == L::infinity())", ""),
    fault(WIDEN, "half of the subnormal operands are flushed", "fn value", "select(number < c.flush", "select(number.shl(L::from_u64(1)) < c.flush"),
    fault(STOCHASTIC, "noise finer than the lowest quantum is cut off", "fn quantize_stochastic(", "q.noise_bits > q.drop", "false"),
    fault(STOCHASTIC, "stochastic B of 16 bits has no half word", "fn new(", "all(middle)", "all(0)"),
    fault(STOCHASTIC, "noise finer than what is cut off comes around", "fn new(", "u32::MAX << turn", "u32::MAX"),
    fault(STOCHASTIC, "subnormal results are raised to nearest", "fn add_noise", "_mm512_add_round_ps::<DOWN>(x, raise)", "_mm512_add_ps(x, raise)"),
    fault(VALUES, "what is clamped is not limited", "fn magnitude", "if FIXUPS & OVERFLOW != 0", "if true"),
    fault(VALUES, "overflow loses its sign", "fn fix_up", "signed(self.overflow[0], self.overflow[1])", "self.overflow[0]"),
    fault(FIXUPS, "infinity is what lies past the largest value", "fn codes", "by_sign(self.infinite)", "by_sign(self.overflow)"),
    fault("src/kernel/body/noise.rs", "an array's first group is another's", "fn in_groups", "let before = noise.first % 4;", "let before = 0;"),
    fault(HALF, "ties in binary16 go up", "fn new(", "(1 << (c.drop - 1)) - 1", "1 << (c.drop - 1)"),
    fault(WORDS, "binary16 is never clamped", "fn encoder", "q.limit > 0x477f_e000", "q.limit > 0"),
    fault("src/kernel/plan/magic_add.rs", "the limit has a lane's bits", "impl<L: Lane> MagicAdd<L>", "let limit = (u128::from(top) << drop) + (u128::from(field - 1) << L::TRAILING);", "let limit = u128::from((top << drop).wrapping_add((field - 1) << L::TRAILING));"),
    fault("src/kernel/x86/avx2/half.rs", "binary16 is rounded toward zero", "fn encode_half_whole", "_MM_FROUND_TO_NEAREST_INT", "_MM_FROUND_TO_ZERO"),
    fault(AVX2, "overflow is not put in its place", "fn by_addition", "_mm256_cmpeq_epi32(rounded, special.top)", "_mm256_cmpgt_epi32(rounded, special.top)"),
    fault(LOOKUP, "operands change places", "fn lookup_whole", "_mm512_or_si512(_mm512_slli_epi32::<8>(a), b)", "_mm512_or_si512(_mm512_slli_epi32::<8>(b), a)"),
    fault(NOISE, "the last words are not made", "fn new(noise: Noise, mask", "rest: all - first", "rest: 0"),
    fault(NOISE, "words come twice", "fn next(&mut self, mask", "STEP.wrapping_mul(8)", "STEP.wrapping_mul(4)"),
];
