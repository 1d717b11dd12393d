//! The law seen to fail.

use super::{Source, law, sources};

/// The faults after a text is added to a file.
fn with(path: &str, line: &str) -> Vec<String> {
    let mut files = sources();
    let file = files.iter_mut().find(|s| s.path == path).unwrap_or_else(|| panic!("no {path}"));
    file.text.push_str(line);
    law::violations(&files)
}

#[test]
fn planted_imports_are_found() {
    for (path, line, fault) in [
        ("engine/definition/locate.rs", "use halfulp::decode;\n", "uses halfulp::decode"),
        ("engine/definition/locate.rs", "use halfulp::{Code, round as r};\n", "uses halfulp::round"),
        ("engine/definition/locate.rs", "use halfulp::*;\n", "uses halfulp::*"),
        ("engine/definition.rs", "fn f() { let _ = halfulp::op::apply; }\n", "uses halfulp::op::apply"),
        ("engine/mpfr/cut.rs", "use halfulp::exact::Relation;\n", "uses halfulp::exact::Relation"),
        ("engine/mpfr/cut.rs", "fn f() { g!(halfulp::value::decode(1)); }\n", "uses halfulp::value::decode"),
        ("engine/mpfr/cut.rs", "use crate::engine::Scalar;\n", "uses engine::Scalar"),
        ("engine/mpfr/cut.rs", "use crate::engine::definition;\n", "uses engine::definition"),
        ("engine/mpfr.rs", "use super::Scalar;\n", "uses engine::Scalar"),
        ("engine/mpfr.rs", "use super::definition::answer;\n", "uses engine::definition::answer"),
        ("engine/mpfr/layout.rs", "use halfulp::Format;\n", "uses halfulp::Format"),
        ("engine/host/portable.rs", "fn f(t: &halfulp::Task) {}\n", "uses halfulp::Task"),
        ("engine/apfloat/formats.rs", "extern crate halfulp as h;\n", "has an extern crate halfulp"),
        ("engine/apfloat/compute.rs", "use halfulp::format;\n", "uses halfulp::format"),
        ("cases/random.rs", "use halfulp::apply;\n", "uses halfulp::apply"),
        ("cases/boundary.rs", "fn f() { halfulp::round(); }\n", "uses halfulp::round"),
        ("cases/boundary.rs", "use crate::engine::Scalar;\n", "uses engine::Scalar"),
        ("report/neighbours.rs", "use halfulp::{Exact, Real};\n", "uses halfulp::Exact"),
        ("report/clause.rs", "use halfulp::exact;\n", "uses halfulp::exact"),
    ] {
        let wanted = format!("{path} {fault}");
        let found = with(path, line);
        assert!(found.contains(&wanted), "{line:?} in {path} was missed: {found:?}");
    }
}

#[test]
fn planted_calls_are_found() {
    for (path, line, fault) in [
        ("engine/mpfr.rs", "fn f(t: &Task) { t.result.nan(); }\n", "calls nan"),
        ("engine/definition.rs", "fn f(t: &Task) { let x = t.result; x.split(3); }\n", "calls split"),
        ("engine/host.rs", "fn f(t: &Task) -> bool { t.op.flushes_operands() }\n", "calls flushes_operands"),
        ("engine/mpfr/cut.rs", "fn f(op: Op) { assert!(op.is_query()); }\n", "calls is_query"),
        ("engine/apfloat/compute.rs", "fn f(p: Predicate) { p.is_signalling(); }\n", "calls is_signalling"),
        (
            "engine/apfloat/compute.rs",
            "fn f(p: Predicate) { Predicate::holds(p, 1); }\n",
            "calls Predicate::holds",
        ),
        ("engine/mpfr/cut.rs", "fn f(o: Op) -> bool { <Op>::is_query(o) }\n", "calls Op::is_query"),
        ("engine/mpfr/cut.rs", "use super::Task; fn f(t: &Task) { t.result.nan(); }\n", "calls nan"),
        ("engine/definition/order.rs", "const F: fn(Op) -> bool = Op::rounds;\n", "calls Op::rounds"),
    ] {
        let wanted = format!("{path} {fault}");
        let found = with(path, line);
        assert!(found.contains(&wanted), "{line:?} in {path} was missed: {found:?}");
    }
}

#[test]
fn tests_and_links_are_no_imports() {
    let tests = "#[cfg(test)]\nmod more { use halfulp::apply; }\n";
    assert_eq!(with("engine/mpfr/cut.rs", tests), [""; 0]);
    assert_eq!(with("engine/mpfr.rs", "pub(super) fn f() {}\npub(in crate::engine) mod g {}\n"), [""; 0]);
    assert_eq!(with("engine/mpfr/cut.rs", "/// See [`halfulp::round`].\nfn f() {}\n"), [""; 0]);
}

#[test]
fn a_file_of_an_oracle_that_is_new_is_bound_too() {
    let mut files = sources();
    let (path, text) = ("engine/mpfr/new.rs".to_string(), "use halfulp::apply;".to_string());
    files.push(Source { path, text });
    assert_eq!(law::violations(&files), ["engine/mpfr/new.rs uses halfulp::apply"]);
}
