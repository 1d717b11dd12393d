//! Linear layers: what is declared of one, and what becomes of a distance in it.

use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::sums::{Accumulated, accumulated};
use halfulp_lab::matrix::spectral;
use nalgebra::DMatrix;

use super::known::{Known, least};
use super::{Certificate, WIDE, norm, up};
use crate::abc::Kept;
use crate::layer::Linear;
use crate::numerics::{Fast, Numerics, View};

/// A linear layer as it is declared.
pub(super) struct Declared<'d> {
    layer: &'d Linear,
    kept: Option<&'d Kept>,
    /// `W`, and `W^q` as the declared quantizer has it.
    whole: Vec<f64>,
    quantized: Vec<f64>,
    /// At least what the quantizer errs by.
    errors: Vec<f64>,
    bias: Vec<f64>,
    /// At least the norm of each row of `W`, and of `W` as a whole.
    rows: Vec<f64>,
    spectral: f64,
    sums: Accumulated,
}

/// What is declared of one product.
pub(super) struct Product {
    /// What is multiplied.
    pub(super) kept: Vec<f64>,
    errors: Vec<f64>,
    /// `W^q Q(h)`, and what the accumulator and binary64 may be off.
    pub(super) results: Vec<f64>,
    pub(super) off: Vec<f64>,
}

pub(super) fn magnitudes(x: &[f64]) -> Vec<f64> {
    x.iter().map(|x| x.abs()).collect()
}

/// `x m'`, rows of `columns` numbers times a matrix that has its rows for results.
pub(super) fn times(x: &[f64], matrix: &[f64], columns: usize) -> Vec<f64> {
    let [x, matrix] = [x, matrix].map(|m| View::rows(m, m.len() / columns, columns));
    Fast::<f64>::default().times(x, matrix.transposed())
}

impl<'d> Declared<'d> {
    pub(super) fn of(layer: &'d Linear, weights: &[f64], declared: &'d Kept) -> Declared<'d> {
        let [inputs, outputs] = layer.shape;
        let whole = weights[layer.range()].to_vec();
        let mut quantized = whole.clone();
        let (mut errors, mut sums) = (vec![0.0; whole.len()], Accumulated::NOTHING);
        let kept = layer.inner.then_some(declared);
        if let Some(kept) = kept {
            errors = kept.quantizer.errors(&whole, inputs).into_iter().map(Upper::get).collect();
            kept.quantizer.quantize(&mut quantized, inputs);
            sums = accumulated(&kept.accumulator, inputs, false);
        }
        let rows = whole.chunks(inputs).map(|row| up(norm(row.iter().copied()))).collect();
        let spectral = spectral(&DMatrix::from_row_slice(outputs, inputs, &whole)).get();
        let bias =
            layer.bias.map_or_else(|| vec![0.0; outputs], |first| weights[first..first + outputs].to_vec());
        Declared { layer, kept, whole, quantized, errors, bias, rows, spectral, sums }
    }

    /// What it is to make of rows.
    pub(super) fn product(&self, given: &[f64]) -> Product {
        let inputs = self.layer.shape[0];
        let (mut kept, mut errors) = (given.to_vec(), vec![0.0; given.len()]);
        if let Some(declared) = self.kept {
            errors = declared.quantizer.errors(given, inputs).into_iter().map(Upper::get).collect();
            declared.quantizer.quantize(&mut kept, inputs);
        }
        let sizes = times(&magnitudes(&kept), &magnitudes(&self.quantized), inputs);
        let mut results = times(&kept, &self.quantized, inputs);
        let bias = self.bias.iter().cycle();
        results.iter_mut().zip(bias.clone()).for_each(|(y, bias)| *y += bias);
        let off = |(size, bias): (&f64, &f64)| {
            up(self.sums.of(Upper::of(up(*size))).get() + WIDE * (size + bias.abs()))
        };
        let off = sizes.iter().zip(bias).map(off).collect();
        Product { kept, errors, results, off }
    }

    /// `W h`, and the bias.
    pub(super) fn exact(&self, given: &[f64]) -> Vec<f64> {
        let mut results = times(given, &self.whole, self.layer.shape[0]);
        results.iter_mut().zip(self.bias.iter().cycle()).for_each(|(y, bias)| *y += bias);
        results
    }

    /// What is known behind it: with `p = h - d` the result is `W^q Q(h) - W p` off, and `W` times what is between `h - e` and `p`.
    pub(super) fn carry(&self, how: Certificate, e: &Known, given: &[f64], product: &Product) -> Known {
        let [inputs, outputs] = self.layer.shape;
        let [whole, errors] = [&self.whole, &self.errors].map(|m| magnitudes(m));
        let mut off = product.off.clone();
        let (mut middle, mut radius, mut norms) = (vec![0.0; off.len()], e.radius.clone(), e.norm.clone());
        if how == Certificate::WorstCase {
            radius.iter_mut().zip(&product.errors).for_each(|(radius, error)| *radius = up(*radius + error));
            let rows = product.errors.chunks(inputs).zip(&mut norms);
            rows.for_each(|(errors, known)| *known = up(*known + norm(errors.iter().copied())));
            let of_weights = times(&magnitudes(&product.kept), &errors, inputs);
            off.iter_mut().zip(of_weights).for_each(|(off, more)| *off = up(*off + more));
        } else {
            let p: Vec<f64> = given.iter().zip(&e.middle).map(|(x, d)| x - d).collect();
            middle = product.results.iter().zip(self.exact(&p)).map(|(y, exact)| y - exact).collect();
            // What products with `W` round in binary64, and `p` itself.
            let sizes = times(&magnitudes(&p), &whole, inputs);
            off.iter_mut().zip(sizes).for_each(|(off, size)| *off = up(*off + WIDE * size));
        }
        let carried = times(&radius, &whole, inputs);
        let mut radii = Vec::with_capacity(off.len());
        let rows = carried.chunks(outputs).zip(off.chunks(outputs)).zip(&mut norms);
        for ((carried, off), known) in rows {
            let each = carried.iter().zip(off).zip(&self.rows);
            radii.extend(each.map(|((carried, off), row)| up(least(up(*carried), row * *known) + off)));
            *known = up(self.spectral * *known + norm(off.iter().copied()));
        }
        Known::of(outputs, middle, radii, norms)
    }
}

#[cfg(test)]
mod tests;
