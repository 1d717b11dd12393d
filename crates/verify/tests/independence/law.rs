//! Which room may name what, and what breaks that.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use syn::{ImplItem, Item, Type};

use super::Source;
use super::scan::Names;

/// Data: what a task says, what an answer is. None of these computes.
const DATA: &[&str] = &[
    "Code",
    "Facts",
    "Flags",
    "NanResult",
    "Nans",
    "Op",
    "Operands",
    "Overflow",
    "Policy",
    "Predicate",
    "Rounded",
    "Rounding",
    "Saturation",
    "Sign",
    "Standard",
    "Stochastic",
    "Tininess",
];

/// Types whose methods derive what facts mean.
const FORMATS: &[&str] = &["Format", "Task", "Facts"];

/// Methods of these and of operations that only hand out data.
const HANDS_OUT: &[&str] = &["facts", "arity", "name", "with_policy"];

/// What the files of a room may name.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Of the library beside data, as paths.
    library: &'static [&'static str],
    /// Of this crate, as paths from its root; the room itself is always allowed.
    own: &'static [&'static str],
    /// The room's module.
    room: &'static str,
}

const ENGINE: &[&str] = &[
    "engine::Answer",
    "engine::Engine",
    "engine::EngineError",
    "engine::Origin",
    "engine::Shares",
    "engine::asked::Asked",
];

/// What places cases may take from the definition, and what explains answers.
const PLACE: &[&str] = &["engine::definition::answer", "engine::definition::place"];
const EXPLAIN: &[&str] = &[
    "engine::Answer",
    // The oracle's own answer: an explanation asks it with and without flushing.
    "engine::definition::answer",
    "engine::definition::exact",
    "engine::definition::operand",
    "engine::definition::place",
    "verify",
];

/// The rule of a file; the others are bound by none.
pub fn rule(path: &str) -> Option<Rule> {
    let rule = |library, own, room| Some(Rule { library, own, room });
    match path {
        "engine/definition.rs" => rule(&["Task"], ENGINE, "engine::definition"),
        "engine/mpfr.rs" => rule(&["Task"], ENGINE, "engine::mpfr"),
        "engine/apfloat.rs" => rule(&["Task"], ENGINE, "engine::apfloat"),
        "engine/host.rs" => rule(&["Task"], ENGINE, "engine::host"),
        "engine/asked.rs" => rule(&["Task"], &[], "engine::asked"),
        "engine/apfloat/formats.rs" => rule(&["format::catalog::builtin_format"], ENGINE, "engine::apfloat"),
        "cases.rs" => rule(CASES, PLACE, "cases"),
        "report/explain.rs" | "report/exact.rs" | "report/neighbours.rs" | "report/clause.rs" => {
            rule(REPORT, EXPLAIN, "report")
        }
        _ if path.starts_with("engine/definition/") => rule(&[], ENGINE, "engine::definition"),
        _ if path.starts_with("engine/mpfr/") => rule(&[], ENGINE, "engine::mpfr"),
        _ if path.starts_with("engine/apfloat/") => rule(&[], ENGINE, "engine::apfloat"),
        _ if path.starts_with("engine/host/") => rule(&[], ENGINE, "engine::host"),
        _ if path.starts_with("cases/") => rule(CASES, PLACE, "cases"),
        _ => None,
    }
}

const CASES: &[&str] = &["Task", "Format", "noise", "format::catalog"];

/// Exact results are printed as the library's own are.
const REPORT: &[&str] = &["Task", "Format", "Real", "Value", "value::Nan"];

/// Methods that no oracle may call: of formats and tasks, and of operations and predicates.
pub struct Derived {
    pub of_formats: BTreeSet<String>,
    pub of_operations: BTreeSet<String>,
}

