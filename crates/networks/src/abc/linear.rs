//! A linear layer on both tracks: its matrix is the clean map, the matrix as it is kept the quantized one, and `h^q` is what goes into it as it is kept.
//!
//! Then `a = W' d` with `W' = (W + W^q) / 2` and `d = h^q - h`, so that the gain is a product of two ratios,
//!
//! ```text
//! G = (||a|| / ||W h||)^2 / (||d|| / ||h||)^2 = spectral ratio  x  alignment ratio
//! spectral ratio  = (||W'||_2 / ||W||_2)^2
//! alignment ratio = (||W' d|| / (||W'||_2 ||d||))^2 / (||W h|| / (||W||_2 ||h||))^2
//! ```

use halfulp_lab::bound::Tally;
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::sums::{Accumulated, accumulated};
use halfulp_lab::matrix::{frobenius, spectral};
use nalgebra::DMatrix;

use super::statements::{GAIN, KEPT, LINEAR, PRODUCT, tally};
use super::subject::Subject;
use super::{Four, parts};
use crate::layer::Linear;
use crate::numerics::{Emulated, Fast, Numerics, View};

/// What goes into a layer, as it is given and as it is kept, and what comes out.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What is given.
    pub given: Vec<f64>,
    /// What is multiplied.
    pub kept: Vec<f64>,
    /// The products.
    pub made: Vec<f64>,
}

/// What a layer is on both tracks, on average over the tokens in which there is an error.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The layer.
    pub name: String,
    /// `A` over the `R` of what goes in.
    pub gain: f64,
    /// The spectral ratio.
    pub spectral: f64,
    /// The alignment ratio.
    pub alignment: f64,
}

/// More than the relative error of anything that is computed here from rows and matrices of up to 4096 columns in binary64.
const WIDE: f64 = 1.0 / (1u64 << 38) as f64;

/// A layer that is looked at.
struct Looked<'l> {
    layer: &'l Linear,
    /// `W`, `W^q` as it is declared, and the mean of both.
    matrices: [Vec<f64>; 3],
    norms: [f64; 2],
    of: &'l str,
    sums: Accumulated,
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

impl Layer {
    /// Looks at a layer: `kept` are all parameters as they are kept. What is said of it is evaluated into the tallies.
    pub(super) fn of(
        subject: &Subject<'_>,
        kept: &[f64],
        layer: &Linear,
        pairs: [Pair; 2],
        of: &str,
        tallies: &mut Vec<Tally>,
    ) -> Layer {
        let (declared, [inputs, _]) = (&subject.declared, layer.shape);
        let whole = subject.weights[layer.range()].to_vec();
        let mut quantized = whole.clone();
        declared.quantizer.quantize(&mut quantized, inputs);
        let mean: Vec<f64> = whole.iter().zip(&quantized).map(|(x, y)| 0.5 * x + 0.5 * y).collect();
        let matrix = |m: &[f64]| DMatrix::from_row_slice(layer.shape[1], inputs, m);
        let norms = [&whole, &mean].map(|m| spectral(&matrix(m)).get());
        let sums = accumulated(&declared.accumulator, inputs, false);
        let looked = Looked { layer, matrices: [whole, quantized, mean], norms, of, sums };
        let tally_of_kept = tally(tallies, &KEPT);
        let weights = [&looked.matrices[0][..], &kept[layer.range()]];
        looked.kept(subject, weights, "weight", tally_of_kept);
        looked.kept(subject, [&pairs[1].given, &pairs[1].kept], "activation", tally_of_kept);
        looked.product(&pairs[1], tally(tallies, &PRODUCT));
        let four = looked.four(subject, kept, &pairs);
        looked.tokens(four, &pairs, tallies)
    }
}

