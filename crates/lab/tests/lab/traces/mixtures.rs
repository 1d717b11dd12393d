//! Traces that no one order of operations gives: weights by one library's, moments by another's, and weights that decay after the update.

use halfulp_lab::bound::Status;
use halfulp_lab::report::{Report, Verdict};
use halfulp_lab::trace::{self, Replayed};
use serde_json::json;

use super::made::{self, AdamW, Parameter};
use super::{against, replayed, reported, status};

const ADAMW: AdamW = AdamW { rate: 1e-2, betas: [0.9, 0.99], decay: 0.01 };

/// A run whose moments are AdamW's, and whose weights are another rule's: of step, weight before and both new moments.
fn run(file: &str, adamw: AdamW, weight: impl Fn(f64, f32, f32, f32) -> f32) -> (Replayed, Report) {
    let mut p = adamw.run(Parameter::new("w", made::rows(12, 400, 3), made::rows(1, 400, 4).remove(0)));
    for s in 0..12 {
        let new = (0..400).map(|k| {
            weight((s + 1) as f64, p.weight[s][k], p.states[0].1[s + 1][k], p.states[1].1[s + 1][k])
        });
        p.weight[s + 1] = new.collect();
    }
    let (trace, found) =
        replayed(&made::trace(file, "torch.optim.adamw.AdamW", &json!([adamw.group()]), &[p]), &against());
    let report = reported(&trace, &found, trace::ASSERTED);
    (found, report)
}

/// PyTorch's update and decay; and the update alone.
fn pytorch(adamw: AdamW) -> (impl Fn(f64, f32, f32) -> f32, f32) {
    let update = move |t: f64, m: f32, v: f32| {
        let [b1, b2] = adamw.betas;
        let (step, root) = ((adamw.rate / (1.0 - b1.powf(t))) as f32, (1.0 - b2.powf(t)).sqrt() as f32);
        step * m / (v.sqrt() / root + 1e-8_f32)
    };
    (update, (1.0 - adamw.rate * adamw.decay) as f32)
}

fn order_of_weights(found: &Replayed) -> (String, bool, Vec<(String, u64)>) {
    let order = found.orders.iter().find(|order| order.tensor == 0).expect("weights");
    let named = |k: usize| found.tried[k].candidate.to_string();
    let alike = order.decided.alike().into_iter().map(|(k, apart)| (named(k), apart));
    (named(order.decided.order), order.decided.is_known, alike.collect())
}

/// The bounds of a step do not tell it from AdamW, whose decay is before: the numbers do.
#[test]
fn a_decay_after_the_update_is_not_adamws_order() {
    let adamw = AdamW { decay: 1e-5, ..ADAMW };
    let (update, keep) = pytorch(adamw);
    let (found, report) = run("decay-after.safetensors", adamw, |t, w, m, v| (w - update(t, m, v)) * keep);
    let (order, is_known, alike) = order_of_weights(&found);
    assert!(is_known && order.ends_with("decay after the update"), "{order} {alike:?}");
    assert_eq!(status(&report, "trace.step", "weights"), Status::Holds);
    assert_eq!(status(&report, "trace.bits", "weights"), Status::HypothesisFailed);
    assert_eq!((report.verdict(), found.mixed), (Verdict::Fails, vec![0]));
    let table = report.tables.iter().find(|table| table.name == "mixtures").expect("a table");
    assert!(table.rows[0][1].ends_with("decay after the update"), "{:?}", table.rows);
}

/// The weights as bitsandbytes has them, of moments that are PyTorch's: every tensor is some library's, and the run none's.
#[test]
fn weights_of_one_library_and_moments_of_another_are_a_mixture() {
    let [b1, b2] = ADAMW.betas;
    let (_, keep) = pytorch(ADAMW);
    let (found, report) = run("mixture.safetensors", ADAMW, |t, w, m, v| {
        let (c1, c2) = (1.0 - b1.powf(t), (1.0 - b2.powf(t)).sqrt());
        let denominator = v.sqrt() + (1e-8 * c2) as f32;
        (w - ((ADAMW.rate * c2 / c1) as f32) * (m / denominator)) * keep
    });
    let (order, is_known, _) = order_of_weights(&found);
    assert!(is_known && order.starts_with("bitsandbytes"), "{order}");
    let first = found.orders.iter().find(|order| order.tensor == 1).expect("first moments");
    assert!(first.decided.is_known && found.tried[first.decided.order].candidate.preset == "pytorch");
    assert_eq!(status(&report, "trace.bits", "first moment"), Status::HypothesisFailed);
    assert_eq!((report.verdict(), found.mixed), (Verdict::Fails, vec![0]));
}

/// Decays that binary32 does not see leave both places alike, which is said.
#[test]
fn a_decay_that_the_numbers_do_not_tell_is_named() {
    let adamw = AdamW { decay: 1e-7, ..ADAMW };
    let (update, keep) = pytorch(adamw);
    assert_eq!(keep, 1.0);
    let (found, report) = run("no-decay.safetensors", adamw, |t, w, m, v| (w - update(t, m, v)) * keep);
    let (order, is_known, alike) = order_of_weights(&found);
    assert!(is_known && !order.contains("decay"), "{order}");
    assert!(
        alike.iter().any(|(name, apart)| name.ends_with("decay after the update") && *apart == 0),
        "{alike:?}"
    );
    assert_eq!((report.verdict(), found.mixed), (Verdict::Holds, vec![]));
}
