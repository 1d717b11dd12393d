//! Traces that are none: each is an error that says what was expected, and none is read further.

use halfulp_lab::experiment::Quiet;
use halfulp_lab::trace::{self, Against, Trace};
use serde_json::{Value, json};

use super::files::{edited, metadata, own, parts, recorded, written};

/// What a trace's replay says, an error at any stage.
fn said(path: &std::path::Path) -> String {
    let against = Against { limit: 1 << 30, ..Against::default() };
    let result = Trace::open(path).and_then(|trace| trace::replay(&trace, &against, &Quiet).map(|_| ()));
    let error = result.expect_err("it is not a trace").to_string();
    assert!(error.starts_with(&path.display().to_string()), "{error}");
    error
}

/// A change of the head, and what the error has to say.
fn with_head(name: &str, change: impl Fn(&mut Value), expected: &str) {
    let (mut head, data) = parts("adamw-bf16");
    change(&mut head);
    let error = said(&written(&format!("head-{name}.safetensors"), &head, &data));
    assert!(error.contains(expected), "{name}: {error}");
}

#[allow(clippy::too_many_lines, reason = "a table")]
#[test]
fn heads_that_are_wrong_are_said() {
    with_head(
        "none",
        |head| head["__metadata__"] = json!({}),
        "it is not a trace: expected the text \"halfulp-trace\"",
    );
    with_head(
        "layout",
        |head| head["__metadata__"]["halfulp-trace"] = json!("9"),
        "layout \"9\": expected layout \"1\"",
    );
    with_head("no-steps", |head| head["__metadata__"]["steps"] = json!("0"), "expected at least one step");
    with_head(
        "steps",
        |head| head["__metadata__"]["steps"] = json!("many"),
        "expected a whole number, got \"many\"",
    );
    with_head(
        "more-steps",
        |head| head["__metadata__"]["steps"] = json!("13"),
        "expected [13, 48], rows for 13 steps",
    );
    with_head(
        "type",
        |head| metadata(head, "parameters", |all| all[0]["dtype"] = json!("float64")),
        "0.weight/weight: elements of type BF16: expected those of float64, by the metadata",
    );
    with_head(
        "start",
        |head| metadata(head, "parameters", |all| all[0]["start"] = json!(u64::MAX)),
        "start 18446744073709551615: expected 2^53 steps at most",
    );
    with_head(
        "huge",
        |head| head["__metadata__"]["steps"] = json!("18446744073709551615"),
        "expected 4294967296 at most",
    );
    with_head(
        "group",
        |head| metadata(head, "parameters", |p| p[0]["group"] = json!(7)),
        "group 7: expected one of the 1",
    );
    with_head(
        "twice",
        |head| metadata(head, "parameters", |p| p[1] = p[0].clone()),
        "0.weight is there twice",
    );
    with_head(
        "no-key",
        |head| metadata(head, "parameters", |p| p[0] = json!({})),
        "expected a list of name, group",
    );
    with_head(
        "empty",
        |head| metadata(head, "parameters", |p| *p = json!([])),
        "expected at least one, got none",
    );
    with_head(
        "shape",
        |head| metadata(head, "parameters", |p| p[0]["shape"] = json!([6, 9])),
        "expected [12, 54]",
    );
    let vast = json!([1u64 << 40, 1u64 << 40]);
    with_head(
        "vast",
        |head| metadata(head, "parameters", |p| p[0]["shape"] = vast.clone()),
        "expected [12, 18446744073709551615]",
    );
    with_head(
        "states",
        |head| metadata(head, "parameters", |p| p[0]["states"] = json!(["exp_avg"])),
        "no parameter in the metadata has this tensor",
    );
    with_head(
        "missing",
        |head| {
            let tensor =
                head.as_object_mut().and_then(|head| head.remove("2.bias/exp_avg_sq")).expect("a tensor");
            head["spare/gradient"] = tensor;
        },
        "there is no tensor 2.bias/exp_avg_sq",
    );
    with_head(
        "type",
        |head| head["0.bias/weight"]["dtype"] = json!("I16"),
        "elements of type I16: expected F16, BF16, F32 or F64",
    );
}

