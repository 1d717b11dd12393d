//! `[run.compare]`: optimizers and storages on one problem, side by side.

mod cases;
mod found;
mod moments;
mod run;
mod settings;

use super::ALONE;
use crate::experiment::{Divided, Findings, Invalid, Kind, Memory, Parts, Progress, Stopped, range, whole};
use crate::optimizer::OptimizerSpec;

use cases::{Case, CaseSpec, Sweep};
pub use settings::CompareRun;
use settings::Ratio;

impl Kind for CompareRun {
    fn check(&self) -> Result<(), Invalid> {
        let wrong = |key: &str, why: &str| Err(Invalid::new(format!("run.compare.{key}"), why));
        range::steps("run.compare.steps", self.steps)?;
        range::within("run.compare.every", self.every, &(1..=range::STEPS))?;
        range::within("run.compare.last", self.last, &(1..=self.steps))?;
        self.problem.check().map_err(|e| Invalid::new(format!("run.compare.{}", e.key), e.why))?;
        if self.diverged.is_nan() || self.diverged <= 1.0 {
            return wrong("diverged", "expected a factor above 1");
        }
        let cases = self.all()?;
        if cases.is_empty() {
            return wrong("cases", "expected at least one case or sweep");
        }
        if let Some(steps) = self.steps().find(|steps| !(self.last..=range::STEPS).contains(steps)) {
            return wrong(
                "steps",
                &format!("a case has {steps}: expected {} (last) to {}", self.last, range::STEPS),
            );
        }
        let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return wrong("cases", &format!("two cases are named {:?}", pair[0]));
        }
        let unknown = |name: &&str| !names.contains(name);
        let besides = self.cases.iter().enumerate();
        let besides = besides.filter_map(|(k, spec)| Some((format!("cases[{k}].beside"), spec.beside()?)));
        let ratios = self.ratios.iter().enumerate().flat_map(|(k, ratio)| {
            [(format!("ratios[{k}].of"), &*ratio.of), (format!("ratios[{k}].over"), &*ratio.over)]
        });
        if let Some((key, name)) = besides.chain(ratios).find(|(_, name)| unknown(name)) {
            let named = cases.iter().take(20).map(|case| format!("{:?}", case.name)).collect::<Vec<_>>();
            let more = if cases.len() > named.len() { ", ..." } else { "" };
            let why = format!("no case is named {name:?}: expected one of {}{more}", named.join(", "));
            return wrong(&key, &why);
        }
        let named = |k: usize, ratio: &Ratio| {
            let others = self.ratios[..k].iter().any(|other| other.name == ratio.name);
            ratio.name.is_empty() || others || names.contains(&ratio.name.as_str())
        };
        if let Some(k) = (0..self.ratios.len()).find(|&k| named(k, &self.ratios[k])) {
            return wrong(
                &format!("ratios[{k}].name"),
                "expected a name that no case and no other ratio has",
            );
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let cases: u64 = self.cases.len() as u64 + self.sweeps.iter().map(Sweep::count).sum::<u64>();
        let seeds = self.seeds.as_slice().len() as u64;
        let longest = self.steps().max().unwrap_or(0).max(self.steps);
        let curves = Memory::of("run.compare.steps", &[longest / self.every.max(1), 24, cases, seeds]);
        let elements = Memory::of("run.compare.problem", &[self.problem.elements(), ALONE, threads]);
        let sides =
            Memory::of("run.compare.problem", &[self.problem.longest(), self.problem.longest(), 64, threads]);
        let muon = self.optimizers().any(OptimizerSpec::is_of_matrices);
        // Those with a matrix for each side keep two pairs of them, and compute as many.
        let pairs = self.optimizers().any(OptimizerSpec::keeps_matrices);
        let squares = sides.times(u64::from(muon) + 3 * u64::from(pairs));
        let problem = self.problem.memory("run.compare.problem");
        Memory::of_runs("run.compare.seeds", &[cases, seeds])
            .and(curves)
            .and(problem)
            .and(elements)
            .and(squares)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        whole(self, progress)
    }

    fn divided(&self) -> Option<&dyn Divided> {
        Some(self)
    }
}

impl Divided for CompareRun {
    fn run_parts(&self, parts: &Parts<'_>) -> Result<Findings, Stopped> {
        let build = |e: Invalid| Invalid::new(format!("run.compare.{}", e.key), e.why);
        let (problem, cases) = (self.problem.build().map_err(build)?, self.all()?);
        let seeds = self.seeds.as_slice();
        let cells: Vec<(&Case, u64)> =
            cases.iter().flat_map(|case| seeds.iter().map(move |&seed| (case, seed))).collect();
        let outcomes = parts.map(
            &cells,
            |(case, seed)| case.part(self, *seed),
            |(case, seed)| self.case(case, problem.as_ref(), *seed),
        )?;
        Ok(found::findings(self, &cases, problem.as_ref(), &outcomes))
    }
}

impl CompareRun {
    fn steps(&self) -> impl Iterator<Item = u64> {
        let cases = self.cases.iter().filter_map(CaseSpec::steps);
        cases.chain(self.sweeps.iter().filter_map(Sweep::steps))
    }

    fn optimizers(&self) -> impl Iterator<Item = &OptimizerSpec> {
        self.cases.iter().map(CaseSpec::optimizer).chain(self.sweeps.iter().map(Sweep::optimizer))
    }

    fn all(&self) -> Result<Vec<Case>, Invalid> {
        let mut cases = Vec::new();
        for (k, spec) in self.cases.iter().enumerate() {
            cases.push(spec.case(&format!("run.compare.cases[{k}]"))?);
        }
        for (k, sweep) in self.sweeps.iter().enumerate() {
            cases.extend(sweep.cases(&format!("run.compare.sweeps[{k}]"))?);
        }
        Ok(cases)
    }
}
