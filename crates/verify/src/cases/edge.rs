//! Combinations of the boundary codes of all operands.

use foldhash::HashSet;

use halfulp::{Code, Op, Operands, Task};

use super::{Cases, boundary, noise_word, operand_values, operands, special};
use crate::engine::definition::place::Values;

/// The most codes of one operand where two or three are crossed: the most important ones.
const MOST: [usize; 4] = [0, 1 << 20, 192, 48];

/// All combinations of the operands' boundary codes, the last operand fastest.
///
/// A single operand uses all boundary codes (for a conversion every rounding boundary of the destination with its neighbours
/// in the source); with two operands each uses its 192 most important codes, with three its 48 most important. These always include the special codes.
#[derive(Clone, Debug)]
pub struct Edge {
    lists: Vec<Vec<Code>>,
    seed: u64,
}

impl Edge {
    /// The edge cases of a task.
    #[must_use]
    pub fn new(task: &Task, seed: u64) -> Edge {
        let all = operand_values(task);
        let most = MOST[all.len()];
        let lists = all.iter().enumerate().map(|(i, values)| {
            let mut special =
                if all.len() < 3 { special::of_operand(task, i) } else { special::codes(values) };
            special.truncate(most);
            codes(values, special, &extra(task, values), most)
        });
        Edge { lists: lists.collect(), seed }
    }
}

/// Further magnitude codes that matter to an operation of one operand.
fn extra(task: &Task, values: &Values) -> Vec<u64> {
    match task.op {
        Op::Convert | Op::ConvertToInteger => {
            boundary::conversion(values, &Values::new(&task.result.facts()))
        }
        Op::RoundToIntegral | Op::RoundToIntegralExact => boundary::integral(values),
        _ => Vec::new(),
    }
}

/// At most `most` codes of both signs, the special ones first; all of the format if it has no more.
fn codes(values: &Values, special: Vec<Code>, extra: &[u64], most: usize) -> Vec<Code> {
    let all = values.mask();
    if all < most.min(1 << 10) as u64 {
        return (0..=all).collect();
    }
    // Special codes come with both signs.
    let mut known: HashSet<u64> = special.iter().map(|code| values.place(*code).1 as u64).collect();
    let mut codes = special;
    let own: Vec<u64> = boundary::magnitudes(values).into_iter().filter(|m| known.insert(*m)).collect();
    let further = extra.iter().filter(|m| !known.contains(m));
    for &magnitude in own.iter().chain(further) {
        if codes.len() >= most {
            break;
        }
        codes.extend([false, true].into_iter().filter_map(|sign| special::signed(values, sign, magnitude)));
    }
    codes.truncate(most);
    codes
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
