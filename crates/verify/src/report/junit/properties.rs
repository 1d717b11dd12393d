//! What a suite's tests were compared with, and what was not compared, as properties.

use std::io;

use quick_xml::Writer;

use super::super::replay::{comparison_words, policy_words};
use super::super::xml::xml;
use super::super::{FlagTable, JobCounts, OracleTotals, PolicyCounts, Summary};
use crate::engine::Origin;
use crate::verify::Covered;

/// Most policies that a property names.
const MOST: usize = 8;

/// Writes the properties of a suite; none, if no job is in it.
pub fn write(writer: &mut Writer<Vec<u8>>, summary: &Summary, group: &str) -> io::Result<()> {
    let jobs: Vec<&JobCounts> = summary.jobs.iter().filter(|job| job.group == group).collect();
    if jobs.is_empty() {
        return Ok(());
    }
    let properties = properties(summary, &jobs);
    writer.create_element("properties").write_inner_content(|writer| {
        properties.iter().try_for_each(|(name, value)| {
            let attributes = [("name", &*xml(name, false)), ("value", &*xml(value, false))];
            writer.create_element("property").with_attributes(attributes).write_empty().map(|_| ())
        })
    })?;
    Ok(())
}

fn properties(summary: &Summary, jobs: &[&JobCounts]) -> Vec<(String, String)> {
    let counts: Vec<&PolicyCounts> = jobs.iter().flat_map(|job| &job.policies).collect();
    let cases: u64 = counts.iter().map(|counts| counts.cases).sum();
    let third_party: u64 = counts.iter().map(|counts| counts.third_party).sum();
    let mut comparisons: Vec<String> = jobs.iter().map(|job| comparison_words(&job.comparison)).collect();
    comparisons.sort();
    comparisons.dedup();
    let mut list = vec![
        ("subject".to_string(), summary.subject.name.clone()),
        ("comparison".into(), comparisons.join("; ")),
        ("cases".into(), cases.to_string()),
        ("cases.third-party".into(), third_party.to_string()),
    ];
    for (place, waiver) in summary.waivers.iter().enumerate() {
        let own = counts.iter().flat_map(|counts| &counts.waivers).filter(|waived| waived.waiver == place);
        let accepted: u64 = own.map(|waived| waived.counts.accepted).sum();
        let what = if waiver.facts.expired { "expired" } else { "as waived" };
        list.push((
            format!("waiver.{}", waiver.facts.id),
            format!("{accepted} {what}: {}", waiver.facts.reason),
        ));
    }
    flags(&mut list, &counts, cases);
    oracles(&mut list, summary, &counts);
    let mut named = |name: &str, wanted: &dyn Fn(&PolicyCounts) -> bool| {
        list.push((name.into(), policies(summary, jobs, wanted)));
    };
    named("not-compared.subject-does-not-cover", &|counts| counts.covered == Covered::NotBySubject);
    named("not-compared.no-oracle-covers", &|counts| counts.covered == Covered::NotByOracles);
    named("compared.without-third-party", &|counts| counts.cases > 0 && counts.third_party == 0);
    list
}

/// In how many cases each flag was compared, and which were in none.
fn flags(list: &mut Vec<(String, String)>, counts: &[&PolicyCounts], cases: u64) {
    let mut flags = FlagTable::default();
    counts.iter().for_each(|counts| flags.add(&counts.flags));
    for (letter, count) in flags.letters() {
        list.push((format!("flags.{letter}"), format!("compared in {count} of {cases} cases")));
    }
    let never = flags.never();
    list.push(("flags.not-compared".into(), if never.is_empty() { "none".into() } else { never }));
}

/// What each oracle was asked, and each kind of them together.
fn oracles(list: &mut Vec<(String, String)>, summary: &Summary, counts: &[&PolicyCounts]) {
    let mut kinds = [(Origin::Own, 0), (Origin::ThirdParty, 0), (Origin::Device, 0)];
    for (place, oracle) in summary.oracles.iter().enumerate() {
        let mut totals = OracleTotals::default();
        counts.iter().filter_map(|counts| counts.oracles.get(place)).for_each(|own| totals.add(own));
        let OracleTotals { compared, stepped, unanswered, differs } = totals;
        if let Some((_, all)) = kinds.iter_mut().find(|(kind, _)| *kind == oracle.origin) {
            *all += compared + stepped;
        }
        let key = format!("oracle.{}", oracle.name);
        let kind = word(oracle.origin);
        let mut value = format!("{kind}: {compared} compared, {stepped} by steps, {differs} differ");
        if unanswered > 0 {
            value += &format!(", {unanswered} not compared for want of an answer");
        }
        list.push((key.clone(), value));
        let shares = [("by-third-party", &oracle.by_third_party), ("by-adapter", &oracle.by_adapter)];
        for (share, text) in shares {
            list.extend(text.iter().map(|text| (format!("{key}.{share}"), text.clone())));
        }
    }
    for (kind, count) in kinds {
        list.push((format!("oracles.{}", word(kind)), format!("{count} answers compared")));
    }
}

/// A kind of engine, as JSON has it.
fn word(origin: Origin) -> &'static str {
    match origin {
        Origin::Own => "own",
        Origin::ThirdParty => "third-party",
        Origin::Device => "device",
    }
}

/// How many tests there are of a kind, with the first of them.
fn policies(summary: &Summary, jobs: &[&JobCounts], wanted: &dyn Fn(&PolicyCounts) -> bool) -> String {
    let mut count = 0;
    let mut named = Vec::new();
    for job in jobs {
        for counts in job.policies.iter().filter(|counts| wanted(counts)) {
            count += 1;
            if named.len() < MOST {
                named.push(format!("{} {}", job.task, policy_words(&summary.policies[counts.policy])));
            }
        }
    }
    match count - named.len() {
        0 if count == 0 => "0".into(),
        0 => format!("{count}: {}", named.join(", ")),
        more => format!("{count}: {} and {more} more", named.join(", ")),
    }
}
