//! One network: trained, quantized, certified.

use std::sync::Arc;

use halfulp_lab::bound::Tally;
use halfulp_lab::experiment::Invalid;
use halfulp_lab::optimizer::AnyOptimizer;

use super::settings::{LogitsRun, wrong};
use crate::abc::{Kept, Subject};
use crate::logits::chance::{Chances, Draw};
use crate::logits::{CHANCE, Certified, Clean};

/// Which network.
pub(super) struct Cell {
    /// The number of its optimizer.
    pub(super) optimizer: usize,
    pub(super) seed: u64,
}

/// What was found of one.
pub(super) struct Outcome {
    pub(super) steps: u64,
    /// Why it is not where it should be.
    pub(super) failed: Option<String>,
    /// By the number of the quantizer.
    pub(super) quantized: Vec<(Certified, Drawn)>,
}

/// What rounding by chance came to, over all draws.
pub(super) struct Drawn {
    /// The limits that hold all but never.
    pub(super) tally: Tally,
    /// Sums of squares: of what was measured, of the limits with the confidence, of the errors of logits, of what of these is of no first order, and of what
    /// is cut off at the largest numbers.
    pub(super) squares: [f64; 5],
    /// How often the limit with the confidence was exceeded, of how many.
    pub(super) exceeded: u64,
    pub(super) places: u64,
}

/// The probability with which a limit of the tally may be exceeded, each by itself.
pub(super) const NEVER: f64 = 1e-9;

impl LogitsRun {
    /// Trains a network until the loss is what was asked for, and looks at it.
    pub(super) fn outcome(
        &self,
        cell: &Cell,
        optimizer: Arc<dyn AnyOptimizer>,
        kept: &[Kept],
    ) -> Result<Outcome, Invalid> {
        let reached = self.target().reach(self.model.problem(), optimizer, cell.seed)?;
        let (network, weights) = (&self.model.learner().network, &reached.weights[..]);
        let rows = self.model.rows(self.rows).rows;
        let name = &self.optimizers[cell.optimizer].name;
        let clean = Clean::of(network, weights, &rows).map_err(|why| wrong("model", why))?;
        let mut quantized = Vec::new();
        for (declared, quantizer) in kept.iter().zip(&self.quantizers) {
            let of = format!("{name}, seed {}, {quantizer}", cell.seed);
            let chances = Chances::of(network, weights, &declared.quantizer, &rows);
            let drawn = self.drawn(&chances, &clean.logits(), &of, cell.seed);
            let subject = Subject { network, weights, declared: declared.clone(), actual: Vec::new() };
            quantized.push((Certified::of(&subject, &clean, &of), drawn));
        }
        Ok(Outcome { steps: reached.steps, failed: reached.failed, quantized })
    }

    fn drawn(&self, chances: &Chances<'_>, clean: &[f64], of: &str, seed: u64) -> Drawn {
        let mut drawn = Drawn { tally: Tally::new(&CHANCE), squares: [0.0; 5], exceeded: 0, places: 0 };
        let mut sum: Option<Draw> = None;
        for k in 0..self.draws {
            let draw = chances.draw(halfulp::noise::word(seed, k));
            drawn.observe(chances, &draw, &format!("{of}, draw {k}"));
            for (at, m) in draw.first_order.iter().enumerate() {
                let limit = chances.limit(&draw, at, 1.0 - self.confidence);
                let error = draw.logits[at] - clean[at];
                drawn.exceeded += u64::from(m.abs() > limit || m.is_nan());
                drawn.places += 1;
                let numbers = [*m, limit, error, error - m - draw.cut[at], draw.cut[at]];
                drawn.squares.iter_mut().zip(numbers).for_each(|(sum, x)| *sum += x * x);
            }
            match &mut sum {
                Some(sum) => sum.add(&draw),
                None => sum = Some(draw),
            }
        }
        if let Some(sum) = sum {
            drawn.observe(chances, &sum, &format!("{of}, all draws"));
        }
        drawn
    }
}

impl Drawn {
    /// What is to be exceeded all but never.
    fn observe(&mut self, chances: &Chances<'_>, draw: &Draw, of: &str) {
        let columns = draw.first_order.len() / chances.rows();
        for (at, (&m, &span)) in draw.first_order.iter().zip(&draw.spans).enumerate() {
            let place = || format!("{of}, row {}, logit {}", at / columns, at % columns);
            match m.is_finite() {
                true => self.tally.observe(m.abs(), chances.limit(draw, at, NEVER), span, place),
                false => self.tally.fail(0, place),
            }
        }
    }
}
