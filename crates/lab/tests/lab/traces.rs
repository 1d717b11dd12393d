//! Traces that PyTorch recorded: sound ones hold and are explained to the last bit, and each fault is found and named.

pub(crate) mod files;
mod made;
mod malformed;
mod mixtures;
mod muon;
mod named;
mod orders;
mod problem;
mod torchao;

use halfulp_lab::bound::Status;
use halfulp_lab::experiment::{Assertions, Quiet};
use halfulp_lab::report::{Report, Verdict};
use halfulp_lab::trace::{self, Against, Replayed, Rounds, Trace};

use files::{edited, recorded};

const LIMIT: u64 = 1 << 30;

fn replayed(path: &std::path::Path, against: &Against) -> (Trace, Replayed) {
    let trace = Trace::open(path).expect("a trace");
    let found = trace::replay(&trace, against, &Quiet).expect("it can be replayed");
    (trace, found)
}

fn against() -> Against {
    Against { limit: LIMIT, ..Against::default() }
}

fn reported(trace: &Trace, found: &Replayed, asserted: &str) -> Report {
    let assertions = Assertions::parse(asserted, "asserted.toml").expect("assertions");
    trace::report(trace, &against(), found, &assertions, "halfulp bound trace").expect("a report")
}

/// The status of a bound of a tensor.
fn status(report: &Report, bound: &str, tensor: &str) -> Status {
    let check = report.checks.iter().find(|c| c.tally.statement.name == bound && c.of == tensor);
    check.expect("the bound was evaluated").status()
}

/// What PyTorch does, and the lab knows: every recorded bit, every bound to the last step.
#[test]
fn sound_runs_hold_and_their_order_is_known() {
    for (name, order, places) in [
        ("adamw-f32", "pytorch, roots within an ulp", 2700),
        ("adamw-bf16", "pytorch", 2700),
        ("adam-f32-sampled", "pytorch, roots within an ulp", 1044),
        ("sgd-f32", "pytorch", 1800),
        ("sgd-bf16", "pytorch", 1800),
    ] {
        let (trace, found) = replayed(&recorded(name), &against());
        let report = reported(&trace, &found, trace::ASSERTED);
        assert_eq!(report.verdict(), Verdict::Holds, "{name}: {:?}", report.failures());
        let whole: Vec<String> = found
            .tried
            .iter()
            .filter(|one| one.reproduced.is_whole())
            .map(|one| one.candidate.to_string())
            .collect();
        // bfloat16 loses every decay of this run, so that no number tells when weights decay.
        let alike =
            if name == "adamw-bf16" { vec![format!("{order}, decay after the update")] } else { vec![] };
        assert_eq!(whole, [vec![order.to_string()], alike].concat(), "{name}");
        assert!(found.mixed.is_empty(), "{name}");
        assert_eq!(found.tried[0].reproduced.of, places, "{name}");
        assert!(found.outside.is_none() && found.diagnoses.is_empty(), "{name}");
        let step = report.checks.iter().filter(|c| c.tally.statement.name == "trace.step");
        let least =
            step.map(|c| c.tally.steps().and_then(|s| s.at_last.share()).unwrap_or(0.0)).fold(1.0, f64::min);
        assert!(least > 0.9, "{name}: {least} at the last step");
        let worst = report.checks.iter().filter(|c| c.tally.statement.name == "trace.worst-case");
        assert!(worst.clone().count() >= 2 && worst.clone().all(|c| c.status() == Status::Holds), "{name}");
    }
}

