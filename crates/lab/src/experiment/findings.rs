//! What an experiment finds.

use crate::bound::Tally;
use crate::report::{Detection, Divergence, Figure, Table};

/// What an experiment of some kind finds, before anything is asserted of it.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Every setting that the result depends on.
    pub settings: Vec<(String, String)>,
    /// Bounds: what they were evaluated on, and how it went.
    pub bounds: Vec<(String, Tally)>,
    /// Whether every bound can be asked of every case: then an assertion covers all of them, and cases without an evaluation are named.
    pub uniform: bool,
    /// Numbers by name: `frozen.bfloat16`.
    pub numbers: Vec<(String, f64)>,
    /// What was detected.
    pub detections: Vec<Detection>,
    /// Runs that diverged.
    pub divergences: Vec<Divergence>,
    /// Pictures.
    pub figures: Vec<Figure>,
    /// Tables.
    pub tables: Vec<Table>,
}
