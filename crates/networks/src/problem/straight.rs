//! Networks that are quantized while they are trained.

use halfulp_lab::problem::{Constants, Problem, Shape};
use rayon::prelude::*;

use super::{Examples, ResidualDigits};
use crate::layer::{Linear, Watch};
use crate::network::Network;
use crate::numerics::{Fast, Numerics};
use crate::quantizer::{Passes, Straight};

/// What losses and gradients are computed in, on the CPU's own products.
type Narrow = Fast<f32>;

/// A residual perceptron on digits whose inner linear layers keep weights and activations by a quantizer, or in full if there is none. Parameters are
/// those of full precision; gradients pass the quantizer as it says.
#[derive(Debug)]
pub struct StraightDigits<'s> {
    /// The network and its images.
    pub digits: &'s ResidualDigits,
    /// How its inner linear layers are kept.
    pub kept: Option<&'s Straight>,
}

/// Keeps activations on the way forth, and says which gradients pass on the way back.
struct Keep<'k> {
    kept: Option<&'k Straight>,
    passes: Vec<Passes>,
}

impl Watch<Narrow> for Keep<'_> {
    fn enter(&mut self, a: &mut Narrow, layer: &Linear, x: &mut Vec<f32>) {
        if let (true, Some(kept)) = (layer.inner, self.kept) {
            let mut wide: Vec<f64> = x.iter().map(|x| a.value(x)).collect();
            self.passes.push(kept.quantize(&mut wide, layer.shape[0]));
            x.iter_mut().zip(wide).for_each(|(x, wide)| *x = a.number(wide));
        }
    }

    fn returned(&mut self, a: &mut Narrow, layer: &Linear, dx: &mut Vec<f32>) {
        if let (true, Some(_)) = (layer.inner, self.kept) {
            let passes = self.passes.pop().expect("a layer is entered before it is returned to");
            let mut wide: Vec<f64> = dx.iter().map(|x| a.value(x)).collect();
            passes.back(&mut wide, layer.shape[0]);
            dx.iter_mut().zip(wide).for_each(|(x, wide)| *x = a.number(wide));
        }
    }
}

impl StraightDigits<'_> {
    fn network(&self) -> &Network {
        &self.digits.learner().network
    }

    /// The parameters as they are kept, and which gradients pass in each inner linear layer.
    fn weights(&self, at: &[f64]) -> (Vec<f32>, Vec<Passes>) {
        let (mut weights, mut passes) = (at.to_vec(), Vec::new());
        if let Some(kept) = self.kept {
            for layer in self.network().linears().filter(|layer| layer.inner) {
                passes.push(kept.quantize(&mut weights[layer.range()], layer.shape[0]));
            }
        }
        (weights.into_iter().map(|w| w as f32).collect(), passes)
    }

    fn watch(&self) -> Keep<'_> {
        Keep { kept: self.kept, passes: Vec::new() }
    }

    /// The mean loss of examples.
    #[must_use]
    pub fn loss(&self, at: &[f64], parts: &[Examples]) -> f64 {
        let (weights, _) = self.weights(at);
        let of = |part: &Examples| {
            let examples = (part.input(), &part.labels[..]);
            self.network().loss(&mut Narrow::default(), &weights, examples, &mut self.watch()).0
        };
        let each: Vec<f64> = parts.par_iter().map(of).collect();
        each.iter().sum::<f64>() / count(parts)
    }

    fn straight(&self, at: &[f64], parts: &[Examples], to: &mut [f64]) {
        let (weights, passes) = self.weights(at);
        let factor = 1.0 / count(parts);
        let of = |part: &Examples| {
            let (mut a, mut gradient) = (Narrow::default(), vec![0.0; at.len()]);
            let examples = (part.input(), &part.labels[..]);
            let watch = &mut self.watch();
            self.network().watched_gradient(&mut a, &weights, examples, factor, &mut gradient, watch);
            gradient
        };
        let each: Vec<Vec<f32>> = parts.par_iter().map(of).collect();
        to.fill(0.0);
        for gradient in each {
            to.iter_mut().zip(gradient).for_each(|(to, g)| *to += f64::from(g));
        }
        for (layer, passes) in self.network().linears().filter(|layer| layer.inner).zip(passes) {
            passes.back(&mut to[layer.range()], layer.shape[0]);
        }
    }
}

