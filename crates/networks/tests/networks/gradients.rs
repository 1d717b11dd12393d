//! Backward passes beside differences of forward passes, in every parameter; and with a fault in every operation of a backward pass in turn.

use halfulp::noise;
use halfulp_networks::layer::{Backward, Blind, Forward, Tape};
use halfulp_networks::network::{Input, Network, Residual, Transformer};
use halfulp_networks::numerics::{Fast, Numerics, Operation, View};
use halfulp_networks::quantizer::Quantizer;

/// A small network, parameters without zeros and ones, and something to learn.
pub struct Case {
    pub network: Network,
    pub weights: Vec<f64>,
    rows: Vec<f64>,
    tokens: Vec<u8>,
    pub labels: Vec<u8>,
}

fn unit(seed: u64, index: u64) -> f64 {
    noise::word(seed, index) as f64 / 2f64.powi(63) - 1.0
}

impl Case {
    fn of(network: Network, rows: usize, tokens: &[u8], labels: &[u8]) -> Case {
        let start = network.start(1);
        let weights = start.iter().enumerate().map(|(k, w)| w + 0.3 * unit(2, k as u64)).collect();
        let rows = (0..rows).map(|k| unit(3, k as u64)).collect();
        Case { network, weights, rows, tokens: tokens.into(), labels: labels.into() }
    }

    pub fn residual(norm: bool) -> Case {
        let network = Residual { inputs: 5, width: 6, hidden: 7, blocks: 2, outputs: 3, norm }.network();
        Case::of(network, 4 * 5, &[], &[0, 2, 1, 2])
    }

    pub fn transformer() -> Case {
        let shape = Transformer { tokens: 7, length: 4, width: 8, hidden: 6, heads: 2, blocks: 2 };
        Case::of(shape.network(), 0, &[3, 1, 6, 0, 2, 2, 5, 4], &[1, 6, 0, 3, 2, 5, 4, 0])
    }

    pub fn input(&self) -> Input<'_> {
        if self.tokens.is_empty() { Input::Rows(&self.rows) } else { Input::Tokens(&self.tokens) }
    }

    fn loss(&self, weights: &[f64]) -> f64 {
        self.network.loss(&mut Fast::default(), weights, (self.input(), &self.labels), &mut Blind).0
    }

    /// Central differences of fourth order.
    fn differences(&self) -> Vec<f64> {
        let h = 1e-4;
        let mut at = self.weights.clone();
        let mut along = |k: usize, by: f64| {
            at[k] = self.weights[k] + by;
            let loss = self.loss(&at);
            at[k] = self.weights[k];
            loss
        };
        let mut of = |k| {
            let [near, far] = [h, 2.0 * h].map(|h| along(k, h) - along(k, -h));
            (8.0 * near - far) / (12.0 * h)
        };
        (0..self.weights.len()).map(&mut of).collect()
    }

    /// The gradient, with what `before_back` does to the numerics between the two passes.
    fn gradient<A: Numerics<Number = f64>>(&self, a: &mut A, before_back: impl FnOnce(&mut A)) -> Vec<f64> {
        let (mut tape, mut gradients) = (Tape::new(), vec![0.0; self.weights.len()]);
        let weights = &self.weights[..];
        let mut forward = Forward { a: &mut *a, weights, tape: Some(&mut tape), watch: &mut Blind };
        let logits = self.network.forward(&mut forward, self.input());
        let mut dy = logits;
        for (row, &label) in dy.chunks_mut(self.network.outputs()).zip(&self.labels) {
            let top = row.iter().copied().fold(f64::MIN, f64::max);
            let sum: f64 = row.iter().map(|z| (z - top).exp()).sum();
            row.iter_mut().for_each(|z| *z = (*z - top).exp() / sum);
            row[usize::from(label)] -= 1.0;
        }
        before_back(a);
        let watch = &mut Blind;
        let mut backward = Backward { a, weights, gradients: &mut gradients, tape: &mut tape, watch };
        self.network.backward(&mut backward, self.input(), dy);
        assert!(tape.is_empty(), "the backward pass takes all that was kept");
        gradients
    }

    /// The tensors in which two gradients differ by more than `1e-7` of the largest element.
    fn differing(&self, found: &[f64], expected: &[f64]) -> Vec<String> {
        let mut first = 0;
        let mut names = Vec::new();
        for shape in self.network.shapes() {
            let range = first..first + shape.elements();
            first = range.end;
            let largest = expected[range.clone()].iter().fold(0.0, |m: f64, x| m.max(x.abs()));
            assert!(largest > 1e-6, "{} has no gradient to compare", shape.name);
            let each = found[range.clone()].iter().zip(&expected[range]);
            if each.fold(0.0, |m: f64, (x, y)| m.max((x - y).abs())) > 1e-7 * largest {
                names.push(shape.name.to_string());
            }
        }
        assert_eq!(first, found.len());
        names
    }
}

