//! A transformer on characters.

use std::sync::OnceLock;

use halfulp_lab::arithmetic::Computing;
use halfulp_lab::experiment::Invalid;
use halfulp_lab::problem::{Constants, Problem, Shape};
use halfulp_lab::product::Accumulator;
use serde::Deserialize;

use super::{Examples, Learner, draw, within};
use crate::network::Transformer;
use crate::text::{TOKENS, Text};

/// The settings: the keys of its table in experiment files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct TextSettings {
    /// Blocks: attention and perceptron.
    pub blocks: usize,
    /// Numbers between blocks.
    pub width: usize,
    /// Numbers inside a perceptron.
    pub hidden: usize,
    /// Heads.
    pub heads: usize,
    /// Characters of a sequence.
    pub length: usize,
    /// Sequences of a minibatch.
    pub batch: usize,
    /// What every operation is computed in.
    pub arithmetic: Computing,
    /// How products of matrices are summed.
    pub accumulator: Option<Accumulator>,
}

impl Default for TextSettings {
    fn default() -> TextSettings {
        TextSettings {
            blocks: 2,
            width: 128,
            hidden: 512,
            heads: 4,
            length: 128,
            batch: 32,
            arithmetic: Computing::F32,
            accumulator: None,
        }
    }
}

/// The help topics of Python, learnt character by character by a [transformer](Transformer): the mean cross entropy of the next character, over the
/// sequences that the training text is cut into. Stochastic gradients are those of sequences drawn with replacement.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "TextSettings")]
pub struct TransformerText {
    settings: TextSettings,
    learner: OnceLock<Learner>,
}

impl From<TextSettings> for TransformerText {
    fn from(settings: TextSettings) -> TransformerText {
        TransformerText { settings, learner: OnceLock::new() }
    }
}

/// Characters that are computed together, about.
const TOGETHER: usize = 512;

impl TransformerText {
    /// The network, and what it is computed in.
    pub fn learner(&self) -> &Learner {
        self.learner.get_or_init(|| {
            let shape = Transformer {
                tokens: TOKENS,
                length: self.settings.length,
                width: self.settings.width,
                hidden: self.settings.hidden,
                heads: self.settings.heads,
                blocks: self.settings.blocks,
            };
            Learner {
                network: shape.network(),
                arithmetic: self.settings.arithmetic.clone(),
                accumulator: self.settings.accumulator.clone(),
            }
        })
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &TextSettings {
        &self.settings
    }

    /// How many sequences a text is cut into: each has a next character.
    const fn sequences(&self, text: &[u8]) -> usize {
        (text.len() - 1) / self.settings.length
    }

    fn examples(&self, text: &[u8], numbers: &[usize]) -> Vec<Examples> {
        let cut = |numbers: &[usize], shift: usize| -> Vec<u8> {
            let sequence = |&k: &usize| &text[k * self.settings.length + shift..][..self.settings.length];
            numbers.iter().flat_map(sequence).copied().collect()
        };
        let together = (TOGETHER / self.settings.length).max(1);
        let of = |numbers: &[usize]| Examples {
            rows: Vec::new(),
            tokens: cut(numbers, 0),
            labels: cut(numbers, 1),
        };
        numbers.chunks(together).map(of).collect()
    }

    fn all(&self, text: &[u8]) -> Vec<Examples> {
        self.examples(text, &(0..self.sequences(text)).collect::<Vec<_>>())
    }

    /// The sequences of the training text.
    pub(crate) fn train(&self) -> Vec<Examples> {
        self.all(&Text::get().train)
    }

    /// The sequences of the test text.
    #[must_use]
    pub fn test(&self) -> Vec<Examples> {
        self.all(&Text::get().test)
    }
}

impl Problem for TransformerText {
    fn name(&self) -> &str {
        "transformer on characters"
    }

    fn check(&self) -> Result<(), Invalid> {
        within("blocks", self.settings.blocks, 1..=64)?;
        within("width", self.settings.width, 2..=1024)?;
        within("hidden", self.settings.hidden, 1..=4096)?;
        within("heads", self.settings.heads, 1..=64)?;
        within("length", self.settings.length, 1..=1024)?;
        within("batch", self.settings.batch, 1..=1 << 12)?;
        if !self.settings.width.is_multiple_of(2 * self.settings.heads) {
            return Err(Invalid::new(
                "width",
                format!("{}: expected a multiple of twice the heads", self.settings.width),
            ));
        }
        self.learner().check()
    }

    fn shapes(&self) -> Vec<Shape> {
        self.learner().network.shapes().to_vec()
    }

    fn start(&self, seed: u64) -> Vec<f64> {
        self.learner().network.start(seed)
    }

    fn value(&self, at: &[f64]) -> f64 {
        self.learner().loss(at, &self.train())[0]
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        self.learner().gradient(at, &self.train(), 0, to);
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        let (text, batch) = (&Text::get().train[..], self.settings.batch as u64);
        let count = self.sequences(text);
        let numbers: Vec<usize> =
            (0..batch).map(|k| draw(seed, step.wrapping_mul(batch).wrapping_add(k), count)).collect();
        let noise = halfulp::noise::word(!seed, step);
        self.learner().gradient(at, &self.examples(text, &numbers), noise, to);
    }

    fn constants(&self) -> Constants {
        super::constants()
    }

    fn accuracy(&self, at: &[f64]) -> Option<f64> {
        Some(self.learner().loss(at, &self.test())[1])
    }
}