/// The 8-bit states of bitsandbytes on a CPU: bits, scales and bounds; and what one code more or less makes of them.
#[test]
fn eight_bit_states_are_judged_by_their_blocks() {
    let (trace, found) = replayed(&recorded("adamw-8bit"), &against());
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(report.verdict(), Verdict::Holds, "{:?}", report.failures());
    assert_eq!(found.tried[0].candidate.to_string(), "bitsandbytes-cpu, roots within an ulp");
    assert!(found.tried[0].reproduced.is_whole(), "{:?}", found.tried[0].reproduced);
    assert!(report.checks.iter().any(|c| c.tally.statement.name == "trace.bits"), "the order is known");
    // Row 4, element 17: another number of the same sign, a quarter as large again.
    let path = edited("adamw-8bit", "weight/state1", 4 * 256 + 17, 4, |code| {
        u64::from((f32::from_bits(code as u32) * 1.25).to_bits())
    });
    let (trace, found) = replayed(&path, &against());
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(status(&report, "trace.step", "first moment"), Status::Violated);
    assert_eq!(found.outside.map(|o| (o.place.step, o.place.what)), Some((4, "first moment")));
}

/// Another order is not taken for the recorded one, and a storage that is too coarse is seen in the bits.
#[test]
fn another_order_does_not_explain_the_bits() {
    let other = Against { preset: Some("torchao".into()), rounds: Some(Rounds::Stored), ..against() };
    let (_, found) = replayed(&recorded("adamw-bf16"), &other);
    let tried = found.tried.iter().find(|one| one.candidate.to_string() == "torchao, f32 until stored");
    let tried = tried.expect("it was tried");
    assert!(!tried.reproduced.is_whole() && tried.reproduced.first.is_some());
    assert_eq!(found.tried[0].candidate.to_string(), "pytorch", "the nearest is first");
}

/// Two weights an ulp further from 0, and two nearer: as often as not a difference of any cause lies toward zero. And no order is known then, which does not
/// pass: within the bounds of its steps the run may be faulty in every number.
#[test]
fn what_lies_toward_zero_by_chance_is_no_truncation() {
    let places = [(40, 1), (41, u64::MAX), (42, 1), (43, u64::MAX)];
    let (head, mut data) = files::parts("adamw-bf16");
    let start = head["0.weight/weight"]["data_offsets"][0].as_u64().expect("a tensor") as usize;
    for (place, ulp) in places {
        let at = start + 2 * (12 * 48 + place);
        let code = u16::from_le_bytes([data[at], data[at + 1]]).wrapping_add(ulp as u16);
        data[at..at + 2].copy_from_slice(&code.to_le_bytes());
    }
    let (trace, found) =
        replayed(&files::written("toward-zero-by-chance.safetensors", &head, &data), &against());
    assert_eq!(found.tried[0].reproduced.of - found.tried[0].reproduced.matched, 4);
    let named: Vec<&str> = found.diagnoses.iter().map(|one| one.fault.as_str()).collect();
    assert!(!named.contains(&"weights truncated"), "{named:?}");
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(report.verdict(), Verdict::Fails);
    assert_eq!(status(&report, "trace.bits", "weights"), Status::HypothesisFailed);
}

/// Elements that never had a gradient are 0 and exactly so: they have no error, and no bound is vacuous there. Once they made a sound run fail.
#[test]
fn what_is_exactly_zero_is_left_out_and_said() {
    let (head, mut data) = files::parts("adamw-f32");
    let elements = 48;
    for name in ["gradient", "weight", "exp_avg", "exp_avg_sq"] {
        let offsets = &head[format!("0.weight/{name}")]["data_offsets"];
        let [from, to] = [0, 1].map(|k| offsets[k].as_u64().expect("a tensor") as usize);
        for row in data[from..to].chunks_mut(4 * elements) {
            row[..4 * 12].fill(0);
        }
    }
    let (trace, found) = replayed(&files::written("dead-elements.safetensors", &head, &data), &against());
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(report.verdict(), Verdict::Holds, "{:?}", report.failures());
    let said = "432 recorded numbers that are 0 and exactly so";
    assert!(found.not_judged.iter().any(|(what, _)| what == said), "{:?}", found.not_judged);
}

