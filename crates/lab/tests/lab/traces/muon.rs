//! Muon: momentum by its bounds and bits, the weights of whole matrices bit by bit, and what is not judged.

use halfulp_lab::bound::Status;
use halfulp_lab::report::Verdict;
use halfulp_lab::trace::{self, Trace};
use serde_json::json;

use super::files::{edited, metadata, parts, recorded, written};
use super::{against, replayed, reported, status};

/// Two matrices of 48 and 18 elements, 12 steps: every momentum and every weight of PyTorch's, to the last bit.
#[test]
fn every_number_of_whole_matrices_is_given() {
    for name in ["muon-f32", "muon-bf16"] {
        let (trace, found) = replayed(&recorded(name), &against());
        let report = reported(&trace, &found, trace::ASSERTED);
        assert_eq!(report.verdict(), Verdict::Holds, "{name}: {:?}", report.failures());
        let nearest = &found.tried[0];
        assert_eq!(
            (nearest.candidate.to_string(), nearest.reproduced.of),
            ("pytorch".into(), 2 * 12 * 66),
            "{name}"
        );
        assert!(nearest.reproduced.is_whole(), "{name}: {:?}", nearest.reproduced);
        assert_eq!(status(&report, "trace.step", "first moment"), Status::Holds);
        assert_eq!(status(&report, "trace.bits", "weights"), Status::Holds);
        // There is no bound of the weights, which is said; and no curve of their distance.
        assert!(
            report.checks.iter().all(|c| c.of != "weights" || c.tally.statement.name == "trace.bits"),
            "{name}"
        );
        let said = "trace.step, .running and .worst-case of weights";
        assert!(found.not_judged.iter().any(|(what, _)| what == said), "{:?}", found.not_judged);
        assert!(report.figures.is_empty() && found.curve.is_empty());
    }
}

/// One step without Nesterov's momentum, in both matrices.
#[test]
fn a_step_without_nesterov_is_found_and_named() {
    let (trace, found) = replayed(&recorded("fault-nesterov"), &against());
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(report.verdict(), Verdict::Fails);
    assert_eq!(status(&report, "trace.bits", "first moment"), Status::Holds);
    assert_ne!(status(&report, "trace.bits", "weights"), Status::Holds);
    let named = &found.diagnoses[0];
    assert_eq!(named.fault, "Nesterov's momentum taken or left out");
    assert_eq!(
        (named.explained.explains, named.explained.breaks, named.elsewhere),
        (found.missed(), 0, Some(0))
    );
    assert_eq!(named.explained.first.as_ref().map(|place| (place.step, place.what)), Some((7, "weights")));
    assert_eq!(named.explained.last, 7);
}

/// One bit of a weight, and one of a momentum, which the weights of its step then are not made of.
#[test]
fn a_flipped_bit_is_found() {
    let path = edited("muon-f32", "0.weight/weight", 5 * 48 + 9, 4, |code| code ^ 1);
    let (trace, found) = replayed(&path, &against());
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(report.verdict(), Verdict::Fails);
    let first = found.tried[0].reproduced.first.as_ref().map(ToString::to_string);
    assert_eq!(first.as_deref(), Some("step 5, weights of 0.weight[9]"));
    let path = edited("muon-f32", "0.weight/momentum_buffer", 5 * 48 + 9, 4, |code| code ^ 1 << 20);
    let (trace, found) = replayed(&path, &against());
    assert_eq!(
        status(&reported(&trace, &found, trace::ASSERTED), "trace.step", "first moment"),
        Status::Violated
    );
    assert_eq!(
        found.outside.map(|one| one.place.to_string()).as_deref(),
        Some("step 5, first moment of 0.weight[9]")
    );
}

/// Of a sample the momentum is judged. Of the weights it is said that they are not, and they do not pass: they may be anything.
#[test]
fn weights_of_a_sample_are_not_judged() {
    let (trace, found) = replayed(&recorded("muon-sampled"), &against());
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(report.verdict(), Verdict::Fails);
    assert_eq!(status(&report, "trace.bits", "weights"), Status::HypothesisFailed);
    let momentum = trace::ASSERTED.replace("\"trace.bits\"\n", "\"trace.bits\"\nof = \"first moment\"\n");
    let report = reported(&trace, &found, &momentum);
    assert_eq!(report.verdict(), Verdict::Holds, "{:?}", report.failures());
    assert_eq!(found.tried[0].reproduced.of, 2 * 12 * 10);
    let said = |what: &str| found.not_judged.iter().any(|(known, _)| known == what);
    assert!(said("weights of 0.weight") && said("weights of 2.weight"), "{:?}", found.not_judged);
    assert!(report.checks.iter().filter(|c| c.asserted).all(|c| c.of == "first moment"));
}

#[test]
fn settings_that_pytorch_has_not_are_said() {
    for (key, value, expected) in [
        ("ns_steps", json!(2.5), "ns_steps 2.5: expected a whole number from 0 to 99"),
        (
            "ns_coefficients",
            json!([1.0, 2.0]),
            "ns_coefficients: expected three finite numbers, got Some([1.0, 2.0])",
        ),
        (
            "adjust_lr_fn",
            json!("mine"),
            "adjust_lr_fn Some(\"mine\"): expected one of original, match_rms_adamw",
        ),
        ("momentum", json!(0.25), "momentum 0.25: expected more than 0.5"),
    ] {
        let (mut head, data) = parts("muon-f32");
        metadata(&mut head, "groups", |groups| groups[0][key] = value.clone());
        let trace = Trace::open(&written(&format!("muon-{key}.safetensors"), &head, &data)).expect("a trace");
        let error =
            trace::replay(&trace, &against(), &halfulp_lab::experiment::Quiet).map(|_| ()).expect_err(key);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let (mut head, data) = parts("muon-f32");
    metadata(&mut head, "parameters", |all| all[0]["shape"] = json!([48]));
    let trace = Trace::open(&written("muon-vector.safetensors", &head, &data)).expect("a trace");
    let error = trace::replay(&trace, &against(), &halfulp_lab::experiment::Quiet)
        .map(|_| ())
        .expect_err("no matrix");
    assert!(
        error
            .to_string()
            .contains("0.weight is float32 of shape [48]: expected a matrix of float32 or bfloat16"),
        "{error}"
    );
}
