//! A quantized network beside its certificates.

use halfulp_lab::bound::ball::Ball;
use halfulp_lab::bound::{Status, Tally};

use super::known::Known;
use super::product::{Declared, Product};
use super::{Certificate, Clean, LAYER, WIDE, norm, rules, up};
use crate::abc::{Keep, Subject, forward, wide};
use crate::layer::{Layer, Linear};
use crate::network::Stage;

/// What became of the certificates.
#[derive(Clone, Debug)]
pub struct Certified {
    /// Behind each stage; the last one are the logits.
    pub stages: Vec<StageErrors>,
    /// The quantized layers, in their order: what each adds to the error beside what is declared of it.
    pub layers: Vec<LayerCheck>,
    /// The three statements of logits.
    pub tallies: Vec<Tally>,
    /// For each [`Certificate`], in how many rows it proves that the quantized network's answer is that of the exact one.
    pub proved: [usize; 3],
    /// The logits of the quantized network, row by row.
    pub quantized: Vec<f64>,
}

/// Errors behind a stage, row by row: Euclidean norms.
#[derive(Clone, Debug)]
pub struct StageErrors {
    /// The stage.
    pub name: String,
    /// The size of the row in exact arithmetic, never above what it is.
    pub sizes: Vec<f64>,
    /// The error of the row, never above what it is; NaN where the quantized network has numbers that are not finite, there or before.
    pub measured: Vec<f64>,
    /// What each of [`Certificate::ALL`] says of it.
    pub bounds: [Vec<f64>; 3],
}

/// A quantized layer.
#[derive(Clone, Debug)]
pub struct LayerCheck {
    /// Its name: `block 2, up`.
    pub name: String,
    /// What it added.
    pub tally: Tally,
}

/// One pass through the network: what is known of the error, and what is declared of the layers.
struct Pass<'p, 's> {
    subject: &'p Subject<'s>,
    kept: Vec<f64>,
    known: [Known; 3],
    /// Of each row, whether all numbers so far are finite: nothing is known of others.
    finite: Vec<bool>,
    of: &'p str,
    layers: Vec<LayerCheck>,
}

impl Certified {
    /// The quantized network on the rows of the exact one, named `of` in what is found.
    ///
    /// # Panics
    /// If the exact network is another one.
    #[must_use]
    pub fn of(subject: &Subject<'_>, clean: &Clean, of: &str) -> Certified {
        let network = subject.network;
        let none = Known::none(clean.count, clean.rows.len() / clean.count);
        let known = Certificate::ALL.map(|_| none.clone());
        let finite = vec![true; clean.count];
        let mut pass = Pass { subject, kept: subject.kept(), known, finite, of, layers: Vec::new() };
        let (mut x, mut stages) = (clean.rows.clone(), Vec::new());
        assert_eq!(network.stages().len(), clean.stages.len(), "the exact network is this one");
        for (stage, exact) in network.stages().iter().zip(&clean.stages) {
            x = pass.stage(stage, x);
            let columns = x.len() / clean.count;
            let rows = x.chunks(columns).zip(exact.chunks(columns)).zip(&pass.finite);
            let (sizes, measured) =
                rows.map(|((made, exact), finite)| measured(made, exact, *finite)).unzip();
            let bounds = pass.known.each_ref().map(Known::bounds);
            stages.push(StageErrors { name: stage.name.clone(), sizes, measured, bounds });
        }
        let tallies = tallies(stages.last(), of);
        let proved = pass.known.each_ref().map(|known| proved(known, &x, &pass.finite));
        Certified { stages, layers: pass.layers, tallies, proved, quantized: x }
    }

    /// The layers that added more to the error than is declared of them.
    pub fn faulty(&self) -> impl Iterator<Item = &str> {
        let violated = self.layers.iter().filter(|layer| layer.tally.status() == Status::Violated);
        violated.map(|layer| layer.name.as_str())
    }
}

/// The size of a row in exact arithmetic, and its error: both at most what they are.
fn measured(made: &[f64], exact: &[Ball], finite: bool) -> (f64, f64) {
    let off = made.iter().zip(exact).map(|(made, ball)| {
        let apart = (made - ball.middle()).abs().next_down();
        (apart - ball.radius().get()).max(0.0)
    });
    let error = if finite { norm(off) * (1.0 - WIDE) } else { f64::NAN };
    (norm(exact.iter().map(|ball| ball.least())) * (1.0 - WIDE), error)
}

