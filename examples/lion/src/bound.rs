//! The bound: how far one step of Lion in low precision is from the exact step from the same weights, momentum and gradient.
//!
//! Write `x^` for what is computed in place of `x`, `r(x)` for what rounding to `x` can change, `s(x)` for what storing it can. A constant `k` is computed in
//! binary64 and rounded once: `r(k)` stands for both errors. For the average `c = b m + (1 - b) g` as two products and a sum,
//!
//! ```text
//! |c^ - c| <= e = r(b) |m| + r(b m) + r(1 - b) |g| + r((1 - b) g) + r(c^)
//! ```
//!
//! which with `s(m)` is the bound of the momentum. A sign is exact, and the right one where `|c^| > e`; times the rate it is exact, too. With
//! `d = 1 - rate decay` the weights err by
//!
//! ```text
//! |w^ - w*| <= r(d) |w| + r(d w) + r(rate) + r(w^) + s(w^), and 2 rate more where |c^| <= e
//! ```

use halfulp_lab::arithmetic::Coefficient;
use halfulp_lab::bound::Hypothesis::{self, Checked};
use halfulp_lab::bound::ball::Ball;
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::quantization::Errors;
use halfulp_lab::bound::rounding::Stores;
use halfulp_lab::bound::{Bound, Setting, Statement, Tally};
use halfulp_lab::optimizer::{Observer, Quantity, States};
use halfulp_lab::storage::{Keeper, Storage};
use halfulp_lab::train::{Seeds, Watch};

use crate::Lion;

/// Of the weights.
pub static ONE_STEP: Statement = Statement {
    name: "lion.one-step",
    formula: "|w^ - w*| <= r(d) |w| + r(d w) + r(rate) + r(w^) + s(w^) + 2 rate [|c^| <= e], e = r(b) |m| + r(b m) + r(1 - b) |g| + r((1 - b) g) + r(c^)",
    source: "derived in examples/lion/src/bound.rs",
    clause: "-",
    measures: "|weight - weight of the exact step from the same numbers|, at least",
    trivial: "rate (1 + decay |w|): what a weight that is not updated errs by",
    identity: false,
    everywhere: false,
    hypotheses: &FINITE,
};

/// Of the momentum.
pub static MOMENTUM: Statement = Statement {
    name: "lion.momentum",
    formula: "|m^ - m*| <= r(b) |m| + r(b m) + r(1 - b) |g| + r((1 - b) g) + r(m^) + s(m^)",
    source: "derived in examples/lion/src/bound.rs",
    clause: "-",
    measures: "|momentum - momentum of the exact step from the same numbers|, at least",
    trivial: "the larger of the two: what a momentum of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &FINITE,
};

static FINITE: [Hypothesis; 1] = [Checked("all numbers are finite, and within the storage's range")];

/// Either bound, along a run.
pub struct OneStep {
    lion: Lion,
    arithmetic: Errors,
    keeper: Keeper,
    stores: Stores,
    /// Whether it is that of the weights.
    of_weights: bool,
    of: String,
    tally: Tally,
    before: Option<States<f64>>,
    gradient: Vec<f64>,
    /// What the sign is taken of.
    blend: Vec<f64>,
    /// Weights or momentum before they are stored.
    fresh: Vec<f64>,
}

impl OneStep {
    /// Of the weights of a run; none of compensated weights, and of constants that go through a format.
    #[must_use]
    pub fn weights(lion: &Lion, setting: &Setting<'_>) -> Option<OneStep> {
        let storages = setting.storages;
        let kept = if storages.master { &Storage::Exact } else { &storages.weights };
        if storages.compensated { None } else { OneStep::new(lion, setting, kept, true) }
    }

    /// Of the momentum of a run.
    #[must_use]
    pub fn momentum(lion: &Lion, setting: &Setting<'_>) -> Option<OneStep> {
        OneStep::new(lion, setting, &setting.storages.first, false)
    }

    fn new(lion: &Lion, setting: &Setting<'_>, kept: &Storage, of_weights: bool) -> Option<OneStep> {
        if setting.storages.coefficients != Storage::Exact {
            return None;
        }
        let zeros = vec![0.0; setting.start.len()];
        Some(OneStep {
            lion: *lion,
            arithmetic: setting.arithmetic,
            keeper: kept.keeper().ok()?,
            stores: Stores::default(),
            of_weights,
            of: setting.of.into(),
            tally: Tally::new(if of_weights { &ONE_STEP } else { &MOMENTUM }),
            before: None,
            gradient: Vec::new(),
            blend: zeros.clone(),
            fresh: zeros,
        })
    }

    /// At most what rounding a number of about this size can change, at least.
    fn r(&self, x: Ball) -> Upper {
        self.arithmetic.of_exact(x.magnitude().get())
    }

