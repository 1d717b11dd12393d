//! Every boundary of every operand, crossed over the operands.

use halfulp::{Code, Format, Op, Operands, Task};

use super::boundary;
use super::{Cases, noise_word, operand_formats, operands};

/// The most codes of one operand where two or three are crossed: the most important ones.
const MOST: [usize; 4] = [0, 1 << 20, 192, 48];

/// All combinations of the operands' boundary codes, the last operand fastest.
///
/// One operand takes every boundary (for a conversion every rounding boundary of the destination with its neighbours
/// in the source); two take their 192, three their 48 most important codes.
#[derive(Clone, Debug)]
pub struct Edge {
    lists: Vec<Vec<Code>>,
    seed: u64,
}

impl Edge {
    /// The edge cases of a task.
    #[must_use]
    pub fn new(task: &Task, seed: u64) -> Edge {
        let formats = operand_formats(task);
        let lists = formats.iter().map(|f| codes(f, &extra(task), MOST[formats.len()])).collect();
        Edge { lists, seed }
    }
}

/// Further magnitude codes that matter to an operation of one operand.
fn extra(task: &Task) -> Vec<u64> {
    match task.op {
        Op::Convert | Op::ConvertToInteger => boundary::conversion(&task.operands[0], &task.result),
        Op::RoundToIntegral | Op::RoundToIntegralExact => boundary::integral(&task.operands[0]),
        _ => Vec::new(),
    }
}

/// At most `most` codes of both signs; all of the format if it has no more.
fn codes(f: &Format, extra: &[u64], most: usize) -> Vec<Code> {
    if f.width() < 24 && 1usize << f.width() <= most.min(1 << 10) {
        return (0..=f.code_mask()).collect();
    }
    let mut magnitudes = boundary::magnitudes(f);
    let known: std::collections::BTreeSet<u64> = magnitudes.iter().copied().collect();
    magnitudes.extend(extra.iter().copied().filter(|m| !known.contains(m)));
    let mut codes = Vec::new();
    for magnitude in magnitudes {
        for code in both_signs(f, magnitude) {
            if codes.len() < most {
                codes.push(code);
            }
        }
    }
    codes
}

/// The codes of a magnitude code: of one sign where there is but one, or where it is no value of the other.
fn both_signs(f: &Format, magnitude: u64) -> Vec<Code> {
    use halfulp::Sign;
    match f.facts().sign {
        Sign::Unsigned => vec![magnitude],
        Sign::SignMagnitude => vec![magnitude, magnitude | f.top_bit()],
        Sign::TwosComplement if magnitude == 0 => vec![0],
        Sign::TwosComplement if magnitude > f.largest_magnitude(false) => vec![f.encode(true, magnitude)],
        Sign::TwosComplement => vec![magnitude, f.encode(true, magnitude)],
    }
}

impl Cases for Edge {
    fn len(&self) -> u64 {
        self.lists.iter().map(|list| list.len() as u64).product()
    }

    fn case(&self, number: u64) -> Operands {
        let mut codes = [0; 3];
        let mut rest = number;
        for (code, list) in codes.iter_mut().zip(&self.lists).rev() {
            *code = list[(rest % list.len() as u64) as usize];
            rest /= list.len() as u64;
        }
        operands(&codes[..self.lists.len()], noise_word(self.seed, number))
    }
}
