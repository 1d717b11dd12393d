//! What is written is read back.

use halfulp::{NoiseBits, Op, Policy, Rounding, Stochastic, Task};
use halfulp_verify::engine::Scalar;
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::report::Verdict;
use halfulp_verify::vectors::{Form, Header, Recipe, testfloat_name};
use halfulp_verify::{Engine, Selection};

use super::tools::{Faulty, Wish, file, format, judge, name};

/// Tasks of one to three operands, of one format and of several, with noise, and without a number for a result.
fn tasks() -> Vec<Task> {
    let noisy = Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(7) };
    let mixed =
        Task::new(Op::Fma, [format("e4m3fn"), format("e5m2"), format("binary32")], format("binary32"));
    vec![
        Task::within(Op::Mul, format("e4m3fn")),
        Task::within(Op::Add, format("e2m3")).with_policy(Policy::IEEE.rounding(Rounding::TowardZero)),
        mixed.with_policy(Policy::IEEE.rounding(Rounding::TowardNegative)),
        Task::within(Op::Sqrt, format("binary16")).with_policy(Policy::IEEE.rounding(Rounding::NearestAway)),
        Task::within(Op::Convert, format("binary64")).with_result(format("e5m2")),
        Task::within(Op::Convert, format("binary32")).with_result(format("e8m0")),
        Task::within(Op::Convert, format("binary16"))
            .with_result(format("e4m3fn"))
            .with_policy(Policy::IEEE.rounding(noisy)),
        Task::within(Op::Convert, format("binary64")).with_result(format("i32")),
        Task::within(Op::Class, format("e5m2")),
        Task::within("lt".parse().unwrap(), format("e4m3fnuz")),
    ]
}

/// Whether IBM's notation has a task.
fn in_fptest(task: &Task) -> bool {
    !task.op.is_query()
        && !task.result.is_integer()
        && !matches!(task.policy.rounding, Rounding::Stochastic { .. })
}

#[test]
fn every_form_is_read_back_as_it_was_written() {
    for task in tasks() {
        let mut digests = Vec::new();
        for form in Form::ALL {
            if form == Form::Fptest && !in_fptest(&task) {
                continue;
            }
            let file = file(task, form, "edge random:300");
            let (header, what) = (file.header(), format!("{form} {}", task.op));
            assert_eq!(header, file.written.header, "{what}");
            assert_eq!(header.task(), Ok(task), "{what}");
            let (summary, recording) = judge(&file, None).unwrap_or_else(|why| panic!("{what}: {why}"));
            assert_eq!(summary.verdict, Verdict::Agree, "{what}");
            assert_eq!((summary.cases, summary.planned), (header.rows, header.rows), "{what}");
            assert!(header.rows > 300, "{what}");
            assert!(recording.is_unchanged(), "{what}");
            assert!(summary.flags.letters().iter().all(|(_, count)| *count == summary.cases), "{what}");
            digests.push((form, header.sha256.unwrap().cases));
        }
        // The digest of the cases is of the cases alone, but IBM's notation has other ones.
        let others: Vec<_> = digests.iter().filter(|(form, _)| *form != Form::Fptest).collect();
        assert!(others.iter().all(|(_, digest)| *digest == others[0].1), "{digests:?}");
    }
}

