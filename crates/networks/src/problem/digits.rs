//! A residual perceptron on the handwritten digits.

use std::sync::OnceLock;

use halfulp_lab::arithmetic::Computing;
use halfulp_lab::experiment::Invalid;
use halfulp_lab::problem::{CLASSES, Constants, Digits, PIXELS, Part, Problem, Shape};
use halfulp_lab::product::Accumulator;
use serde::Deserialize;

use super::{Examples, Learner, within};
use crate::network::Residual;

/// The settings: the keys of its table in experiment files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct DigitsSettings {
    /// Blocks.
    pub blocks: usize,
    /// Numbers between blocks.
    pub width: usize,
    /// Numbers inside a block.
    pub hidden: usize,
    /// Images of a minibatch.
    pub batch: usize,
    /// What every operation is computed in.
    pub arithmetic: Computing,
    /// How products of matrices are summed.
    pub accumulator: Option<Accumulator>,
}

impl Default for DigitsSettings {
    fn default() -> DigitsSettings {
        DigitsSettings {
            blocks: 6,
            width: 128,
            hidden: 256,
            batch: 64,
            arithmetic: Computing::F32,
            accumulator: None,
        }
    }
}

/// The lab's digits, learnt by a [residual perceptron](Residual): the mean cross entropy of the training images. Stochastic gradients are those of
/// minibatches.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "DigitsSettings")]
pub struct ResidualDigits {
    settings: DigitsSettings,
    learner: OnceLock<Learner>,
}

impl From<DigitsSettings> for ResidualDigits {
    fn from(settings: DigitsSettings) -> ResidualDigits {
        ResidualDigits { settings, learner: OnceLock::new() }
    }
}

/// Images that are computed together.
const TOGETHER: usize = 64;

/// Images as examples, in parts.
fn examples(part: &Part, numbers: &[usize]) -> Vec<Examples> {
    let of = |numbers: &[usize]| Examples {
        rows: numbers.iter().flat_map(|&i| part.images[i]).collect(),
        tokens: Vec::new(),
        labels: numbers.iter().map(|&i| part.labels[i]).collect(),
    };
    numbers.chunks(TOGETHER).map(of).collect()
}

fn all(part: &Part) -> Vec<Examples> {
    examples(part, &(0..part.len()).collect::<Vec<_>>())
}

impl ResidualDigits {
    /// The network, and what it is computed in.
    pub fn learner(&self) -> &Learner {
        self.learner.get_or_init(|| {
            let shape = Residual {
                inputs: PIXELS,
                width: self.settings.width,
                hidden: self.settings.hidden,
                blocks: self.settings.blocks,
                outputs: CLASSES,
                norm: true,
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
    pub const fn settings(&self) -> &DigitsSettings {
        &self.settings
    }

    /// The images of a step.
    pub(crate) fn minibatch(&self, seed: u64, step: u64) -> Vec<Examples> {
        let train = &Digits::get().train;
        let numbers: Vec<usize> = train.minibatch(seed, step, self.settings.batch).collect();
        examples(train, &numbers)
    }

    /// The training images.
    pub(crate) fn train() -> Vec<Examples> {
        all(&Digits::get().train)
    }

    /// The test images.
    #[must_use]
    pub fn test() -> Vec<Examples> {
        all(&Digits::get().test)
    }
}

impl Problem for ResidualDigits {
    fn name(&self) -> &str {
        "residual perceptron on digits"
    }

    fn check(&self) -> Result<(), Invalid> {
        within("blocks", self.settings.blocks, 1..=64)?;
        within("width", self.settings.width, 1..=1024)?;
        within("hidden", self.settings.hidden, 1..=4096)?;
        within("batch", self.settings.batch, 1..=1 << 16)?;
        self.learner().check()
    }

    fn shapes(&self) -> Vec<Shape> {
        self.learner().network.shapes().to_vec()
    }

    fn start(&self, seed: u64) -> Vec<f64> {
        self.learner().network.start(seed)
    }

    fn value(&self, at: &[f64]) -> f64 {
        self.learner().loss(at, &ResidualDigits::train())[0]
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        self.learner().gradient(at, &ResidualDigits::train(), 0, to);
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        let noise = halfulp::noise::word(!seed, step);
        self.learner().gradient(at, &self.minibatch(seed, step), noise, to);
    }

    fn constants(&self) -> Constants {
        super::constants()
    }

    fn accuracy(&self, at: &[f64]) -> Option<f64> {
        Some(self.learner().loss(at, &ResidualDigits::test())[1])
    }
}