fn count(parts: &[Examples]) -> f64 {
    parts.iter().map(|part| part.labels.len()).sum::<usize>() as f64
}

impl Problem for StraightDigits<'_> {
    fn name(&self) -> &str {
        "residual perceptron on digits, quantized in training"
    }

    fn shapes(&self) -> Vec<Shape> {
        self.digits.shapes()
    }

    fn start(&self, seed: u64) -> Vec<f64> {
        self.digits.start(seed)
    }

    fn value(&self, at: &[f64]) -> f64 {
        self.loss(at, &ResidualDigits::train())
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        self.straight(at, &ResidualDigits::train(), to);
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        self.straight(at, &self.digits.minibatch(seed, step), to);
    }

    fn constants(&self) -> Constants {
        super::constants()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::DigitsSettings;

    fn digits() -> ResidualDigits {
        let settings = DigitsSettings { blocks: 2, width: 16, hidden: 16, ..DigitsSettings::default() };
        ResidualDigits::from(settings)
    }

    /// Without a quantizer nothing is different; with QuEST's, the gradient is that of the kept weights where everything passes, and not where not.
    #[test]
    fn gradients_are_those_of_what_is_kept() {
        let digits = digits();
        let at = digits.start(1);
        let parts = digits.minibatch(0, 1);
        let gradient = |problem: &StraightDigits<'_>| {
            let mut to = vec![0.0; at.len()];
            problem.straight(&at, &parts, &mut to);
            to
        };
        let mut plain = vec![0.0; at.len()];
        digits.learner().gradient(&at, &parts, 0, &mut plain);
        let near = |x: &[f64], y: &[f64]| {
            let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
            let difference: Vec<f64> = x.iter().zip(y).map(|(x, y)| x - y).collect();
            norm(&difference) / norm(y)
        };
        assert!(near(&gradient(&StraightDigits { digits: &digits, kept: None }), &plain) < 1e-6);
        let [fine, quest] = ["fp8", "quest-w4a4"].map(|name| Straight::named(name).expect("a quantizer"));
        let of = |kept| gradient(&StraightDigits { digits: &digits, kept: Some(kept) });
        let [fine, quest] = [of(&fine), of(&quest)].map(|found| near(&found, &plain));
        assert!(fine > 1e-4 && fine < 0.2 && quest > fine && quest < 0.8, "{fine} {quest}");
    }

    /// The gradient of the last inner matrix beside differences of the loss, where its rotated numbers pass: they do in a network whose activations are
    /// kept and whose weights are moved after they were.
    #[test]
    fn losses_and_gradients_belong_together() {
        let digits = digits();
        let at = digits.start(2);
        let quest = Straight::named("quest-w4a4").expect("a quantizer");
        let problem = StraightDigits { digits: &digits, kept: Some(&quest) };
        let parts = digits.minibatch(0, 1);
        let mut gradient = vec![0.0; at.len()];
        problem.straight(&at, &parts, &mut gradient);
        // The output layer is kept in full: moving its bias changes nothing that is rounded.
        let last = at.len() - 1;
        let along = |by: f64| {
            let mut moved = at.clone();
            moved[last] += by;
            problem.loss(&moved, &parts)
        };
        let difference = (along(0.01) - along(-0.01)) / 0.02;
        assert!(
            (difference - gradient[last]).abs() < 1e-3 * difference.abs().max(0.01),
            "{difference} {}",
            gradient[last]
        );
    }
}
