//! Errata in words.

use halfulp::text::escaped;

use super::show::{counted, grouped};
use super::{ErratumCounts, Summary, policy_arguments};

/// Errata that changed, each; of the others what they came to.
pub(super) fn lines(summary: &Summary) -> Vec<String> {
    let changed = summary.errata.iter().filter(|erratum| erratum.changed).map(|erratum| {
        let times = erratum.excused + erratum.unconfirmed + erratum.shared;
        let policy = policy_arguments(&erratum.policy).join(" ");
        let listed = erratum.listed.unwrap_or_default();
        format!(
            "ERRATUM CHANGED: {} is listed as wrong {listed} times in {} ({policy}), here {times} times: {}",
            erratum.engine, erratum.task, erratum.reason
        )
    });
    let mut lines: Vec<String> = changed.collect();
    let excused: Vec<_> = summary.errata.iter().filter(|erratum| erratum.excused > 0).collect();
    if !excused.is_empty() {
        let cases = counted(excused.iter().map(|erratum| erratum.excused).sum(), "case");
        let (engines, tasks) = (engines(&excused), counted(excused.len() as u64, "task"));
        lines.push(format!(
            "errata: {engines} is known to be wrong in {cases} of {tasks}, where another oracle confirms the subject"
        ));
    }
    let open: Vec<_> = summary.errata.iter().filter(|erratum| erratum.unconfirmed > 0).collect();
    if let Some(first) = open.first() {
        let cases = grouped(open.iter().map(|erratum| erratum.unconfirmed).sum());
        let engines = engines(&open);
        lines.push(format!(
            "errata: in {cases} of the mismatches {engines} is known to be wrong ({}), and no other oracle \
             confirms the subject: name one as well, as in --against {engines},definition",
            first.reason
        ));
    }
    lines
}

fn engines(errata: &[&ErratumCounts]) -> String {
    let mut engines: Vec<String> =
        errata.iter().map(|erratum| escaped(&erratum.engine).to_string()).collect();
    engines.dedup();
    engines.join(",")
}