/// An identity cannot fail: alone it is no verdict.
#[test]
fn identities_alone_decide_nothing() {
    let (trace, found) = replayed(&recorded("fault-stale"), &against());
    let report = reported(&trace, &found, "[[assert]]\nbound = \"trace.running\"\nof = \"second moment\"\n");
    assert_eq!(report.verdict(), Verdict::NothingAsserted);
}

/// A weight that was cut off in place of rounded: one step, one element, and the fault's name.
#[test]
fn a_truncation_is_found_and_named() {
    let (trace, found) = replayed(&recorded("fault-truncated"), &against());
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(report.verdict(), Verdict::Fails);
    assert_eq!(status(&report, "trace.bits", "weights"), Status::Violated);
    assert_eq!(status(&report, "trace.bits", "first moment"), Status::Holds);
    let nearest = &found.tried[0];
    assert_eq!(nearest.candidate.to_string(), "pytorch");
    assert_eq!(nearest.reproduced.of - nearest.reproduced.matched, 1, "the rest of the run is sound");
    let first = nearest.reproduced.first.as_ref().expect("a number that differs");
    assert_eq!(first.to_string(), "step 7, weights of 0.weight[4]");
    let named = &found.diagnoses[0];
    assert_eq!(
        (named.fault.as_str(), named.explained.explains, named.explained.breaks),
        ("weights truncated", 1, 0)
    );
    assert_eq!(named.explained.first.as_ref(), Some(first));
    assert!(
        found.diagnoses[1..].iter().all(|other| other.explained.breaks > 0),
        "no other fault explains it"
    );
}

/// A first moment that was not written back in one step: all of its elements, and the weights were updated by the moment that was lost.
#[test]
fn a_stale_state_is_found_and_named() {
    let (trace, found) = replayed(&recorded("fault-stale"), &against());
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(report.verdict(), Verdict::Fails);
    assert_eq!(status(&report, "trace.step", "first moment"), Status::Violated);
    assert_eq!(status(&report, "trace.step", "second moment"), Status::Holds);
    assert_eq!(status(&report, "trace.worst-case", "first moment"), Status::Violated);
    let outside = found.outside.as_ref().expect("a number that is out of its bound");
    assert_eq!(
        (outside.place.step, outside.place.what, outside.place.name.as_str()),
        (7, "first moment", "0.weight")
    );
    let named = |fault: &str| found.diagnoses.iter().find(|one| one.fault == fault).map(|one| &one.explained);
    let stale = named("first moment stale").expect("the fault is named");
    assert_eq!((stale.explains, stale.last), (48, 7), "all elements of the tensor, in that step alone");
    let lost = named("update from other moments").expect("what became of the weights is named");
    assert!(lost.explains >= 40 && lost.last == 7, "{lost:?}");
}

/// A decay that is kept in bfloat16: nothing in the file says so, and all of the second moments do.
#[test]
fn a_decay_in_bfloat16_is_found_and_named() {
    let (trace, found) = replayed(&recorded("fault-beta2"), &against());
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(status(&report, "trace.step", "second moment"), Status::Violated);
    assert_eq!(status(&report, "trace.worst-case", "second moment"), Status::Violated);
    assert_eq!(status(&report, "trace.step", "first moment"), Status::Holds);
    assert_eq!(status(&report, "trace.running", "second moment"), Status::HypothesisFailed);
    let nearest = &found.tried[0].reproduced;
    let named = &found.diagnoses[0];
    assert_eq!(named.fault, "beta2 in bfloat16 (0.98828125)");
    assert_eq!((named.explained.explains, named.explained.breaks), (nearest.of - nearest.matched, 0));
}

