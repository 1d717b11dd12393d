//! What experiment files can name, and how another crate adds to it: kinds of experiment, optimizers, problems, storages, bounds, and experiments themselves.
//!
//! A type that implements [`Kind`], [`Optimizer`], [`Problem`] or [`Store`] and can be deserialized is added under the name that files have for its table;
//! the table's keys are its fields. `examples/lion` in the repository is a whole crate that does so.
//!
//! ```
//! use halfulp_lab::experiment::Experiment;
//! use halfulp_lab::problem::{Constant, Constants, Domain, Problem, Shape};
//! use halfulp_lab::registry::Registry;
//!
//! /// `{ quartic = { scale = 2.0 } }`: scale x^4 / 4.
//! #[derive(serde::Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Quartic {
//!     scale: f64,
//! }
//!
//! impl Problem for Quartic {
//!     fn name(&self) -> &str { "quartic" }
//!     fn shapes(&self) -> Vec<Shape> { vec![Shape { name: "x".into(), rows: 1, columns: 1 }] }
//!     fn start(&self, _: u64) -> Vec<f64> { vec![1.0] }
//!     fn value(&self, at: &[f64]) -> f64 { self.scale * at[0].powi(4) / 4.0 }
//!     fn gradient(&self, at: &[f64], to: &mut [f64]) { to[0] = self.scale * at[0].powi(3) }
//!     fn sample(&self, at: &[f64], _: u64, _: u64, to: &mut [f64]) { self.gradient(at, to) }
//!     fn constants(&self) -> Constants {
//!         let none = Constant::unknown("not worked out");
//!         Constants {
//!             smoothness: none, sampled: none, minimum: Constant::known(0.0), gradient_bound: none,
//!             deviation: Constant::known(0.0), domain: Domain::Everywhere, deterministic: true,
//!         }
//!     }
//! }
//!
//! let registry = Registry::default().problem::<Quartic>("quartic");
//! let file = r#"
//!     name = "quartic"
//!     title = "A problem of another crate"
//!     [run.adamw]
//!     problem = { quartic = { scale = 2.0 } }
//!     optimizer = { adam = { rate = 0.01 } }
//!     steps = 10
//!     cases = [{ name = "f32", arithmetic = "f32" }]
//! "#;
//! assert!(Experiment::parse_with(file, "quartic.toml", &registry).is_ok());
//! let error = Experiment::parse(file, "quartic.toml").unwrap_err();
//! assert!(error.to_string().contains("unknown problem `quartic`"), "{error}");
//! ```

mod entries;
mod other;

use std::borrow::Cow;
use std::sync::Arc;

use serde::de::DeserializeOwned;

pub use entries::Registry;
use entries::{Entries, names};
pub(crate) use other::{Named, Other, one_key, typed};

use crate::bound::{Bound, Setting, Statement};
use crate::experiment::Kind;
use crate::optimizer::{AnyOptimizer, Optimizer};
use crate::problem::Problem;
use crate::storage::{Storage, Store};

impl Registry {
    /// The command that runs an experiment again, but for the experiment: reports have it.
    #[must_use]
    pub fn command(self, command: impl Into<Cow<'static, str>>) -> Registry {
        Registry { command: command.into(), ..self }
    }

    /// A kind of experiment: files have it as `[run.NAME]`. It should deny unknown fields: that is also how `--seeds` finds out that it has none.
    ///
    /// # Panics
    /// The name is taken, here or by a kind of this crate; so for the next three.
    #[must_use]
    pub fn kind<K: Kind + DeserializeOwned + 'static>(mut self, name: impl Into<String>) -> Registry {
        let name = free(name, crate::experiment::kind::NAMES, &self.kinds);
        self.kinds.push((name, Arc::new(|table| Ok(Box::new(typed::<K>(table)?)))));
        self
    }

    /// An optimizer: `optimizer = { NAME = { .. } }`.
    ///
    /// # Panics
    /// The name is taken.
    #[must_use]
    pub fn optimizer<P: Optimizer + DeserializeOwned>(mut self, name: impl Into<String>) -> Registry {
        let name = free(name, crate::optimizer::NAMES, &self.optimizers);
        let read = |table: &toml::Table| {
            let optimizer: P = typed(table)?;
            optimizer.check()?;
            Ok(Arc::new(optimizer) as Arc<dyn AnyOptimizer>)
        };
        self.optimizers.push((name, Arc::new(read)));
        self
    }

    /// A problem: `problem = { NAME = { .. } }`. It is read before the limit on memory is looked at; until it is run it should be no more than its
    /// settings.
    ///
    /// # Panics
    /// The name is taken.
    #[must_use]
    pub fn problem<P: Problem + DeserializeOwned + 'static>(mut self, name: impl Into<String>) -> Registry {
        let name = free(name, crate::problem::NAMES, &self.problems);
        let read = |table: &toml::Table| {
            let problem: P = typed(table)?;
            problem.check()?;
            Ok(Box::new(problem) as Box<dyn Problem>)
        };
        self.problems.push((name, Arc::new(read)));
        self
    }

    /// A storage: `weights = { NAME = { .. } }`.
    ///
    /// # Panics
    /// The name is taken, if only by a format.
    #[must_use]
    pub fn storage<S: Store + DeserializeOwned + 'static>(mut self, name: impl Into<String>) -> Registry {
        let name = free(name, crate::storage::KEYS, &self.storages);
        assert!(Storage::named(&name).is_err(), "there is a format {name:?} already");
        let read = |table: &toml::Table| {
            let store: S = typed(table)?;
            store.check()?;
            Ok(Arc::new(store) as Arc<dyn Store>)
        };
        self.storages.push((name, Arc::new(read)));
        self
    }

    /// A bound, which `[run.adamw]` evaluates along every run that it is about: those for which `make` makes one.
    ///
    /// # Panics
    /// A bound has that name.
    #[must_use]
    pub fn bound<B: Bound + 'static>(
        mut self,
        statement: &'static Statement,
        make: impl Fn(&Setting<'_>) -> Option<B> + Send + Sync + 'static,
    ) -> Registry {
        let taken = self.statements().any(|known| known.name == statement.name);
        assert!(!taken, "there is a bound {:?} already", statement.name);
        let make = move |setting: &Setting<'_>| make(setting).map(|bound| Box::new(bound) as Box<dyn Bound>);
        self.bounds.push((statement, Arc::new(make)));
        self
    }

    /// An experiment by a name, as this crate's come with the program: the name and the text of its file.
    ///
    /// # Panics
    /// An experiment has that name.
    #[must_use]
    pub fn experiment(mut self, name: &'static str, text: &'static str) -> Registry {
        let taken = self.experiments().any(|(known, _)| known == name);
        assert!(!taken, "there is an experiment {name:?} already");
        self.experiments.push((name, text));
        self
    }

    /// The names and texts of all experiments that have names, those of this crate first.
    pub fn experiments(&self) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
        crate::experiment::BUILTIN.iter().chain(&self.experiments).copied()
    }

    /// The statements of all bounds, those of this crate first.
    pub fn statements(&self) -> impl Iterator<Item = &'static Statement> + '_ {
        crate::bound::STATEMENTS.iter().copied().chain(self.bounds.iter().map(|(statement, _)| *statement))
    }
}

/// The name, if it is not taken.
fn free<T>(name: impl Into<String>, builtin: &[&str], entries: &Entries<T>) -> String {
    let name = name.into();
    let taken = builtin.contains(&name.as_str()) || names(entries).contains(&name.as_str());
    assert!(!taken, "there is a {name:?} already");
    name
}