fn cases() -> [Case; 3] {
    [Case::residual(true), Case::residual(false), Case::transformer()]
}

#[test]
fn every_parameter_has_the_gradient_that_differences_have() {
    for case in cases() {
        let found = case.gradient(&mut Fast::<f64>::default(), |_| ());
        assert_eq!(case.differing(&found, &case.differences()), Vec::<String>::new());
        let mut whole = vec![0.0; found.len()];
        let sum = case.network.gradient(
            &mut Fast::default(),
            &case.weights,
            (case.input(), &case.labels),
            0.25,
            &mut whole,
        );
        assert_eq!(sum, case.loss(&case.weights));
        assert!(whole.iter().zip(&found).all(|(x, y)| (x - y / 4.0).abs() <= 1e-14), "the factor");
    }
}

/// binary64 in which one operation's result is off by 1 %.
#[derive(Default)]
struct Faulty {
    inner: Fast<f64>,
    calls: usize,
    at: Option<usize>,
    /// Whether there was something to spoil.
    spoiled: bool,
}

impl Faulty {
    fn spoil(&mut self, to: &mut [f64]) {
        if self.at == Some(self.calls) {
            self.spoiled |= to.iter().any(|x| x.abs() > 1e-9);
            to.iter_mut().for_each(|x| *x *= 1.01);
        }
        self.calls += 1;
    }
}

impl Numerics for Faulty {
    type Number = f64;

    fn number(&self, x: f64) -> f64 {
        x
    }

    fn value(&self, x: &f64) -> f64 {
        *x
    }

    fn compute(&mut self, op: Operation, operands: [&[f64]; 3], to: &mut [f64]) {
        self.inner.compute(op, operands, to);
        self.spoil(to);
    }

    fn product(&mut self, a: View<'_, f64>, b: View<'_, f64>, to: &mut [f64]) {
        self.inner.product(a, b, to);
        self.spoil(to);
    }

    fn exp(&mut self, x: &[f64], to: &mut [f64]) {
        self.inner.exp(x, to);
        self.spoil(to);
    }

    fn quantize(&mut self, _: &dyn Quantizer, _: &mut [f64], _: usize) {}
}

#[test]
fn a_fault_in_any_operation_of_a_backward_pass_is_found() {
    for case in cases() {
        let expected = case.differences();
        let mut sound = Faulty::default();
        let mut forward = 0;
        let found = case.gradient(&mut sound, |a| forward = a.calls);
        assert_eq!(case.differing(&found, &expected), Vec::<String>::new());
        assert!(sound.calls > forward + 20);
        // The last operation of a network of numbers makes the derivative by what goes in, which is no parameter's.
        let last = sound.calls - usize::from(case.tokens.is_empty());
        let mut planted = 0;
        for at in forward..last {
            let mut faulty = Faulty { at: Some(at), ..Faulty::default() };
            let found = case.gradient(&mut faulty, |_| ());
            let names = case.differing(&found, &expected);
            assert_eq!(names.is_empty(), !faulty.spoiled, "operation {} of the backward pass", at - forward);
            planted += usize::from(faulty.spoiled);
        }
        assert!(planted * 5 > (last - forward) * 4, "{planted} of {}", last - forward);
    }
}
