//! Random cases: each is a function of only the seed and its number.

use halfulp::{Code, Format, Op, Operands, Policy, Saturation, Task, noise};

use super::{Cases, boundary, noise_word, operand_values, operands, special};
use crate::engine::definition::answer;
use crate::engine::definition::place::{Values, at_most, midpoint};

/// A mix of uniform codes, neighbours in exponent, cancellation, results near the ends of the range, sparse
/// significands and boundary codes.
///
/// Related operands are computed with the oracle `definition`, so that a fault of the library cannot affect them.
#[derive(Clone, Debug)]
pub struct Random {
    task: Task,
    values: Vec<Values>,
    result: Values,
    edges: Vec<Vec<u64>>,
    seed: u64,
    count: u64,
}

impl Random {
    /// `count` random cases of a task.
    #[must_use]
    pub fn new(task: &Task, seed: u64, count: u64) -> Random {
        let values = operand_values(task);
        let edges = values.iter().map(boundary::magnitudes).collect();
        let policy = Policy::IEEE.saturation(Saturation::Finite);
        let result = Values::new(&task.result.facts());
        Random { task: task.with_policy(policy), values, result, edges, seed, count }
    }
}

/// A stream of words for one case.
struct Draw {
    seed: u64,
    index: u64,
}

impl Draw {
    fn new(seed: u64, number: u64) -> Draw {
        Draw { seed: noise::word(!seed, number), index: 0 }
    }

    fn word(&mut self) -> u64 {
        self.index += 1;
        noise::word(self.seed, self.index)
    }

    /// Below a bound that is not zero; the bias does not matter here.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(bound)) >> 64) as u64
    }

    /// An integer of at most `most` in magnitude.
    fn step(&mut self, most: u64) -> i64 {
        self.below(2 * most + 1) as i64 - most as i64
    }

    /// Any code: uniform, or for integers of any length.
    fn code(&mut self, f: &Values) -> Code {
        let word = self.word() & f.mask();
        if f.has_sign_bit() || !f.has_one_quantum() {
            return word;
        }
        let kept = 1 + self.below(u64::from(f.mask().count_ones())) as u32;
        let negative = self.word() & 1 == 1;
        special::nearest(f, negative, word & (u64::MAX >> (64 - kept)))
    }

    /// A code whose magnitude lies near that of another of the same format, with any sign.
    fn near(&mut self, f: &Values, code: Code, steps: u64) -> Code {
        let (_, k) = f.place(code);
        let negative = self.word() & 1 == 1;
        special::nearest(f, negative, (k as u64).saturating_add_signed(self.step(steps)))
    }

    /// A code near an end of the range: of the subnormals, the normals, or the finite values.
    fn threshold(&mut self, f: &Values) -> Code {
        let hidden = 1u64 << (f.precision() - 1);
        let end = match self.below(4) {
            0 => 0,
            1 => hidden,
            _ => f.last(false) as u64,
        };
        let steps = if self.word() & 1 == 1 { 4 } else { hidden.saturating_mul(2).min(1 << 60) };
        self.near(f, special::nearest(f, false, end), steps)
    }

    /// A code with few ones, or few zeros, in its significand.
    fn sparse(&mut self, f: &Values) -> Code {
        let mask = (1u64 << (f.precision() - 1)) - 1;
        let mut bits = 0;
        for _ in 0..=self.below(3) {
            bits |= 1 << self.below(u64::from(f.precision()));
        }
        let code = self.code(f) & !mask;
        let trailing = if self.word() & 1 == 1 { bits } else { !bits };
        (code | (trailing & mask)) & f.mask()
    }
}

impl Random {
    fn binary(&self, op: Op, formats: [Format; 2], result: Format, codes: [Code; 2]) -> Code {
        let [a, b] = formats;
        let task = Task::new(op, [a, b, b], result).with_policy(self.task.policy);
        let mask = u64::MAX >> (64 - result.facts().width);
        if task.check().is_err() {
            return codes[0] & mask;
        }
        let answer = answer(&task, Operands::new(codes[0], codes[1], 0));
        answer.map_or(codes[0] & mask, |answer| answer.code)
    }

    fn convert(&self, from: &Format, to: &Format, code: Code) -> Code {
        self.binary(Op::Convert, [*from, *from], *to, [code, 0])
    }

