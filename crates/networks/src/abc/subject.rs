//! A network, and how its linear layers are kept.

use std::sync::Arc;

use halfulp_lab::product::Accumulator;

use crate::layer::Linear;
use crate::network::Network;
use crate::quantizer::Quantizer;

/// How a linear layer is kept and multiplied.
#[derive(Clone, Debug)]
pub struct Kept {
    /// How its weights and what goes in are kept.
    pub quantizer: Arc<dyn Quantizer>,
    /// How its products are summed.
    pub accumulator: Accumulator,
}

/// A network in low precision: its inner linear layers are kept and multiplied as is said, all else is in binary64.
#[derive(Clone, Debug)]
pub struct Subject<'s> {
    /// The network.
    pub network: &'s Network,
    /// Its parameters in full.
    pub weights: &'s [f64],
    /// What is said of its inner linear layers.
    pub declared: Kept,
    /// What single layers, by number, do in place of that: a fault that is planted, or a layer in another precision that nothing was said of.
    pub actual: Vec<(usize, Kept)>,
}

impl Subject<'_> {
    pub(super) fn of(&self, layer: &Linear) -> &Kept {
        let own = self.actual.iter().find(|(index, _)| *index == layer.index);
        own.map_or(&self.declared, |(_, kept)| kept)
    }

    /// The parameters as they are kept.
    #[must_use]
    pub fn kept(&self) -> Vec<f64> {
        let mut weights = self.weights.to_vec();
        for layer in self.network.linears().filter(|layer| layer.inner) {
            self.of(layer).quantizer.quantize(&mut weights[layer.range()], layer.shape[0]);
        }
        weights
    }
}
