//! The JUnit document: its structure is the one that CI systems take, and its properties say what was compared.

use super::*;

/// What may stand in an element, in this order, and the attributes that it must have.
const STRUCTURE: [(&str, &[&str], &[&str]); 8] = [
    ("testsuites", &["testsuite"], &["name", "tests", "failures", "errors", "skipped", "time"]),
    ("testsuite", &["properties", "testcase"], &["name", "tests", "failures", "errors", "skipped", "time"]),
    ("properties", &["property"], &[]),
    ("property", &[], &["name", "value"]),
    ("testcase", &["skipped", "error", "failure"], &["classname", "name", "time"]),
    ("skipped", &[], &["message"]),
    ("error", &[], &["message"]),
    ("failure", &[], &["message"]),
];

/// Whether a document has the structure: every element in its place, properties before tests, each kind of outcome once.
fn check(document: &str) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(document);
    let mut open: Vec<(String, usize)> = vec![("document".into(), 0)];
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let (element, ends) = match &event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof if open.len() == 1 => return Ok(()),
            Event::Eof => return Err("an element is open at the end".into()),
            _ => continue,
        };
        let name = element.name().as_ref().to_string();
        let (parent, place) = open.last_mut().unwrap();
        let allowed =
            STRUCTURE.iter().find(|(known, ..)| known == parent).map_or(&["testsuites"][..], |s| s.1);
        let found = allowed.iter().position(|child| *child == name);
        let found = found.ok_or_else(|| format!("{name} in {parent}"))?;
        let once = name == "properties" || parent == "testcase" || parent == "document";
        if found < *place || once && *place > 0 {
            return Err(format!("{name} comes late or twice in {parent}"));
        }
        *place = found + usize::from(once);
        if parent == "testcase" {
            *place = allowed.len();
        }
        let (_, _, needed) = STRUCTURE.iter().find(|(known, ..)| *known == name).unwrap();
        let keys: Vec<String> = element.attributes().map(|a| a.unwrap().key.as_ref().to_string()).collect();
        if keys.iter().map(String::as_str).ne(needed.iter().copied()) {
            return Err(format!("{name} has the attributes {keys:?}"));
        }
        if !ends {
            open.push((name, 0));
        }
    }
}

fn document(report: &Report) -> String {
    to_junit(&Summary::of(report, 5, &name)).unwrap()
}

fn property(document: &str, name: &str) -> String {
    let (_, rest) = document.split_once(&format!("<property name=\"{name}\" value=\"")).unwrap();
    rest.split_once('"').unwrap().0.into()
}

#[test]
fn the_structure_is_that_of_junit() {
    let whole = document(&report());
    assert_eq!(check(&whole), Ok(()), "{whole}");
    let mut stopped = report();
    stopped.stopped = Some("engine planted: died".into());
    assert_eq!(check(&document(&stopped)), Ok(()));
    let (start, end) = (whole.find("<properties>").unwrap(), whole.find("</properties>").unwrap());
    let properties = &whole[start..end + "</properties>".len()];
    let late =
        whole.replacen(properties, "", 1).replacen("</testsuite>", &format!("{properties}</testsuite>"), 1);
    for wrong in [
        late,
        whole.replacen("</testsuite>", "", 1),
        whole.replacen(" value=", " content=", 1),
        whole.replace("skipped message", "ignored message"),
        whole.replacen("<testsuite ", "<testcase ", 1),
    ] {
        assert!(check(&wrong).is_err(), "{wrong}");
    }
}

/// A test for each job and policy, named by both.
#[test]
fn there_is_a_test_a_job_and_policy() {
    let document = document(&report());
    let names: Vec<String> = elements(&document).into_iter().map(|(name, _)| name).collect();
    let wanted = format!(
        "testsuites testsuite {}testcase failure {}{}{}",
        "testcase ".repeat(3),
        "testcase ".repeat(2),
        "testcase skipped ".repeat(6),
        "testcase ".repeat(6)
    );
    let tests = names.into_iter().filter(|name| !name.starts_with("propert"));
    assert_eq!(tests.collect::<Vec<_>>().join(" "), wanted.trim_end());
    for part in [
        "name=\"add e4m3fn e4m3fn -&gt; e4m3fn all --round rup --saturate none --tininess after --nan largest\"",
        "tests=\"18\" failures=\"1\" errors=\"0\" skipped=\"6\"",
        "message=\"1 of 65536 cases differ\"",
    ] {
        assert!(document.contains(part), "{part} is not in\n{document}");
    }
}

/// The flags that the subject does not tell, the policies that it does not cover, and who the oracles are.
#[test]
fn properties_say_what_was_not_compared() {
    let mut found = report();
    let cases = found.jobs[0].policies[0].cases;
    found.jobs.iter_mut().flat_map(|job| &mut job.policies).for_each(|counts| counts.flags[4] = 0);
    let mask = Flags::ALL.bits() & !Flags::INVALID.bits();
    found.jobs[2].comparison.flags = Flags::from_bits(mask).unwrap();
    let document = document(&found);
    for (name, value) in [
        ("subject", "planted".to_string()),
        ("comparison", "--compare-flags ioux; strict".into()),
        ("cases", format!("{}", 12 * cases)),
        ("cases.third-party", "0".into()),
        ("flags.v", format!("compared in 0 of {} cases", 12 * cases)),
        ("flags.x", format!("compared in {0} of {0} cases", 12 * cases)),
        ("flags.not-compared", "v".into()),
        ("oracle.scalar", format!("own: {} compared, 0 by steps, 1 differ", 12 * cases)),
        ("oracles.own", format!("{} answers compared", 12 * cases)),
        ("oracles.third-party", "0 answers compared".into()),
        ("not-compared.no-oracle-covers", "0".into()),
    ] {
        assert_eq!(property(&document, name), value, "{name}");
    }
    let uncovered = property(&document, "not-compared.subject-does-not-cover");
    assert!(
        uncovered.starts_with("6: sqrt e4m3fn -&gt; e4m3fn --round rne --saturate none, "),
        "{uncovered}"
    );
    let alone = property(&document, "compared.without-third-party");
    assert!(alone.starts_with("12: add ") && alone.ends_with(" and 4 more"), "{alone}");
}
