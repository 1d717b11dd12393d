//! The oracle `mpfr`: third-party arithmetic (GNU MPFR, through `gmp-mpfr-sys`).
//!
//! Codes are decoded by its own tables; operations and roundings are those of MPFR. From the library it uses only plain data: the
//! [`Facts`] of formats (all seven fields), operations with their arity and the names of predicates,
//! policies, operands, flags; a test enforces this. It shares these data but no code with the oracle `definition`. However, step 4,
//! and steps 1 and 3 where MPFR has no equivalent, follow the same clauses of SPEC.md, so the two are not independent interpretations.
//!
//! A case goes through four steps; the results of the first three are cached while calls repeat the same operands:
//! 1. `layout`: codes become MPFR numbers, by a table for formats of up to 16 bits;
//! 2. `operate`: one MPFR operation with 127 bits, rounded to odd, so that a second rounding is harmless;
//! 3. `cut`: MPFR rounds to the precision of the format at that magnitude. MPFR's own emulation of subnormals
//!    is not used, because it supports neither all directions nor unusual ranges; below one bit of precision the engine decides itself.
//!    Ties away, to odd and stochastic rounding are built from MPFR's directions as described at the functions;
//! 4. `deliver`: saturation, tininess, flushing, flags.

mod cut;
mod deliver;
mod layout;
mod number;
mod operate;
mod p3109;
mod relations;
mod reuse;
mod versions;

use std::collections::HashMap;
use std::sync::Arc;

use halfulp::{Facts, Flags, Op, Operands, Policy, Rounding, Task};

use super::asked::Asked;
use super::{Answer, Engine, EngineError, Origin, Shares};
use cut::{Kept, Rule, cut, keep};
use deliver::Delivery;
use layout::{Datum, Layout};
use number::{Kind, Number};
use operate::{Outcome, direct, is_direct, operate};
use relations::Relations;
use reuse::LastAnswers;

pub use versions::{Versions, versions};

/// Batches beyond this are answered in parts, and nothing of them is kept.
const LONGEST_KEPT: usize = 1 << 16;

/// Formats up to this width are read by table.
const TABLE_WIDTH: u32 = 16;

/// The engine `mpfr`.
#[derive(Default)]
pub struct Mpfr {
    tables: HashMap<Facts, Arc<[Datum]>>,
    batch: Option<Batch>,
}

/// What does not depend on rounding and saturation, for one choice of operands.
struct Batch {
    task: Asked,
    operands: Vec<Operands>,
    results: Results,
}

enum Results {
    /// The answers themselves.
    Direct(Vec<Answer>),
    /// Exact results, and what the last rounding made of them.
    Exact { outcomes: Vec<Outcome>, kept: Vec<(Rounding, Vec<Option<Kept>>)>, last: LastAnswers },
}

impl Batch {
    /// Whether the results hold for another call. Of the policy only the standard and the flushing of operands matter.
    fn serves(&self, task: &Asked, operands: &[Operands]) -> bool {
        let own = Asked { policy: task.policy, ..self.task };
        own == *task
            && self.task.policy.flush_operands == task.policy.flush_operands
            && self.task.policy.standard == task.policy.standard
            && self.operands == operands
    }
}

/// One operand's codes and what they mean.
struct Reader {
    layout: Layout,
    mask: u64,
    table: Option<Arc<[Datum]>>,
    flush: bool,
    by_p3109: bool,
}

impl Reader {
    fn read(&self, code: u64) -> Datum {
        let code = code & self.mask;
        let mut datum = match &self.table {
            Some(table) => table[code as usize],
            None => self.layout.datum(code),
        };
        if self.flush && self.layout.is_subnormal(&datum.number) {
            datum.number = Number::new(datum.number.is_negative(), 0, 0);
        }
        if self.by_p3109 { p3109::closed(datum) } else { datum }
    }
}

impl Mpfr {
    fn table(&mut self, facts: &Facts) -> Option<Arc<[Datum]>> {
        if facts.width > TABLE_WIDTH {
            return None;
        }
        let table = self.tables.entry(*facts).or_insert_with(|| {
            let layout = Layout::new(facts);
            (0..1u64 << facts.width).map(|code| layout.datum(code)).collect()
        });
        Some(Arc::clone(table))
    }

    fn batch(&mut self, task: &Asked, operands: &[Operands]) -> Batch {
        let flush = task.policy.flush_operands && computes(task.op);
        let readers = task.operands.map(|facts| Reader {
            layout: Layout::new(&facts),
            mask: u64::MAX >> (64 - facts.width),
            table: self.table(&facts),
            flush,
            by_p3109: task.policy.standard.is_p3109(),
        });
        let layouts = [readers[0].layout, readers[1].layout, readers[2].layout];
        let arity = task.op.arity();
        let absent = readers[0].read(0);
        let data = |codes: [u64; 3]| {
            std::array::from_fn(|i| if i < arity { readers[i].read(codes[i]) } else { absent })
        };
        let results = if is_direct(task, &layouts) {
            let relations = match task.op {
                Op::Compare(predicate) => Some(Relations::of(predicate)),
                _ => None,
            };
            let answers = operands.iter().map(|case| {
                let direct = direct(task, relations, &layouts, case.codes, &data(case.codes));
                let (code, flags) = direct.unwrap_or_default();
                Answer::new(code, flags, Flags::ALL)
            });
            Results::Direct(answers.collect())
        } else {
            let outcomes = operands.iter().map(|case| operate(task, &layouts, &data(case.codes)));
            Results::Exact { outcomes: outcomes.collect(), kept: Vec::new(), last: LastAnswers::default() }
        };
        Batch { task: *task, operands: operands.to_vec(), results }
    }