    /// The exact average, and at least the distance of the computed one from it.
    fn average(&self, beta: f64, m: f64, g: f64, computed: f64) -> (Ball, Upper) {
        let (keep, add) = (Ball::exact(beta), Ball::exact(1.0) - Ball::exact(beta));
        let [kept, added] = [(keep, m), (add, g)].map(|(k, x)| {
            let product = k * Ball::exact(x);
            // The rounded constant's product is rounded: it is that much larger.
            let constant = constant(&self.arithmetic, k, Coefficient::Complement(beta)) * Upper::of(x);
            (product, constant + self.r(product + Ball::around(0.0, constant)))
        });
        (kept.0 + added.0, kept.1 + added.1 + self.arithmetic.of_result(computed))
    }

    /// The exact weight, and at least the distance of the computed one from it, but for its storing.
    fn weight(&self, w: f64, sign: Ball, is_sure: bool, computed: f64) -> (Ball, Upper) {
        let (rate, one) = (Ball::exact(self.lion.rate), Ball::exact(1.0));
        let decay = one - rate * Ball::exact(self.lion.weight_decay);
        let decayed = decay * Ball::exact(w);
        let mut bound = self.r(rate) + self.arithmetic.of_result(computed);
        if self.lion.weight_decay != 0.0 {
            let computed = Coefficient::Decay(self.lion.rate, self.lion.weight_decay);
            let constant = constant(&self.arithmetic, decay, computed) * Upper::of(w);
            bound += constant + self.r(decayed + Ball::around(0.0, constant));
        }
        if !is_sure {
            bound += Upper::of(2.0 * self.lion.rate);
        }
        (decayed - rate * sign, bound)
    }
}

/// At least the error of a constant: of computing it in binary64, and of rounding it.
pub(crate) fn constant(arithmetic: &Errors, k: Ball, computed: Coefficient) -> Upper {
    let computing = Upper::of(k.magnitude().get()) * Upper::of(computed.slack());
    computing + arithmetic.of_exact((k.magnitude() + computing).get())
}

/// The sign of an exact number: any, if it can be 0.
fn sign(x: Ball) -> Ball {
    match x.middle().abs() > x.radius().get() {
        true => Ball::exact(x.middle().signum()),
        false => Ball::around(0.0, Upper::of(1.0)),
    }
}

impl Observer<f64> for OneStep {
    fn see(&mut self, what: Quantity, first: usize, values: &[f64]) {
        let to = match what {
            Quantity::Blend => &mut self.blend,
            Quantity::Weights if self.of_weights => &mut self.fresh,
            Quantity::First if !self.of_weights => &mut self.fresh,
            _ => return,
        };
        to[first..first + values.len()].copy_from_slice(values);
    }
}

impl Watch<f64> for OneStep {
    fn before(&mut self, _: &Seeds, states: &States<f64>, gradient: &[f64]) {
        self.before = Some(states.clone());
        self.gradient = gradient.to_vec();
    }

    fn after(&mut self, at: &Seeds, states: &States<f64>) {
        self.tally.step(at.t);
        let Some(before) = self.before.take() else { return };
        let after = if self.of_weights { &states.weights } else { &states.first };
        let allowed = self.stores.allowed(&self.keeper, &self.fresh, after);
        for (k, (&stored, allowed)) in after.iter().zip(allowed).enumerate() {
            let place = || format!("{}, step {}, element {k}", self.of, at.t);
            let (w, m, g) = (before.weights[k], before.first[k], self.gradient[k]);
            let finite = [w, m, g, self.blend[k], self.fresh[k], stored].iter().all(|x| x.is_finite());
            let Some(allowed) = allowed.ok().filter(|_| finite) else {
                self.tally.fail(0, place);
                continue;
            };
            let (exact, bound, trivial) = if self.of_weights {
                let (blend, error) = self.average(self.lion.betas[0], m, g, self.blend[k]);
                let is_sure = self.blend[k].abs() > error.get();
                let (exact, bound) = self.weight(w, sign(blend), is_sure, self.fresh[k]);
                (exact, bound, self.lion.rate * (1.0 + self.lion.weight_decay * w.abs()))
            } else {
                let (exact, bound) = self.average(self.lion.betas[1], m, g, self.fresh[k]);
                (exact, bound, exact.magnitude().get().max(stored.abs()))
            };
            let measured = (Ball::exact(stored) - exact).least();
            self.tally.observe(measured, (bound + allowed.most).get(), trivial, place);
        }
    }
}

impl Bound for OneStep {
    fn tallies(self: Box<Self>) -> Vec<Tally> {
        vec![self.tally]
    }
}
