//! A bound as an object: what it states, and what became of it in a run.
//!
//! A bound *informs* in a place where it is below what is trivially true there. It *holds* only where nothing exceeds it and it is informative in at least
//! [`INFORMATIVE`] of its places: of all of them, and of those of the last step of a run that has steps ([`Required`]).
//!
//! ```
//! use halfulp_lab::bound::Hypothesis::Checked;
//! use halfulp_lab::bound::{Statement, Status, Tally};
//!
//! static HALF_ULP: Statement = Statement {
//!     name: "example.half-ulp",
//!     formula: "|Q(x) - x| <= ulp / 2",
//!     source: "IEEE 754-2019, 4.3.1",
//!     clause: "B1",
//!     measures: "|Q(x) - x|",
//!     trivial: "nothing is known of Q(x)",
//!     identity: false,
//!     everywhere: false,
//!     hypotheses: &[Checked("no saturation")],
//! };
//!
//! let mut tally = Tally::new(&HALF_ULP);
//! assert_eq!(tally.status(), Status::NotEvaluated);
//! tally.observe(0.25, 0.5, f64::INFINITY, || "x = 1.25".into());
//! assert_eq!(tally.status(), Status::Holds);
//! tally.observe(0.75, 0.5, f64::INFINITY, || "x = 1.75".into());
//! assert_eq!(tally.status(), Status::Violated);
//! ```

pub mod adamw;
pub mod ball;
pub mod blockwise;
pub mod eco;
pub mod ema;
pub mod interval;
pub mod low_bit;
pub mod muon;
mod open;
pub mod outward;
mod point;
pub mod preconditioner;
pub mod quantization;
pub mod rounding;
pub mod running;
mod statement;
mod status;
mod steps;
pub mod sums;
pub mod swamping;
pub mod tallies;
mod tally;
pub mod theorem_adam;
pub mod theorem_muon;
pub mod trace;

/// The statements of all bounds, in the order of the modules.
pub static STATEMENTS: &[&Statement] = &[
    &quantization::FROM_EXACT,
    &quantization::FROM_RESULT,
    &ema::RUNNING,
    &ema::A_PRIORI,
    &ema::ROUNDED,
    &ema::PROBABILITY,
    &ema::RELATIVE,
    &preconditioner::ABSOLUTE,
    &preconditioner::RELATIVE,
    &preconditioner::ROOT,
    &preconditioner::ZERO,
    &preconditioner::BOUNDED_STEP,
    &adamw::UPDATE,
    &adamw::ONE_STEP,
    &adamw::OPEN_LOOP,
    &adamw::SECOND_MOMENT,
    &adamw::CLOSED_LOOP,
    &running::RUNNING,
    &running::ENCLOSURE,
    &rounding::ROUNDING,
    &running::WORST,
    &running::CHANCE,
    &running::CHANCE_OF_MOMENTS,
    &sums::GAMMA,
    &sums::PAIRWISE,
    &sums::NEAREST,
    &sums::BLOCKS,
    &sums::ALIGNED,
    &sums::MATMUL,
    &sums::PROBABLE,
    &blockwise::ELEMENT,
    &blockwise::UNIFORM,
    &blockwise::LINEAR,
    &blockwise::RELATIVE,
    &blockwise::AVERAGE,
    &blockwise::SPAN,
    &blockwise::NORM,
    &blockwise::CURRENT_GRADIENT,
    &swamping::SWAMPED,
    &swamping::UNBIASED,
    &swamping::INVERSE_ROOT,
    &swamping::DECAY,
    &swamping::ADDED_VARIANCE,
    &swamping::ADDED_MEAN,
    &eco::IDENTITY,
    &eco::RADIUS,
    &low_bit::BIAS,
    &low_bit::VARIANCE,
    &muon::NO_BLOW_UP,
    &muon::LOCAL,
    &muon::DEVIATION,
    &muon::DEVIATION_MEASURED,
    &muon::SIZE,
    &muon::PAIRING,
    &muon::PAIRING_INEXACT,
    &muon::PERTURBATION,
    &theorem_adam::A_PRIORI,
    &theorem_adam::A_POSTERIORI,
    &theorem_muon::A_PRIORI,
    &theorem_muon::A_POSTERIORI,
    &theorem_muon::ITERATED_A_PRIORI,
    &theorem_muon::ITERATED_A_POSTERIORI,
    &trace::STEP,
    &trace::RUNNING,
    &trace::WORST,
    &trace::BITS,
];

pub(crate) use open::Along;
pub use open::{Bound, Setting};
pub use point::Point;
pub use statement::{Hypothesis, Statement};
pub use status::{INFORMATIVE, Required, Status};
pub use steps::{Counts, Range, Steps};
pub use tally::Tally;
