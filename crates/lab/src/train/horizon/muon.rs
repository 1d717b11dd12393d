//! Muon with the polar factors of all tensors, or an iteration in their place.

mod tensors;

use halfulp::noise;
use nalgebra::DMatrix;

use tensors::Tensors;

use super::place::{SUMS, relative_norm};
use super::{Places, Streams, norm};
use crate::arithmetic::{Arithmetic, Plain};
use crate::detect::Count;
use crate::matrix::spectral;
use crate::optimizer::Ema;
use crate::optimizer::ema::Factors;
use crate::problem::{Domain, Problem};

/// The settings of a run:
///
/// ```text
/// G_t = Q_G(sample(Q_W(W_t)))      M_0 = G_0, M_t = beta Q_M(M_{t-1}) + (1 - beta) G_t      W_{t+1} = W_t - eta polar(M_t)
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Muon {
    /// Steps.
    pub steps: u64,
    /// The learning rate.
    pub eta: f64,
    /// Decay of the momentum, 0 to below 1.
    pub beta: f64,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct MuonRun {
    /// The mean of the gradient's nuclear norm at `W_t` over the steps, or over those that were looked at; of several tensors their sum.
    pub mean_nuclear: f64,
    /// The first step at which that was infinite or NaN.
    pub diverged: Option<u64>,
    /// Momenta that were to change and did not.
    pub frozen: Count,
    /// What bounds are made of, if it was asked for.
    pub measured: Option<MuonMeasured>,
}

/// What was measured on the way.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct MuonMeasured {
    /// The function at the start.
    pub start: f64,
    /// The gradient's nuclear norm at the start.
    pub nuclear: f64,
    /// The Frobenius norm of the weights at the start.
    pub first_weights: f64,
    /// The Frobenius norm of the first stochastic gradient, before rounding.
    pub first_gradient: f64,
    /// The largest Frobenius norm of the weights, before any step.
    pub weights: f64,
    /// The largest relative error of a gradient, in Frobenius norms; so the next two.
    pub q_gradients: f64,
    /// The largest relative error of the weights.
    pub q_weights: f64,
    /// The largest relative error of the momentum.
    pub q_momentum: f64,
    /// How far the factors were from being polar factors: the largest `1 - <M, O> / |M|_*`.
    pub lost: f64,
    /// And the largest `|O|_2 - 1`, if any was above 0.
    pub excess: f64,
    /// The least Frobenius norm of a momentum.
    pub momentum: f64,
    /// The first step before which the weights, or what gradients are taken at, were outside the domain; after the last step, the next.
    pub outside: Option<u64>,
}

struct Matrices {
    w: Vec<f64>,
    sent: Vec<f64>,
    g: Vec<f64>,
    gq: Vec<f64>,
    m: Vec<f64>,
    mq: Vec<f64>,
    o: Vec<f64>,
    full: Vec<f64>,
    moved: Vec<f64>,
}

impl Matrices {
    fn new(w: Vec<f64>) -> Matrices {
        let zeros = || vec![0.0; w.len()];
        let [g, gq, m, mq, o, full, moved] = std::array::from_fn(|_| zeros());
        Matrices { sent: w.clone(), w, g, gq, m, mq, o, full, moved }
    }

    /// Stores the weights, where they have no master.
    fn store_weights(&mut self, places: &mut Places, seed: u64, first: u64) {
        if !places.master {
            self.sent.copy_from_slice(&self.w);
            places.weights.store(&self.sent, &mut self.w, seed, first);
        }
    }
}

/// What steps: the momentum of two products in binary64, and its room.
struct Stepper {
    plain: Plain<f64>,
    factors: Factors<f64>,
    rate: Vec<f64>,
    rooms: [Vec<f64>; 3],
}

impl Stepper {
    fn new(muon: &Muon, n: usize) -> Stepper {
        let (keep, add) = (vec![muon.beta; n], vec![1.0 - muon.beta; n]);
        let rooms = std::array::from_fn(|_| vec![0.0; n]);
        Stepper { plain: Plain::default(), factors: Factors { keep, add }, rate: vec![muon.eta; n], rooms }
    }

    /// The momentum, from the one that was stored; the first is the gradient.
    fn average(&mut self, a: &mut Matrices, is_first: bool) {
        if is_first {
            return a.m.copy_from_slice(&a.gq);
        }
        a.m.copy_from_slice(&a.mq);
        let [r, s, sum] = &mut self.rooms;
        Ema::TwoProduct.step(&mut self.plain, &self.factors, &mut a.m, &a.gq, [r, s, sum], |_, _| {});
    }

    /// The weights, from the orthogonal matrices.
    fn update(&mut self, a: &mut Matrices) {
        let update = &mut self.rooms[0];
        self.plain.mul(&self.rate, &a.o, update);
        self.plain.sub(&a.w, update, &mut a.moved);
        std::mem::swap(&mut a.w, &mut a.moved);
    }
}

impl Muon {
    /// Runs it from the problem's starting point. Every tensor is orthogonalized on its own; a vector becomes one of length 1.
    #[must_use]
    pub fn run(&self, problem: &dyn Problem, places: &Places, seed: u64) -> MuonRun {
        self.thinned(problem, places, 1, seed)
    }

    /// The same, with a look at the gradient in the middle of every `stride` steps only: for gradients that take longer than a step.
    ///
    /// # Panics
    /// If `stride` is 0. The mean is NaN if there are not even half as many steps.
    #[must_use]
    pub fn thinned(&self, problem: &dyn Problem, places: &Places, stride: u64, seed: u64) -> MuonRun {
        self.watched::<false>(problem, places, (Domain::Everywhere, stride), seed)
    }