impl Looked<'_> {
    fn times(&self, matrix: &[f64], x: &[f64]) -> Vec<f64> {
        let [inputs, outputs] = self.layer.shape;
        let rows = View::rows(x, x.len() / inputs, inputs);
        Fast::<f64>::default().times(rows, View::rows(matrix, outputs, inputs).transposed())
    }

    /// `|W^q| |x|`, at least.
    fn magnitudes(&self, x: &[f64]) -> Vec<f64> {
        let [matrix, x] = [&self.matrices[1][..], x].map(|x| x.iter().map(|x| x.abs()).collect::<Vec<_>>());
        self.times(&matrix, &x).into_iter().map(|x| x * (1.0 + WIDE)).collect()
    }

    fn kept(&self, subject: &Subject<'_>, [x, kept]: [&[f64]; 2], what: &str, tally: &mut Tally) {
        let inputs = self.layer.shape[0];
        let quantizer = &subject.declared.quantizer;
        let (errors, block) = (quantizer.errors(x, inputs), quantizer.block(inputs));
        let largest = |row: &[f64]| row.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        let rows = x.chunks(inputs).flat_map(|row| row.chunks(block).map(largest)).collect::<Vec<_>>();
        let in_row = inputs.div_ceil(block);
        for (k, ((x, kept), error)) in x.iter().zip(kept).zip(errors).enumerate() {
            let (row, column) = (k / inputs, k % inputs);
            let at = || format!("{}, {}, {what} {row}, {column}", self.of, self.layer.name);
            match x.is_finite() && kept.is_finite() {
                true => tally.observe((x - kept).abs(), error.get(), rows[row * in_row + column / block], at),
                false => tally.fail(0, at),
            }
        }
    }

    fn product(&self, pair: &Pair, tally: &mut Tally) {
        let outputs = self.layer.shape[1];
        let (exact, sizes) = (self.times(&self.matrices[1], &pair.kept), self.magnitudes(&pair.kept));
        for (k, ((made, exact), size)) in pair.made.iter().zip(exact).zip(sizes).enumerate() {
            let at =
                || format!("{}, {}, token {}, result {}", self.of, self.layer.name, k / outputs, k % outputs);
            let measured = ((made - exact).abs() - WIDE * size).max(0.0);
            match made.is_finite() && exact.is_finite() {
                true => tally.observe(measured, self.sums.of(Upper::of(size)).get(), size, at),
                false => tally.fail(0, at),
            }
        }
    }

    /// What both maps make of both tracks.
    fn four(&self, subject: &Subject<'_>, kept: &[f64], [clean, quantized]: &[Pair; 2]) -> [Vec<f64>; 4] {
        let accumulator = subject.of(self.layer).accumulator.clone();
        let mut a = Emulated::accumulating(halfulp_lab::arithmetic::Plain::<f64>::default(), accumulator);
        [
            clean.made.clone(),
            self.times(&self.matrices[0], &quantized.kept),
            self.layer.product(&mut a, kept, &clean.kept),
            quantized.made.clone(),
        ]
    }

    fn tokens(&self, four: [Vec<f64>; 4], [clean, quantized]: &[Pair; 2], tallies: &mut Vec<Tally>) -> Layer {
        let [inputs, outputs] = self.layer.shape;
        let d: Vec<f64> = quantized.kept.iter().zip(&clean.kept).map(|(x, y)| x - y).collect();
        let propagated = self.times(&self.matrices[2], &d);
        let sizes = [&clean.kept, &quantized.kept].map(|x| self.magnitudes(x));
        let [frobenius_of_mean, of_whole, of_quantized] =
            [2, 0, 1].map(|k| frobenius(&DMatrix::from_row_slice(outputs, inputs, &self.matrices[k])).get());
        let (mut gains, mut alignments, mut count) = (0.0, 0.0, 0.0);
        for token in 0..d.len() / inputs {
            let into = |x: &[f64]| norm(&x[token * inputs..][..inputs]);
            let out = |x: &[f64]| norm(&x[token * outputs..][..outputs]);
            let (d, h, hq) = (into(&d), into(&clean.kept), into(&quantized.kept));
            let row = |x: &'_ Vec<f64>| x[token * outputs..][..outputs].to_vec();
            let rows = four.each_ref().map(row);
            let [clean, clean_of_quantized, quantized_of_clean, quantized] =
                rows.each_ref().map(Vec::as_slice);
            let four = Four { clean, clean_of_quantized, quantized_of_clean, quantized };
            let [a, _] = parts(&mut Fast::<f64>::default(), four);
            let (a, y, exact) = (norm(&a), norm(clean), out(&propagated));
            let rounded: f64 = sizes.iter().map(|x| self.rounded(&x[token * outputs..][..outputs])).sum();
            let e = 0.5 * rounded + WIDE * (of_whole + of_quantized) * (h + hq);
            let at = || format!("{}, {}, token {token}", self.of, self.layer.name);
            for statement in [&LINEAR, &GAIN] {
                let tally = tally(tallies, statement);
                match [a, y, exact, d, h, e].iter().all(|x| x.is_finite()) {
                    false => tally.fail(1, at),
                    true if d == 0.0 || y == 0.0 => tally.fail(0, at),
                    true if *statement == LINEAR => tally.observe((a - exact).abs(), e, a, at),
                    true => {
                        let bound = |norm: f64| (norm * d + e) / y * (1.0 + WIDE);
                        tally.observe(a / y, bound(self.norms[1]), bound(frobenius_of_mean), at);
                    }
                }
            }
            if d > 0.0 && y > 0.0 && exact > 0.0 {
                gains += (a / y * h / d).powi(2);
                alignments += (exact / (self.norms[1] * d) * self.norms[0] * h / y).powi(2);
                count += 1.0;
            }
        }
        Layer {
            name: self.layer.name.clone(),
            gain: gains / count,
            spectral: (self.norms[1] / self.norms[0]).powi(2),
            alignment: alignments / count,
        }
    }

    /// At least the norm of what the products of a row have rounded.
    fn rounded(&self, sizes: &[f64]) -> f64 {
        let each: Vec<f64> = sizes.iter().map(|&size| self.sums.of(Upper::of(size)).get()).collect();
        norm(&each) * (1.0 + WIDE)
    }
}
