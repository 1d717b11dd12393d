//! Adam, in the scaling of Défossez, Bottou, Bach and Usunier (arXiv 2003.02395).

use super::place::{SUMS, largest_relative, relative_norm};
use super::{Places, Streams, norm};
use crate::arithmetic::{Arithmetic, Plain};
use crate::detect::Count;
use crate::optimizer::adam::Constants;
use crate::optimizer::{self, Keepers, Scratch};
use crate::problem::{Domain, Problem};

/// The settings of a run:
///
/// ```text
/// g_t = Q_G(sample(Q_W(x_{t-1})))          m_t = beta1 Q_M(m_{t-1}) + g_t          v_t = beta2 Q_V(v_{t-1}) + g_t^2
/// x_t = x_{t-1} - alpha (1 - beta1) sqrt(1 + beta2 + ... + beta2^(t-1)) m_t / sqrt(epsilon + v_t)
/// ```
///
/// That is Adam without bias correction of the first moment, `alpha` being the usual learning rate; `epsilon` stands under the root
/// and is `1 - beta2` times smaller than in averages.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Adam {
    /// Steps.
    pub steps: u64,
    /// The learning rate.
    pub alpha: f64,
    /// Decay of the first moment, 0 to below 1.
    pub beta1: f64,
    /// Decay of the second moment, above 0 and below 1.
    pub beta2: f64,
    /// Under the root.
    pub epsilon: f64,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct AdamRun {
    /// The mean of `|grad F(x_{t-1})|^2` over the steps, or over those that were looked at.
    pub mean_square: f64,
    /// The first step at which that was infinite or NaN.
    pub diverged: Option<u64>,
    /// Second moments that were to change and did not.
    pub frozen: Count,
    /// What bounds are made of, if it was asked for.
    pub measured: Option<AdamMeasured>,
}

/// What was measured on the way.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct AdamMeasured {
    /// The largest `|sqrt((epsilon + vbar) / (epsilon + v)) - 1|`, where `vbar` is the second moment as it were without rounding.
    pub rho: f64,
    /// The largest magnitude of an element of a stochastic gradient, before rounding.
    pub gradient: f64,
    /// The largest Euclidean norm of the weights, before any step.
    pub weights: f64,
    /// The Euclidean norm of the weights at the start.
    pub first_weights: f64,
    /// The function at the start.
    pub start: f64,
    /// The largest relative error of an element of a gradient.
    pub q_gradients: f64,
    /// The largest relative error of the weights, in Euclidean norms.
    pub q_weights: f64,
    /// The largest relative error of an element of the second moment.
    pub q_second: f64,
    /// The squared Euclidean norm of the gradient at the start.
    pub first_square: f64,
    /// The first step before which the weights, or what gradients are taken at, were outside the domain; after the last step, the next.
    pub outside: Option<u64>,
}

/// The vectors of a run.
struct Vectors {
    x: Vec<f64>,
    sent: Vec<f64>,
    g: Vec<f64>,
    gq: Vec<f64>,
    m: Vec<f64>,
    mq: Vec<f64>,
    v: Vec<f64>,
    vq: Vec<f64>,
    full: Vec<f64>,
    moved: Vec<f64>,
}

impl Vectors {
    fn new(x: Vec<f64>) -> Vectors {
        let zeros = || vec![0.0; x.len()];
        let [g, gq, m, mq, v, vq, full, moved] = std::array::from_fn(|_| zeros());
        Vectors { sent: x.clone(), x, g, gq, m, mq, v, vq, full, moved }
    }

    /// Stores the weights, where they have no master.
    fn store_weights(&mut self, places: &mut Places, seed: u64, first: u64) {
        if !places.master {
            self.sent.copy_from_slice(&self.x);
            places.weights.store(&self.sent, &mut self.x, seed, first);
        }
    }
}

impl Adam {
    /// Runs it from the problem's starting point.
    #[must_use]
    pub fn run(&self, problem: &dyn Problem, places: &Places, seed: u64) -> AdamRun {
        self.thinned(problem, places, 1, seed)
    }

    /// The same, with a look at the gradient in the middle of every `stride` steps only: for gradients that take longer than a step.
    ///
    /// # Panics
    /// If `stride` is 0. The mean is NaN if there are not even half as many steps.
    #[must_use]
    pub fn thinned(&self, problem: &dyn Problem, places: &Places, stride: u64, seed: u64) -> AdamRun {
        self.watched::<false>(problem, places, (Domain::Everywhere, stride), seed)
    }

    /// The same, and measures what bounds are made of.
    #[must_use]
    pub fn measure(&self, problem: &dyn Problem, places: &Places, domain: Domain, seed: u64) -> AdamRun {
        self.watched::<true>(problem, places, (domain, 1), seed)
    }

