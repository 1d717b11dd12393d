//! A whole trace, judged and explained: batch by batch, in parallel.

use super::batch::Batch;
use super::bits;
use super::candidate::{Candidate, Types};
use super::decide;
use super::diagnose::Diagnoses;
use super::explain::explained;
use super::file::Trace;
use super::judge::{self, Judge, Judged};
use super::known::{Class, decays};
use super::memory::of_trace;
use super::method::Method;
use super::not_judged::not_judged;
use super::orders::{Decided, Reproduced, Unit, compared};
use super::parameter::TraceError;
use super::replayed::{Against, Replayed, Tried};
use super::rounds::Rounds;
use super::rows::Rows;
use crate::experiment::{Memory, Progress};
use crate::optimizer::{Adam, Decay};
use crate::parallel;
use crate::report::number::grouped;

/// Replays a trace.
///
/// # Errors
/// An optimizer or a preset that is not known, a step that the lab has not, numbers that are none, or too much memory.
pub fn replay(trace: &Trace, against: &Against, progress: &dyn Progress) -> Result<Replayed, TraceError> {
    let run = Run::new(trace, against).map_err(|why| TraceError::new(&trace.path, why))?;
    run.fits()?;
    progress.parts(2 * run.batches.len() as u64);
    let mut found = run.nothing();
    let mut units: Vec<Vec<[Unit; 3]>> = Vec::new();
    run.each(&|_, batch| run.pass(batch), progress, |pass| {
        units.push(run.merge(&mut found, pass));
        Ok(())
    })?;
    let decided = run.decide(&mut found, &units);
    drop(units);
    let found = run.compare(found, &decided, progress)?;
    Ok(found)
}

/// At least the bytes that replaying a trace takes on so many threads, told from its head.
///
/// # Errors
/// An optimizer that is not known, or a step that the lab has not.
pub fn memory(trace: &Trace, threads: usize) -> Result<u64, TraceError> {
    let against = Against::default();
    let run = Run::new(trace, &against).map_err(|why| TraceError::new(&trace.path, why))?;
    Ok(of_trace(trace, &run.batches, threads))
}

/// What one reading of a batch gives.
struct Pass {
    judged: Judged,
    reproduced: Vec<Reproduced>,
    units: Vec<[Unit; 3]>,
    start: u64,
}

