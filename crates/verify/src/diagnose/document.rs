//! A diagnosis as data for other programs.

use halfulp::Operands;
use serde::Serialize;

use super::features::FeatureCount;
use super::found::{Diagnosis, Other, Part};
use super::region::Region;
use crate::deviation::Kind;

/// What a JSON document has of a diagnosis. Codes are hexadecimal.
#[derive(Serialize, Clone, Debug)]
pub struct Document {
    /// The rows.
    pub rows: u64,
    /// Rows that differ from a device without deviations.
    pub mismatches: u64,
    /// Those of them whose result differs; the others differ in flags only.
    pub of_results: u64,
    /// Whether flags were compared.
    pub flags_compared: bool,
    /// Rows that the explanation does not give.
    pub residual: u64,
    /// The mismatches by region.
    pub regions: Vec<RegionRows>,
    /// The deviations that explain the others.
    pub deviations: Vec<Explained>,
    /// Rows that the search did not see, and how many of them the explanation gives.
    pub held_out: Option<HeldOut>,
    /// What the rows have in common that nothing explains.
    pub features: Vec<FeatureCount>,
    /// Some rows that nothing explains.
    pub unexplained: Vec<Unexplained>,
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
    /// Rows that are wrong without it.
    pub needed_for: u64,
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

/// The check on rows that the search did not see.
#[derive(Serialize, Clone, Debug)]
pub struct HeldOut {
    /// How many there are.
    pub rows: u64,
    /// How many of them the explanation gives.
    pub explained: u64,
}

/// A row that nothing explains.
#[derive(Serialize, Clone, Debug)]
pub struct Unexplained {
    /// The operands.
    pub operands: Vec<String>,
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
        let unexplained = found.unexplained.iter().map(|(row, answer)| Unexplained {
            operands: words(found, &row.operands),
            device: row.answer.map(|answer| format!("{:x}", answer.code)),
            explanation: format!("{:x}", answer.code),
        });
        Document {
            rows: found.rows,
            mismatches: found.mismatches,
            of_results: found.of_results,
            flags_compared: found.flags,
            residual: found.residual,
            regions: regions.collect(),
            deviations: found.parts.iter().map(|part| explained(found, part)).collect(),
            held_out: found.held_out.map(|(explained, rows)| HeldOut { rows, explained }),
            features: found.features.clone(),
            unexplained: unexplained.collect(),
        }
    }
}

fn words(found: &Diagnosis, operands: &Operands) -> Vec<String> {
    operands.codes[..found.task.op.arity()].iter().map(|code| format!("{code:x}")).collect()
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
        needed_for: part.explains.rows,
        others: part.others.iter().map(other).collect(),
    }
}
