//! The JSON document: short, and read as it was written.

use serde_json::{Value, json};

use super::*;

fn document(summary: &Summary) -> Value {
    serde_json::from_str(&to_json(summary)).unwrap()
}

/// Once a policy took 490 bytes in every job, 82 MB in the main job.
#[test]
fn policies_stand_once_and_equal_counts_together() {
    let text = to_json(&Summary::of(&report(), 5, &name));
    assert_eq!(text.matches("\"rounding\": \"rtz\"").count(), 1, "{text}");
    let counts = text.lines().filter(|line| line.trim_start().starts_with("{\"policies\": ["));
    // The fault shows under one policy of the first job; the others have the same counts.
    assert_eq!(counts.count(), 2 + 1 + 1, "{text}");
    assert!(text.lines().any(|line| line.trim() == "\"policies\": [0, 1, 2, 3, 4, 5],"), "{text}");
}

#[test]
fn any_layout_of_the_document_is_read() {
    let summary = Summary::of(&report(), 5, &name);
    let value = document(&summary);
    assert_eq!(from_json(&value.to_string()).as_ref(), Ok(&summary));
    assert_eq!(from_json(&format!("{value:#}")).as_ref(), Ok(&summary));
}

/// Of policies in documents nothing is dropped or doubled without a word.
#[test]
fn policies_that_do_not_fit_are_refused() {
    let summary = Summary::of(&report(), 5, &name);
    for (pointer, put, why) in [
        ("/jobs/0/policies/0", json!(6), "a policy without counts"),
        ("/jobs/0/policies/0", json!(1), "a policy without counts, or one twice"),
        ("/jobs/0/counts/0/policies/0", json!(1), "two counts of one policy"),
        ("/jobs/0/policies", json!([0, 1, 2, 3, 4]), "counts of a policy that is none of its own"),
        ("/policies", json!([]), "past the end of the list"),
        ("/policies/0/rounding", json!("nearest"), "rounding"),
        ("/verdict", json!("fine"), "unknown variant"),
    ] {
        let mut value = document(&summary);
        *value.pointer_mut(pointer).unwrap() = put;
        let error = from_json(&value.to_string()).unwrap_err();
        assert!(error.contains(why), "{pointer}: {why:?} is not in {error:?}");
    }
}

/// The words of a policy are those of the command line, in every part.
#[test]
fn policies_are_in_the_words_of_the_command_line() {
    for rounding in halfulp_verify::suite::roundings() {
        for &saturation in halfulp::Saturation::ALL {
            for &standard in halfulp::Standard::ALL {
                let policy = Policy::IEEE.rounding(rounding).saturation(saturation).standard(standard);
                let words = PolicyWords::from(policy);
                assert_eq!(words.rounding, rounding.to_string());
                assert_eq!(words.clone().try_into(), Ok(policy));
                let arguments = policy_arguments(&policy);
                for word in [words.rounding, words.saturation, words.tininess, words.nan] {
                    assert!(arguments.contains(&word), "{word} is not in {arguments:?}");
                }
            }
        }
    }
}
