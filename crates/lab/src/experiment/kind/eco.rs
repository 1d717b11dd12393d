//! `[run.eco]`: weights without a master copy, whose rounding errors are lost, or are given to the momentum.

mod findings;
mod run;
mod settings;

use crate::experiment::{Divided, Findings, Invalid, Kind, Memory, Parts, Progress, Stopped, range, whole};
use crate::storage::{Storage, rounding};

use run::Cell;
pub use settings::EcoRun;
use settings::Method;

impl Kind for EcoRun {
    fn check(&self) -> Result<(), Invalid> {
        let key = |key: &str| format!("run.eco.{key}");
        for (name, none) in [("weights", self.weights.is_empty()), ("rates", self.rates.is_empty())] {
            if none {
                return Err(Invalid::new(key(name), "expected at least one"));
            }
        }
        for (k, storage) in self.weights.iter().enumerate() {
            let named = key(&format!("weights[{k}]"));
            if storage.format().is_none() {
                return Err(Invalid::new(named, format!("{storage}: expected a format that rounds")));
            }
            storage.keeper().map_err(|e| Invalid::new(named, e.to_string()))?;
        }
        rounding(&self.chance).map_err(|why| Invalid::new(key("chance"), why))?;
        range::share(key("momentum"), self.momentum)?;
        range::share(key("last"), self.last)?;
        range::elements(key("dimension"), self.dimension)?;
        let [least, greatest] = self.curvatures;
        if !(least > 0.0 && least <= greatest && greatest <= 1e6) {
            let why = format!(
                "{least} and {greatest}: expected two numbers above 0 and up to 10^6, the lesser first"
            );
            return Err(Invalid::new(key("curvatures"), why));
        }
        range::within(key("optimum"), self.optimum, &(0.0..=1e6))?;
        range::within(key("start"), self.start, &(0.0..=1e6))?;
        range::within(key("horizon"), self.horizon, &(1.0..=1e3))?;
        for (k, rate) in self.rates.iter().enumerate() {
            let named = key(&format!("rates[{k}]"));
            // Descent with the average converges below this (its characteristic polynomial is that of the heavy ball with the rate (1 - b) rate).
            let most = 2.0 * (1.0 + self.momentum) / (1.0 - self.momentum) / greatest;
            if !(*rate > 0.0 && *rate < most) {
                return Err(Invalid::new(
                    named,
                    format!("{rate}: expected a number above 0 and below {most}, where runs diverge"),
                ));
            }
            range::within(named, self.steps(*rate), &(8..=1 << 24))?;
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let cells = [self.weights.len(), self.rates.len(), Method::ALL.len(), self.seeds.as_slice().len()];
        let cells = Memory::of_runs("run.eco.seeds", &cells.map(|n| n as u64));
        let longest = self.rates.iter().map(|rate| self.steps(*rate)).max().unwrap_or(0);
        cells.and(Memory::of("run.eco.horizon", &[longest, self.dimension as u64, 16, threads]))
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        whole(self, progress)
    }

    fn divided(&self) -> Option<&dyn Divided> {
        Some(self)
    }
}

impl Divided for EcoRun {
    fn run_parts(&self, parts: &Parts<'_>) -> Result<Findings, Stopped> {
        let cells = self.cells()?;
        let outcomes = parts.map(&cells, |cell| cell.part(self), |cell| cell.run(self))?;
        Ok(findings::findings(self, &cells, outcomes))
    }
}

impl EcoRun {
    /// Storage by storage, method by method, rate by rate, seed by seed.
    fn cells(&self) -> Result<Vec<Cell>, Invalid> {
        let by_chance = rounding(&self.chance).map_err(|why| Invalid::new("run.eco.chance", why))?;
        let mut cells = Vec::new();
        for (k, storage) in self.weights.iter().enumerate() {
            for method in Method::ALL {
                let mut kept = storage.clone();
                if let (Method::Chance, Storage::Format { policy, .. }) = (method, &mut kept) {
                    policy.rounding = by_chance;
                    kept.keeper()
                        .map_err(|e| Invalid::new(format!("run.eco.weights[{k}]"), e.to_string()))?;
                }
                for &rate in &self.rates {
                    let cell =
                        |&seed| Cell { of: storage.to_string(), weights: kept.clone(), method, rate, seed };
                    cells.extend(self.seeds.as_slice().iter().map(cell));
                }
            }
        }
        Ok(cells)
    }
}
