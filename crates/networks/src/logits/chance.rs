//! Rounding by chance: what the first-order error of a logit is, with a probability.
//!
//! Weights and activations of inner linear layers are kept [by chance](ByChance), without bias. With `A` the derivative of a logit of the *clean* network by the
//! results of a layer, which no rounding of the other network has a part in, `M = sum A (W^q q - W' h')` over the layers, with `W'` and `h'` for what is kept
//! on average, is a sum of one difference a rounding: `(A W')_k (q_k - h'_k)` for every activation, `A_i q_k (W^q_ik - W'_ik)` for every weight, in the order in which the
//! network has them. Each has the mean 0 whatever was before, and a span that is known before: so sums of squared spans bound `M` with probability.

use std::sync::Arc;

use halfulp::noise;

use super::product::{magnitudes, times};
use super::{TERMS, WIDE, norm, up};
use crate::layer::{Backward, Blind, Forward, Linear, Tape, Watch};
use crate::network::{Input, Network};
use crate::numerics::Fast;
use crate::quantizer::{ByChance, Quantizer, Spread};

/// A network whose inner linear layers are kept by chance. All products are in binary64.
#[derive(Clone, Debug)]
pub struct Chances<'c> {
    network: &'c Network,
    weights: &'c [f64],
    rows: &'c [f64],
    how: ByChance,
    layers: Vec<Layer>,
    /// What squares of spans are compared with, for every row and logit: fixed before anything is drawn.
    fixed: Vec<f64>,
}

/// An inner layer, and what the clean network makes of its results.
#[derive(Clone, Debug)]
struct Layer {
    layer: Linear,
    weights: Spread,
    whole: Vec<f64>,
    squares: Vec<f64>,
    /// At least the norm of what each row of weights is kept as.
    sizes: Vec<f64>,
    /// The derivatives of every row's logits by results, and by what is multiplied.
    results: Vec<f64>,
    inputs: Vec<f64>,
}

/// What one draw came to, or [several](Draw::add) together, for every row and logit.
#[derive(Clone, Debug)]
pub struct Draw {
    /// `M`.
    pub first_order: Vec<f64>,
    /// What is cut off at the largest numbers, to the first order: known, and no chance.
    pub cut: Vec<f64>,
    /// `V`: the sum of squared spans.
    pub squares: Vec<f64>,
    /// `S`: the sum of spans.
    pub spans: Vec<f64>,
    /// What products in binary64 may be off.
    rounded: Vec<f64>,
    /// The logits; of several draws, of the first.
    pub logits: Vec<f64>,
    count: f64,
}

impl Draw {
    /// Adds another draw: sums of many draws are sums of differences, too, and what is off in one direction adds up in them.
    ///
    /// # Panics
    /// If it is of other rows.
    pub fn add(&mut self, other: &Draw) {
        for (to, from) in [
            (&mut self.first_order, &other.first_order),
            (&mut self.cut, &other.cut),
            (&mut self.squares, &other.squares),
            (&mut self.spans, &other.spans),
            (&mut self.rounded, &other.rounded),
        ] {
            assert_eq!(to.len(), from.len(), "a draw of the same rows");
            to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        }
        self.count += other.count;
    }
}

type Wide = Fast<f64>;

/// What goes into an inner layer as it is given and as it is kept, and what comes out.
struct Seen {
    given: Vec<f64>,
    kept: Vec<f64>,
    made: Vec<f64>,
}

/// Keeps what goes in by chance, with the noise of a seed, or as it is.
struct Keep<'k> {
    how: Option<(&'k ByChance, u64)>,
    seen: Vec<Seen>,
}

impl Watch<Wide> for Keep<'_> {
    fn enter(&mut self, _: &mut Wide, layer: &Linear, x: &mut Vec<f64>) {
        if layer.inner {
            let given = x.clone();
            if let Some((how, seed)) = self.how {
                how.quantize(x, layer.shape[0], stream(seed, layer, 1));
            }
            self.seen.push(Seen { given, kept: x.clone(), made: Vec::new() });
        }
    }

    fn leave(&mut self, _: &mut Wide, layer: &Linear, y: &mut Vec<f64>) {
        if let (true, Some(last)) = (layer.inner, self.seen.last_mut()) {
            last.made.clone_from(y);
        }
    }
}

