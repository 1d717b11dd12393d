//! Documents of coverage: what is empty is named, shards are merged, and what does not belong together is refused.

use halfulp::{Format, Op, Task};
use halfulp_verify::Selection;
use halfulp_verify::coverage::{
    Chooser, Counts, Document, Gatherer, MergeError, Source, from_json, merge, to_html, to_json, to_text,
};

use crate::{counted, selected};

fn source(cases: &str, shard: Option<&str>) -> Source {
    let shard = shard.map(String::from);
    let origin = Chooser::Verify;
    Source { origin, cases: cases.into(), seed: 0, shard, counted: 0, fingerprint: String::new() }
}

fn name(format: &Format) -> String {
    halfulp::format::catalog::name_of(format).unwrap_or_else(|| "mine".into())
}

fn document(counts: Counts, cases: &str, shard: Option<&str>) -> Document {
    Document::of(&[counts], &name, &|_| source(cases, shard), vec!["halfulp".into()])
}

fn mul() -> Task {
    Task::within(Op::Mul, Format::E4M3FN)
}

/// A document of half of the products: `half` is 0 or 1.
fn shard(half: usize) -> Document {
    let all = selected(Selection::All, &mul());
    let (first, second) = all.split_at(all.len() / 2);
    document(counted(&mul(), [first, second][half]), "all", Some(["1/2", "2/2"][half]))
}

fn merged(documents: [Document; 2]) -> Result<Document, MergeError> {
    merge(["a.json", "b.json"].map(String::from).into_iter().zip(documents).collect())
}

