//! A transformer.

use super::builder::Builder;
use super::{Embedding, Layer, Linear, Network, Start};
use crate::layer::Attention;

/// Tokens have rows in a table. Blocks are attention, `h + O attention(Q, K, V of norm(h))`, and perceptron, `h + W2 max(W1 norm(h), 0)^2`, each a stage of its
/// own; a norm follows, and the products with the table's rows are the logits: the embedding is tied. No biases. Positions are rotary, queries and keys have
/// norms of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transformer {
    /// Tokens that there are.
    pub tokens: usize,
    /// Tokens of a sequence.
    pub length: usize,
    /// Numbers between blocks: heads times an even number.
    pub width: usize,
    /// Numbers inside a perceptron.
    pub hidden: usize,
    /// Heads.
    pub heads: usize,
    /// Blocks: pairs of attention and perceptron.
    pub blocks: usize,
}

/// The table starts uniform with this deviation.
const DEVIATION: f64 = 0.02;

impl Transformer {
    /// The network.
    ///
    /// # Panics
    /// If the width is not heads times an even number.
    #[must_use]
    pub fn network(&self) -> Network {
        assert!(self.width.is_multiple_of(2 * self.heads), "{} columns, {} heads", self.width, self.heads);
        let mut b = Builder::default();
        let within = DEVIATION * 3f64.sqrt();
        let table = b.tensor("table".into(), [self.tokens, self.width], Start::Within(within));
        let factor = 1.0 / (2.0 * self.blocks.max(1) as f64).sqrt();
        for k in 1..=self.blocks {
            self.attention(&mut b, &format!("attention {k}"), factor);
            b.perceptron(&format!("block {k}"), [self.width, self.hidden], true, factor);
        }
        let norm = Layer::Norm(b.norm("output", self.width));
        let last = Linear { inner: false, ..b.linear_at("output".into(), [self.width, self.tokens], table) };
        b.stage("output", vec![norm, Layer::Linear(last)], false);
        b.network(Some(Embedding { first: table, tokens: self.tokens, width: self.width }), [1, self.tokens])
    }

    fn attention(&self, b: &mut Builder, name: &str, factor: f64) {
        let head = self.width / self.heads;
        let layers = vec![
            Layer::Norm(b.norm(name, self.width)),
            Layer::Linear(b.linear(format!("{name}, in"), [self.width, 3 * self.width], 1.0)),
            Layer::Attention(Attention {
                heads: self.heads,
                width: head,
                length: self.length,
                norms: ["queries", "keys"].map(|what| b.norm(&format!("{name}, {what}"), head)),
            }),
            Layer::Linear(b.linear(format!("{name}, out"), [self.width, self.width], factor)),
        ];
        b.stage(name, layers, true);
    }
}
