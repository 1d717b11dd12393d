//! Runs in parts: a finished part is kept in a folder, so that a run that was stopped goes on, and several processes share one.
//!
//! A part is one case with one seed. What a folder holds is taken only if everything that decides the part's result is the same, and the file is as it
//! was written; else the part is computed, and it is said why.

mod folder;
mod record;

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Findings, Invalid, Progress};
use crate::parallel;
pub(super) use folder::Folder;

/// A kind of experiment whose runs consist of parts: [`Kind::divided`](super::Kind::divided) says so.
pub trait Divided {
    /// Runs it, each part by [`Parts::map`]. The result is the same wherever parts come from.
    ///
    /// # Errors
    /// What cannot be run after all, or kept; or [`Stopped::Share`], from [`Parts::map`].
    fn run_parts(&self, parts: &Parts<'_>) -> Result<Findings, Stopped>;
}

/// What [`Kind::run`](super::Kind::run) is of a kind that has parts: all of them are computed, and none is kept.
///
/// # Errors
/// What cannot be run after all.
pub fn whole(kind: &dyn Divided, progress: &dyn Progress) -> Result<Findings, Invalid> {
    kind.run_parts(&Parts::of(progress, None, None)).map_err(|stopped| match stopped {
        Stopped::Invalid(invalid) => invalid,
        other => Invalid::new("run", other.to_string()),
    })
}

/// Why a run in parts has no findings.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Stopped {
    /// It cannot be run.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A part cannot be kept.
    #[error("{path}: {why}")]
    Folder {
        /// The folder, or the file in it.
        path: String,
        /// Why.
        why: String,
    },
    /// Only a shard's share of the parts was to be computed, and that is done.
    #[error("only a share of the parts was computed")]
    Share,
}

/// A part of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    name: String,
    settings: String,
}

impl Part {
    /// A part of a kind of experiment. `name` tells people which: `muon, rate 0.02, seed 3`. `settings` is all that decides its result, and nothing that
    /// a run changes: their `Debug` output is what is compared.
    #[must_use]
    pub fn new(kind: &str, name: impl Into<String>, settings: &impl fmt::Debug) -> Part {
        let name = name.into();
        let settings = format!("{kind} {name:?} {settings:?}");
        Part { name, settings }
    }
}

/// One of several shards of a run: every `of`-th part, beginning with part `index`, both counted from 1.
///
/// ```
/// use halfulp_lab::experiment::Shard;
///
/// assert_eq!("2/3".parse::<Shard>().unwrap().to_string(), "2/3");
/// assert!("0/3".parse::<Shard>().is_err() && "4/3".parse::<Shard>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shard {
    index: u64,
    of: u64,
}

impl Shard {
    /// Whether the part at this place, from 0, is one of its own. Neighbours, which differ in their seed, are of different shards.
    const fn has(self, place: usize) -> bool {
        place as u64 % self.of == self.index - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((index, of)) if 1 <= index && index <= of => Ok(Shard { index, of }),
            _ => Err("expected I/N with I from 1 to N, such as 2/8".into()),
        }
    }
}

/// `2/3`.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// How many parts a shard had to do with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Share {
    /// The parts of the whole run.
    pub all: usize,
    /// Those of the shard.
    pub own: usize,
    /// Of those, the ones that were computed; the others were in the folder.
    pub computed: usize,
    /// The parts of other shards that were not in the folder at the end.
    pub missing: usize,
}

/// How the parts of a run are made.
pub struct Parts<'p> {
    progress: &'p dyn Progress,
    folder: Option<&'p Folder>,
    shard: Option<Shard>,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    all: AtomicUsize,
    own: AtomicUsize,
    computed: AtomicUsize,
    missing: AtomicUsize,
}

impl<'p> Parts<'p> {
    pub(super) fn of(
        progress: &'p dyn Progress,
        folder: Option<&'p Folder>,
        shard: Option<Shard>,
    ) -> Parts<'p> {
        Parts { progress, folder, shard, counts: Counts::default() }
    }

    /// What `one` makes of each item, in the order of the items, on many threads. `part` says which part an item is. A result that is in the folder is read
    /// instead, and one that is computed is put there. Called once in a run.
    ///
    /// What a result is written as has to be read back as the same: numbers are exact, infinities and NaN included. A list of options cannot be written.
    ///
    /// # Errors
    /// The first item that fails, a folder that cannot be written in, or [`Stopped::Share`] after the share of a shard.
    pub fn map<T: Sync, R: Serialize + DeserializeOwned + Send>(
        &self,
        items: &[T],
        part: impl Fn(&T) -> Part,
        one: impl Fn(&T) -> Result<R, Invalid> + Sync,
    ) -> Result<Vec<R>, Stopped> {
        let Some(folder) = self.folder else {
            self.progress.parts(items.len() as u64);
            return Ok(parallel::try_map(items, || self.progress.done(), one)?);
        };
        let all = || items.iter().map(|item| (item, part(item))).enumerate();
        let is_own = |place: usize| self.shard.is_none_or(|shard| shard.has(place));
        let own: Vec<(&T, Part)> = all().filter(|(k, _)| is_own(*k)).map(|(_, both)| both).collect();
        self.progress.parts(own.len() as u64);
        folder.say_others(own.iter().map(|(_, part)| part), self.progress);
        let results = parallel::try_map(
            &own,
            || self.progress.done(),
            |(item, part)| -> Result<R, Stopped> {
                if let Some(found) = folder.find(part, self.progress) {
                    return Ok(found);
                }
                let found = one(item)?;
                folder.keep(part, &found)?;
                self.counts.computed.fetch_add(1, Ordering::Relaxed);
                Ok(found)
            },
        );
        let results: Vec<R> = results?;
        self.counts.all.store(items.len(), Ordering::Relaxed);
        self.counts.own.store(own.len(), Ordering::Relaxed);
        if self.shard.is_none() {
            return Ok(results);
        }
        let missing = all().filter(|(k, (_, part))| !is_own(*k) && !folder.has(part)).count();
        self.counts.missing.store(missing, Ordering::Relaxed);
        Err(Stopped::Share)
    }

    pub(super) fn share(&self) -> Share {
        let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        let Counts { all, own, computed, missing } = &self.counts;
        Share { all: of(all), own: of(own), computed: of(computed), missing: of(missing) }
    }
}
