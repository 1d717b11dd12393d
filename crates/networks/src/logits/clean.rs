//! The network in exact arithmetic, enclosed in intervals.

use halfulp_lab::bound::ball::Ball;

use super::TERMS;
use crate::layer::{Blind, Forward, Layer};
use crate::network::{Input, Network};
use crate::numerics::{Balls, Numerics};

/// What exact arithmetic has behind every stage, within intervals of binary64.
#[derive(Clone, Debug)]
pub struct Clean {
    pub(super) rows: Vec<f64>,
    pub(super) count: usize,
    pub(super) stages: Vec<Vec<Ball>>,
}

impl Clean {
    /// Of a network with these parameters, on rows of numbers.
    ///
    /// # Errors
    /// A network with attention, through which no certificate is carried, or a layer with more than 4096 columns, whose sums are beyond what is
    /// allowed for them in binary64.
    ///
    /// # Panics
    /// If the rows are not the network's, or there is none.
    pub fn of(network: &Network, weights: &[f64], rows: &[f64]) -> Result<Clean, String> {
        let mut layers = network.stages().iter().flat_map(|stage| &stage.layers);
        if layers.any(|layer| matches!(layer, Layer::Attention(_))) {
            return Err(
                "a network with attention: certificates are of norms, linear layers and squares".into()
            );
        }
        if let Some(wide) = network.linears().find(|layer| layer.shape.iter().any(|&n| n > TERMS)) {
            let [inputs, outputs] = wide.shape;
            return Err(format!("{}: {inputs} columns to {outputs}: expected at most {TERMS}", wide.name));
        }
        let mut balls = Balls::default();
        let weights: Vec<Ball> = weights.iter().map(|&w| balls.number(w)).collect();
        let mut f = Forward { a: &mut balls, weights: &weights, tape: None, watch: &mut Blind };
        let mut x = network.rows(&f, Input::Rows(rows));
        let mut stages = Vec::new();
        for stage in network.stages() {
            x = stage.forward(&mut f, x);
            stages.push(x.clone());
        }
        let count = network.tokens(Input::Rows(rows));
        assert!(count > 0, "at least one row");
        Ok(Clean { rows: rows.to_vec(), count, stages })
    }

    /// The middles of the logits, row by row.
    #[must_use]
    pub fn logits(&self) -> Vec<f64> {
        self.stages.last().map(|all| all.iter().map(|ball| ball.middle()).collect()).unwrap_or_default()
    }
}