/// The noise of a layer's weights, 0, and of its activations, 1.
fn stream(seed: u64, layer: &Linear, which: u64) -> u64 {
    noise::word(seed, 2 * layer.index as u64 + which)
}

/// Records the derivatives by the results of inner layers, the last one first.
#[derive(Default)]
struct Derivatives(Vec<Vec<f64>>);

impl Watch<Wide> for Derivatives {
    fn results(&mut self, _: &mut Wide, layer: &Linear, dy: &[f64]) {
        if layer.inner {
            self.0.push(dy.to_vec());
        }
    }
}

/// The derivatives of the logits of each row by the results of all inner layers, in the order of the layers.
fn derivatives(network: &Network, weights: &[f64], rows: &[f64]) -> Vec<Vec<f64>> {
    let (count, outputs) = (network.tokens(Input::Rows(rows)), network.outputs());
    let repeated: Vec<f64> = rows.chunks(rows.len() / count).flat_map(|row| row.repeat(outputs)).collect();
    let (mut a, mut tape, input) = (Wide::default(), Tape::new(), Input::Rows(&repeated));
    network.forward(&mut Forward { a: &mut a, weights, tape: Some(&mut tape), watch: &mut Blind }, input);
    let one = |k: usize| f64::from(u8::from(k / outputs % outputs == k % outputs));
    let dy = (0..count * outputs * outputs).map(one).collect();
    let (mut found, mut gradients) = (Derivatives::default(), vec![0.0; weights.len()]);
    let mut backward =
        Backward { a: &mut a, weights, gradients: &mut gradients, tape: &mut tape, watch: &mut found };
    network.backward(&mut backward, input, dy);
    found.0.reverse();
    found.0
}