/// What a schedule changed is a tensor of a group: of one that there is, of a name that can change, in its shape, and not a constant as well.
#[test]
fn tensors_of_groups_that_are_none_are_said() {
    let renamed = |name: &str, to: &str, change: &dyn Fn(&mut Value), expected: &str| {
        let (mut head, data) = parts("adamw-f32");
        let lr = head.as_object_mut().and_then(|head| head.remove("group 0/lr")).expect("a schedule");
        head[to] = lr;
        change(&mut head);
        let error = said(&written(&format!("group-{name}.safetensors"), &head, &data));
        assert!(error.contains(expected), "{name}: {error}");
    };
    let none = |_: &mut Value| {};
    renamed("key", "group 0/rate", &none, "group 0/rate: expected \"group N/\" and one of lr, betas, eps");
    renamed("number", "group 7/lr", &none, "group 7/lr: expected one of the 1 groups in the metadata");
    renamed("word", "group first/lr", &none, "group first/lr: expected one of the 1 groups");
    renamed("bare", "group 0", &none, "group 0: expected \"group N/\" and one of");
    let constant = |head: &mut Value| metadata(head, "groups", |g| g[0]["lr"] = json!(0.1));
    renamed("constant", "group 0/lr", &constant, "group 0/lr: it is a constant in the metadata, too");
    let shape = |head: &mut Value| head["group 0/lr"]["shape"] = json!([4, 3]);
    renamed("shape", "group 0/lr", &shape, "expected F64, [12] or [12, 2]");
}

/// The 8-bit optimizers of bitsandbytes are known on a CPU; of other devices it is said that their orders are not.
#[test]
fn devices_are_looked_at() {
    let (mut head, data) = parts("adamw-8bit");
    metadata(&mut head, "parameters", |p| p[0]["device"] = json!("cuda"));
    let error = said(&written("eight-bit-cuda.safetensors", &head, &data));
    assert!(
        error.contains("weight was on cuda: expected cpu, the kernels of 8-bit optimizers on other"),
        "{error}"
    );
    let (mut head, data) = parts("adamw-bf16");
    metadata(&mut head, "parameters", |p| p[2]["device"] = json!("cuda"));
    let trace = Trace::open(&written("one-on-cuda.safetensors", &head, &data)).expect("a trace");
    let against = Against { limit: 1 << 30, ..Against::default() };
    let found = trace::replay(&trace, &against, &Quiet).expect("it can be replayed");
    let said = |what: &str| found.not_judged.iter().any(|(known, _)| known == what);
    assert!(
        said("the order of operations on cuda") && !said("the order of operations on cpu"),
        "{:?}",
        found.not_judged
    );
    let assertions =
        halfulp_lab::experiment::Assertions::parse(trace::ASSERTED, "asserted.toml").expect("assertions");
    let report =
        trace::report(&trace, &against, &found, &assertions, "halfulp bound trace").expect("a report");
    assert!(report.title.ends_with("on cpu, cuda"), "{}", report.title);
    assert!(report.settings.contains(&("recorded on".into(), "cpu, cuda".into())), "{:?}", report.settings);
    let judged = report.tables.iter().find(|table| table.name == "judged").expect("a table");
    assert_eq!((judged.rows[1][2].as_str(), judged.rows[2][2].as_str()), ("cpu", "cuda"));
}

/// Names and texts end up on terminals.
#[test]
fn what_a_terminal_obeys_is_refused_and_shown() {
    let name = "\u{1b}[2J";
    with_head(
        "escape",
        |head| head["__metadata__"]["torch"] = json!(name),
        "expected printable text, got \"\\u{1b}[2J\"",
    );
    with_head(
        "name",
        |head| metadata(head, "parameters", |p| p[0]["name"] = json!(name)),
        "expected printable text",
    );
    with_head("key", |head| metadata(head, "groups", |g| g[0][name] = json!(1)), "expected printable text");
    let (mut head, data) = parts("adamw-bf16");
    let tensor = head["0.bias/weight"].clone();
    head.as_object_mut().expect("a head").remove("0.bias/weight");
    head[format!("0.bias/{name}")] = tensor;
    assert!(!said(&written("foreign.safetensors", &head, &data)).contains('\u{1b}'));
}

