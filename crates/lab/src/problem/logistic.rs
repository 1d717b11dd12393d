//! Logistic regression with ten classes on the handwritten digits.

use nalgebra::DMatrix;

use super::matrix::largest_eigenvalue;
use super::softmax::{add_scaled, cross_entropy, dot, largest};
use super::{CLASSES, Constant, Constants, Digits, Domain, PIXELS, Part, Problem, Shape};
use crate::bound::outward::Upper;

const WEIGHTS: usize = CLASSES * PIXELS;

/// The mean cross entropy of the training images, plus `regularization |w|^2 / 2`; stochastic gradients are those of minibatches.
/// It is smooth and, with a regularization, strongly convex.
#[derive(Clone, Debug)]
pub struct Logistic {
    digits: &'static Digits,
    batch: usize,
    regularization: f64,
    radius: f64,
}

impl Logistic {
    /// The size of minibatches, the regularization, and the largest magnitude of parameters up to which the bound on the gradient is stated
    /// (it matters with a regularization only).
    #[must_use]
    pub fn new(batch: usize, regularization: f64, radius: f64) -> Logistic {
        Logistic { digits: Digits::get(), batch, regularization, radius }
    }

    fn logits(at: &[f64], image: &[f64; PIXELS]) -> [f64; CLASSES] {
        let (weights, bias) = at.split_at(WEIGHTS);
        std::array::from_fn(|k| dot(&weights[k * PIXELS..][..PIXELS], image) + bias[k])
    }

    /// The gradient of the mean over some training images.
    fn mean_gradient(&self, at: &[f64], images: impl Iterator<Item = usize>, count: usize, to: &mut [f64]) {
        for (g, x) in to.iter_mut().zip(at) {
            *g = self.regularization * x;
        }
        let (weights, bias) = to.split_at_mut(WEIGHTS);
        let scale = 1.0 / count as f64;
        for i in images {
            let image = &self.digits.train.images[i];
            let mut delta = Logistic::logits(at, image);
            cross_entropy(&mut delta, self.digits.train.labels[i]);
            for (k, d) in delta.iter().enumerate() {
                add_scaled(scale * d, image, &mut weights[k * PIXELS..][..PIXELS]);
                bias[k] += scale * d;
            }
        }
    }

    /// `sum x x' / n` of the training images, each with a 1 for the bias.
    fn second_moment(part: &Part) -> DMatrix<f64> {
        let n = part.len() as f64;
        let feature = |i: usize, j: usize| if j < PIXELS { part.images[i][j] } else { 1.0 };
        let x = DMatrix::from_fn(part.len(), PIXELS + 1, feature);
        x.tr_mul(&x) / n
    }

    /// Not above the least value: by strong convexity `F* >= F(w) - |grad F(w)|^2 / (2 mu)` for any `w`, and Nesterov's method for strongly
    /// convex functions finds a `w` where that hardly is less than `F(w)`. 0 without regularization.
    fn lower_bound(&self, smoothness: f64) -> f64 {
        let mu = self.regularization;
        if mu <= 0.0 {
            return 0.0;
        }
        let q = (mu / smoothness).sqrt();
        let momentum = (1.0 - q) / (1.0 + q);
        let (mut w, mut ahead) = (vec![0.0; self.dimension()], vec![0.0; self.dimension()]);
        let mut g = vec![0.0; self.dimension()];
        for _ in 0..2000 {
            self.gradient(&ahead, &mut g);
            if dot(&g, &g) / (2.0 * mu) < 1e-7 {
                break;
            }
            for ((w, a), g) in w.iter_mut().zip(&mut ahead).zip(&g) {
                let next = *a - g / smoothness;
                *a = next + momentum * (next - *w);
                *w = next;
            }
        }
        self.gradient(&ahead, &mut g);
        // The rounding of some thousand terms is far below the second margin.
        (self.value(&ahead) * (1.0 - 1e-12) - dot(&g, &g) / (2.0 * mu) * (1.0 + 1e-9)).max(0.0)
    }
}

impl Problem for Logistic {
    fn name(&self) -> &str {
        "logistic regression on digits"
    }

    fn shapes(&self) -> Vec<Shape> {
        vec![
            Shape { name: "weights".into(), rows: CLASSES, columns: PIXELS },
            Shape { name: "bias".into(), rows: CLASSES, columns: 1 },
        ]
    }

    /// 0 for every seed.
    fn start(&self, _seed: u64) -> Vec<f64> {
        vec![0.0; self.dimension()]
    }

    fn value(&self, at: &[f64]) -> f64 {
        let train = &self.digits.train;
        let each = train.images.iter().zip(&train.labels);
        let sum: f64 = each.map(|(x, &y)| cross_entropy(&mut Logistic::logits(at, x), y)).sum();
        sum / train.len() as f64 + 0.5 * self.regularization * dot(at, at)
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        let count = self.digits.train.len();
        self.mean_gradient(at, 0..count, count, to);
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        self.mean_gradient(at, self.digits.train.minibatch(seed, step, self.batch), self.batch, to);
    }

    /// The softmax's second derivative is at most 1/2 (D. Böhning, Ann. Inst. Statist. Math. 44, 1992), so that `L <= lambda_max(sum x x' / n) / 2 +
    /// regularization`. One image's gradient is `(p - y) x'` with `|p - y|^2 <= 2` and elements of at most 1, so that `R <= 1 + regularization
    /// radius`, and for minibatches drawn with replacement `sigma^2 <= 2 mean |x|^2 / batch`.
    fn constants(&self) -> Constants {
        let moment = Logistic::second_moment(&self.digits.train);
        let (half, mu) = (Upper::of(0.5), Upper::of(self.regularization));
        let smoothness = (half * Upper::of(largest_eigenvalue(&moment)) + mu).get();
        let mean_square = Upper::of(moment.trace()) * Upper::of(1.0 + 1e-12);
        let deviation = (Upper::of(2.0) * mean_square).over(self.batch as f64).sqrt();
        let regularized = self.regularization > 0.0;
        Constants {
            smoothness: Constant::known(smoothness),
            sampled: Constant::unknown("a minibatch can be less smooth than all examples together"),
            minimum: Constant::known(self.lower_bound(smoothness)),
            gradient_bound: Constant::known((Upper::of(1.0) + mu * Upper::of(self.radius)).get()),
            deviation: Constant::known(deviation.get()),
            domain: if regularized { Domain::Box(self.radius) } else { Domain::Everywhere },
            deterministic: false,
        }
    }

    fn accuracy(&self, at: &[f64]) -> Option<f64> {
        let test = &self.digits.test;
        let right = |(x, &y): (&[f64; PIXELS], &u8)| largest(&Logistic::logits(at, x)) == usize::from(y);
        let count = test.images.iter().zip(&test.labels).filter(|&each| right(each)).count();
        Some(count as f64 / test.len() as f64)
    }

    fn dimension(&self) -> usize {
        WEIGHTS + CLASSES
    }
}
