//! A row for each token.

use super::{Backward, Forward};
use crate::numerics::Numerics;

/// A table with a row for each token. A linear layer at the same place among the parameters is tied to it.
#[derive(Clone, Copy, Debug)]
pub struct Embedding {
    /// Where the table begins among the parameters.
    pub first: usize,
    /// Rows: tokens that there are.
    pub tokens: usize,
    /// Columns.
    pub width: usize,
}

impl Embedding {
    fn row(&self, token: u8) -> std::ops::Range<usize> {
        let token = usize::from(token);
        assert!(token < self.tokens, "token {token} of {}", self.tokens);
        let first = self.first + token * self.width;
        first..first + self.width
    }

    /// The rows of tokens.
    ///
    /// # Panics
    /// If there is no such token.
    pub fn forward<A: Numerics>(&self, f: &Forward<'_, A>, tokens: &[u8]) -> Vec<A::Number> {
        tokens.iter().flat_map(|&token| f.weights[self.row(token)].iter().cloned()).collect()
    }

    /// Adds the derivative of each row to its token's gradient.
    ///
    /// # Panics
    /// If there is no such token.
    pub fn backward<A: Numerics>(&self, b: &mut Backward<'_, A>, tokens: &[u8], dy: &[A::Number]) {
        for (&token, dy) in tokens.iter().zip(dy.chunks(self.width)) {
            b.a.accumulate(dy, &mut b.gradients[self.row(token)]);
        }
    }
}
