//! What is trained.

use std::fmt::Debug;

use halfulp_lab::experiment::Invalid;
use halfulp_lab::problem::Problem;
use serde::Deserialize;

use crate::problem::{Examples, Learner, ResidualDigits, TransformerText};

/// A network, and what it learns: `{ residual-digits = { .. } }` or `{ transformer-text = { .. } }`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// A residual perceptron on the digits.
    ResidualDigits(ResidualDigits),
    /// A transformer on characters.
    TransformerText(TransformerText),
}

impl Model {
    /// The problem that optimizers minimize.
    #[must_use]
    pub fn problem(&self) -> &dyn Problem {
        match self {
            Model::ResidualDigits(problem) => problem,
            Model::TransformerText(problem) => problem,
        }
    }

    /// The network, and what it is computed in.
    #[must_use]
    pub fn learner(&self) -> &Learner {
        match self {
            Model::ResidualDigits(problem) => problem.learner(),
            Model::TransformerText(problem) => problem.learner(),
        }
    }

    /// All that it is made of.
    pub(super) fn keys(&self) -> &dyn Debug {
        match self {
            Model::ResidualDigits(problem) => problem.settings(),
            Model::TransformerText(problem) => problem.settings(),
        }
    }

    pub(super) fn check(&self) -> Result<(), Invalid> {
        let key = match self {
            Model::ResidualDigits(_) => "residual-digits",
            Model::TransformerText(_) => "transformer-text",
        };
        self.problem().check().map_err(|e| Invalid::new(format!("model.{key}.{}", e.key), e.why))
    }

    pub(super) fn parameters(&self) -> usize {
        self.learner().network.parameters()
    }

    /// Numbers that a row has in all layers together, about.
    pub(super) fn numbers_a_row(&self) -> usize {
        self.learner().network.linears().map(|linear| linear.shape[0] + linear.shape[1]).sum()
    }

    /// The first rows of the test set, in whole sequences: at most so many, or one sequence.
    pub(super) fn rows(&self, count: usize) -> Examples {
        match self {
            Model::ResidualDigits(_) => self.first(count, ResidualDigits::test()),
            Model::TransformerText(problem) => self.first(count, problem.test()),
        }
    }

    /// The same of the training set.
    pub(super) fn training_rows(&self, count: usize) -> Examples {
        match self {
            Model::ResidualDigits(_) => self.first(count, ResidualDigits::train()),
            Model::TransformerText(problem) => self.first(count, problem.train()),
        }
    }

    fn first(&self, count: usize, parts: Vec<Examples>) -> Examples {
        let (length, inputs) = match self {
            Model::ResidualDigits(_) => (1, halfulp_lab::problem::PIXELS),
            Model::TransformerText(problem) => (problem.settings().length, 0),
        };
        let mut all = Examples::default();
        for part in parts {
            all.rows.extend(part.rows);
            all.tokens.extend(part.tokens);
            all.labels.extend(part.labels);
        }
        let count = (count / length).max(1).saturating_mul(length).min(all.labels.len());
        all.rows.truncate(count * inputs);
        all.tokens.truncate(count);
        all.labels.truncate(count);
        all
    }

    /// Its settings, as a file has them.
    pub(super) fn settings(&self) -> String {
        let learner = self.learner();
        let shapes = learner.network.linears().map(|linear| format!("{} {:?}", linear.name, linear.shape));
        format!("{}: {}", self.problem().name(), shapes.collect::<Vec<_>>().join("; "))
    }
}