fn tallies(logits: Option<&StageErrors>, of: &str) -> Vec<Tally> {
    let mut all: Vec<Tally> = Certificate::ALL.iter().map(|how| Tally::new(how.statement())).collect();
    let Some(logits) = logits else { return all };
    for (tally, bounds) in all.iter_mut().zip(&logits.bounds) {
        for (row, bound) in bounds.iter().enumerate() {
            let at = || format!("{of}, row {row}");
            // A bound that is no number says nothing.
            let bound = if bound.is_nan() { f64::INFINITY } else { *bound };
            match logits.measured[row].is_nan() {
                false => tally.observe(logits.measured[row], bound, logits.sizes[row], at),
                true => tally.fail(0, at),
            }
        }
    }
    all
}

/// Rows in which the largest of the quantized logits is the largest of the exact ones, whatever these are within the radii.
fn proved(known: &Known, logits: &[f64], finite: &[bool]) -> usize {
    let rows = logits.chunks(known.columns).enumerate().filter(|(row, _)| finite[*row]);
    let is_proved = |(row, logits): (usize, &[f64])| {
        let (middle, radius, _) = known.row(row);
        let top = (0..logits.len()).fold(0, |top, j| if logits[j] > logits[top] { j } else { top });
        (0..logits.len()).filter(|&j| j != top).all(|j| {
            let sizes = logits[top].abs() + logits[j].abs() + middle[top].abs() + middle[j].abs();
            let apart = (logits[top] - logits[j]) - (middle[top] - middle[j]) - WIDE * sizes;
            apart > up(radius[top] + radius[j])
        })
    };
    rows.filter(|row| is_proved(*row)).count()
}

impl Pass<'_, '_> {
    /// What comes of rows; what is known of their error becomes what is known of that.
    fn stage(&mut self, stage: &Stage, x: Vec<f64>) -> Vec<f64> {
        let before = stage.residual.then(|| (x.clone(), self.known.clone()));
        let mut y = stage.layers.iter().fold(x, |x, layer| self.layer(layer, x));
        if let Some((x, known)) = before {
            y.iter_mut().zip(&x).for_each(|(y, x)| *y += x);
            for (known, before) in self.known.iter_mut().zip(&known) {
                *known = known.plus(before, &y);
            }
        }
        y
    }

    fn layer(&mut self, layer: &Layer, given: Vec<f64>) -> Vec<f64> {
        let mut keep = Keep::of(self.subject);
        let mut a = wide();
        let made = layer.forward(&mut forward(&mut a, &self.kept, &mut keep), given.clone());
        let columns = made.len() / self.finite.len();
        for (finite, row) in self.finite.iter_mut().zip(made.chunks(columns)) {
            *finite &= row.iter().all(|x| x.is_finite());
        }
        let weights = self.subject.weights;
        let product = match layer {
            Layer::Linear(linear) => {
                let declared = Declared::of(linear, weights, &self.subject.declared);
                let product = declared.product(&given);
                self.check(linear, &declared, &product, [&given, &made]);
                Some((declared, product))
            }
            Layer::Norm(_) | Layer::ReluSquared | Layer::Attention(_) => None,
        };
        for (how, known) in Certificate::ALL.into_iter().zip(&mut self.known) {
            *known = match (layer, &product) {
                (Layer::Linear(_), Some((declared, product))) => declared.carry(how, known, &given, product),
                (Layer::Norm(layer), _) => rules::normed(how, layer, weights, known, &given),
                (Layer::ReluSquared, _) => rules::relu_squared(how, known, &given),
                (Layer::Attention(_) | Layer::Linear(_), _) => unreachable!("what is clean has no attention"),
            };
        }
        made
    }

    /// What a quantized layer added to the error, beside what is declared of it.
    fn check(&mut self, layer: &Linear, declared: &Declared<'_>, product: &Product, rows: [&[f64]; 2]) {
        if !layer.inner {
            return;
        }
        let ([given, made], [inputs, outputs]) = (rows, layer.shape);
        let (mut tally, exact) = (Tally::new(&LAYER), declared.exact(given));
        for (k, (made, result)) in made.iter().zip(&product.results).enumerate() {
            let (row, column) = (k / outputs, k % outputs);
            let at = || format!("{}, {}, row {row}, result {column}", self.of, layer.name);
            // Of a row that is none already an earlier layer is guilty.
            match given[row * inputs..][..inputs].iter().all(|x| x.is_finite()) {
                true => tally.observe((made - result).abs(), product.off[k], (result - exact[k]).abs(), at),
                false => tally.fail(0, at),
            }
        }
        self.layers.push(LayerCheck { name: layer.name.clone(), tally });
    }
}
