//! Both tracks of [`abc`](crate::abc) through a network at the speed of the CPU: the ratios, without bounds and intervals around them.

use crate::abc::{Four, Ratios, StageRatios};
use crate::layer::{Blind, Forward, Linear, Watch};
use crate::network::{Input, Network, Stage};
use crate::numerics::Fast;
use crate::quantizer::Form;

/// What products and sums are computed in. Their last bits depend on the CPU.
type Wide = Fast<f64>;

/// What becomes of a network whose inner linear layers are kept in a [`Form`].
#[derive(Clone, Debug)]
pub struct Propagation {
    /// The stages.
    pub stages: Vec<StageRatios>,
    /// The clean logits, row by row.
    pub clean: Vec<f64>,
    /// The logits of the quantized network.
    pub quantized: Vec<f64>,
    /// `|Q(W) - W|^2 / |W|^2`, the mean over the inner linear layers.
    pub weight_error: f64,
}

/// Keeps what goes into inner linear layers.
struct Keep<'k>(&'k Form);

impl Watch<Wide> for Keep<'_> {
    fn enter(&mut self, _: &mut Wide, layer: &Linear, x: &mut Vec<f64>) {
        if layer.inner {
            self.0.quantize(x, layer.shape[0]);
        }
    }
}

impl Propagation {
    /// Of a network with these parameters, on an input.
    #[must_use]
    pub fn of(network: &Network, weights: &[f64], form: &Form, input: Input<'_>) -> Propagation {
        let mut kept = weights.to_vec();
        let mut errors = Vec::new();
        for layer in network.linears().filter(|layer| layer.inner) {
            errors.push(form.relative_error(&weights[layer.range()], layer.shape[0]));
            form.quantize(&mut kept[layer.range()], layer.shape[0]);
        }
        let start = network.rows(&forward(&mut Wide::default(), weights, &mut Blind), input);
        let mut found = Propagation {
            stages: Vec::new(),
            clean: start.clone(),
            quantized: start,
            weight_error: errors.iter().sum::<f64>() / errors.len() as f64,
        };
        for stage in network.stages() {
            found.stage(stage, [weights, &kept], form, network.tokens(input));
        }
        found
    }

    fn stage(&mut self, stage: &Stage, [weights, kept]: [&[f64]; 2], form: &Form, tokens: usize) {
        let mut a = Wide::default();
        let mut run = |weights: &[f64], watch: &mut dyn Watch<Wide>, x: &[f64]| {
            stage.forward(&mut forward(&mut a, weights, watch), x.to_vec())
        };
        let clean = run(weights, &mut Blind, &self.clean);
        let clean_of_quantized = run(weights, &mut Blind, &self.quantized);
        let quantized_of_clean = run(kept, &mut Keep(form), &self.clean);
        let quantized = run(kept, &mut Keep(form), &self.quantized);
        let columns = clean.len() / tokens;
        let part = 1.0 / tokens as f64;
        let mut ratios = Ratios::<f64>::default();
        for token in 0..tokens {
            let [clean, clean_of_quantized, quantized_of_clean, quantized] =
                [&clean, &clean_of_quantized, &quantized_of_clean, &quantized]
                    .map(|x| &x[token * columns..][..columns]);
            let four = Four { clean, clean_of_quantized, quantized_of_clean, quantized };
            let one = Ratios::of(&mut a, four);
            for (to, from) in [
                (&mut ratios.r, one.r),
                (&mut ratios.a, one.a),
                (&mut ratios.b, one.b),
                (&mut ratios.c, one.c),
            ] {
                *to += part * from;
            }
        }
        let before = self.stages.last().map_or(0.0, |stage| stage.ratios.r);
        let gain = (before > 0.0).then(|| ratios.a / before);
        self.stages.push(StageRatios { name: stage.name.clone(), ratios, gain, activations: clean.clone() });
        (self.clean, self.quantized) = (clean, quantized);
    }

    /// The stages that are blocks: not those that make the rows and the logits of the whole.
    pub fn blocks(&self) -> impl DoubleEndedIterator<Item = &StageRatios> {
        self.stages.iter().filter(|stage| stage.is_block())
    }
}

fn forward<'f>(a: &'f mut Wide, weights: &'f [f64], watch: &'f mut dyn Watch<Wide>) -> Forward<'f, Wide> {
    Forward { a, weights, tape: None, watch }
}
