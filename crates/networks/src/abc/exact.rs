//! The decomposition in exact arithmetic, on networks that are small enough.

use halfulp::noise;
use halfulp_lab::bound::Tally;
use num_traits::{Signed, ToPrimitive, Zero};

use super::tracks::observe;
use super::{Four, IDENTITY, Ratios};
use crate::layer::{Blind, Forward, Linear, Watch};
use crate::network::{Input, Network, Residual};
use crate::numerics::{Balls, Numerics, Rationals};
use crate::quantizer::Quantizer;

/// A network of which both tracks are computed in exact arithmetic. A quantizer takes binary64: what goes into a layer is rounded to that first, which is part
/// of the map `f^q`.
#[derive(Clone, Copy, Debug)]
pub struct Exactly<'e> {
    /// The network.
    pub network: &'e Network,
    /// Its parameters.
    pub weights: &'e [f64],
    /// What goes in.
    pub input: Input<'e>,
    /// How inner linear layers are kept.
    pub quantizer: &'e dyn Quantizer,
}

struct Quantized<'q>(&'q dyn Quantizer);

impl<A: Numerics> Watch<A> for Quantized<'_> {
    fn enter(&mut self, a: &mut A, layer: &Linear, x: &mut Vec<A::Number>) {
        if layer.inner {
            a.quantize(self.0, x, layer.shape[0]);
        }
    }
}

impl Exactly<'_> {
    /// The ratios of every token behind every stage.
    pub fn ratios<A: Numerics>(&self, a: &mut A) -> Vec<Vec<Ratios<A::Number>>> {
        let weights: Vec<A::Number> = self.weights.iter().map(|&w| a.number(w)).collect();
        let mut kept = weights.clone();
        for layer in self.network.linears().filter(|layer| layer.inner) {
            a.quantize(self.quantizer, &mut kept[layer.range()], layer.shape[0]);
        }
        let (mut clean, mut quantized) = (Blind, Quantized(self.quantizer));
        let mut tracks: [&mut dyn Watch<A>; 2] = [&mut clean, &mut quantized];
        let maps = [&weights, &kept];
        let start = {
            let f = Forward { a: &mut *a, weights: &weights, tape: None, watch: &mut Blind };
            self.network.rows(&f, self.input)
        };
        let (mut both, tokens) = ([start.clone(), start], self.network.tokens(self.input));
        let mut all = Vec::new();
        for stage in self.network.stages() {
            let mut run = |map: usize, track: usize| {
                let f = &mut Forward { a: &mut *a, weights: maps[map], tape: None, watch: &mut *tracks[map] };
                stage.forward(f, both[track].clone())
            };
            let [of_clean, of_quantized] = [0, 1].map(|track| [run(0, track), run(1, track)]);
            let columns = of_clean[0].len() / tokens;
            let token = |token: usize| {
                let row = |x: &'_ [A::Number]| x[token * columns..][..columns].to_vec();
                let [clean, other, third, quantized] =
                    [&of_clean[0], &of_quantized[0], &of_clean[1], &of_quantized[1]].map(|x| row(x));
                let four = Four {
                    clean: &clean,
                    clean_of_quantized: &other,
                    quantized_of_clean: &third,
                    quantized: &quantized,
                };
                Ratios::of(a, four)
            };
            all.push((0..tokens).map(token).collect());
            let ([clean, _], [_, quantized]) = (of_clean, of_quantized);
            both = [clean, quantized];
        }
        all
    }
}

/// Blocks of the small networks: each doubles the bits of a rational.
const BLOCKS: usize = 3;

/// A network for these checks, with parameters and rows of few bits.
fn small(seed: u64, norm: bool) -> (Network, Vec<f64>, Vec<f64>) {
    let width = if norm { 8 } else { 4 };
    let network =
        Residual { inputs: 3, width, hidden: width + 1, blocks: BLOCKS, outputs: 3, norm }.network();
    let few = |x: f64| (x * 64.0).round() / 64.0;
    let weights = network.start(seed).into_iter().map(few).collect();
    let rows = (0..4 * 3).map(|k| few(noise::word(!seed, k) as f64 / 2f64.powi(64))).collect();
    (network, weights, rows)
}

/// The identity in rationals: on a small network without norms, where nothing at all is rounded. What is measured has to be 0.
#[must_use]
pub fn rationals(quantizer: &dyn Quantizer, seed: u64) -> Tally {
    let (network, weights, rows) = small(seed, false);
    let (network, weights, input) = (&network, &weights[..], Input::Rows(&rows));
    let mut tally = Tally::new(&IDENTITY);
    let exactly = Exactly { network, weights, input, quantizer };
    for (stage, tokens) in exactly.ratios(&mut Rationals).iter().enumerate() {
        for (token, ratios) in tokens.iter().enumerate() {
            let defect = ratios.defect(&mut Rationals).abs();
            // Not to be lost where binary64 ends.
            let measured =
                defect.to_f64().unwrap_or(f64::NAN).max(if defect.is_zero() { 0.0 } else { 5e-324 });
            let trivial = ratios.r.to_f64().unwrap_or(f64::NAN);
            tally.observe(measured, 0.0, trivial, || format!("rationals, stage {stage}, token {token}"));
        }
    }
    tally
}

/// The identity in intervals: on a small network with norms, whose roots are not rational.
#[must_use]
pub fn balls(quantizer: &dyn Quantizer, seed: u64) -> Tally {
    let (network, weights, rows) = small(seed, true);
    let (network, weights, input) = (&network, &weights[..], Input::Rows(&rows));
    let (mut tally, mut balls) = (Tally::new(&IDENTITY), Balls::default());
    let exactly = Exactly { network, weights, input, quantizer };
    for (stage, tokens) in exactly.ratios(&mut balls).iter().enumerate() {
        for (token, ratios) in tokens.iter().enumerate() {
            let at = || format!("intervals, stage {stage}, token {token}");
            match balls.undecided {
                0 => observe(&mut tally, ratios, at),
                _ => tally.fail(0, at),
            }
        }
    }
    tally
}