    /// Operands whose exact result is near `target`, a code of the result's format: the operation inverted, rounded.
    fn towards(&self, target: Code, draw: &mut Draw, codes: &mut [Code]) {
        let [a, b, c] = self.task.operands;
        let result = self.task.result;
        match self.task.op {
            Op::Mul => codes[1] = self.binary(Op::Div, [result, a], b, [target, codes[0]]),
            Op::Div => codes[0] = self.binary(Op::Mul, [result, b], a, [target, codes[1]]),
            Op::Add => codes[1] = self.binary(Op::Sub, [result, a], b, [target, codes[0]]),
            Op::Sub => codes[1] = self.binary(Op::Sub, [a, result], b, [codes[0], target]),
            Op::Sqrt => codes[0] = self.binary(Op::Mul, [result, result], a, [target, target]),
            Op::Fma => {
                codes[1] = self.binary(Op::Div, [result, a], b, [target, codes[0]]);
                codes[2] = if draw.word() & 1 == 1 {
                    self.convert(&result, &c, target)
                } else {
                    draw.near(&self.values[2], 0, 8)
                };
            }
            Op::Convert | Op::ConvertToInteger if draw.word() & 1 == 1 => {
                // Halfway to the next value.
                let (negative, k) = self.result.place(target);
                let halfway = at_most(&self.values[0], midpoint(&self.result, k as u64)).unwrap_or(0);
                codes[0] = special::nearest(&self.values[0], negative, halfway);
            }
            _ => codes[0] = self.convert(&result, &a, target),
        }
        let last = codes.len() - 1;
        let index = draw.below(last as u64 + 1) as usize;
        if draw.word() & 1 == 1 {
            codes[index] = draw.near(&self.values[index], codes[index], 2);
        }
    }

    /// The last operand nearly cancels what the others make.
    fn cancel(&self, draw: &mut Draw, codes: &mut [Code]) {
        let formats = self.task.operands;
        if codes.len() == 3 {
            let product = self.binary(Op::Mul, [formats[0], formats[1]], formats[2], [codes[0], codes[1]]);
            codes[2] = draw.near(&self.values[2], product, 2);
        } else if codes.len() == 2 {
            let same = self.convert(&formats[0], &formats[1], codes[0]);
            codes[1] = draw.near(&self.values[1], same, 2);
        }
    }

    /// The second operand lies within a few binades of the first.
    fn close(&self, draw: &mut Draw, codes: &mut [Code]) {
        let formats = self.task.operands;
        for i in 1..codes.len() {
            let same = self.convert(&formats[0], &formats[i], codes[0]);
            let hidden = 1u64 << (self.values[i].precision() - 1);
            codes[i] = draw.near(&self.values[i], same, hidden.saturating_mul(4).min(1 << 60));
        }
    }
}

impl Cases for Random {
    fn len(&self) -> u64 {
        self.count
    }

    fn case(&self, number: u64) -> Operands {
        let mut draw = Draw::new(self.seed, number);
        let mut codes = [0; 3];
        let codes = &mut codes[..self.values.len()];
        for (code, values) in codes.iter_mut().zip(&self.values) {
            *code = draw.code(values);
        }
        let queries = self.task.op.is_query();
        match draw.below(8) {
            0 | 1 => {}
            2 => self.close(&mut draw, codes),
            3 => self.cancel(&mut draw, codes),
            4 if !queries => {
                let target = draw.threshold(&self.result);
                self.towards(target, &mut draw, codes);
            }
            5 if !queries => {
                let target = draw.code(&self.result);
                self.towards(target, &mut draw, codes);
            }
            6 => {
                let pick = draw.below(codes.len() as u64) as usize;
                let (values, edges) = (&self.values[pick], &self.edges[pick]);
                let magnitude = edges[draw.below(edges.len() as u64) as usize];
                let negative = draw.word() & 1 == 1;
                let signed = special::signed(values, negative, magnitude);
                codes[pick] = signed.unwrap_or_else(|| special::nearest(values, false, magnitude));
            }
            _ => {
                for (code, values) in codes.iter_mut().zip(&self.values) {
                    *code = draw.sparse(values);
                }
            }
        }
        operands(codes, noise_word(self.seed, number))
    }
}
