//! The low-bit optimizers of torchao, which PyTorch compiled: blocks, small tensors, decay apart from the gradients and in them.

use halfulp_lab::bound::Status;
use halfulp_lab::experiment::Quiet;
use halfulp_lab::report::Verdict;
use halfulp_lab::report::number::digits;
use halfulp_lab::trace::{self, Trace};
use serde_json::json;

use super::files::{metadata, parts, recorded, written};
use super::{against, replayed, reported, status};

/// A block of 256 elements in 8 bits and 64 in the tensors' type, 6 steps, every number to the last bit.
#[test]
fn every_number_is_given() {
    for (name, order) in
        [("torchao-8bit", "torchao-compiled"), ("torchao-adam-bf16", "torchao-compiled, f32 until stored")]
    {
        let (trace, found) = replayed(&recorded(name), &against());
        let report = reported(&trace, &found, trace::ASSERTED);
        assert_eq!(report.verdict(), Verdict::Holds, "{name}: {:?}", report.failures());
        let nearest = &found.tried[0];
        assert_eq!(
            (nearest.candidate.to_string(), nearest.reproduced.of),
            (order.into(), 3 * 6 * (256 + 64)),
            "{name}"
        );
        assert!(nearest.reproduced.is_whole(), "{name}: {:?}", nearest.reproduced);
        for tensor in ["weights", "first moment", "second moment"] {
            assert_eq!(status(&report, "trace.step", tensor), Status::Holds, "{name}, {tensor}");
        }
    }
}

/// PyTorch's own order, and the one that rounds the rate over the bias at once, give fewer.
#[test]
fn it_is_told_from_other_orders() {
    let (_, found) = replayed(&recorded("torchao-8bit"), &against());
    let weights = found
        .orders
        .iter()
        .find(|order| order.tensor == 0 && order.parameters.contains(&0))
        .expect("weights");
    assert!(
        weights.decided.is_known && weights.decided.telling.is_some_and(|apart| apart > 0),
        "{:?}",
        weights.decided
    );
    for name in ["pytorch", "torchao"] {
        let other = found.tried.iter().find(|one| one.candidate.to_string() == name).expect("it was tried");
        assert!(!other.reproduced.is_whole(), "{name}");
    }
}

#[test]
fn a_decay_in_bfloat16_is_found_and_named() {
    let (trace, found) = replayed(&recorded("fault-torchao"), &against());
    assert_eq!(reported(&trace, &found, trace::ASSERTED).verdict(), Verdict::Fails);
    let named = &found.diagnoses[0];
    assert_eq!(named.fault, "beta2 in bfloat16 (0.98828125)");
    assert_eq!((named.explained.explains, named.explained.breaks), (found.missed(), 0));
}

#[test]
fn settings_that_are_other_steps_are_said() {
    for (key, value, expected) in [
        ("block_size", json!(128), "group 0, block_size 128: expected 256"),
        ("block_size", json!(null), "group 0 has no block_size"),
        (
            "bf16_stochastic_round",
            json!(true),
            "group 0 has bf16_stochastic_round: expected an optimizer that rounds to nearest",
        ),
    ] {
        let (mut head, data) = parts("torchao-8bit");
        metadata(&mut head, "groups", |groups| groups[0][key] = value.clone());
        let trace =
            Trace::open(&written(&format!("torchao-{key}.safetensors"), &head, &data)).expect("a trace");
        let error = trace::replay(&trace, &against(), &Quiet).map(|_| ()).expect_err(key).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// The bounds take the bias corrections as torchao has them, in binary32: it is said, with how far they are from the exact ones.
#[test]
fn bias_corrections_that_are_assumed_are_listed() {
    let (trace, found) = replayed(&recorded("torchao-8bit"), &against());
    let row = found.not_judged.iter().find(|(what, _)| what == "bias corrections 1 - beta^t").expect("a row");
    assert!(row.1.starts_with("ASSUMED"), "{row:?}");
    // The same from the file's betas, in binary64.
    let (head, _) = parts("torchao-8bit");
    let groups: Vec<serde_json::Value> =
        serde_json::from_str(head["__metadata__"]["groups"].as_str().expect("groups")).expect("JSON");
    let betas: Vec<f64> = serde_json::from_value(groups[0]["betas"].clone()).expect("betas");
    let off = |beta: f64, t: i32| {
        let exact = 1.0 - beta.powi(t);
        (f64::from(1.0 - f64::from(beta as f32).powi(t) as f32) - exact).abs() / exact
    };
    let steps = trace.steps as i32;
    let most = betas.iter().flat_map(|&beta| (1..=steps).map(move |t| off(beta, t))).fold(0.0, f64::max);
    assert!(most > 1e-8, "{most}");
    assert!(row.1.contains(&format!("up to {} of themselves", digits(most, 2))), "{most}: {row:?}");
    let report = reported(&trace, &found, trace::ASSERTED);
    let table = report.tables.iter().find(|table| table.name == "not-judged").expect("a table");
    assert!(table.rows.iter().any(|row| row[1].starts_with("ASSUMED")), "{:?}", table.rows);
    // Another library's order computes them in binary64.
    let (_, found) = replayed(&recorded("adamw-bf16"), &against());
    assert!(found.not_judged.iter().all(|(_, why)| !why.starts_with("ASSUMED")));
}
