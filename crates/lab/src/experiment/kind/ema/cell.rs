//! One run of an average: where, of what and how.

use crate::experiment::kind::signal::Signal;
use crate::optimizer::Ema;
use crate::storage::Storage;

/// One run: a storage, a decay, a signal, a seed; with only storing rounded, or in a form.
#[derive(Clone, Copy)]
pub(super) struct Cell<'a> {
    pub(super) storage: &'a Storage,
    pub(super) beta: f64,
    pub(super) signal: Signal,
    pub(super) form: Option<Ema>,
    pub(super) seed: u64,
}

impl Cell<'_> {
    pub(super) fn name(&self) -> String {
        let form = match self.form {
            None => "stored",
            Some(Ema::TwoProduct) => "two products",
            Some(Ema::Lerp) => "lerp",
            Some(Ema::Fma) => "fma",
            Some(Ema::LerpFused) => "lerp, fused",
            Some(Ema::TwoProductFused) => "two products, fused",
            Some(Ema::Sum) => "sum",
        };
        format!("{}, {form}, beta {}, {}", self.storage, self.beta, self.signal.name())
    }
}
