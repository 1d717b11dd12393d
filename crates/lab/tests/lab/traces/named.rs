//! Faults by name: of the group that they are in, and what they would lose of other parameters.

use halfulp_lab::trace::Diagnosis;
use serde_json::json;

use super::made::{self, AdamW, Parameter};
use super::{against, recorded, replayed};

const STEPS: usize = 10;

fn narrowed(x: f64) -> f64 {
    f64::from(f32::from_bits((x as f32).to_bits().wrapping_add(0x8000) & 0xffff_0000))
}

fn parameter(name: &str, group: usize, seed: u64) -> Parameter {
    let start = made::rows(1, 60, seed + 1).remove(0);
    Parameter { group, ..Parameter::new(name, made::rows(STEPS, 60, seed), start) }
}

fn named<'a>(all: &'a [Diagnosis], name: &str) -> Option<&'a Diagnosis> {
    all.iter().find(|one| one.fault == name)
}

/// Two groups with decays of their own, each kept in bfloat16: each has its name, and not the first group's.
#[test]
fn a_decay_is_named_by_its_group() {
    let groups = [[0.9, 0.99], [0.8, 0.96]].map(|betas| AdamW { rate: 1e-2, betas, decay: 0.01 });
    let run = |k: usize, narrow: bool| {
        let [b1, b2] = groups[k].betas;
        let adamw = AdamW { betas: [b1, if narrow { narrowed(b2) } else { b2 }], ..groups[k] };
        adamw.run(parameter(["a", "b"][k], k, 11 + 4 * k as u64))
    };
    let said = json!(groups.map(|group| group.group()));
    let replay = |file: &str, narrow: [bool; 2]| {
        let parameters = [run(0, narrow[0]), run(1, narrow[1])];
        replayed(&made::trace(file, "torch.optim.adamw.AdamW", &said, &parameters), &against()).1
    };
    let found = replay("both-groups.safetensors", [true, true]);
    for (name, first) in [("beta2 in bfloat16 (0.98828125)", "a"), ("beta2 in bfloat16 (0.9609375)", "b")] {
        let one = named(&found.diagnoses, name).expect(name);
        assert!(one.explained.explains >= 60 * STEPS as u64 - 60, "{name}: {}", one.explained.explains);
        assert_eq!(one.explained.first.as_ref().map(|place| place.name.as_str()), Some(first));
    }
    // In the second group alone: named by its number, and the first group's parameters, which are sound, speak against the fault of a whole step.
    let found = replay("second-group.safetensors", [false, true]);
    assert!(named(&found.diagnoses, "beta2 in bfloat16 (0.98828125)").is_none());
    let one = named(&found.diagnoses, "beta2 in bfloat16 (0.9609375)").expect("the second group's");
    assert_eq!(one.explained.breaks, 0);
    assert!(one.elsewhere.is_some_and(|lost| lost >= 60 * (STEPS as u64 - 1)), "{:?}", one.elsewhere);
}

/// A fault of whole steps in one parameter of two: of its own parameter it loses nothing, of the other one every number that it would have changed.
#[test]
fn what_a_fault_would_lose_of_other_parameters_is_counted() {
    let adamw = AdamW { rate: 1e-2, betas: [0.9, 0.99], decay: 0.1 };
    let without = AdamW { decay: 0.0, ..adamw };
    let groups = json!([adamw.group()]);
    let replay = |file: &str, second: &AdamW| {
        let parameters = [adamw.run(parameter("a", 0, 21)), second.run(parameter("b", 0, 25))];
        replayed(&made::trace(file, "torch.optim.adamw.AdamW", &groups, &parameters), &against()).1
    };
    let found = replay("decay-of-one.safetensors", &without);
    let one = named(&found.diagnoses, "no weight decay").expect("the fault is named");
    assert!(one.explained.explains > 500 && one.explained.breaks == 0, "{:?}", one.explained);
    assert!(one.elsewhere.is_some_and(|lost| lost > 500), "{:?}", one.elsewhere);
    assert!(replay("decay-of-both.safetensors", &adamw).diagnoses.is_empty());
    // What befalls a tensor has no other parameters to lose.
    let (_, found) = replayed(&recorded("fault-stale"), &against());
    assert_eq!(named(&found.diagnoses, "first moment stale").expect("named").elsewhere, None);
}