/// Cases without subnormal operands leave the bins of subnormal operands empty, and these are named.
#[test]
fn cases_without_subnormals_leave_their_bins_empty() {
    let subnormal = |code: u64| code & 0x78 == 0 && code & 7 != 0;
    let mut cases = selected(Selection::All, &mul());
    cases.retain(|case| !subnormal(case.codes[0]) && !subnormal(case.codes[1]));
    let document = document(counted(&mul(), &cases), "listed", None);
    let text = to_text(&document);
    for line in [
        "empty: classes: a -subnormal: all 7 bins",
        "empty: classes: b +subnormal: all 7 bins",
        "empty: extremes: a +smallest subnormal: all 18 bins",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let group =
        |id: &str| document.tasks[0].groups.iter().find(|group| group.id == id).expect("a group").clone();
    let classes = group("classes");
    for (bin, count) in classes.counts.iter().enumerate() {
        let [a, b] = [bin / 7, bin % 7].map(|place| &classes.axes[0].values[place]);
        assert_eq!(*count == 0, a.ends_with("subnormal") || b.ends_with("subnormal"), "{a} {b}");
    }
    // In the codes it is the fourteen subnormal ones of each operand, and on the page every one has its name.
    assert_eq!(group("codes-a").totals().empty, 14);
    let page = to_html(&document);
    for name in ["<li>code 0x01", "<li>code 0x87", "all 65,536 cases were tried"] {
        assert!(page.to_lowercase().contains(&name.to_lowercase()), "{name}");
    }
    assert!(
        text.ends_with(&format!(
            "{} empty; {} more are unreachable\n",
            document.totals().empty,
            document.totals().unreachable
        )),
        "{text}"
    );
}

#[test]
fn shards_are_the_whole() {
    let whole = document(counted(&mul(), &selected(Selection::All, &mul())), "all", None);
    for order in [[0, 1], [1, 0]] {
        let merged = merged(order.map(shard)).expect("two shards");
        assert_eq!(merged.tasks[0].groups, whole.tasks[0].groups);
        assert_eq!((merged.tasks[0].cases, merged.tasks[0].sources.len()), (1 << 16, 2));
        assert_eq!(from_json(&to_json(&merged)), Ok(merged));
    }
    // Counted by threads, in pieces and in any order, they are the same.
    let gatherer = Gatherer::new([mul(), mul()]).expect("one task");
    let cases = selected(Selection::All, &mul());
    std::thread::scope(|scope| {
        for part in cases.chunks(10_000) {
            scope.spawn(|| gatherer.see(&mul(), part));
        }
    });
    gatherer.see(&mul().with_op(Op::Add), &cases);
    let mut counts = gatherer.finish();
    assert_eq!(counts.len(), 1);
    let again = document(counts.remove(0), "all", None);
    assert_eq!(again, whole);
    assert_eq!(whole.totals().contradicted, 0);
}

/// Once a shard of `vectors`, consecutive rows, and one of `verify`, blocks from all over the cases, were added as two halves of the whole.
#[test]
fn shards_of_two_verbs_are_no_halves() {
    let chosen_by = |origin: Chooser, mut document: Document| {
        document.tasks[0].sources[0].origin = origin;
        document
    };
    for (one, other) in [(Chooser::Vectors, Chooser::Verify), (Chooser::Verify, Chooser::Vectors)] {
        let refused =
            merged([chosen_by(one, shard(0)), chosen_by(other, shard(1))]).expect_err("two divisions");
        let said = format!(
            "b.json: all, shard 2/2 of mul of e4m3fn, {{policy}} is a shard of `halfulp {}`, and a.json has one of `halfulp {}`",
            other.name(),
            one.name()
        );
        let [before, after] = said.split("{policy}").collect::<Vec<_>>()[..] else { panic!("{said}") };
        let text = refused.to_string();
        assert!(text.starts_with(before) && text.contains(after), "{text}");
        assert!(merged([0, 1].map(|half| chosen_by(one, shard(half)))).is_ok());
    }
    // Other cases are other cases, whoever chose them.
    let listed = document(counted(&mul(), &selected(Selection::Edge, &mul())), "edge", Some("1/2"));
    assert!(merged([shard(0), chosen_by(Chooser::Vectors, listed)]).is_ok());
}

#[test]
fn the_same_cases_are_noticed() {
    let twice = |a: Document, b: Document| match merged([a, b]) {
        Err(MergeError::Twice { of, first, cases, .. }) => (of, first, cases),
        other => panic!("{other:?}"),
    };
    let files = ("b.json".to_string(), "a.json".to_string());
    let (of, first, cases) = twice(shard(1), shard(1));
    assert_eq!(((of, first), &*cases), (files.clone(), "all, shard 2/2"));
    // The whole has its shards in it, and cases are known under another name too.
    let whole = || document(counted(&mul(), &selected(Selection::All, &mul())), "all", None);
    twice(whole(), shard(0));
    twice(shard(0), whole());
    let renamed = document(counted(&mul(), &selected(Selection::All, &mul())), "listed", None);
    twice(whole(), renamed);
    // Shards of another division, and the first of more random cases: once they were counted twice.
    let part = |place: usize, of: &str| {
        let cases = selected(Selection::All, &mul());
        document(counted(&mul(), &cases[place..place + 100]), "all", Some(of))
    };
    let (of, first, cases) = twice(part(0, "1/2"), part(200, "1/4"));
    assert_eq!(((of, first), &*cases), (files, "all, shard 1/4"));
    assert!(merged([part(0, "1/4"), part(200, "2/4")]).is_ok());
    let random = |count: u64, name: &str| {
        document(counted(&mul(), &selected(Selection::Random(count), &mul())), name, None)
    };
    twice(random(100, "random:100"), random(200, "random:200"));
    // Other cases are none of these.
    let edge = document(counted(&mul(), &selected(Selection::Edge, &mul())), "edge", None);
    let cases = edge.tasks[0].cases;
    assert_eq!(merged([shard(0), edge]).expect("other cases").tasks[0].cases, cases + (1 << 15));
}

#[test]
fn what_is_of_other_formats_or_bins_is_refused() {
    let own: Format = {
        let facts = Format::E4M3FN.facts();
        Format::new(halfulp::Facts { bias: 8, ..facts }).expect("a format")
    };
    let of = |format: Format| {
        let task = Task::within(Op::Mul, format);
        let counts = counted(&task, &selected(Selection::Edge, &task)[..9]);
        Document::of(&[counts], &|_| "mine".into(), &|_| source("edge", None), Vec::new())
    };
    let refused = merged([of(own), of(Format::E4M3FN)]).expect_err("two formats of one name");
    assert_eq!(refused.to_string(), "b.json: mine is another format there than in a.json");
    let mut other = shard(1);
    other.tasks[0].groups[3].axes[0].values[0] = "+0.0".into();
    let refused = merged([shard(0), other]).expect_err("other bins");
    assert!(
        refused.to_string().contains("binades-a") || refused.to_string().contains("codes-a"),
        "{refused}"
    );
    let mut fewer = shard(1);
    fewer.tasks[0].groups.pop();
    assert!(matches!(merged([shard(0), fewer]), Err(MergeError::Bins { .. })));
    let mut most = shard(1);
    most.tasks[0].groups[0].counts[0] = u64::MAX;
    let mut some = shard(0);
    some.tasks[0].groups[0].counts[0] = 1;
    assert!(matches!(merged([some, most]), Err(MergeError::TooMany { .. })));
    assert_eq!(merge(Vec::new()), Err(MergeError::Nothing));
    // Other tasks are kept side by side.
    let add = Task::within(Op::Add, Format::E4M3FN);
    let add = document(counted(&add, &selected(Selection::Edge, &add)), "edge", None);
    assert_eq!(merged([shard(0), add]).expect("two tasks").tasks.len(), 2);
}

#[test]
fn documents_that_were_changed_are_refused() {
    let json = to_json(&shard(0));
    let refused = |from: &str, to: &str| {
        assert!(json.contains(from), "{from}");
        from_json(&json.replacen(from, to, 1)).expect_err("it was changed")
    };
    assert!(refused("\"model\": 2", "\"model\": 7").contains("model 7, and this program has model 2"));
    assert!(refused("halfulp.coverage/1", "halfulp.verify/1").contains("expected \"halfulp.coverage/1\""));
    assert!(
        refused("\"values\": [\"+\", ", "\"values\": [").contains("its counts are not those of its axes")
    );
    assert!(refused("\"cases\": 32768", "\"cases\": 32767").contains("sum"));
    assert!(from_json("{}").expect_err("nothing").contains("as --coverage FILE.json writes it"));
    assert!(from_json("nothing").is_err());
}

/// A bin that is said to be unreachable and is hit is shown, not counted away.
#[test]
fn a_wrong_proof_is_shown() {
    let mut document = shard(0);
    let group = &mut document.tasks[0].groups[0];
    let bin = group.counts.iter().position(|count| *count > 0).expect("a bin that was hit");
    group
        .unreachable
        .push(halfulp_verify::coverage::Unreachable { why: "a mistake".into(), bins: vec![bin] });
    assert_eq!(document.totals().contradicted, 1);
    assert!(to_text(&document).contains("CONTRADICTION: 1 hit that were proved unreachable"));
    assert!(to_html(&document).contains("Contradiction: 1 bins"));
}