/// One bit of one recorded number: the step and the element are said, whichever tensor it is in.
#[test]
fn a_flipped_bit_is_found_where_it_is() {
    for (tensor, what) in
        [("exp_avg", "first moment"), ("exp_avg_sq", "second moment"), ("weight", "weights")]
    {
        // Row 5 is after step 5; the last but one bit of element 9 in bfloat16.
        let path = edited("adamw-bf16", &format!("0.weight/{tensor}"), 5 * 48 + 9, 2, |code| code ^ 2);
        let (trace, found) = replayed(&path, &against());
        let outside = found.outside.as_ref().expect("a number that is out of its bound");
        assert_eq!((outside.place.step, outside.place.what, outside.place.element), (5, what, 9), "{tensor}");
        assert_eq!(status(&reported(&trace, &found, trace::ASSERTED), "trace.step", what), Status::Violated);
    }
}

/// What is said of a storage decides: where the second moment is taken to be wider than it is, its rounding is a fault.
#[test]
fn a_wrong_claim_on_a_storage_is_noticed() {
    let mut claim = against();
    claim.kept[2] =
        Some(halfulp_lab::storage::Storage::mantissa(12, halfulp::Policy::IEEE).expect("a storage"));
    let (trace, found) = replayed(&recorded("adamw-bf16"), &claim);
    let report = reported(&trace, &found, trace::ASSERTED);
    assert_eq!(status(&report, "trace.step", "second moment"), Status::Violated);
    assert_eq!(status(&report, "trace.step", "first moment"), Status::Holds);
}

/// Elements are told by their place in the whole tensor, and what was not recorded is said.
#[test]
fn a_sample_says_of_how_many_it_is() {
    let (trace, found) = replayed(&recorded("adam-f32-sampled"), &against());
    assert_eq!(found.elements, [10, 6, 10, 3]);
    let all: Vec<u64> = trace.parameters.iter().map(trace::Parameter::elements).collect();
    assert_eq!(all, [48, 6, 18, 3]);
    let recorded = trace.read(0).expect("numbers");
    assert!(recorded.index.len() == 10 && recorded.place(9) > 9 && recorded.place(9) < 48);
    let report = reported(&trace, &found, trace::ASSERTED);
    let judged = report.tables.iter().find(|table| table.name == "judged").expect("a table");
    assert_eq!(judged.rows.last().map(|row| (row[3].as_str(), row[4].as_str())), Some(("29", "75")));
}

/// Numbers, bands and detectors can be asserted, and what there is none of is an error.
#[test]
fn a_file_can_assert() {
    let (trace, found) = replayed(&recorded("adamw-bf16"), &against());
    let text = "[[assert]]\nbound = \"trace.step\"\nof = \"weights\"\nband = [0.1, 1.0]\n\
                [[expect]]\nnumber = \"share reproduced by pytorch\"\nvalue = 1\nwithin = [1, 1]\nsource = \"an earlier run\"\n\
                [[detect]]\ndetector = \"saturation\"\nraised = false\n";
    assert_eq!(reported(&trace, &found, text).verdict(), Verdict::Holds);
    let text =
        text.replace("[1, 1]", "[0, 2]").replace("value = 1", "value = 0.5").replace("[0, 2]", "[0.4, 0.6]");
    let report = reported(&trace, &found, &text);
    assert_eq!(report.verdict(), Verdict::Fails);
    assert!(report.failures()[0].contains("share reproduced by pytorch"), "{:?}", report.failures());
    let wrong = Assertions::parse("[[assert]]\nbound = \"trace.steps\"", "mine.toml").expect("assertions");
    let error = trace::report(&trace, &against(), &found, &wrong, "").expect_err("no such bound").to_string();
    assert!(error.contains("mine.toml:2:") && error.contains("there are trace.step of weights"), "{error}");
}

/// Results do not depend on threads.
#[test]
fn threads_do_not_matter() {
    let text = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let (trace, found) = pool.install(|| replayed(&recorded("fault-truncated"), &against()));
        trace::json::document(&trace, &found, &reported(&trace, &found, trace::ASSERTED)).to_string()
    };
    assert_eq!(text(1), text(4));
}
