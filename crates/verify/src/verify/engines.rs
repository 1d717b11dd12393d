//! What each thread of a run has for itself.

use crate::engine::{Engine, EngineError};

/// A thread's own engines.
pub struct Engines {
    pub subject: Box<dyn Engine>,
    pub oracles: Vec<Box<dyn Engine>>,
}

impl Engines {
    pub fn fork(subject: &dyn Engine, oracles: &[Box<dyn Engine>]) -> Result<Engines, EngineError> {
        Ok(Engines {
            subject: subject.fork()?,
            oracles: oracles.iter().map(|o| o.fork()).collect::<Result<_, _>>()?,
        })
    }

    pub fn finish(&mut self) -> Result<(), EngineError> {
        self.subject.finish()?;
        self.oracles.iter_mut().try_for_each(|o| o.finish())
    }
}
