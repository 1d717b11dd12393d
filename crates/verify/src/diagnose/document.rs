//! A diagnosis as data for other programs.

use halfulp::{Format, Operands, Rounding};
use serde::Serialize;

use super::common::{Common, Constant};
use super::features::FeatureCount;
use super::found::{Diagnosis, Other, Part};
use super::region::Region;
use crate::deviation::{Kind, Order};
use crate::verify::letters;

/// What a JSON document has of a diagnosis. Codes are hexadecimal.
#[derive(Serialize, Clone, Debug)]
pub struct Document {
    /// The rows.
    pub rows: u64,
    /// The cases that were to be answered.
    pub planned: u64,
    /// Rows with undefined digits, which are in none of the other counts.
    pub undefined: u64,
    /// Rows that differ from a device without deviations.
    pub mismatches: u64,
    /// Those of them that the explanation gives.
    pub explained: u64,
    /// Rows that do not differ from a device without deviations, but from the explanation.
    pub contradicted: u64,
    /// Those of them whose result differs; the others differ in flags only.
    pub of_results: u64,
    /// The flags that were compared in every row, in TestFloat's letters, or none.
    pub flags_compared: String,
    /// Rows that the explanation does not give.
    pub residual: u64,
    /// Those of them whose result the explanation does not give; the others differ from it in flags only.
    pub residual_of_results: u64,
    /// The mismatches by region.
    pub regions: Vec<RegionRows>,
    /// How the place of a row decides its answer, if it does.
    pub order: Option<Order>,
    /// Whether bits of the operands tell a lane's rows from the others too.
    pub order_by_operands: bool,
    /// The deviations that explain the others.
    pub deviations: Vec<Explained>,
    /// Mismatches that the search did not see, and how many of them the explanation gives.
    pub held_out: Option<HeldOut>,
    /// What the rows have in common that nothing explains.
    pub features: Vec<FeatureCount>,
    /// Some rows that nothing explains.
    pub unexplained: Vec<UnexplainedRow>,
    /// What all rows have in common that nothing explains.
    pub common: Common,
    /// What is the same in all answers, if anything is.
    pub constant: Option<Constant>,
}

/// A region and its mismatches.
#[derive(Serialize, Clone, Debug)]
pub struct RegionRows {
    /// The region.
    pub region: Region,
    /// The number of rows.
    pub rows: u64,
}

/// A deviation of the explanation.
#[derive(Serialize, Clone, Debug)]
pub struct Explained {
    /// The name.
    pub name: String,
    /// What the device does.
    pub text: String,
    /// The kind.
    pub kind: Kind,
    /// Rows that are wrong without it and right with it.
    pub explains: u64,
    /// Rows that are right without it and wrong with it.
    pub contradicts: u64,
    /// Others that give the same answers in all rows.
    pub others: Vec<Alternative>,
}

/// Another deviation that the rows do not tell apart.
#[derive(Serialize, Clone, Debug)]
pub struct Alternative {
    /// The name.
    pub name: String,
    /// What the device would do.
    pub text: String,
    /// Operands on which it gives another answer.
    pub apart: Vec<Vec<String>>,
    /// Whether all inputs were tried to find them.
    pub exhaustive: bool,
}

/// The check on mismatches that the search did not see.
#[derive(Serialize, Clone, Debug)]
pub struct HeldOut {
    /// How many there are.
    pub rows: u64,
    /// How many of them the explanation gives.
    pub explained: u64,
}

/// A row that nothing explains.
#[derive(Serialize, Clone, Debug)]
pub struct UnexplainedRow {
    /// The operands, and under stochastic rounding the noise word.
    pub operands: Vec<String>,
    /// The answer of a device without deviations.
    pub expected: String,
    /// The device's answer; `None` if it was undefined.
    pub device: Option<String>,
    /// The explanation's.
    pub explanation: String,
}

impl Document {
    /// Of a diagnosis.
    #[must_use]
    pub fn of(found: &Diagnosis) -> Document {
        let regions = found.regions.iter().map(|&(region, rows)| RegionRows { region, rows });
        let code = |code: u64| format!("{code:0digits$x}", digits = digits(&found.task.result));
        let unexplained = found.unexplained.iter().map(|row| UnexplainedRow {
            operands: words(found, &row.row.operands),
            expected: code(row.expected.code),
            device: row.row.answer.map(|answer| code(answer.code)),
            explanation: code(row.explained.code),
        });
        Document {
            rows: found.rows,
            planned: found.planned,
            undefined: found.undefined,
            explained: found.explained,
            contradicted: found.contradicted,
            common: found.common.clone(),
            constant: found.constant,
            mismatches: found.mismatches,
            of_results: found.of_results,
            flags_compared: letters::text(found.flags),
            residual: found.residual,
            residual_of_results: found.residual_of_results,
            regions: regions.collect(),
            order: found.order,
            order_by_operands: found.order_by_operands,
            deviations: found.parts.iter().map(|part| explained(found, part)).collect(),
            held_out: found.held_out.map(|(explained, rows)| HeldOut { rows, explained }),
            features: found.features.clone(),
            unexplained: unexplained.collect(),
        }
    }
}

fn digits(format: &Format) -> usize {
    format.width().div_ceil(4) as usize
}

fn words(found: &Diagnosis, operands: &Operands) -> Vec<String> {
    let formats = found.task.operands.iter().take(found.task.op.arity());
    let word = |(code, format): (&u64, &Format)| format!("{code:0digits$x}", digits = digits(format));
    let mut words: Vec<String> = operands.codes.iter().zip(formats).map(word).collect();
    if let Rounding::Stochastic { bits, .. } = found.task.policy.rounding {
        words.push(format!("{:x}", bits.of_word(operands.noise)));
    }
    words
}

fn explained(found: &Diagnosis, part: &Part) -> Explained {
    let other = |other: &Other| Alternative {
        name: other.deviation.name.clone(),
        text: other.deviation.text.clone(),
        apart: other.apart.iter().map(|operands| words(found, operands)).collect(),
        exhaustive: other.exhaustive,
    };
    Explained {
        name: part.deviation.name.clone(),
        text: part.deviation.text.clone(),
        kind: part.deviation.kind,
        explains: part.explains.rows,
        contradicts: part.explains.contradicts,
        others: part.others.iter().map(other).collect(),
    }
}
