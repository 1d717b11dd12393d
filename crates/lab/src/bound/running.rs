//! The running bound of a whole run, whatever the order of operations: beside the exact twin that sees the same gradients.

use rug::Float;

use super::{Statement, Tally};
use crate::arithmetic::{Arithmetic, Bounded, Exact, Native};
use crate::bound::Hypothesis::Checked;
use crate::optimizer::{Blind, Elementwise, Keepers, Observer, States};
use crate::train::{Seeds, Watch};

/// Every operation's rounding, carried on.
pub static RUNNING: Statement = Statement {
    name: "run.running",
    formula: "sums: e_x + e_y + r(z); products: |x| e_y + |y| e_x + e_x e_y + r(z); quotients: (e_x + |x / y| e_y) / (|y| - e_y) + r(z); \
              roots: e_x / (sqrt(x) + sqrt(max(0, x - e_x))) + r(z), or sqrt(e_x) + r(z); stores: e_x + |stored - x|",
    source: "derived here, from the standard model (Higham 2002, 2.2)",
    clause: "B6",
    measures: "|weight - weight of the exact twin that sees the same gradients|",
    trivial: "the larger of the two weights: what a weight of 0 errs by",
    identity: false,
    hypotheses: &[Checked("no operation left the finite numbers"), Checked("an elementwise optimizer")],
};

/// Watches a run in running-error arithmetic.
pub struct RunningTwin {
    optimizer: Elementwise,
    exact: Exact,
    twin: States<Float>,
    gradient: Vec<Float>,
    of: String,
    tally: Tally,
    /// The largest distance and the largest bound of weights, after each step.
    pub curve: Vec<(f64, f64, f64)>,
}

impl RunningTwin {
    /// Beside a run that starts with these weights.
    #[must_use]
    pub fn new(optimizer: Elementwise, start: &[f64], of: &str) -> RunningTwin {
        let exact = Exact::default();
        let zeros = || vec![exact.number(0.0); start.len()];
        let twin = States {
            weights: start.iter().map(|&x| exact.number(x)).collect(),
            compensation: Vec::new(),
            first: zeros(),
            second: zeros(),
        };
        let gradient = zeros();
        let (of, tally) = (of.into(), Tally::new(&RUNNING));
        RunningTwin { optimizer, exact, twin, gradient, of, tally, curve: Vec::new() }
    }

    /// The bound, as it went.
    #[must_use]
    pub fn tally(self) -> Tally {
        self.tally
    }
}

impl<V: Native> Observer<Bounded<V>> for RunningTwin {}

impl<V: Native> Watch<Bounded<V>> for RunningTwin {
    fn before(&mut self, _: &Seeds, _: &States<Bounded<V>>, gradient: &[Bounded<V>]) {
        for (to, g) in self.gradient.iter_mut().zip(gradient) {
            *to = self.exact.number(g.value.wide());
        }
    }

    fn after(&mut self, at: &Seeds, states: &States<Bounded<V>>) {
        self.tally.step(at.t);
        let (exact, twin, keepers) = (&mut self.exact, &mut self.twin, &mut Keepers::exact());
        match &self.optimizer {
            Elementwise::Sgd(sgd) => sgd.step(exact, at, twin, &self.gradient, keepers, &mut Blind),
            Elementwise::Adam(adam) => adam.step(exact, at, twin, &self.gradient, keepers, &mut Blind),
            // Orthogonalization is no operation on elements: its bounds are those of one Muon step.
            Elementwise::Muon(_) => return self.tally.fail(1, || self.of.clone()),
        }
        let mut worst = (at.t as f64, 0.0f64, 0.0f64);
        for (k, (w, exact)) in states.weights.iter().zip(&twin.weights).enumerate() {
            let place = || format!("{}, step {}, element {k}", self.of, at.t);
            if !w.value.wide().is_finite() {
                self.tally.fail(0, place);
                continue;
            }
            let distance = (exact.clone() - w.value.wide()).abs().to_f64();
            let trivial = exact.to_f64().abs().max(w.value.wide().abs());
            self.tally.observe(distance, w.error.get(), trivial, place);
            worst = (worst.0, worst.1.max(distance), worst.2.max(w.error.get()));
        }
        self.curve.push(worst);
    }
}
