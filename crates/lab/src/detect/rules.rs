//! When a count is a pathology, and what that means.

use super::{Count, Detectors};
use crate::report::Detection;

/// The detectors' names.
pub const NAMES: [&str; 10] = [
    "frozen-writes",
    "ratchet",
    "lost-updates",
    "lost-decay",
    "zeroed-second-moment",
    "vanished-first-moment",
    "radial-bias",
    "coefficient-rounding",
    "saturation",
    "underflow",
];

const TENSORS: [&str; 3] = ["weights", "first moment", "second moment"];

fn detection(detector: &str, of: String, count: Count, raised: bool, meaning: &str) -> Detection {
    Detection {
        detector: detector.into(),
        of,
        count: count.seen,
        out_of: count.of,
        raised,
        meaning: meaning.into(),
        expected: None,
    }
}

impl Detectors {
    /// What was detected, under the name of what was watched.
    #[must_use]
    pub fn detections(&self, of: &str) -> Vec<Detection> {
        let mut all = Vec::new();
        let mut add = |name, tensor: &str, count: Count, share: f64, meaning| {
            let raised = count.seen > 0 && count.share() > share;
            all.push(detection(name, format!("{of}, {tensor}"), count, raised, meaning));
        };
        let moments = self.frozen.iter().zip(&TENSORS[1..]);
        for (&count, tensor) in moments.filter(|(count, _)| count.of > 0) {
            let meaning = "a stored average that is to change by less than half the gap to its neighbour stays as it is: it no longer averages";
            add("frozen-writes", tensor, count, 0.5, meaning);
        }
        if !self.decay.is_empty() {
            let meaning = "second moments that never went down although gradients were smaller: they only go up, and steps get too small";
            add("ratchet", TENSORS[2], self.ratchet(), 0.5, meaning);
            let meaning = "a second moment above 0 stored as 0 makes the next step a division by epsilon";
            add("zeroed-second-moment", TENSORS[2], self.zeroed, 0.01, meaning);
        }
        let meaning = "an update that is less than half the gap between neighbouring weights is lost: the weight is frozen";
        add("lost-updates", TENSORS[0], self.lost, 0.5, meaning);
        if self.undecayed.of > 0 {
            let meaning = "weights that are multiplied by 1 - rate decay and stay as they are: the decay is less than half the gap to their neighbour, and compensation does not give it back";
            add("lost-decay", TENSORS[0], self.undecayed, 0.5, meaning);
        }
        let meaning = "first moments that are stored as 0 forget their direction";
        add("vanished-first-moment", TENSORS[1], self.vanished, 0.1, meaning);
        for (tensor, (&saturated, &underflowed)) in TENSORS
            .iter()
            .zip(self.saturated.iter().zip(&self.underflowed))
            .filter(|(_, (count, _))| count.of > 0)
        {
            let meaning = "values beyond the storage's finite range: no bound says anything of them";
            add("saturation", tensor, saturated, 0.0, meaning);
            let meaning = "values below the storage's normal numbers lose relative precision";
            add("underflow", tensor, underflowed, 0.1, meaning);
        }
        let bias = self.radial_bias();
        all.push(Detection {
            meaning: format!(
                "storing the first moment changes its length by {:+.3} % a step on average: below -1 % it shrinks systematically",
                100.0 * bias
            ),
            ..detection("radial-bias", format!("{of}, {}", TENSORS[1]), Count::default(), bias.abs() > 0.01, "")
        });
        all
    }
}

/// Whether the constants of an average are rounded to something else: `keep` for `beta`, `add` for `1 - beta`.
#[must_use]
pub fn coefficients(beta: f64, [keep, add]: [f64; 2], of: &str) -> Detection {
    let bias = (keep + add - 1.0).abs() / (1.0 - beta);
    let frozen = keep >= 1.0;
    let meaning = if frozen {
        format!("beta {beta} is rounded to {keep}: the average never forgets")
    } else {
        format!("beta {beta} is {keep} and 1 - beta is {add}: the average settles {:.2} % off", 100.0 * bias)
    };
    let count = Count { seen: u64::from(frozen || bias > 0.01), of: 1 };
    detection("coefficient-rounding", of.into(), count, count.seen > 0, &meaning)
}
