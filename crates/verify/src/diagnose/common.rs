//! What is the same in rows: bits of operands, bits of the result that are inverted, the answer itself.

use halfulp::{Code, Task};
use serde::Serialize;

use super::rows::{Row, Rows};
use crate::engine::Answer;

/// Fewer rows have too much in common.
const FEW: usize = 16;

/// What rows have in common that nothing explains. Nothing, if there are fewer than 16.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Common {
    /// Bits of operands that are the same in all of them: the operand's letter, the bit, its level.
    pub bits: Vec<(char, u32, bool)>,
    /// The bits of the result that differ in all of them, if these are always the same ones.
    pub flipped: Option<Code>,
    /// Whether the first two operands are equal in all of them.
    pub equal_operands: bool,
}

impl Common {
    /// Of rows with the answer that was expected.
    pub(super) fn of(task: &Task, rows: &[(Row, Answer)]) -> Common {
        if rows.len() < FEW {
            return Common::default();
        }
        let mut common = Common::default();
        for (index, format) in task.operands.iter().enumerate().take(task.op.arity()) {
            let codes = || rows.iter().map(|(row, _)| row.operands.codes[index]);
            let (ones, some) = codes().fold((u64::MAX, 0), |(all, any), code| (all & code, any | code));
            let letter = ['a', 'b', 'c'][index];
            let bits = (0..format.width()).filter(|bit| ones >> bit & 1 == 1 || some >> bit & 1 == 0);
            common.bits.extend(bits.map(|bit| (letter, bit, ones >> bit & 1 == 1)));
        }
        let flips = |(row, answer): &(Row, Answer)| row.answer.map_or(0, |got| got.code ^ answer.code);
        let first = rows.first().map(flips).unwrap_or_default();
        common.flipped = (first != 0 && rows.iter().all(|row| flips(row) == first)).then_some(first);
        common.equal_operands =
            task.op.arity() > 1 && rows.iter().all(|(row, _)| row.operands.codes[0] == row.operands.codes[1]);
        common
    }
}

/// An answer that does not depend on the operands, or is one of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Constant {
    /// Every answer is this code.
    Code(Code),
    /// Every answer is the operand of this letter.
    Operand(char),
}

impl Constant {
    /// Of rows; `None` if there are fewer than 16, or if nothing is the same.
    pub(super) fn of(rows: &Rows) -> Option<Constant> {
        let answered = || rows.rows.iter().filter_map(|row| Some((row.operands.codes, row.answer?.code)));
        if rows.rows.len() < FEW {
            return None;
        }
        let (_, first) = answered().next()?;
        if answered().all(|(_, code)| code == first) {
            return Some(Constant::Code(first));
        }
        let echoes = |index: &usize| answered().all(|(codes, code)| codes[*index] == code);
        let index = (0..rows.task.op.arity()).find(echoes)?;
        (rows.task.op.arity() > 1).then_some(Constant::Operand(['a', 'b', 'c'][index]))
    }
}
