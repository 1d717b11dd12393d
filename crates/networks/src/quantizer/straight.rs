//! Quantizers in training: what the gradient becomes that passes them.

use super::{Form, Hadamard};

/// How rows are kept in training, and the straight-through gradient.
#[derive(Clone, Debug)]
pub enum Straight {
    /// QuEST's (arXiv 2502.05003), in 4 bits.
    Quest,
    /// A form, behind which the gradient is as before it.
    Form(Form),
}

/// What of a gradient passes: in the basis in which it was kept.
#[derive(Clone, PartialEq, Debug)]
pub struct Passes(Option<Vec<bool>>);

/// The factor of the root mean square that becomes half the span of the levels: the best for 16 levels and normal numbers.
const SPAN: f64 = 2.513_930_578_568_423;
/// Levels: `(k + 1/2)` steps, symmetric about 0.
const LEVELS: f64 = 16.0;

impl Straight {
    /// `quest-w4a4`, or the name of a [`Form`].
    ///
    /// `quest-w4a4`: rows are rotated by a [`Hadamard`] matrix; with `s` the root mean square of a row times 2.51393 and steps of `2 s / 15`, numbers
    /// become the nearest of the 16 odd multiples of half a step within `s`. The gradient of a rotated number passes where the error is at most half
    /// a step, `s / 15`: not where the number was clipped.
    ///
    /// # Errors
    /// A name that none has.
    pub fn named(name: &str) -> Result<Straight, String> {
        match name {
            "quest-w4a4" => Ok(Straight::Quest),
            _ => Form::named(name).map(Straight::Form).map_err(|why| format!("{why}, or quest-w4a4")),
        }
    }

    /// Rows as they are kept, in the basis that they came in.
    ///
    /// # Panics
    /// If the number of elements is no multiple of that of columns.
    pub fn quantize(&self, x: &mut [f64], columns: usize) -> Passes {
        match self {
            Straight::Form(form) => {
                form.quantize(x, columns);
                Passes(None)
            }
            Straight::Quest => {
                let rotation = Hadamard::of(columns);
                rotation.rotate(x, columns);
                let passes = x.chunks_mut(columns).flat_map(quest).collect();
                rotation.rotate(x, columns);
                Passes(Some(passes))
            }
        }
    }
}

/// A rotated row, and where it passes.
fn quest(row: &mut [f64]) -> Vec<bool> {
    let squares = row.iter().map(|x| x * x).sum::<f64>() / row.len() as f64;
    let span = SPAN * squares.sqrt();
    let step = 2.0 * span / (LEVELS - 1.0);
    let one = |x: &mut f64| {
        let given = *x;
        // A row of zeros stays.
        *x = if step > 0.0 { ((given / step).floor() + 0.5) * step } else { given };
        *x = x.clamp(-span, span);
        (*x - given).abs() <= step / 2.0 * (1.0 + 1e-12)
    };
    row.iter_mut().map(one).collect()
}

impl Passes {
    /// The gradient of what came in, from that of what was kept.
    ///
    /// # Panics
    /// If it has another size.
    pub fn back(&self, gradient: &mut [f64], columns: usize) {
        let Some(passes) = &self.0 else { return };
        assert_eq!(passes.len(), gradient.len(), "the gradient of what was kept");
        let rotation = Hadamard::of(columns);
        rotation.rotate(gradient, columns);
        gradient.iter_mut().zip(passes).filter(|(_, passes)| !**passes).for_each(|(g, _)| *g = 0.0);
        rotation.rotate(gradient, columns);
    }

    /// The share that passes.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.0
            .as_ref()
            .map_or(1.0, |all| all.iter().filter(|passes| **passes).count() as f64 / all.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_half_steps_and_clipped_numbers_do_not_pass() {
        // Of a root mean square of 1: a span of 2.5139 and steps of 0.33519.
        let mut row = [0.1, -0.1, 3.0, -0.34, (16.0f64 - 9.0 - 0.02 - 0.1156).sqrt()];
        row[4] = (5.0 - row[..4].iter().map(|x| x * x).sum::<f64>()).max(0.0).sqrt();
        let scale = (row.iter().map(|x| x * x).sum::<f64>() / 5.0).sqrt();
        let step = 2.0 * SPAN * scale / 15.0;
        let given = row;
        let passes = quest(&mut row);
        for ((x, kept), passes) in given.iter().zip(row).zip(passes) {
            let level = kept / step - 0.5;
            assert!((level - level.round()).abs() < 1e-9 && (-8.5..8.0).contains(&level), "{kept}");
            let inside = x.abs() <= SPAN * scale;
            assert_eq!(passes, (kept - x).abs() <= step / 2.0 + 1e-12);
            assert!(passes || !inside, "{x}");
            assert!(inside || kept.abs() > SPAN * scale * (1.0 - 1e-12));
        }
        assert!(quest(&mut [0.0; 3]).iter().all(|passes| *passes));
    }

    /// Normal numbers in 16 levels: the least squared error is 0.01154 of their variance (Max 1960), and 1.2 % of them are beyond the span.
    #[test]
    fn errors_are_those_of_the_best_uniform_levels() {
        let unit = |k: u64| halfulp::noise::word(9, k) as f64 / 2f64.powi(64);
        let mut x: Vec<f64> = (0..1u64 << 14)
            .map(|k| (-2.0 * unit(2 * k).ln()).sqrt() * (std::f64::consts::TAU * unit(2 * k + 1)).cos())
            .collect();
        let given = x.clone();
        let passes = Straight::Quest.quantize(&mut x, 128);
        let error: f64 = x.iter().zip(&given).map(|(x, y)| (x - y).powi(2)).sum();
        let variance: f64 = given.iter().map(|x| x * x).sum();
        assert!((error / variance - 0.01154).abs() < 6e-4, "{}", error / variance);
        // Clipped by more than half a step: beyond 2.51393 (1 + 1 / 15) = 2.6815, 0.73 %.
        assert!((1.0 - passes.share() - 0.0073).abs() < 0.002, "{}", passes.share());
        // What passes wholly comes back as it was, what does not is gone in the rotated basis.
        let mut gradient = given.clone();
        Passes(Some(vec![true; given.len()])).back(&mut gradient, 128);
        assert!(gradient.iter().zip(&given).all(|(x, y)| (x - y).abs() < 1e-12));
        Passes(Some(vec![false; given.len()])).back(&mut gradient, 128);
        assert!(gradient.iter().all(|x| *x == 0.0));
        assert!(Straight::named("quest").is_err() && Straight::named("mxfp4").is_ok());
    }
}
