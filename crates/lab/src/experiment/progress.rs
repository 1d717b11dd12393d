//! How far an experiment is.

/// Who wants to know how far an experiment is. Calls come from many threads.
pub trait Progress: Sync {
    /// There are this many parts to do, altogether.
    fn parts(&self, _total: u64) {}
    /// One more is done.
    fn done(&self) {}
    /// Something that the person who started it should know: a kept part that is not taken, and why.
    fn say(&self, _what: &str) {}
}

/// Nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Progress for Quiet {}
