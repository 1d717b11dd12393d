//! `[run.swamping]`: averages that are kept by levels and do not move, and what rounding by chance does instead.

mod average;
mod chance;
mod findings;
mod settings;

use crate::bound::swamping::{Book, Levels};
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress};
use crate::parallel;

use average::Averaged;
use findings::Outcome;
pub use settings::SwampingRun;

impl Kind for SwampingRun {
    fn check(&self) -> Result<(), Invalid> {
        let wrong = |key: String, why: &str| Err(Invalid::new(format!("run.swamping.{key}"), why));
        self.levels()?;
        for (key, none) in [("betas", self.betas.is_empty()), ("spacings", self.spacings.is_empty())] {
            if none {
                return wrong(key.into(), "expected at least one");
            }
        }
        if let Some(k) = self.betas.iter().position(|beta| !(*beta > 0.0 && *beta < 1.0)) {
            return wrong(format!("betas[{k}]"), "expected a number above 0 and below 1");
        }
        if let Some(k) = self.spacings.iter().position(|c| !(*c >= 1.0 && *c <= 1e6)) {
            return wrong(format!("spacings[{k}]"), "expected a number of steps, from 1 to 10^6");
        }
        if !(2..=1 << 20).contains(&self.elements) {
            return wrong("elements".into(), "expected 2 to 2^20: one holds the scale");
        }
        for (key, count) in [("steps", self.steps), ("draws", self.draws)] {
            if !(1..=1 << 20).contains(&count) {
                return wrong(key.into(), "expected 1 to 2^20");
            }
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let books = self.books.len() as u64;
        let cells =
            [books + self.spacings.len() as u64, self.betas.len() as u64, self.seeds.as_slice().len() as u64];
        let elements = Memory::of("run.swamping.elements", &[self.elements as u64, 128, threads]);
        let draws = Memory::of("run.swamping.draws", &[u64::from(self.draws), 32, threads]);
        let steps = Memory::of("run.swamping.steps", &[u64::from(self.steps), 48, threads]);
        Memory::of_runs("run.swamping.seeds", &cells).and(elements).and(draws).and(steps)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let books = self.levels()?;
        let cells: Vec<(&(Book, Levels), f64)> =
            books.iter().flat_map(|book| self.betas.iter().map(move |beta| (book, *beta))).collect();
        progress.parts(cells.len() as u64);
        let outcomes: Vec<Outcome> = parallel::map(&cells, |((book, levels), beta)| {
            let outcome = self.outcome(*book, levels, *beta);
            progress.done();
            outcome
        });
        let stored: Vec<chance::Stored> = parallel::map(&books, |(_, levels)| self.stored(levels));
        let walks: Vec<chance::Walk> = parallel::map(&self.pairs(), |pair| self.walk(*pair));
        Ok(findings::findings(self, &books, outcomes, stored, &walks))
    }
}

impl SwampingRun {
    fn levels(&self) -> Result<Vec<(Book, Levels)>, Invalid> {
        let of = |(k, book): (usize, &Book)| match Levels::of(book) {
            Ok(levels) => Ok((*book, levels)),
            Err(why) => Err(Invalid::new(format!("run.swamping.books[{k}]"), why)),
        };
        if self.books.is_empty() {
            return Err(Invalid::new("run.swamping.books", "expected at least one"));
        }
        self.books.iter().enumerate().map(of).collect()
    }

    fn pairs(&self) -> Vec<(f64, f64)> {
        self.betas.iter().flat_map(|beta| self.spacings.iter().map(move |c| (*beta, *c))).collect()
    }

    fn outcome(&self, book: Book, levels: &Levels, beta: f64) -> Outcome {
        let (mut nearest, mut added) = (Averaged::new(), chance::Added::new());
        for &seed in self.seeds.as_slice() {
            let setting = average::Setting { beta, elements: self.elements, steps: self.steps, seed };
            for steady in [true, false] {
                average::run(levels, book.signed, &setting, steady, &Levels::nearest, &mut nearest);
            }
            chance::average(levels, book.signed, &setting, &Levels::by_chance, &mut added);
        }
        Outcome { book, beta, nearest, added }
    }

    fn stored(&self, levels: &Levels) -> chance::Stored {
        chance::stored(levels, self.draws, self.seeds.as_slice(), &Levels::by_chance)
    }

    fn walk(&self, (beta, spacing): (f64, f64)) -> chance::Walk {
        chance::walk(beta, spacing, [self.draws, self.steps], self.seeds.as_slice(), &chance::log_by_chance)
    }
}

#[cfg(test)]
mod tests;
