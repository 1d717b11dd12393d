//! The special operands of every selection of cases: zeros, infinities, NaNs, the ends of the finite and subnormal ranges,
//! and operands whose results are far outside the range.

use foldhash::{HashSet, HashSetExt};

use halfulp::{Code, Op, Operands, Task};

use super::{Cases, noise_word, operand_values, operands};
use crate::engine::definition::place::{Magnitude, Meaning, Values, at_most};

/// The special codes of a format, the more important first: of each sign zero, infinity, the first and the last quiet and
/// signalling NaN, the largest, smallest and smallest normal value, the largest subnormal one, and one.
pub fn codes(values: &Values) -> Vec<Code> {
    let Landmarks { one, smallest, normal } = Landmarks::of(values);
    let mut magnitudes = vec![0, values.last(false) as u64, values.last(true) as u64];
    magnitudes.extend(past(values));
    magnitudes.extend([one, smallest, normal, normal.saturating_sub(1)]);
    both_signs(values, &magnitudes)
}

/// Magnitude codes of some numbers.
struct Landmarks {
    /// The largest that is at most one.
    one: u64,
    /// The smallest above zero.
    smallest: u64,
    /// The smallest normal.
    normal: u64,
}

impl Landmarks {
    fn of(values: &Values) -> Landmarks {
        Landmarks {
            one: at_most(values, Magnitude { significand: 1, exponent: 0 }).unwrap_or(0),
            smallest: u64::from(values.has_zero()),
            normal: (values.first_normal() as u64).min(values.last(true) as u64),
        }
    }
}

/// What lies past the largest value: the infinity, the first and the last NaN, signalling and quiet.
fn past(values: &Values) -> Vec<u64> {
    let last = values.last(true) as u64;
    if last >= values.top() {
        return Vec::new();
    }
    let first = last + 1;
    let quiet = values.nan().map_or(first, |code| values.place(code).1 as u64).max(first);
    let infinite = matches!(values.meaning(first), Meaning::Infinite { .. });
    let first_nan = first + u64::from(infinite);
    let mut past = vec![first, quiet, first_nan, quiet.saturating_sub(1).max(first), values.top()];
    past.retain(|magnitude| *magnitude <= values.top());
    past
}

/// The codes of some magnitude codes, without repetition: of each sign, as far as there are such.
pub fn both_signs(values: &Values, magnitudes: &[u64]) -> Vec<Code> {
    let mut seen = HashSet::new();
    let mut codes = Vec::with_capacity(2 * magnitudes.len());
    for &magnitude in magnitudes {
        let signed = [false, true].map(|negative| signed(values, negative, magnitude));
        codes.extend(signed.into_iter().flatten().filter(|code| seen.insert(*code)));
    }
    codes
}

/// The code of a sign and a magnitude code. `None` where two's complement or the missing sign leaves no such code.
pub fn signed(values: &Values, negative: bool, magnitude: u64) -> Option<Code> {
    if values.has_sign_bit() {
        // Minus zero, also where that is the NaN.
        return (magnitude <= values.top())
            .then(|| if negative { values.sign_bit() | magnitude } else { magnitude });
    }
    let last = if values.is_signed() { values.last(negative) as u64 } else { values.top() };
    let exists = magnitude <= last && (values.is_signed() || !negative);
    exists.then(|| values.code(negative, i128::from(magnitude)))
}

/// The code of the finite value of a sign, if there are such, that has a magnitude code or else is the largest.
pub fn nearest(values: &Values, negative: bool, magnitude: u64) -> Code {
    let negative = negative && values.is_signed();
    values.code(negative, i128::from(magnitude).min(values.last(negative)))
}

/// Codes of an operand whose values lie outside the finite range of the result, at distances of 2^0, 2^1, 2^2, ... binades:
/// powers of two and the last value before the next one, above the largest value and below the smallest.
fn far(operand: &Values, result: &Values) -> Vec<Code> {
    let leading = |values: &Values, k: i128| {
        let Magnitude { significand, exponent } = values.at(k);
        exponent + i64::from(significand.checked_ilog2().unwrap_or(0))
    };
    let smallest = i128::from(operand.has_zero());
    let (lowest, highest) = (leading(operand, smallest), leading(operand, operand.last(true)));
    let top = leading(result, result.last(true));
    let bottom = leading(result, i128::from(result.has_zero()));
    let distances = || (0..24).map(|j| 1i64 << j);
    let above = distances().map(|d| top + d).take_while(|e| *e <= highest);
    let below = distances().map(|d| bottom - d).take_while(|e| *e >= lowest);
    let mut magnitudes = Vec::new();
    for exponent in above.chain(below) {
        let at = |exponent| at_most(operand, Magnitude { significand: 1, exponent });
        magnitudes.extend(at(exponent));
        magnitudes.extend(at(exponent + 1).map(|next| next.saturating_sub(1)));
    }
    both_signs(operand, &magnitudes)
}