#[test]
fn fptest_refuses_what_it_does_not_have() {
    for task in tasks().into_iter().filter(|task| !in_fptest(task)) {
        let confirm = Vec::new();
        let recipe = Recipe {
            task,
            name: &name,
            form: Form::Fptest,
            selections: &[Selection::Edge],
            seed: 0,
            shard: None,
            engine: &Scalar,
            confirm: &confirm,
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let error = recipe.write(&mut Vec::new(), &pool).unwrap_err().to_string();
        assert!(error.starts_with("fptest has no notation for ") && error.contains("expected "), "{error}");
    }
}

/// IBM's notation of well-known numbers; the lines of binary32 are those of the suite's documentation in kind.
#[test]
fn fptest_writes_numbers_as_ibm_does() {
    let line = |task, cases: &str| {
        let text = String::from_utf8(file(task, Form::Fptest, cases).bytes).unwrap();
        assert_eq!(text.lines().take(4).filter(|line| line.contains("->")).count(), 0);
        text.lines().nth(4).unwrap().to_string()
    };
    let b32 = |op| Task::within(op, format("binary32"));
    assert_eq!(line(b32(Op::Mul), "given:7f7fffff,3f800001"), "b32* =0 +1.7FFFFFP127 +1.000001P0 -> +Inf xo");
    assert_eq!(line(b32(Op::Add), "given:1,80000000"), "b32+ =0 +0.000001P-126 -Zero -> +0.000001P-126");
    assert_eq!(line(b32(Op::Fma), "given:7f800000,0,3f800000"), "b32*+ =0 +Inf +Zero +1.000000P0 -> Q i");
    assert_eq!(line(b32(Op::Sqrt), "given:7f800001"), "b32V =0 S -> Q i");
    let narrow = b32(Op::Convert).with_result(format("e4m3fn"));
    assert_eq!(line(narrow, "given:c0500000"), "b32e4m3fn:cff =0 -1.500000P1 -> -1.5P1");
    let product = Task::within(Op::Mul, format("e4m3fn"));
    assert_eq!(line(product, "given:08,1"), "e4m3fn:* =0 +1.0P-6 +0.1P-6 -> +Zero xu");
    let policy = Policy::IEEE.rounding(Rounding::NearestAway);
    assert_eq!(
        line(b32(Op::Abs).with_policy(policy), "given:bf800000"),
        "b32A =^ -1.000000P0 -> +1.000000P0"
    );
}

#[test]
fn rows_look_as_documented() {
    let task = Task::within(Op::Mul, format("e4m3fn"));
    let rows = |form| {
        let file = file(task, form, "given:3c,41");
        let pieces = file.pieces();
        pieces[file.first_row()].clone()
    };
    assert_eq!(rows(Form::Testfloat), b"3C 41 46 01\n");
    assert_eq!(rows(Form::Readmemh), b"3C_41_46_01\n");
    assert_eq!(rows(Form::Csv), b"0,0x3C,0x41,0x46,0x01\n");
    assert_eq!(
        rows(Form::Jsonl),
        b"{\"case\":0,\"operands\":[\"0x3C\",\"0x41\"],\"result\":\"0x46\",\"flags\":\"0x01\"}\n"
    );
    assert_eq!(rows(Form::Raw), [0x3c, 0x41, 0x46, 0x01]);
    assert_eq!(rows(Form::Fptest), b"e4m3fn:* =0 +1.4P0 +1.1P1 -> +1.6P1 x\n");
}

#[test]
fn bytes_do_not_depend_on_threads_and_shards_are_parts() {
    let task = Task::within(Op::Div, format("e5m2"));
    for form in Form::ALL {
        let whole = |threads| {
            Wish { task, form, cases: "all random:50000", shard: None, threads, engine: &Scalar }.write()
        };
        let one = whole(1);
        assert_eq!(one.bytes, whole(3).bytes, "{form}");
        let parts = ["1/3", "2/3", "3/3"].map(|part| {
            Wish { task, form, cases: "all random:50000", shard: Some(part), threads: 2, engine: &Scalar }
                .write()
        });
        assert!(parts.iter().all(|part| judge(part, None).unwrap().0.verdict == Verdict::Agree));
        if !form.holds_header() {
            let head = one.first_row();
            let rows = |file: &super::tools::File| file.pieces()[head..].concat();
            assert_eq!(parts.each_ref().map(rows).concat(), rows(&one), "{form}");
        }
        let header = parts[1].header();
        assert_eq!(header.first_case, parts[0].header().rows, "{form}");
        assert_eq!(parts.iter().map(|part| part.header().rows).sum::<u64>(), one.header().rows, "{form}");
    }
}

/// An expected answer is what two engines say: where they differ there is none.
#[test]
fn engines_that_disagree_write_nothing() {
    let task = Task::within(Op::Add, format("e4m3fn"));
    let wrong = Faulty(vec![halfulp::Operands::new(0x38, 0x40, 0)]);
    let confirm: Vec<Box<dyn Engine>> = vec![Box::new(Definition::default())];
    let recipe = Recipe {
        task,
        name: &name,
        form: Form::Testfloat,
        selections: &[Selection::All],
        seed: 0,
        shard: None,
        engine: &wrong,
        confirm: &confirm,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let error = recipe.write(&mut Vec::new(), &pool).unwrap_err().to_string();
    let case = recipe.selections[0].cases(&task, 0).unwrap();
    let number = (0..case.len()).find(|n| case.case(*n).codes == [0x38, 0x40, 0]).unwrap();
    assert!(
        error.starts_with(&format!(
            "case {number}: faulty answers 45 with flags 00 and definition answers 44"
        )),
        "{error}"
    );
    assert!(error.contains("38 40"), "{error}");
}

#[test]
fn names_are_testfloats() {
    for (task, name) in [
        (Task::within(Op::Fma, format("e4m3fn")), Some("e4m3fn_mulAdd")),
        (Task::within(Op::Add, format("binary16")), Some("f16_add")),
        (Task::within(Op::Convert, format("binary32")).with_result(format("e4m3fn")), Some("f32_to_e4m3fn")),
        (
            Task::within(Op::ConvertToInteger, format("binary64")).with_result(format("u32")),
            Some("f64_to_ui32"),
        ),
        (Task::within(Op::Convert, format("binary64")).with_result(format("i32")), Some("f64_to_i32_x")),
        (Task::within("le_quiet".parse().unwrap(), format("binary32")), Some("f32_le_quiet")),
        (Task::within(Op::Mul, format("e4m3fn")).with_result(format("binary16")), None),
    ] {
        assert_eq!(testfloat_name(&task).as_deref(), name);
    }
}

#[test]
fn headers_that_contradict_themselves_are_refused() {
    let file = file(Task::within(Op::Add, format("e4m3fn")), Form::Testfloat, "edge");
    let text = file.written.beside().unwrap();
    let task = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}\n{text}");
        Header::from_toml(&text.replacen(from, to, 1)).and_then(|header| header.task().map(|_| ()))
    };
    task("", "").unwrap();
    for (from, to, why) in [
        ("halfulp.vectors/1", "halfulp.vectors/9", "schema: expected"),
        ("operation = \"add\"", "operation = \"adder\"", "operation: "),
        ("operation = \"add\"", "operation = \"sqrt\"", "operands: sqrt takes 1"),
        ("\"e4m3fn\"", "\"e4m3fx\"", "formats: there are no facts of"),
        ("bits = 8", "bits = 9", "columns: "),
        ("width = 8", "width = 99", "formats: e4m3fn"),
        ("rounding = \"rne\"", "rounding = \"up\"", "its header cannot be read"),
        ("seed = 7", "sed = 7", "its header cannot be read"),
    ] {
        let error = task(from, to).unwrap_err();
        assert!(error.contains(why), "{from} {to}: {error}");
    }
}