    /// The same, and measures what bounds are made of. The problem has to have one tensor only: that is what the bound is about.
    ///
    /// # Panics
    /// If the problem has several tensors.
    #[must_use]
    pub fn measure(&self, problem: &dyn Problem, places: &Places, domain: Domain, seed: u64) -> MuonRun {
        assert_eq!(problem.shapes().len(), 1, "one matrix");
        self.watched::<true>(problem, places, (domain, 1), seed)
    }

    fn watched<const WATCH: bool>(
        &self,
        problem: &dyn Problem,
        places: &Places,
        (domain, stride): (Domain, u64),
        seed: u64,
    ) -> MuonRun {
        let shapes = problem.shapes();
        let mut polar = Tensors::of(&shapes);
        let streams = Streams::of(seed);
        let mut a = Matrices::new(problem.start(streams.start));
        let (n, mut places) = (a.w.len(), places.clone());
        let mut stepper = Stepper::new(self, n);
        let (mut run, mut sum, mut looks) = (MuonRun::default(), 0.0, 0u64);
        let mut watch = WATCH.then(|| MuonMeasured {
            start: problem.value(&a.w),
            momentum: f64::INFINITY,
            ..MuonMeasured::default()
        });
        a.store_weights(&mut places, streams.places[0], 0);
        for step in 0..self.steps {
            let first = step * n as u64;
            let mut nuclear = 0.0;
            if step % stride == stride / 2 {
                looks += 1;
                problem.gradient(&a.w, &mut a.full);
                nuclear = polar.nuclear(&a.full);
                sum += nuclear;
            }
            if !f64::is_finite(sum) {
                run.diverged = Some(step + 1);
                break;
            }
            if places.master {
                places.weights.store(&a.w, &mut a.sent, streams.places[0], first);
                problem.sample(&a.sent, streams.gradient, step, &mut a.g);
            } else {
                problem.sample(&a.w, streams.gradient, step, &mut a.g);
            }
            places.gradients.store(&a.g, &mut a.gq, streams.places[1], first);
            stepper.average(&mut a, step == 0);
            let how = places.iteration.as_deref();
            let momentum = polar.factor(&a.m, &mut a.o, how, noise::word(streams.factor, step));
            if let Some(watch) = &mut watch {
                watch.see(&a, (shapes[0].rows, shapes[0].columns), (nuclear, momentum), domain, step);
                a.g.copy_from_slice(&a.mq);
            }
            stepper.update(&mut a);
            places.momentum.store(&a.m, &mut a.mq, streams.places[2], first);
            if let Some(watch) = &mut watch {
                watch.q_momentum = watch.q_momentum.max(relative_norm(&a.m, &a.mq));
                run.frozen.frozen(&a.g, &a.m, &a.mq);
            }
            a.store_weights(&mut places, streams.places[0], first + n as u64);
        }
        run.mean_nuclear = if run.diverged.is_some() { f64::NAN } else { sum / looks as f64 };
        run.measured = watch;
        if let Some(measured) =
            run.measured.as_mut().filter(|m| m.outside.is_none() && !domain.contains(&a.w))
        {
            measured.outside = Some(self.steps + 1);
        }
        run
    }
}

impl MuonMeasured {
    /// Before the weights change. The nuclear norms are of the gradient and of the momentum.
    fn see(
        &mut self,
        a: &Matrices,
        shape: (usize, usize),
        (nuclear, momentum): (f64, f64),
        domain: Domain,
        step: u64,
    ) {
        let weights = norm(&a.w) * (1.0 + SUMS);
        if step == 0 {
            (self.first_weights, self.first_gradient) = (weights, norm(&a.g) * (1.0 + SUMS));
            self.nuclear = nuclear * (1.0 + SUMS);
        }
        self.weights = self.weights.max(weights);
        self.q_gradients = self.q_gradients.max(relative_norm(&a.g, &a.gq));
        self.q_weights = self.q_weights.max(relative_norm(&a.w, &a.sent));
        if self.outside.is_none() && !(domain.contains(&a.w) && domain.contains(&a.sent)) {
            self.outside = Some(step + 1);
        }
        let pairing: f64 = a.m.iter().zip(&a.o).map(|(m, o)| m * o).sum();
        let lost = if momentum > 0.0 { 1.0 - pairing / (momentum * (1.0 + POLAR)) } else { 0.0 };
        self.lost = self.lost.max(lost);
        self.excess = self.excess.max(spectral_excess(&a.o, shape));
        self.momentum = self.momentum.min(norm(&a.m) * (1.0 - SUMS));
    }
}

/// What nuclear norms from one-sided Jacobi rotations are accurate to, relatively, and more.
const POLAR: f64 = 1e-12;

/// At least `|O|_2 - 1`: by Gershgorin's theorem for `O O'` (or `O' O`, the smaller one), `|O|_2^2 <= 1 + e` gives `|O|_2 <= 1 + e / 2`.
fn spectral_excess(o: &[f64], (rows, columns): (usize, usize)) -> f64 {
    let (short, long) = (rows.min(columns), rows.max(columns));
    let at = |i: usize, k: usize| if rows <= columns { o[i * columns + k] } else { o[k * columns + i] };
    let product = |i: usize, j: usize| (0..long).map(|k| at(i, k) * at(j, k)).sum::<f64>();
    let row = |i: usize| (0..short).map(|j| product(i, j).abs()).sum::<f64>() - 1.0;
    let by_rows = 0.5 * (0..short).map(row).fold(0.0, f64::max) + 1e-15 * long as f64;
    // Far from orthogonal, that is far too much.
    if by_rows < NEAR {
        return by_rows;
    }
    by_rows.min(spectral(&DMatrix::from_row_slice(rows, columns, o)).get() - 1.0)
}

/// Excesses below this are the roundings of an exact factor.
const NEAR: f64 = 1e-6;
