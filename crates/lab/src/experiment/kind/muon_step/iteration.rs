//! One Newton-Schulz iteration beside the exact one.

use nalgebra::DMatrix;

use crate::bound::muon::polynomial::Polynomial;
use crate::bound::muon::{
    DEVIATION, DEVIATION_MEASURED, GROWTH, LOCAL, Local, NO_BLOW_UP, RADIUS, Roundings, SIZE, SURVIVED,
    deviation, evaluated, initial, local,
};
use crate::bound::outward::Upper;
use crate::bound::{Statement, Tally};
use crate::detect::Count;
use crate::experiment::Invalid;
use crate::experiment::kind::signal::normal;
use crate::matrix::{distance, frobenius, spectral};
use crate::optimizer::newton_schulz::{NewtonSchulz, Trace};

/// An iteration on a gradient.
pub(super) struct Cell<'a> {
    pub name: &'a str,
    pub how: &'a NewtonSchulz,
    pub shape: [usize; 2],
    pub seed: u64,
}

/// What it found. Errors and bounds are over the root of the smaller side.
pub(super) struct Outcome {
    pub tallies: Vec<Tally>,
    pub error: f64,
    pub a_priori: f64,
    pub measured: f64,
    /// Spectral norms of the iterates.
    pub norms: Vec<f64>,
    /// Largest local errors: a priori and measured.
    pub locals: [f64; 2],
    pub growth: Count,
    /// The step whose iterate is not finite, from 1.
    pub diverged: Option<usize>,
}

/// The statements in the order of an outcome's tallies.
const STATEMENTS: [&Statement; 5] = [&NO_BLOW_UP, &LOCAL, &DEVIATION, &DEVIATION_MEASURED, &SIZE];