struct Run<'t> {
    trace: &'t Trace,
    against: &'t Against,
    class: Class,
    judged_by: Candidate,
    /// All that the trace may have been computed by, the usual one first.
    candidates: Vec<Candidate>,
    batches: Vec<Batch>,
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
        let batches = Batch::all(trace, &class);
        let types: Vec<Types> = batches.iter().map(|batch| batch.types).collect();
        let judged_by = Candidate {
            preset,
            rounds: against.rounds.unwrap_or_else(|| Run::rounds(&types, &class)),
            decay: None,
        };
        let weights: Vec<_> = types.iter().map(|types| types.weights).collect();
        let mut candidates = Candidate::all(&class, &weights);
        candidates.retain(|one| *one != judged_by);
        candidates.insert(0, judged_by.clone());
        // No library's order, and another function of the same numbers: told from AdamW, or said not to be.
        if class.decays_apart(trace, &judged_by.preset) {
            let before = Adam::preset(&judged_by.preset).unwrap_or_else(Adam::plain).choices.decay;
            let decay = if before == Decay::After { Decay::Before } else { Decay::After };
            candidates.push(Candidate { decay: Some(decay), ..judged_by.clone() });
        }
        Ok(Run { trace, against, class, judged_by, candidates, batches })
    }

    /// Where operations round: roots differ in wide tensors only.
    fn rounds(types: &[Types], class: &Class) -> Rounds {
        class.rounds(types.iter().all(Types::is_narrow))
    }

    fn fits(&self) -> Result<(), TraceError> {
        let bytes = of_trace(self.trace, &self.batches, rayon::current_num_threads());
        let [memory, limit] = [bytes, self.against.limit].map(|bytes| Memory::of("", &[bytes]));
        if memory.bytes <= limit.bytes {
            return Ok(());
        }
        let why = format!(
            "replaying it takes up to {memory} of memory, and the limit is {limit}: expected fewer recorded elements or steps, fewer threads, or a \
             higher limit (--max-memory)"
        );
        Err(self.wrong(why))
    }

    fn wrong(&self, why: impl ToString) -> TraceError {
        TraceError::new(&self.trace.path, why)
    }

    /// Does something with each batch, as many at once as there are threads, and takes in what comes of it in their order.
    fn each<T: Send>(
        &self,
        what: &(dyn Fn(usize, &Batch) -> Result<T, TraceError> + Sync),
        progress: &dyn Progress,
        mut take: impl FnMut(T) -> Result<(), TraceError>,
    ) -> Result<(), TraceError> {
        let numbered: Vec<(usize, &Batch)> = self.batches.iter().enumerate().collect();
        for some in numbered.chunks(rayon::current_num_threads().max(1)) {
            let all = parallel::try_map(some, || progress.done(), |(at, batch)| what(*at, batch))?;
            all.into_iter().try_for_each(&mut take)?;
        }
        Ok(())
    }

    fn method(&self, batch: &Batch, candidate: &Candidate) -> Method {
        let parameter = &self.trace.parameters[batch.parameters[0]];
        candidate.method(self.trace, &self.class, parameter, &batch.types, &self.against.kept)
    }

    fn pass(&self, batch: &Batch) -> Result<Pass, TraceError> {
        let rows = Rows::read(self.trace, batch, &self.class)?;
        let method = self.method(batch, &self.judged_by).bounding();
        let keepers =
            method.storages.keepers().map_err(|(key, e)| self.wrong(format!("storage of {key}: {e}")))?;
        let judge = Judge { rows: &rows, method: &method, keepers };
        let judged = method.with(judge).map_err(|e| self.wrong(e))?;
        let methods: Vec<Method> = self.candidates.iter().map(|one| self.method(batch, one)).collect();
        let (reproduced, units) = compared(&rows, &methods).map_err(|e| self.wrong(e))?;
        Ok(Pass { judged, reproduced, units, start: rows.start })
    }

    /// What is found before anything is read.
    fn nothing(&self) -> Replayed {
        let tried =
            |candidate: &Candidate| Tried { candidate: candidate.clone(), reproduced: Reproduced::default() };
        Replayed {
            judged_by: self.judged_by.clone(),
            tallies: judge::tallies(),
            bits: bits::tallies(),
            outside: None,
            curve: Vec::new(),
            detectors: None,
            tried: self.candidates.iter().map(tried).collect(),
            orders: Vec::new(),
            mixed: Vec::new(),
            diagnoses: Vec::new(),
            not_judged: not_judged(self.trace, &self.class, &self.judged_by),
            idle: 0,
            elements: (0..self.trace.parameters.len()).map(|k| self.trace.elements(k)).collect(),
        }
    }

    /// Takes in what was found of a batch; leaves its tensors.
    fn merge(&self, found: &mut Replayed, pass: Pass) -> Vec<[Unit; 3]> {
        let judged = pass.judged;
        for (mine, its) in found.tallies.iter_mut().flatten().zip(judged.tallies.into_iter().flatten()) {
            mine.merge(its);
        }
        found.idle += judged.idle;
        let outside = [found.outside.take(), judged.outside].into_iter().flatten();
        found.outside = outside.min_by_key(|one| one.place.order());
        let steps = judged.curve.into_iter().enumerate();
        judge::merge_curves(&mut found.curve, steps.map(|(s, largest)| (pass.start + s as u64 + 1, largest)));
        match &mut found.detectors {
            Some(detectors) => detectors.merge(judged.detectors),
            none => *none = Some(judged.detectors),
        }
        found.tried.iter_mut().zip(pass.reproduced).for_each(|(one, its)| one.reproduced.merge(its));
        pass.units
    }

    /// Ranks the candidates and decides which of them each tensor was computed by: of each batch, of its parameters, of weights, first and second moment.
    fn decide(&self, found: &mut Replayed, units: &[Vec<[Unit; 3]>]) -> Vec<Vec<[Decided; 3]>> {
        let covers = |of: usize, other: usize| self.candidates[of].covers(&self.candidates[other]);
        let decided = decide::each(units, self.candidates.len(), &covers);
        for (batch, of_batch) in self.batches.iter().zip(&decided) {
            decide::take(&mut found.orders, &batch.parameters, of_batch);
        }
        // The usual one is first among equals.
        let mut nearest: Vec<usize> = (0..self.candidates.len()).collect();
        nearest.sort_by_key(|k| std::cmp::Reverse(found.tried[*k].reproduced.matched));
        found.rank(&nearest);
        decided
    }

    /// Which parameters of a batch one order gives, of those that decay weights when the recorded class does.
    fn of_one_order(&self, batch: &Batch, decided: &[[Decided; 3]]) -> Vec<bool> {
        let own = Candidate { preset: self.class.preset.into(), ..self.judged_by.clone() };
        let decay = self.method(batch, &own).decay();
        let same: Vec<bool> =
            self.candidates.iter().map(|one| self.method(batch, one).decay() == decay).collect();
        let of_part = |(number, decided): (&usize, &[Decided; 3])| {
            let decays = decays(self.trace, self.trace.parameters[*number].group);
            decide::is_one_order(decided, &|k| !decays || same[k])
        };
        batch.parameters.iter().zip(decided).map(of_part).collect()
    }

    /// The numbers beside those of the nearest candidate of each tensor, and the faults that explain differences.
    fn compare(
        &self,
        mut found: Replayed,
        decided: &[Vec<[Decided; 3]>],
        progress: &dyn Progress,
    ) -> Result<Replayed, TraceError> {
        let is_whole = found.missed() == 0;
        let each = |at: usize, batch: &Batch| {
            let decided = &decided[at];
            let rows = Rows::read(self.trace, batch, &self.class)?;
            let mut orders: Vec<usize> = decided.iter().flatten().map(|one| one.order).collect();
            orders.sort_unstable();
            orders.dedup();
            let (mut tallies, mut explains) = (bits::tallies(), Vec::new());
            let whole = self.of_one_order(batch, decided);
            let mixed =
                batch.parameters.iter().zip(&whole).filter(|(_, whole)| !**whole).map(|(number, _)| *number);
            let mixed: Vec<usize> = mixed.collect();
            for order in orders {
                let method = self.method(batch, &self.candidates[order]);
                let own = |part: usize, tensor: usize| decided[part][tensor].order == order;
                let known = |part: usize, tensor: usize| {
                    own(part, tensor).then(|| match decided[part][tensor].is_known {
                        false => Err(0),
                        true if !whole[part] => Err(1),
                        true => Ok(()),
                    })
                };
                bits::bits(&rows, &method, &known, &mut tallies).map_err(|e| self.wrong(e))?;
                if !is_whole {
                    explains.push(explained(&rows, &method, &own).map_err(|e| self.wrong(e))?);
                }
            }
            Ok((tallies, explains, rows.group, mixed))
        };
        let mut diagnoses = Diagnoses::default();
        self.each(&each, progress, |(tallies, explains, group, mixed)| {
            found.mixed.extend(mixed);
            found.bits.iter_mut().zip(tallies).for_each(|(mine, its)| mine.merge(its));
            explains.into_iter().for_each(|all| diagnoses.add(group, all));
            Ok(())
        })?;
        // Weights that nothing was compared with are no weights that pass.
        for name in self.class.without_weights(self.trace) {
            found.bits[0].fail(0, || format!("weights of {name}, which no order can give: not judged"));
        }
        found.diagnoses = diagnoses.named();
        if found.idle > 0 {
            let what = format!("{} recorded numbers that are 0 and exactly so", grouped(found.idle));
            found.not_judged.push((what, "they have no error to be bounded; trace.bits has them".into()));
        }
        Ok(found)
    }
}
