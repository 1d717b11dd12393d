//! How a crate with an optimizer of its own asserts, in its tests, that rounding stays within a bound.
//!
//!     cargo run -p halfulp-lab --example assert_bound
//!
//! The optimizer here keeps its first moment in bfloat16, by its own code. The bound is the running one: each storing adds at most half
//! an ulp of what is stored, and the average carries the rest on.

use halfulp::format::catalog::lookup;
use halfulp::{Policy, noise};
use halfulp_lab::assert_bound;
use halfulp_lab::bound::Hypothesis::Checked;
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::quantization::Errors;
use halfulp_lab::bound::{Statement, Tally};

static MOMENT: Statement = Statement {
    name: "mine.first-moment",
    formula: "e_t <= beta e_{t-1} + ulp(m_t) / 2",
    source: "induction over the steps",
    clause: "B5",
    measures: "|stored moment - moment in f64|",
    trivial: "|m|: the error of storing 0",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("m_t is finite")],
};

/// The code under test: an f32 as the nearest bfloat16, ties to even.
fn to_bfloat16(x: f32) -> f32 {
    let bits = x.to_bits();
    let even = (bits >> 16) & 1;
    f32::from_bits((bits + 0x7fff + even) & 0xffff_0000)
}

/// Runs the average beside one in f64, and evaluates the bound in every step.
fn first_moment(beta: f64, steps: u64, store: impl Fn(f32) -> f32) -> Tally {
    let bfloat16 = lookup("bfloat16").expect("a built-in format");
    let rounding = Errors::of(&bfloat16, &Policy::IEEE);
    let mut tally = Tally::new(&MOMENT);
    let (mut stored, mut exact, mut bound) = (0.0f64, 0.0f64, Upper::of(0.0));
    for step in 0..steps {
        tally.step(step + 1);
        let gradient = (noise::word(7, step) as f64 / 2f64.powi(32)) - 0.5;
        exact = beta * exact + (1.0 - beta) * gradient;
        stored = f64::from(store((beta * stored + (1.0 - beta) * gradient) as f32));
        if !stored.is_finite() {
            tally.fail(0, || format!("step {step}"));
            break;
        }
        // The sums in f64 and the cast to f32 round, too: by less than a thousandth of what is allowed.
        bound = (Upper::of(beta) * bound + rounding.of_result(stored)) * Upper::of(1.0 + 1e-4);
        tally.observe((stored - exact).abs(), bound.get(), exact.abs(), || format!("step {step}"));
    }
    tally
}

fn main() {
    let tally = first_moment(0.9, 1000, to_bfloat16);
    println!(
        "{}: {}, measured / bound at most {:.3}",
        MOMENT.name,
        tally.status(),
        tally.ratio().unwrap_or(0.0)
    );
    assert_bound!(tally, band = [0.1, 1.0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_moment_stays_within_its_bound() {
        assert_bound!(first_moment(0.9, 1000, to_bfloat16), band = [0.1, 1.0]);
    }

    #[test]
    #[should_panic(expected = "mine.first-moment: violated")]
    fn truncation_instead_of_nearest_is_noticed() {
        let truncated = |x: f32| f32::from_bits(x.to_bits() & 0xffff_0000);
        assert_bound!(first_moment(0.9, 1000, truncated));
    }
}