    fn answer(&mut self, task: &Asked, operands: &[Operands], answers: &mut [Answer]) {
        let mut batch = match self.batch.take() {
            Some(batch) if batch.serves(task, operands) => batch,
            _ => self.batch(task, operands),
        };
        match &mut batch.results {
            Results::Direct(direct) => answers.copy_from_slice(direct),
            Results::Exact { outcomes, kept, last } => {
                let layout = Layout::new(&task.result);
                let delivery = Delivery::new(&layout, &task.policy, quiet(task.op));
                let rounding = task.policy.rounding;
                let index = kept.iter().position(|(r, _)| *r == rounding).unwrap_or_else(|| {
                    // Policies come grouped by rounding, so the last one's will do.
                    kept.clear();
                    kept.push((rounding, vec![None; outcomes.len()]));
                    0
                });
                let kept = &mut kept[index].1;
                let answer = |i: usize| {
                    let round = || round_one(task, &layout, &outcomes[i], &operands[i]);
                    delivery.deliver(kept[i].get_or_insert_with(round))
                };
                last.give(task, &layout, answers, answer);
            }
        }
        self.batch = Some(batch);
    }
}

/// Whether an operation computes with what its operands are worth, so that these can be flushed before, rather than look
/// at or change codes.
fn computes(op: Op) -> bool {
    let on_codes = matches!(op, Op::Class | Op::TotalOrder | Op::TotalOrderMagnitude);
    let on_signs = matches!(op, Op::Negate | Op::Abs | Op::CopySign);
    !on_codes && !on_signs && !matches!(op, Op::NextUp | Op::NextDown)
}

/// Whether MPFR computes the exact result.
fn is_arithmetic(op: Op) -> bool {
    matches!(op, Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Sqrt | Op::Fma | Op::Remainder)
}

/// Whether MPFR rounds results that are exact without it: operations that only round, in a rounding that MPFR has, to a format that
/// lacks values of the operand's. Neighbours, signs, classes, comparisons and the choice of an operand follow from how the adapter
/// reads codes, and so do conversions that change no value.
fn is_rounding(task: &Asked) -> bool {
    let (from, to) = (Layout::new(&task.operands[0]), Layout::new(&task.result));
    let narrower = from.precision > to.precision || from.top > to.top || from.quantum < to.quantum;
    let rounds = match task.op {
        Op::Convert | Op::ConvertToInteger => narrower,
        op => matches!(op, Op::RoundToIntegral | Op::RoundToIntegralExact | Op::ScaleB),
    };
    rounds && !matches!(task.policy.rounding, Rounding::NearestAway | Rounding::ToOdd)
}

/// The flags that an operation never raises.
fn quiet(op: Op) -> Flags {
    let quiet = matches!(op, Op::ConvertToInteger | Op::RoundToIntegral | Op::NextUp | Op::NextDown);
    Flags::INEXACT.when(quiet)
}

fn round_one(task: &Asked, layout: &Layout, outcome: &Outcome, case: &Operands) -> Kept {
    let rule = Rule { rounding: task.policy.rounding, noise: case.noise };
    if matches!(task.op, Op::RoundToIntegral | Op::RoundToIntegralExact) {
        return keep(layout, &to_integral(outcome, rule), rule);
    }
    let kept = keep(layout, outcome, rule);
    if matches!(task.op, Op::NextUp | Op::NextDown) {
        // A neighbour is exact, and never flushed.
        return Kept { tiny_before: false, tiny_after: false, ..kept };
    }
    kept
}

/// Rounded to an integer, which the format may still be unable to hold.
fn to_integral(outcome: &Outcome, rule: Rule) -> Outcome {
    let x = outcome.number;
    if x.kind() != Kind::Finite || x.leading() >= 63 {
        return *outcome;
    }
    let cut = cut(&x, x.leading() + 1, rule, None);
    Outcome {
        number: Number::from_cut(x.is_negative(), cut),
        flags: outcome.flags | Flags::INEXACT.when(cut.inexact),
        ..*outcome
    }
}

impl Engine for Mpfr {
    fn name(&self) -> &str {
        "mpfr"
    }

    fn origin(&self) -> Origin {
        Origin::ThirdParty
    }

    fn shares(&self) -> Option<Shares> {
        Some(Shares {
            theirs: "exact results, and their rounding to nearest even, toward zero and toward the infinities, by GNU MPFR",
            adapter: "codes, NaNs, ties away, to odd, below the smallest subnormal, formats without zero, saturation, \
                      integers out of range, flushing, flags; it alone decides stochastic roundings, P3109's rules, what only rounds to odd or away on ties, \
                      conversions that lose nothing, and operations on codes",
        })
    }

    fn is_third_party(&self, task: &Task) -> bool {
        let Policy { standard, rounding, .. } = task.policy;
        let is_stochastic = matches!(rounding, Rounding::Stochastic { .. });
        (is_arithmetic(task.op) || is_rounding(&Asked::from(task))) && !is_stochastic && !standard.is_p3109()
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let task = Asked::from(task);
        let parts = operands.chunks(LONGEST_KEPT).zip(answers.chunks_mut(LONGEST_KEPT));
        for (operands, answers) in parts {
            self.answer(&task, operands, answers);
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(Mpfr { tables: self.tables.clone(), batch: None }))
    }
}
