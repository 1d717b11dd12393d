//! A whole trace, judged and explained: parameter by parameter, in parallel.

use halfulp_tensor::Element;
use rayon::prelude::*;

use super::candidate::{Candidate, Kept, Rounds, Types};
use super::explain::{Explained, Reproduced, bits, explained, reproduced};
use super::fault::Scope;
use super::judge::{Judge, Judged, Largest, Outside};
use super::known::Class;
use super::rows::Rows;
use super::{Trace, TraceError};
use crate::bound::Tally;
use crate::bound::trace::BITS;
use crate::detect::Detectors;
use crate::experiment::{Memory, Progress};
use crate::report::number::grouped;

/// What a trace is compared with.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Against {
    /// The preset of the order of operations, if not that of the recorded class.
    pub preset: Option<String>,
    /// Where operations round, if not as usual for the recorded class.
    pub rounds: Option<Rounds>,
    /// Where weights, first and second moment are kept, if not in the recorded types.
    pub kept: Kept,
    /// The most memory that it may take, in bytes.
    pub limit: u64,
}

/// A candidate, and how much of the trace it reproduces.
pub struct Tried {
    /// The candidate.
    pub candidate: Candidate,
    /// How much.
    pub reproduced: Reproduced,
}

/// A fault, and what it explains of what the nearest candidate does not reproduce.
pub struct Diagnosis {
    /// Its name.
    pub fault: String,
    /// What it explains.
    pub explained: Explained,
}

/// What a replay found.
pub struct Replayed {
    /// The method that the bounds are of.
    pub judged_by: Candidate,
    /// `trace.step`, `trace.running` and `trace.worst-case` of weights, first and second moment.
    pub tallies: [[Tally; 3]; 3],
    /// `trace.bits` of the same.
    pub bits: [Tally; 3],
    /// The first number that is out of the bound of its step.
    pub outside: Option<Outside>,
    /// Step by step.
    pub curve: Vec<(u64, Largest)>,
    /// What low precision did.
    pub detectors: Option<Detectors>,
    /// Candidates, the nearest first.
    pub tried: Vec<Tried>,
    /// What explains the differences from the nearest candidate; nothing where there are none.
    pub diagnoses: Vec<Diagnosis>,
    /// What was left out of the comparison: parameter and why.
    pub not_judged: Vec<(String, String)>,
    /// Recorded elements of each parameter.
    pub elements: Vec<u64>,
}

/// Replays a trace.
///
/// # Errors
/// An optimizer or a preset that is not known, a step that the lab has not, numbers that are none, or too much memory.
pub fn replay(trace: &Trace, against: &Against, progress: &dyn Progress) -> Result<Replayed, TraceError> {
    let run = Run::new(trace, against).map_err(|why| TraceError::new(&trace.path, why))?;
    run.fits()?;
    let parameters = trace.parameters.len();
    progress.parts(2 * parameters as u64);
    let types: Vec<Types> = (0..parameters).map(|k| run.types(k)).collect();
    let weights: Vec<_> = types.iter().map(|types| types.weights).collect();
    let mut candidates = Candidate::all(&run.class, &weights);
    if let Some(at) = candidates.iter().position(|one| *one == run.judged_by) {
        candidates[..=at].rotate_right(1);
    } else {
        candidates.insert(0, run.judged_by.clone());
    }
    let passes: Vec<Pass> = (0..parameters)
        .into_par_iter()
        .map(|k| {
            let pass = run.pass(k, &types[k], &candidates);
            progress.done();
            pass
        })
        .collect::<Result<_, _>>()?;
    let (mut found, tried) = run.merged(passes, candidates);
    found.tried = tried;
    // The usual one is first among equals.
    found.tried.sort_by_key(|one| std::cmp::Reverse(one.reproduced.matched));
    run.compare(&mut found, &types, progress)?;
    Ok(found)
}

impl Replayed {
    /// Whether the order of operations is known: then every number has to be the one that it gives.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.tried.first().is_some_and(|nearest| nearest.reproduced.is_known())
    }
}

/// What one reading of a parameter gives.
struct Pass {
    judged: Judged,
    reproduced: Vec<Reproduced>,
    start: u64,
}