/// The special codes of an operand of a task, and those far outside the result's range.
pub fn of_operand(task: &Task, index: usize) -> Vec<Code> {
    let values = &operand_values(task)[index];
    let mut list = codes(values);
    let power = task.op == Op::ScaleB && index == 1;
    let delivers = !task.op.is_query() && task.op != Op::LogB;
    if delivers && !power {
        let known: HashSet<Code> = list.iter().copied().collect();
        let result = Values::new(&task.result.facts());
        list.extend(far(values, &result).into_iter().filter(|code| !known.contains(code)));
    }
    list
}

/// The most codes of each of two, or of three operands, that are combined with each other.
const CROSSED: [usize; 4] = [0, 0, 14, 8];

/// The special cases of a task, without repetition: every special code of every operand, the others being one, and the
/// most important ones crossed.
pub fn combinations(task: &Task) -> Vec<[Code; 3]> {
    let values = operand_values(task);
    let arity = values.len();
    let lists: Vec<Vec<Code>> = (0..arity).map(|i| of_operand(task, i)).collect();
    let mut others = [0; 3];
    for (other, values) in others.iter_mut().zip(&values) {
        *other = values.code(false, i128::from(Landmarks::of(values).one));
    }
    let mut all = Vec::new();
    for (i, list) in lists.iter().enumerate() {
        all.extend(list.iter().map(|code| {
            let mut codes = others;
            codes[i] = *code;
            codes
        }));
    }
    let mut crossed = vec![[0; 3]];
    for (i, values) in values.iter().enumerate().filter(|_| arity > 1) {
        let chosen = core(values, CROSSED[arity]);
        let with =
            |codes: [Code; 3], code: Code| std::array::from_fn(|j| if i == j { code } else { codes[j] });
        crossed = crossed.iter().flat_map(|codes| chosen.iter().map(|code| with(*codes, *code))).collect();
    }
    all.extend(crossed.into_iter().filter(|_| arity > 1));
    let mut seen = HashSet::new();
    all.retain(|codes| seen.insert(*codes));
    all
}

/// At most `most` special codes that are worth crossing: zeros, largest, infinities, a quiet NaN, the smallest, a signalling
/// NaN, ones, the smallest normal.
fn core(values: &Values, most: usize) -> Vec<Code> {
    let Landmarks { one, smallest, normal } = Landmarks::of(values);
    let past = past(values);
    let infinity = past.first().filter(|k| matches!(values.meaning(**k), Meaning::Infinite { .. }));
    let mut list = both_signs(values, &[0, values.last(false) as u64, values.last(true) as u64]);
    list.extend(infinity.map(|k| both_signs(values, &[*k])).unwrap_or_default());
    list.extend(values.nan());
    list.extend(signed(values, false, smallest));
    list.extend(past.get(2).and_then(|nan| signed(values, false, *nan)));
    list.extend(both_signs(values, &[one, smallest, normal]));
    let mut seen = HashSet::new();
    list.retain(|code| seen.insert(*code));
    list.truncate(most);
    list
}

/// Cases that begin with the special ones of their task.
pub struct Led<C> {
    special: Vec<[Code; 3]>,
    rest: C,
    seed: u64,
}

impl<C: Cases> Led<C> {
    /// The special cases of a task, then these; none at all if these are none.
    pub fn new(task: &Task, seed: u64, rest: C) -> Led<C> {
        let special = if rest.is_empty() { Vec::new() } else { combinations(task) };
        Led { special, rest, seed }
    }
}

impl<C: Cases> Cases for Led<C> {
    fn len(&self) -> u64 {
        (self.special.len() as u64).saturating_add(self.rest.len())
    }

    fn case(&self, number: u64) -> Operands {
        let case = match self.special.get(usize::try_from(number).unwrap_or(usize::MAX)) {
            Some(codes) => operands(codes, 0),
            None => self.rest.case(number - self.special.len() as u64),
        };
        Operands { noise: noise_word(self.seed, number), ..case }
    }
}