#[test]
fn optimizers_that_are_other_steps_are_said() {
    let class = |name: &'static str| move |head: &mut Value| head["__metadata__"]["optimizer"] = json!(name);
    with_head("adagrad", class("torch.optim.adagrad.Adagrad"), "is not known: expected one of torch's AdamW");
    with_head("own", class("__main__.AdamW"), "\"__main__.AdamW\" is not known");
    with_head("sgd", class("torch.optim.sgd.SGD"), "group 0 has no dampening");
    with_head("amsgrad", |head| metadata(head, "groups", |g| g[0]["amsgrad"] = json!(true)), "amsgrad");
    with_head(
        "betas",
        |head| metadata(head, "groups", |g| g[0]["betas"] = json!([0.9, 1.0])),
        "expected numbers from 0 to below 1",
    );
    with_head(
        "beta",
        |head| metadata(head, "groups", |g| g[0]["betas"] = json!(0.9)),
        "expected two finite numbers, got [0.9]",
    );
    with_head(
        "lr",
        |head| metadata(head, "groups", |g| g[0]["lr"] = json!("fast")),
        "group 0 has no lr: expected a number",
    );
    with_head("negative", |head| metadata(head, "groups", |g| g[0]["lr"] = json!(-1)), "lr -1");
    let coupled = |head: &mut Value| {
        head["__metadata__"]["optimizer"] = json!("torch.optim.adam.Adam");
        metadata(head, "groups", |g| g[0]["decoupled_weight_decay"] = json!(false));
    };
    with_head("coupled", coupled, "weight decay part of the gradient: expected AdamW");
}

#[test]
fn numbers_that_are_none_are_said_with_their_place() {
    // 0x7fc0 is a NaN of bfloat16, 0x7f80 infinity.
    let path = edited("adamw-bf16", "0.weight/gradient", 3 * 48 + 11, 2, |_| 0x7fc0);
    let error = said(&path);
    assert!(
        error.contains("0.weight/gradient: recorded element 11 is NaN at step 4: expected finite numbers"),
        "{error}"
    );
    let path = edited("adamw-bf16", "2.bias/weight", 1, 2, |_| 0x7f80);
    assert!(said(&path).contains("2.bias/weight: recorded element 1 is inf before the first step"));
    let path = edited("adam-f32-sampled", "0.weight/index", 9, 8, |_| 48);
    assert!(said(&path).contains("0.weight/index: index 48: expected 0 to 47"));
    let path = edited("adam-f32-sampled", "0.weight/index", 9, 8, |_| 0);
    assert!(said(&path).contains("different indices in ascending order"));
    let path = edited("adamw-f32", "group 0/lr", 2, 8, |_| f64::NAN.to_bits());
    assert!(said(&path).contains("group 0, lr: expected one finite number"));
}

/// States that share a scale come in whole blocks.
#[test]
fn parts_of_blocks_are_said() {
    // The last index of the block, and the one after it.
    let path = edited("adamw-8bit", "weight/index", 255, 8, |k| k + 1);
    let error = said(&path);
    assert!(error.contains("expected whole blocks of 256 elements, Recorder(block=256)"), "{error}");
}

#[test]
fn files_that_are_cut_off_or_others_are_said() {
    let whole = std::fs::read(recorded("adamw-bf16")).expect("a file");
    for (length, expected) in
        [(0, "neither"), (7, "neither"), (100, "truncated"), (whole.len() - 1, "truncated")]
    {
        let path = own(&format!("cut-{length}.safetensors"));
        std::fs::write(&path, &whole[..length]).expect("a file");
        assert!(said(&path).contains(expected), "{length}: {}", said(&path));
    }
    let npy = own("array.npy");
    std::fs::write(
        &npy,
        b"\x93NUMPY\x01\x00\x36\x00{'descr': '<f4', 'fortran_order': False, 'shape': ()}\n\0\0\x80\x3f",
    )
    .expect("a file");
    assert!(said(&npy).contains("expected a .safetensors file with a trace, got an array"));
    let none = own("none.safetensors");
    assert!(said(&none).contains("No such file"), "{}", said(&none));
}

/// Sizes are compared with the limit before numbers are read.
#[test]
fn a_trace_that_is_too_large_is_said() {
    let trace = Trace::open(&recorded("adamw-f32")).expect("a trace");
    let against = Against { limit: 1000, ..Against::default() };
    let error = trace::replay(&trace, &against, &Quiet).map(|_| ()).expect_err("too large").to_string();
    assert!(error.contains("the limit is 1000 bytes") && error.contains("--max-memory"), "{error}");
}
