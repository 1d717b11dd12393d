//! What a registry has, and which one names are looked up in.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use crate::bound::{Bound, Setting, Statement};
use crate::experiment::{Invalid, Kind};
use crate::optimizer::AnyOptimizer;
use crate::problem::Problem;
use crate::storage::Store;

/// Reads a table.
pub(crate) type Reader<T> = Arc<dyn Fn(&toml::Table) -> Result<T, Invalid> + Send + Sync>;
/// Names, and what reads their tables.
pub(crate) type Entries<T> = Vec<(String, Reader<T>)>;
/// Makes a bound for a run, where it is about that run.
pub(super) type Make = Arc<dyn Fn(&Setting<'_>) -> Option<Box<dyn Bound>> + Send + Sync>;

/// What experiment files can name beside what this crate has.
#[derive(Clone)]
pub struct Registry {
    pub(crate) command: Cow<'static, str>,
    pub(crate) kinds: Entries<Box<dyn Kind>>,
    pub(crate) optimizers: Entries<Arc<dyn AnyOptimizer>>,
    pub(crate) problems: Entries<Box<dyn Problem>>,
    pub(crate) storages: Entries<Arc<dyn Store>>,
    pub(crate) bounds: Vec<(&'static Statement, Make)>,
    pub(crate) experiments: Vec<(&'static str, &'static str)>,
}

/// Nothing but what this crate has.
impl Default for Registry {
    fn default() -> Registry {
        Registry {
            command: Cow::Borrowed("halfulp bound run"),
            kinds: Vec::new(),
            optimizers: Vec::new(),
            problems: Vec::new(),
            storages: Vec::new(),
            bounds: Vec::new(),
            experiments: Vec::new(),
        }
    }
}

thread_local! {
    /// The registry of the file that is being read: serde hands nothing of the kind to what it reads.
    static CURRENT: RefCell<Registry> = RefCell::default();
}

impl Registry {
    /// The bounds that are about a run.
    pub(crate) fn bounds_of(&self, setting: &Setting<'_>) -> Vec<(&'static Statement, Box<dyn Bound>)> {
        self.bounds.iter().filter_map(|(statement, make)| Some((*statement, make(setting)?))).collect()
    }

    /// Reads something whose names are looked up here.
    pub(crate) fn within<T>(&self, read: impl FnOnce() -> T) -> T {
        struct Before(Registry);
        impl Drop for Before {
            fn drop(&mut self) {
                CURRENT.set(std::mem::take(&mut self.0));
            }
        }
        let _before = Before(CURRENT.replace(self.clone()));
        read()
    }

    /// The one in which something is being read.
    pub(crate) fn current() -> Registry {
        CURRENT.with_borrow(Registry::clone)
    }
}

/// The names.
impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("kinds", &names(&self.kinds))
            .field("optimizers", &names(&self.optimizers))
            .field("problems", &names(&self.problems))
            .field("storages", &names(&self.storages))
            .field("bounds", &self.bounds.iter().map(|(statement, _)| statement.name).collect::<Vec<_>>())
            .field("experiments", &self.experiments.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .finish()
    }
}

pub(super) fn names<T>(entries: &Entries<T>) -> Vec<&str> {
    entries.iter().map(|(name, _)| name.as_str()).collect()
}