/// Reads the library's sources.
pub fn derived_methods() -> Derived {
    let read = |path: &str, types: &[&str]| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src").join(path);
        let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let file = syn::parse_file(&text).expect("a source that parses");
        let mut methods = BTreeSet::new();
        for item in file.items {
            let Item::Impl(block) = item else { continue };
            let Type::Path(of) = &*block.self_ty else { continue };
            if block.trait_.is_some() || !types.iter().any(|t| of.path.is_ident(t)) {
                continue;
            }
            for item in block.items {
                if let ImplItem::Fn(function) = item
                    && function.sig.receiver().is_some()
                {
                    methods.insert(function.sig.ident.to_string());
                }
            }
        }
        methods.retain(|name| !HANDS_OUT.contains(&name.as_str()));
        assert!(!methods.is_empty(), "{path} has no methods of {types:?}");
        methods
    };
    let mut of_formats = read("format.rs", FORMATS);
    of_formats.extend(read("format/codes.rs", FORMATS));
    of_formats.extend(read("format/facts.rs", FORMATS));
    // The task's own, beside those of operations.
    let mut task = read("op/task.rs", &["Task"]);
    task.extend(read("op/apply.rs", &["Task"]));
    let mut of_operations = read("op.rs", &["Op"]);
    of_operations.extend(read("op/predicate.rs", &["Predicate"]));
    of_formats.extend(task);
    Derived { of_formats, of_operations }
}

/// A path as it is from the root of the crate: `super` and `self` resolved for the module of a file.
fn resolve(path: &[String], file: &str) -> Vec<String> {
    let mut module: Vec<String> = file.trim_end_matches(".rs").split('/').map(String::from).collect();
    let mut rest = path;
    match rest.first().map(String::as_str) {
        Some("crate") => {
            module.clear();
            rest = &rest[1..];
        }
        Some("self") => rest = &rest[1..],
        Some("super") => {
            while rest.first().is_some_and(|s| s == "super") {
                module.pop();
                rest = &rest[1..];
            }
        }
        _ => {}
    }
    module.extend(rest.iter().cloned());
    module
}

/// What breaks the law, a line each.
pub fn violations(sources: &[Source]) -> Vec<String> {
    let derived = derived_methods();
    let mut found = Vec::new();
    for Source { path, text } in sources {
        let Some(rule) = rule(path) else { continue };
        let names = Names::of(&syn::parse_file(text).expect("a source that parses"));
        for segments in &names.paths {
            if let Some(fault) = check_path(segments, path, &rule) {
                found.push(format!("{path} {fault}"));
            }
        }
        let mentions =
            |types: &[&str]| names.paths.iter().any(|p| types.iter().any(|t| p.iter().any(|s| s == t)));
        let oracle = path.starts_with("engine/");
        for method in &names.methods {
            // A format's own methods are out of reach where no format is named.
            let of_format = mentions(&["Format", "Task"]) && derived.of_formats.contains(method);
            if oracle && (of_format || derived.of_operations.contains(method)) {
                found.push(format!("{path} calls {method}"));
            }
        }
        for segments in names.paths.iter().filter(|s| s.len() >= 2 && oracle) {
            let pair = &segments[segments.len() - 2..];
            let forbidden = FORMATS.contains(&&*pair[0]) && derived.of_formats.contains(&pair[1])
                || ["Op", "Predicate"].contains(&&*pair[0]) && derived.of_operations.contains(&pair[1]);
            if forbidden {
                found.push(format!("{path} calls {}", pair.join("::")));
            }
        }
    }
    found
}

fn check_path(segments: &[String], file: &str, rule: &Rule) -> Option<String> {
    match segments[0].as_str() {
        "extern crate" => Some(format!("has an extern crate {}", segments[1])),
        "halfulp" => {
            let item = segments[1..].join("::");
            // A constant or variant of a type that is data, or the type itself.
            let data = segments.get(1).is_some_and(|name| DATA.contains(&name.as_str()));
            let listed =
                rule.library.iter().any(|name| item == *name || item.starts_with(&format!("{name}::")));
            (!data && !listed).then(|| format!("uses halfulp::{item}"))
        }
        "crate" | "super" | "self" => {
            let item = resolve(segments, file).join("::");
            let within = |module: &str| item == module || item.starts_with(&format!("{module}::"));
            let allowed = within(rule.room) || rule.own.iter().any(|name| within(name));
            (!allowed).then(|| format!("uses {item}"))
        }
        _ => None,
    }
}
