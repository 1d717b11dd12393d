//! Several that watch one run.

use super::{Seeds, Watch};
use crate::optimizer::{Observer, Quantity, States};

/// Two that watch one run.
pub struct Both<'a, A, B>(pub &'a mut A, pub &'a mut B);

impl<N, A: Observer<N>, B: Observer<N>> Observer<N> for Both<'_, A, B> {
    fn see(&mut self, what: Quantity, first: usize, values: &[N]) {
        self.0.see(what, first, values);
        self.1.see(what, first, values);
    }
}

impl<N, A: Watch<N>, B: Watch<N>> Watch<N> for Both<'_, A, B> {
    fn before(&mut self, at: &Seeds, states: &States<N>, gradient: &[N]) {
        self.0.before(at, states, gradient);
        self.1.before(at, states, gradient);
    }

    fn after(&mut self, at: &Seeds, states: &States<N>) {
        self.0.after(at, states);
        self.1.after(at, states);
    }
}
