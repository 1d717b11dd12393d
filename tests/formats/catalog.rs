//! Names: every alias means one format, ambiguous names list candidates, unknown ones suggest.

use std::panic::catch_unwind;

use halfulp::Format;
use halfulp::format::catalog::{Entry, LookupError, builtin, builtin_format, entry, lookup, name_of};

#[test]
fn every_name_leads_to_its_format_and_back() {
    assert_eq!(builtin().len(), 21);
    for e in builtin() {
        assert_eq!(lookup(e.name), Ok(e.format), "{}", e.name);
        assert_eq!(name_of(&e.format).as_deref(), Some(e.name));
        for (ecosystem, alias) in e.aliases {
            assert_eq!(lookup(alias), Ok(e.format), "{alias}");
            assert_eq!(lookup(&alias.to_uppercase()), Ok(e.format), "{alias} in capitals");
            assert_eq!(lookup(&format!("{ecosystem}:{alias}")), Ok(e.format), "{ecosystem}:{alias}");
        }
    }
}

#[test]
fn a_constant_has_the_format_of_that_very_name() {
    for e in builtin() {
        assert_eq!(builtin_format(e.name), e.format, "{}", e.name);
        let longer = format!("{}_", e.name);
        let other = format!("_{}", &e.name[1..]);
        for name in [&e.name[..1], &longer, &other, ""] {
            let panic = catch_unwind(|| builtin_format(name)).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&"no built-in format has this name"), "{name:?}");
        }
    }
}

/// A format's own name and its aliases, in lower case.
fn names(e: &Entry) -> Vec<String> {
    let all = e.aliases.iter().map(|a| a.1).chain([e.name]);
    all.map(str::to_ascii_lowercase).collect()
}

#[test]
fn names_and_aliases_are_unique_to_one_format() {
    for (i, e) in builtin().iter().enumerate() {
        for other in &builtin()[..i] {
            for name in names(e) {
                assert!(!names(other).contains(&name), "{name}: {} and {}", e.name, other.name);
            }
            assert_ne!(e.format, other.format, "{} and {}", e.name, other.name);
        }
        // What is ambiguous anywhere is an alias nowhere.
        for (_, ambiguous) in builtin().iter().flat_map(|other| other.ambiguous) {
            assert!(!e.aliases.iter().any(|a| a.1.eq_ignore_ascii_case(ambiguous)), "{ambiguous}");
        }
    }
}

/// The candidates that an ambiguous name lists.
fn candidates(name: &str) -> Vec<&'static str> {
    match lookup(name) {
        Err(LookupError::Ambiguous { candidates, .. }) => candidates.iter().map(|c| c.0).collect(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn ambiguous_names_list_their_candidates() {
    assert_eq!(candidates("E4M3"), ["e4m3-ieee", "e4m3fn"]);
    assert_eq!(candidates("E3M4"), ["e3m4-ieee", "e3m4fn"]);
    assert_eq!(candidates("F8E4M3"), ["e4m3-ieee", "e4m3fn"]);
    assert_eq!(candidates("fp8"), ["e4m3fn", "e4m3fnuz", "e5m2", "e5m2fnuz"]);
    assert_eq!(candidates("fp6"), ["e2m3", "e3m2"]);
    assert_eq!(candidates("fp4"), ["e2m1"]);
    assert_eq!(candidates("BF8"), ["e5m2", "e5m2fnuz"]);
    assert_eq!(candidates("hf8"), ["e4m3fn"]);
    // In any case of letters: OCP and PTX mean one of them, ml_dtypes the other.
    assert_eq!(candidates("e4m3"), candidates("E4M3"));
    assert_eq!(candidates("e3m4"), candidates("E3M4"));
    // One that an ecosystem goes before is no guess.
    assert_eq!(lookup("ml_dtypes:e4m3"), Ok(entry("e4m3-ieee").unwrap().format));
    assert_eq!(lookup("ptx:e4m3"), Ok(entry("e4m3fn").unwrap().format));
    assert_eq!(lookup("intel:E3M4"), Ok(entry("e3m4fn").unwrap().format));
}

#[test]
fn integers_have_names() {
    for width in 2..=64 {
        for (letter, signed) in [('i', true), ('u', false)] {
            let format = Format::integer(width, signed).unwrap();
            let name = format!("{letter}{width}");
            assert_eq!(lookup(&name), Ok(format));
            assert_eq!(name_of(&format), Some(name));
            let long = format!("{}int{width}", if signed { "" } else { "u" });
            assert_eq!(lookup(&long), Ok(format));
        }
    }
}

/// What a person reads who typed the name.
fn said(name: &str) -> String {
    lookup(name).unwrap_err().to_string()
}

#[test]
fn errors_speak_to_the_person_who_typed() {
    assert_eq!(said("fp6"), "\"fp6\" names several formats: write e2m3 (ocp) or e3m2 (ocp)");
    assert_eq!(said("fp4"), "\"fp4\" is not a format's own name: write e2m1 (ocp)");
    assert_eq!(said("e4m3nf"), "no format is called \"e4m3nf\"; did you mean e4m3fn?");
    assert_eq!(
        said("binary8p4"),
        "no format is called \"binary8p4\"; did you mean binary8p4se, binary8p4sf, binary8p4ue or binary8p4uf?"
    );
    assert_eq!(
        said("Binary8p8u"),
        "no format is called \"Binary8p8u\"; did you mean binary8p8ue or binary8p8uf?"
    );
    for none in ["i", "u", "int", "ui8", "iint8", "i-8", "i8x"] {
        assert_eq!(said(none), format!("no format is called \"{none}\""));
    }
    // Nothing is near, but the fields tell.
    assert_eq!(
        said("FP8_E4M3"),
        "no format is called \"FP8_E4M3\"; did you mean e4m3-ieee, e4m3b11fnuz, e4m3fn or e4m3fnuz?"
    );
    assert_eq!(said("my_e4mx"), "no format is called \"my_e4mx\"");
    // Two edits more are near, three are not.
    assert_eq!(said("xxbfloat16"), "no format is called \"xxbfloat16\"; did you mean bfloat16?");
    assert_eq!(said("xxxbfloat16"), "no format is called \"xxxbfloat16\"");
    assert_eq!(said("quaternion"), "no format is called \"quaternion\"");
    assert_eq!(said(""), "no format is called \"\"");
    assert_eq!(said("i65"), "there is no format \"i65\": its width must be a number of bits from 2 to 64");
    assert_eq!(
        said("binary17p3se"),
        "there is no format \"binary17p3se\": its width must be 3 to 16 in a P3109 format"
    );
    assert_eq!(
        said("binary8p8se"),
        "there is no format \"binary8p8se\": its precision must be 1 to the width less one in a signed P3109 format"
    );
    assert_eq!(
        said("binary8p99999999999uf"),
        "there is no format \"binary8p99999999999uf\": its precision must be 1 to the width in an unsigned P3109 format"
    );
}