impl Cell<'_> {
    /// What bounds are evaluated on.
    pub fn of(&self) -> String {
        format!("{}, {}x{}", self.name, self.shape[0], self.shape[1])
    }

    fn gradient(&self) -> DMatrix<f64> {
        let [rows, columns] = self.shape;
        DMatrix::from_fn(rows, columns, |i, j| normal(self.seed ^ 0x6d75_6f6e, (i * columns + j) as u64))
    }

    pub fn run(&self) -> Result<Outcome, Invalid> {
        let gradient = self.gradient();
        let trace = self.how.trace(&gradient, self.seed)?;
        let oriented = if trace.transposed { gradient.transpose() } else { gradient };
        let mut outcome = Outcome {
            tallies: STATEMENTS.map(Tally::new).into(),
            error: f64::INFINITY,
            a_priori: f64::INFINITY,
            measured: f64::INFINITY,
            norms: trace.iterates().map(|x| spectral(x).get()).collect(),
            locals: [f64::INFINITY; 2],
            growth: Count::default(),
            diverged: None,
        };
        outcome.growth.of = outcome.norms.len() as u64;
        outcome.growth.seen = outcome.norms.iter().filter(|x| **x > GROWTH).count() as u64;
        outcome.diverged =
            trace.steps.iter().position(|s| s.next.iter().any(|x| !x.is_finite())).map(|k| k + 1);
        self.bounds(&oriented, &trace, &mut outcome);
        Ok(outcome)
    }

    /// The exact iteration in binary64 from a normalized matrix, and how far its end can be off.
    fn exact(&self, start: DMatrix<f64>, start_error: Upper) -> (DMatrix<f64>, Upper) {
        let coefficients = self.how.coefficients;
        let mut errors = vec![start_error];
        let mut radius = spectral(&start);
        let mut largest = radius;
        let mut x = start;
        for _ in 0..self.how.steps {
            let (next, error) = evaluated(&x, radius, coefficients);
            errors.push(error);
            let inside = coefficients == NewtonSchulz::COEFFICIENTS && radius.get() <= RADIUS;
            // phi maps the radius into 1.2024; the evaluation's own error is far below the rest of the radius.
            radius = if inside && error.get() < 1e-3 { Upper::of(1.21) } else { spectral(&next) };
            largest = largest.max(radius);
            x = next;
        }
        let s = (largest + Upper::of(1e-6)).get();
        (x, deviation(coefficients, s, &errors))
    }

    /// Evaluates [`LOCAL`] on every step, and adds each one's bound and what was measured.
    fn steps(
        &self,
        roundings: &Roundings,
        trace: &Trace,
        norms: &[f64],
        steps: &mut Tally,
        [known, seen]: [&mut Vec<Upper>; 2],
    ) {
        let coefficients = self.how.coefficients;
        let at = || format!("{}, seed {}", self.of(), self.seed);
        let mut x = &trace.start;
        for (j, (step, &two)) in trace.steps.iter().zip(norms).enumerate() {
            let two = Upper::of(two);
            let (exact, error) = evaluated(x, two, coefficients);
            let bound = local(roundings, &Local::of(x, two, step));
            let found = distance(&step.next, &exact);
            if step.next.iter().any(|x| x.abs() >= roundings.largest()) {
                steps.fail(1, at);
            } else if bound.get().is_infinite() {
                steps.fail(0, at);
            } else {
                let allowed = (bound + error).get();
                steps.observe(found.get(), allowed, frobenius(&exact).get(), || {
                    format!("{}, step {}", at(), j + 1)
                });
            }
            known.push(bound);
            seen.push(found + error);
            x = &step.next;
        }
    }

    fn bounds(&self, oriented: &DMatrix<f64>, trace: &Trace, outcome: &mut Outcome) {
        let [blow_up, steps, a_priori, by_measured, size] = &mut outcome.tallies[..] else { return };
        let at = || format!("{}, seed {}", self.of(), self.seed);
        let Some(roundings) = Roundings::of(self.how).filter(|_| outcome.diverged.is_none()) else {
            blow_up.fail(1, at);
            steps.fail(1, at);
            a_priori.fail(0, at);
            by_measured.fail(0, at);
            size.fail(1, at);
            return;
        };
        let coefficients = self.how.coefficients;
        let norm = frobenius(oriented).get();
        let scale = 1.0 / (norm + self.how.epsilon);
        let start = oriented * scale;
        // The norm is off by some units in the last place and as much again for each term of its sum; so is the quotient.
        let start_error = Upper::of((oriented.len() as f64 + 8.0) * f64::EPSILON * 2.0);
        let first = distance(&trace.start, &start) + start_error;
        let mut known = vec![initial(&roundings, norm * (1.0 - 1e-9), self.how.epsilon, oriented.len())];
        let mut seen = vec![first];
        self.steps(&roundings, trace, &outcome.norms, steps, [&mut known, &mut seen]);
        let largest = outcome.norms.iter().copied().fold(0.0, f64::max);
        self.survival(&outcome.norms, &known[1..], blow_up);
        let last = seen.last().copied().unwrap_or(Upper::UNKNOWN);
        self.size(&outcome.norms, last, size, at);
        outcome.locals = [&known, &seen].map(|r| r.iter().skip(1).fold(Upper::ZERO, |a, b| a.max(*b)).get());
        // Between a computed iterate and phi of the one before, nothing is farther out than either.
        let top = Polynomial(coefficients).range(1, [0.0, largest], 1e-9).magnitude();
        let (exact, exact_error) = self.exact(start, start_error);
        let found = distance(trace.last(), &exact);
        let trivial = frobenius(&exact).get();
        let root = (oriented.nrows().min(oriented.ncols()) as f64).sqrt();
        outcome.error = found.get() / root;
        for (errors, tally, to) in
            [(known, a_priori, &mut outcome.a_priori), (seen, by_measured, &mut outcome.measured)]
        {
            let bound = deviation(coefficients, largest.max(top), &errors) + exact_error;
            *to = bound.get() / root;
            if bound.get().is_infinite() {
                tally.fail(0, at);
            } else {
                tally.observe(found.get(), bound.get(), trivial, at);
            }
        }
    }

    /// Evaluates [`NO_BLOW_UP`] after every step; `locals` are a priori, and the Frobenius norm is at least the spectral one.
    fn survival(&self, norms: &[f64], locals: &[Upper], tally: &mut Tally) {
        let mut worst = Upper::ZERO;
        for (j, (norm, local)) in norms[1..].iter().zip(locals).enumerate() {
            let at = || format!("{}, seed {}, step {}", self.of(), self.seed, j + 1);
            worst = worst.max(*local);
            if self.how.coefficients != NewtonSchulz::COEFFICIENTS {
                tally.fail(0, at);
            } else if worst.get() > SURVIVED {
                tally.fail(1, at);
            } else if norms[0] > RADIUS {
                tally.fail(2, at);
            } else {
                tally.observe(*norm, RADIUS, f64::INFINITY, at);
            }
        }
    }

    fn size(&self, norms: &[f64], last: Upper, tally: &mut Tally, at: impl Fn() -> String) {
        let [.., before, end] = norms else { return };
        if self.how.coefficients != NewtonSchulz::COEFFICIENTS {
            tally.fail(0, at);
        } else if *before > RADIUS {
            tally.fail(1, at);
        } else {
            // A spectral norm that errs upwards, by a hundred-thousandth at most.
            let bound = (Upper::of(1.202_37) + last) * Upper::of(1.0 + 3e-5);
            tally.observe(*end, bound.get(), f64::INFINITY, at);
        }
    }
}