    fn watched<const WATCH: bool>(
        &self,
        problem: &dyn Problem,
        places: &Places,
        (domain, stride): (Domain, u64),
        seed: u64,
    ) -> AdamRun {
        let streams = Streams::of(seed);
        let mut a = Vectors::new(problem.start(streams.start));
        let (n, mut places) = (a.x.len(), places.clone());
        let mut stepper = Stepper::new(self.optimizer(), n);
        let (mut run, mut sum, mut looks, mut decayed) = (AdamRun::default(), 0.0, 0u64, 0.0);
        let mut watch = WATCH.then(|| Watch::new(problem.value(&a.x), n));
        a.store_weights(&mut places, streams.places[0], 0);
        for step in 0..self.steps {
            let first = step * n as u64;
            if step % stride == stride / 2 {
                looks += 1;
                problem.gradient(&a.x, &mut a.full);
                sum += a.full.iter().map(|g| g * g).sum::<f64>();
            }
            if !f64::is_finite(sum) {
                run.diverged = Some(step + 1);
                break;
            }
            if places.master {
                places.weights.store(&a.x, &mut a.sent, streams.places[0], first);
                problem.sample(&a.sent, streams.gradient, step, &mut a.g);
            } else {
                problem.sample(&a.x, streams.gradient, step, &mut a.g);
            }
            places.gradients.store(&a.g, &mut a.gq, streams.places[1], first);
            decayed = 1.0 + self.beta2 * decayed;
            if let Some(watch) = &mut watch {
                watch.before(&a, &places, domain, step);
            }
            stepper.step(&mut a, self.alpha * (1.0 - self.beta1) * f64::sqrt(decayed));
            // Nothing is lost, and nothing accumulates, where the second moment is stored as it is.
            let watch = watch.as_mut().filter(|_| !places.second.is_exact());
            if watch.is_some() {
                a.g.copy_from_slice(&a.vq);
            }
            places.momentum.store(&a.m, &mut a.mq, streams.places[2], first);
            places.second.store(&a.v, &mut a.vq, streams.places[3], first);
            if let Some(watch) = watch {
                watch.after(self, &a);
                run.frozen.frozen(&a.g, &a.v, &a.vq);
            }
            a.store_weights(&mut places, streams.places[0], first + n as u64);
        }
        run.mean_square = if run.diverged.is_some() { f64::NAN } else { sum / looks as f64 };
        run.measured = watch.map(|watch| watch.measured);
        if let Some(measured) =
            run.measured.as_mut().filter(|m| m.outside.is_none() && !domain.contains(&a.x))
        {
            measured.outside = Some(self.steps + 1);
        }
        run
    }

    /// The optimizer: weighted sums, epsilon under the root, no correction.
    fn optimizer(&self) -> optimizer::Adam {
        let sums = optimizer::Adam::preset("weighted-sum").unwrap_or_else(|| unreachable!("the list has it"));
        let (rate, betas, epsilon) = (self.alpha, [self.beta1, self.beta2], self.epsilon);
        optimizer::Adam { rate, betas, epsilon, ..sums }
    }
}

/// What steps: the optimizer in binary64, and its room.
struct Stepper {
    optimizer: optimizer::Adam,
    plain: Plain<f64>,
    constants: Constants<f64>,
    scratch: Scratch<f64>,
}

impl Stepper {
    fn new(optimizer: optimizer::Adam, n: usize) -> Stepper {
        let plain = Plain::default();
        let constants = optimizer.constants(&plain, &mut Keepers::exact(), 1, n);
        Stepper { optimizer, plain, constants, scratch: Scratch::new(&0.0, n) }
    }

    /// One step, of the learning rate `alpha`, from the moments as they were stored; the new ones are not.
    fn step(&mut self, a: &mut Vectors, alpha: f64) {
        a.m.copy_from_slice(&a.mq);
        a.v.copy_from_slice(&a.vq);
        self.constants.scaled_by(&alpha);
        let Stepper { optimizer, plain, constants, scratch } = self;
        let update = optimizer.fresh(plain, constants, [&mut a.m, &mut a.v], &a.gq, scratch);
        plain.sub(&a.x, update, &mut a.moved);
        std::mem::swap(&mut a.x, &mut a.moved);
    }
}

struct Watch {
    measured: AdamMeasured,
    /// The second moment without rounding.
    shadow: Vec<f64>,
}

impl Watch {
    fn new(start: f64, n: usize) -> Watch {
        Watch { measured: AdamMeasured { start, ..AdamMeasured::default() }, shadow: vec![0.0; n] }
    }

    fn before(&mut self, a: &Vectors, places: &Places, domain: Domain, step: u64) {
        let measured = &mut self.measured;
        measured.gradient = a.g.iter().fold(measured.gradient, |r, g| r.max(g.abs()));
        let weights = norm(&a.x) * (1.0 + SUMS);
        if step == 0 {
            measured.first_weights = weights;
            measured.first_square = a.full.iter().map(|g| g * g).sum();
        }
        measured.weights = measured.weights.max(weights);
        if !places.gradients.is_exact() {
            measured.q_gradients = measured.q_gradients.max(largest_relative(&a.g, &a.gq));
        }
        if !places.weights.is_exact() {
            measured.q_weights = measured.q_weights.max(relative_norm(&a.x, &a.sent));
        }
        if measured.outside.is_none() && !(domain.contains(&a.x) && domain.contains(&a.sent)) {
            measured.outside = Some(step + 1);
        }
    }

    /// After the second moment was stored.
    fn after(&mut self, adam: &Adam, a: &Vectors) {
        self.measured.q_second = self.measured.q_second.max(largest_relative(&a.v, &a.vq));
        for ((shadow, g), v) in self.shadow.iter_mut().zip(&a.gq).zip(&a.v) {
            *shadow = adam.beta2 * *shadow + g * g;
            let ratio = ((adam.epsilon + *shadow) / (adam.epsilon + v)).sqrt();
            // Three roundings of a number near 1.
            let rho = if *shadow == *v { 0.0 } else { (ratio - 1.0).abs() * (1.0 + SUMS) + 1e-15 };
            self.measured.rho = if rho > self.measured.rho { rho } else { self.measured.rho };
        }
    }
}