struct Run<'t> {
    trace: &'t Trace,
    against: &'t Against,
    class: Class,
    judged_by: Candidate,
}

impl<'t> Run<'t> {
    fn new(trace: &'t Trace, against: &'t Against) -> Result<Run<'t>, String> {
        let class = Class::of(trace)?;
        for parameter in &trace.parameters {
            class.check(trace, parameter)?;
        }
        let presets = class.presets();
        let preset = against.preset.clone().unwrap_or_else(|| class.preset.into());
        if !presets.contains(&preset.as_str()) {
            return Err(format!(
                "preset {preset:?}: expected one of {} for {}",
                presets.join(", "),
                trace.optimizer
            ));
        }
        Ok(Run {
            trace,
            against,
            class,
            judged_by: Candidate { preset, rounds: Run::rounds(trace, against, &class) },
        })
    }

    /// Where operations round: roots differ in wide tensors only.
    fn rounds(trace: &Trace, against: &Against, class: &Class) -> Rounds {
        let narrow = |k: usize| {
            matches!(
                Types::of(class, &trace.parameters[k], &trace.types(k)).weights,
                Element::F16 | Element::Bf16
            )
        };
        let all_narrow = (0..trace.parameters.len()).all(narrow);
        let usual = if all_narrow { Rounds::Kernels } else { class.rounds() };
        against.rounds.unwrap_or(usual)
    }

    fn fits(&self) -> Result<(), TraceError> {
        let threads = rayon::current_num_threads() as u64;
        let memory = Memory::of("", &[self.trace.memory(), threads]);
        let limit = Memory { bytes: self.against.limit, ..memory };
        if memory.bytes <= limit.bytes {
            return Ok(());
        }
        let why = format!(
            "replaying it takes about {memory} of memory, and the limit is {limit}: expected fewer recorded elements or steps, fewer threads, or a \
             higher limit (--max-memory)"
        );
        Err(self.wrong(why))
    }

    fn wrong(&self, why: impl ToString) -> TraceError {
        TraceError::new(&self.trace.path, why)
    }

    fn types(&self, k: usize) -> Types {
        Types::of(&self.class, &self.trace.parameters[k], &self.trace.types(k))
    }

    fn method(&self, k: usize, candidate: &Candidate, types: &Types) -> super::method::Method {
        candidate.method(self.trace, &self.class, &self.trace.parameters[k], types, &self.against.kept)
    }

    fn pass(&self, k: usize, types: &Types, candidates: &[Candidate]) -> Result<Pass, TraceError> {
        let rows = Rows::read(self.trace, k, &self.class)?;
        let method = self.method(k, &self.judged_by, types).bounding();
        let keepers =
            method.storages.keepers().map_err(|(key, e)| self.wrong(format!("storage of {key}: {e}")))?;
        let judge = Judge { rows: &rows, method: &method, parameter: k, keepers };
        let judged = method.with(judge).map_err(|e| self.wrong(e))?;
        let each = |candidate| reproduced(&rows, k, &self.method(k, candidate, types));
        let reproduced = candidates.iter().map(each).collect::<Result<_, _>>().map_err(|e| self.wrong(e))?;
        Ok(Pass { judged, reproduced, start: rows.parameter.start })
    }

    /// What was found of all parameters, in their order.
    fn merged(&self, passes: Vec<Pass>, candidates: Vec<Candidate>) -> (Replayed, Vec<Tried>) {
        let mut tried: Vec<Tried> = candidates
            .into_iter()
            .map(|candidate| Tried { candidate, reproduced: Reproduced::default() })
            .collect();
        let mut found = Replayed {
            judged_by: self.judged_by.clone(),
            tallies: super::judge::tallies(),
            bits: std::array::from_fn(|_| Tally::new(&BITS)),
            outside: None,
            curve: Vec::new(),
            detectors: None,
            tried: Vec::new(),
            diagnoses: Vec::new(),
            not_judged: self.not_judged(),
            elements: (0..self.trace.parameters.len()).map(|k| self.trace.elements(k)).collect(),
        };
        let mut idle = 0;
        for pass in passes {
            let judged = pass.judged;
            for (mine, its) in found.tallies.iter_mut().flatten().zip(judged.tallies.into_iter().flatten()) {
                mine.merge(its);
            }
            idle += judged.idle;
            let outside = [found.outside.take(), judged.outside].into_iter().flatten();
            found.outside = outside.min_by_key(|one| one.place.order());
            let steps =
                judged.curve.into_iter().enumerate().map(|(s, largest)| (pass.start + s as u64 + 1, largest));
            merge_curves(&mut found.curve, steps);
            match &mut found.detectors {
                Some(detectors) => detectors.merge(judged.detectors),
                none => *none = Some(judged.detectors),
            }
            tried.iter_mut().zip(pass.reproduced).for_each(|(one, its)| one.reproduced.merge(its));
        }
        if idle > 0 {
            let what = format!("{} recorded numbers that are 0 and exactly so", grouped(idle));
            found.not_judged.push((what, "they have no error to be bounded; trace.bits has them".into()));
        }
        (found, tried)
    }

    fn not_judged(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for parameter in &self.trace.parameters {
            for state in self.class.others(parameter) {
                all.push((
                    format!("{}/{state}", parameter.name),
                    "no state of this optimizer that the lab has".into(),
                ));
            }
        }
        if self.trace.left_out > 0 {
            all.push((
                format!("{} parameters of the optimizer", self.trace.left_out),
                "the recorder left them out".into(),
            ));
        }
        all
    }

    /// The numbers beside those of the nearest candidate, and the faults that explain differences: those first that explain most and break least.
    fn compare(
        &self,
        found: &mut Replayed,
        types: &[Types],
        progress: &dyn Progress,
    ) -> Result<(), TraceError> {
        let (known, nearest) = (found.is_known(), &found.tried[0]);
        let each = |k: usize| {
            let rows = Rows::read(self.trace, k, &self.class)?;
            let method = self.method(k, &nearest.candidate, &types[k]);
            let bits = bits(&rows, k, &method, known).map_err(|e| self.wrong(e))?;
            let whole = nearest.reproduced.is_whole();
            let explained = if whole { Ok(Vec::new()) } else { explained(&rows, k, &method) };
            progress.done();
            Ok((bits, explained.map_err(|e| self.wrong(e))?))
        };
        let all = (0..types.len())
            .into_par_iter()
            .map(each)
            .collect::<Result<Vec<([Tally; 3], Vec<Explained>)>, TraceError>>()?;
        let group = self.trace.parameters[0].group;
        let hyper = self.class.hyper(&self.trace.groups, group, 0).map_err(|e| self.wrong(e))?;
        found.diagnoses = super::fault::FAULTS
            .iter()
            .map(|fault| Diagnosis { fault: fault.name(&hyper), explained: Explained::default() })
            .collect();
        for (bits, parameter) in all {
            found.bits.iter_mut().zip(bits).for_each(|(mine, its)| mine.merge(its));
            found.diagnoses.iter_mut().zip(parameter).for_each(|(one, its)| one.explained.merge(its));
        }
        // Half of all differences, whatever their cause, lie toward zero: a truncation gives nearly all of its tensor's.
        let faults = super::fault::FAULTS.iter().map(|fault| fault.scope() == Scope::Element);
        let is_named = |(one, element): (&Diagnosis, bool)| {
            let Explained { explains, breaks, .. } = one.explained;
            explains > 0 && (!element || explains >= 9 * breaks)
        };
        let named: Vec<bool> = found.diagnoses.iter().zip(faults).map(is_named).collect();
        let mut named = named.into_iter();
        found.diagnoses.retain(|_| named.next() == Some(true));
        found.diagnoses.sort_by_key(|one| (std::cmp::Reverse(one.explained.explains), one.explained.breaks));
        Ok(())
    }
}

/// Parameters can have been at different steps when recording began: the largest of each step.
fn merge_curves(all: &mut Vec<(u64, Largest)>, steps: impl Iterator<Item = (u64, Largest)>) {
    for (t, largest) in steps {
        match all.binary_search_by_key(&t, |known| known.0) {
            Ok(at) => all[at].1.merge(largest),
            Err(at) => all.insert(at, (t, largest)),
        }
    }
}
