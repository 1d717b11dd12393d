//! Every mismatch of a run, in an order that does not depend on the threads.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::Mismatch;

/// A mismatch as a run meets it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logged {
    /// The position of its job.
    pub job: usize,
    /// The mismatch.
    pub mismatch: Mismatch,
    /// The position of the waiver that accepts it, if one does.
    pub waiver: Option<usize>,
}

/// What takes every mismatch of a run: chunk by chunk in the order of jobs and cases, within a chunk policy by policy.
pub type Sink<'a> = &'a (dyn Fn(&Logged) + Sync);

/// Puts the mismatches of chunks in order, which threads finish as they come.
pub struct Log<'a> {
    sink: Sink<'a>,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    /// The chunk that comes next.
    next: u64,
    chunks: BTreeMap<u64, Vec<Logged>>,
}

impl<'a> Log<'a> {
    pub fn new(sink: Sink<'a>) -> Log<'a> {
        Log { sink, waiting: Mutex::default() }
    }

    /// Takes the mismatches of a chunk.
    pub fn take(&self, chunk: u64, found: Vec<Logged>) {
        let Ok(mut waiting) = self.waiting.lock() else { return };
        waiting.chunks.insert(chunk, found);
        let mut next = waiting.next;
        while let Some(found) = waiting.chunks.remove(&next) {
            found.iter().for_each(self.sink);
            next += 1;
        }
        waiting.next = next;
    }

    /// Hands out what is left after a run that ended early, in which some chunks never came.
    pub fn finish(self) {
        let Ok(waiting) = self.waiting.into_inner() else { return };
        waiting.chunks.into_values().flatten().for_each(|logged| (self.sink)(&logged));
    }
}
