//! The levels of one block in the order of their values.

/// The levels of one block, as they are read back.
#[derive(Clone, Debug)]
pub struct BlockLevels {
    /// Ascending.
    values: Vec<f32>,
    /// Whether codes descend.
    descending: bool,
}

impl BlockLevels {
    pub(super) const fn new(values: Vec<f32>, descending: bool) -> BlockLevels {
        BlockLevels { values, descending }
    }

    /// The levels on both sides of a number: the same where it is beyond the last one.
    #[must_use]
    pub fn around(&self, x: f32) -> [f32; 2] {
        let above = self.values.partition_point(|level| *level <= x);
        let below = self.values[above.saturating_sub(1)];
        [below, if above == 0 { below } else { self.values.get(above).copied().unwrap_or(below) }]
    }

    /// The code of the level that is nearest to a number.
    #[must_use]
    pub fn code_of(&self, x: f32) -> u8 {
        let last = self.values.len() - 1;
        let above = self.values.partition_point(|level| *level < x).min(last);
        let below = above.saturating_sub(1);
        let near = if x - self.values[below] < self.values[above] - x { below } else { above };
        (if self.descending { last - near } else { near }) as u8
    }
}
