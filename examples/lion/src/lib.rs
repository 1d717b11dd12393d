//! Lion (Chen et al., arXiv 2302.06675) in halfulp-lab, from outside: an optimizer, a bound on one step of it, and a program that runs experiment files
//! with both.

mod bound;
mod lion;

use halfulp_lab::registry::Registry;

pub use bound::{MOMENTUM, ONE_STEP, OneStep};
pub use lion::Lion;

/// What experiment files can name beside what halfulp-lab has.
#[must_use]
pub fn registry() -> Registry {
    Registry::default()
        .command("lion run")
        .optimizer::<Lion>("lion")
        .bound(&ONE_STEP, |setting| OneStep::weights(setting.optimizer.downcast()?, setting))
        .bound(&MOMENTUM, |setting| OneStep::momentum(setting.optimizer.downcast()?, setting))
}

#[cfg(test)]
mod tests;