impl<'c> Chances<'c> {
    /// Of a network without attention with these parameters, on rows of numbers.
    ///
    /// # Panics
    /// If a layer has more than 4096 columns.
    #[must_use]
    pub fn of(
        network: &'c Network,
        weights: &'c [f64],
        quantizer: &Arc<dyn Quantizer>,
        rows: &'c [f64],
    ) -> Chances<'c> {
        assert!(network.linears().all(|layer| layer.shape[0] <= TERMS), "at most {TERMS} columns");
        let how = ByChance::of(quantizer.clone());
        let inner = network.linears().filter(|layer| layer.inner);
        let layer = |(layer, results): (&Linear, Vec<f64>)| {
            let [inputs, outputs] = layer.shape;
            let spread = how.spread(&weights[layer.range()], inputs);
            let transposed: Vec<f64> =
                (0..inputs * outputs).map(|k| spread.means[k % outputs * inputs + k / outputs]).collect();
            let rows = spread.means.chunks(inputs).zip(spread.spans.chunks(inputs));
            let sizes = rows.map(|(w, spans)| norm(w.iter().copied()) + norm(spans.iter().copied()));
            Layer {
                layer: layer.clone(),
                squares: spread.spans.iter().map(|x| x * x).collect(),
                sizes: sizes.collect(),
                inputs: times(&results, &transposed, outputs),
                results,
                whole: weights[layer.range()].to_vec(),
                weights: spread,
            }
        };
        let layers = inner.zip(derivatives(network, weights, rows)).map(layer).collect();
        let mut all = Chances { network, weights, rows, how, layers, fixed: Vec::new() };
        let mut clean = Keep { how: None, seen: Vec::new() };
        let forward = &mut Forward { a: &mut Wide::default(), weights, tape: None, watch: &mut clean };
        network.forward(forward, Input::Rows(rows));
        // An eighth of what is expected: a smaller one has a smaller limit where that is right, and a larger logarithm.
        let expected = all.summed(&clean.seen, Vec::new());
        all.fixed = expected.squares.iter().map(|v| (v / 4.0 / 8.0).max(f64::MIN_POSITIVE)).collect();
        all
    }

    /// The same with a fault: roundings that are not those that the limit is of.
    #[must_use]
    pub fn rounding(self, how: ByChance) -> Chances<'c> {
        Chances { how, ..self }
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.network.tokens(Input::Rows(self.rows))
    }

    /// One draw of all roundings.
    #[must_use]
    pub fn draw(&self, seed: u64) -> Draw {
        let mut kept = self.weights.to_vec();
        for layer in &self.layers {
            let inputs = layer.layer.shape[0];
            self.how.quantize(&mut kept[layer.layer.range()], inputs, stream(seed, &layer.layer, 0));
        }
        let mut keep = Keep { how: Some((&self.how, seed)), seen: Vec::new() };
        let forward = &mut Forward { a: &mut Wide::default(), weights: &kept, tape: None, watch: &mut keep };
        let logits = self.network.forward(forward, Input::Rows(self.rows));
        self.summed(&keep.seen, logits)
    }

    /// At least `|M|` of a row's logit with probability `1 - p`, for each by itself; of several draws, at least that of their sum.
    #[must_use]
    pub fn limit(&self, draw: &Draw, at: usize, p: f64) -> f64 {
        let (v, c) = (draw.squares[at] / 4.0, draw.count * self.fixed[at]);
        let chance = ((v + c) * (2.0 * (1.0 / p).ln() + (v / c).ln_1p())).sqrt();
        up(chance + ByChance::BIAS * draw.spans[at] + draw.rounded[at])
    }

    fn summed(&self, seen: &[Seen], logits: Vec<f64>) -> Draw {
        let count = self.rows() * self.network.outputs();
        let zeros = || vec![0.0; count];
        let mut draw = Draw {
            first_order: zeros(),
            cut: zeros(),
            squares: zeros(),
            spans: zeros(),
            rounded: zeros(),
            logits,
            count: 1.0,
        };
        for (layer, seen) in self.layers.iter().zip(seen) {
            layer.add(&self.how, seen, self.network.outputs(), &mut draw);
        }
        draw
    }
}

impl Layer {
    /// Adds what one layer comes to.
    fn add(&self, how: &ByChance, seen: &Seen, logits: usize, draw: &mut Draw) {
        let [inputs, outputs] = self.layer.shape;
        let spread = how.spread(&seen.given, inputs);
        let means = times(&spread.means, &self.weights.means, inputs);
        let exact = times(&seen.given, &self.whole, inputs);
        let sizes = magnitudes(&seen.kept);
        let spans = times(&sizes, &self.weights.spans, inputs);
        let squares: Vec<f64> = sizes.iter().map(|x| x * x).collect();
        let squares = times(&squares, &self.squares, inputs);
        for at in 0..draw.squares.len() {
            let image = at / logits;
            let (a, b) = (row(&self.results, at, outputs), row(&self.inputs, at, inputs));
            let [made, means, exact, spans, squares] =
                [&seen.made, &means, &exact, &spans, &squares].map(|x| row(x, image, outputs));
            let (own, kept) = (row(&spread.spans, image, inputs), row(&sizes, image, inputs));
            let whole = norm(kept.iter().copied()) + norm(own.iter().copied());
            for i in 0..outputs {
                draw.first_order[at] += a[i] * (made[i] - means[i]);
                draw.cut[at] += a[i] * (means[i] - exact[i]);
                draw.squares[at] += a[i] * a[i] * squares[i];
                draw.spans[at] += a[i].abs() * spans[i];
                draw.rounded[at] += 4.0 * WIDE * a[i].abs() * self.sizes[i] * whole;
            }
            for (b, span) in b.iter().zip(own) {
                draw.squares[at] += b * b * span * span;
                draw.spans[at] += b.abs() * span;
            }
        }
    }
}

fn row(x: &[f64], row: usize, columns: usize) -> &[f64] {
    &x[row * columns..][..columns]
}
