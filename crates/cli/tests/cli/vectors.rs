//! `halfulp vectors` and `halfulp check`, from the command line to the exit code.

use std::fs;
use std::path::Path;

use crate::experiments::folder;
use crate::program::{Run, run};

/// A run in words, with `{}` for a folder.
fn within(folder: &Path, args: &str) -> Run {
    run(&args.replace("{}", &folder.display().to_string()))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The first row of a task's vectors.
fn row(args: &str) -> String {
    let run = run(&format!("vectors {args}"));
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{args}");
    run.out.lines().next().expect("a row").to_string()
}

#[test]
fn rows_and_header_are_written_side_by_side() {
    let folder = folder();
    let path = folder.path();
    let wrote = within(path, "vectors mul e4m3fn --cases edge -o {}/mul.txt");
    assert_eq!((wrote.code, wrote.out.as_str()), (0, ""));
    assert!(
        wrote.err.contains("rows of e4m3fn_mul")
            && wrote.err.contains("answers of scalar, confirmed by definition")
    );
    assert_eq!(names(path), ["mul.txt", "mul.txt.toml"]);
    let header = fs::read_to_string(path.join("mul.txt.toml")).expect("a header");
    for line in [
        "schema = \"halfulp.vectors/1\"",
        "form = \"testfloat\"",
        "name = \"e4m3fn_mul\"",
        "cases = [\"edge\"]",
        "engine = \"scalar\"",
        "confirmed_by = [\"definition\"]",
        "rounding = \"rne\"",
    ] {
        assert!(header.contains(line), "{line}\n{header}");
    }
    // The digest is that of the file, as other programs compute it.
    if let Ok(out) = std::process::Command::new("sha256sum").arg(path.join("mul.txt")).output() {
        let digest = String::from_utf8_lossy(&out.stdout)[..64].to_string();
        assert!(header.contains(&format!("rows = \"{digest}\"")), "{digest}\n{header}");
    }
    let again = within(path, "vectors mul e4m3fn --cases edge --threads 1 --quiet -o {}/again.txt");
    assert_eq!((again.code, again.err.as_str()), (0, ""));
    let read = |name: &str| fs::read(path.join(name)).expect("a file");
    assert_eq!(read("mul.txt"), read("again.txt"));
    assert_eq!(read("mul.txt.toml"), read("again.txt.toml"));
    assert_eq!(run("vectors mul e4m3fn --cases edge").out.into_bytes(), read("mul.txt"));
    // Forms that have their header in themselves have no file beside them.
    within(path, "vectors mul e4m3fn --cases edge -o {}/mul.hex");
    within(path, "vectors mul e4m3fn --cases edge -o {}/mul.jsonl");
    assert_eq!(
        names(path),
        ["again.txt", "again.txt.toml", "mul.hex", "mul.jsonl", "mul.txt", "mul.txt.toml"]
    );
}

#[test]
fn forms_follow_the_option_or_the_name_of_the_file() {
    assert_eq!(row("mul e4m3fn --cases given:3c,41"), "3C 41 46 01");
    assert_eq!(row("mul e4m3fn --cases given:3c,41 --as csv"), "case,a,b,result,flags");
    let folder = folder();
    for (name, start) in [
        ("a.hex", "//: schema"),
        ("a.csv", "case,"),
        ("a.jsonl", "{\"schema\""),
        ("a.fptest", "Floating-point"),
        ("a.dat", "3C 41"),
    ] {
        within(folder.path(), &format!("vectors mul e4m3fn --cases given:3c,41 -o {{}}/{name}"));
        let text = fs::read_to_string(folder.path().join(name)).expect("text");
        assert!(text.starts_with(start), "{name}: {text}");
    }
    within(folder.path(), "vectors mul e4m3fn --cases given:3c,41 -o {}/a.bin");
    assert_eq!(fs::read(folder.path().join("a.bin")).expect("a file"), [0x3c, 0x41, 0x46, 1]);
}

/// TestFloat's names and options mean what they mean there.
#[test]
fn testfloats_names_and_options_are_taken() {
    assert_eq!(row("e4m3fn_mulAdd --cases given:3c,41,38"), row("fma e4m3fn --cases given:3c,41,38"));
    assert_eq!(
        row("f32_to_e4m3fn -rminMag --cases given:3f99999a"),
        row("convert --from binary32 --to e4m3fn --round rtz --cases given:3f99999a")
    );
    let drawn = run("vectors f16_add -n 100 -seed 5 -rmax").out;
    assert_eq!(drawn, run("vectors add binary16 --cases random:100 --seed 5 --round rup").out);
    assert_eq!(run("vectors f16_sqrt -level 1").out, run("vectors sqrt binary16 --cases edge").out);
    assert_eq!(run("vectors f16_sqrt -level 2").code, 2);
    // What vectors call a task is what they take.
    for op in
        ["add", "fma", "remainder", "sqrt", "le", "lt_quiet", "round_to_integral_exact", "class", "scaleb"]
    {
        let header = |words: &str| {
            let out = run(&format!("vectors {words} --cases random:3 --as jsonl")).out;
            let first: serde_json::Value =
                serde_json::from_str(out.lines().next().expect("a line")).expect("JSON");
            (first["name"].as_str().map(String::from), out)
        };
        let (name, rows) = header(&format!("{op} binary16"));
        assert_eq!(header(&name.expect("a name")).1, rows, "{op}");
    }
}

#[test]
fn arguments_that_make_no_vectors_are_errors() {
    for (args, why) in [
        ("mul e4m3fn --cases covers", "\"covers\" is not a selection of cases"),
        ("mul e4m3fn --as verilog", "not a form of vectors: expected testfloat, readmemh"),
        ("mul e4m3fn --engine apfloat", "does not know every answer: expected scalar, definition or mpfr"),
        ("mul e4m3fn --confirm scalar", "name another engine with --confirm"),
        ("mul e4m3fn --as jsonl --header x.toml", "leave --header out"),
        ("class e4m3fn --as fptest", "fptest has no notation for class"),
        ("mul binary64 --cases all", "too many to number"),
        ("mul e4m3fn -o /no/such/folder/x", "/no/such/folder"),
        ("mul e4m3fn --shard 3/2", "is not a shard"),
    ] {
        let run = run(&format!("vectors {args}"));
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args}");
        assert!(run.err.contains(why), "{args}: {}", run.err);
    }
}

/// Writes vectors of a product and has a device answer them.
fn recorded(folder: &Path, device: impl Fn(usize, &str) -> Option<String>) {
    within(folder, "vectors mul e4m3fn --cases edge --quiet -o {}/mul.txt");
    let text = fs::read_to_string(folder.join("mul.txt")).expect("vectors");
    let answers = text.lines().enumerate().filter_map(|(number, line)| device(number, line));
    fs::write(folder.join("got.txt"), answers.map(|line| line + "\n").collect::<String>()).expect("a file");
}

#[test]
fn recorded_answers_are_judged_like_a_devices() {
    let folder = folder();
    let path = folder.path();
    let check = |more: &str| within(path, &format!("check {{}}/got.txt --header {{}}/mul.txt.toml {more}"));
    recorded(path, |_, line| Some(line.to_lowercase()));
    let run = check("");
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    assert!(
        run.out.ends_with(": all agree\n") && run.out.contains("got.txt against definition ("),
        "{}",
        run.out
    );
    // One wrong bit, an undefined digit, and rows that are not there.
    recorded(path, |number, line| match number {
        100 => Some(format!("{} 7A 00", &line[..5])),
        200 => Some(format!("{} xx 00", &line[..5])),
        _ => Some(line.into()),
    });
    let run = check("");
    assert_eq!(run.code, 1);
    assert!(run.out.contains("mul e4m3fn e4m3fn -> e4m3fn, case 100\n"), "{}", run.out);
    assert!(run.out.contains("undefined\n"), "{}", run.out);
    assert!(run.out.contains("2 mismatches, 2 of them explained above"), "{}", run.out);
    // The replay of a mismatch shows it alone.
    let replay =
        run.out.lines().find_map(|line| line.trim().strip_prefix("replay")).expect("a replay").trim();
    let words = &replay.strip_prefix("halfulp ").expect("a command").replace('\'', "");
    let alone = crate::program::run(words);
    assert_eq!(alone.code, 1, "{words}: {}", alone.err);
    assert!(
        alone.out.contains(", case 100\n") && alone.out.contains("1 mismatch, explained above"),
        "{}",
        alone.out
    );
    recorded(path, |number, line| (number != 7).then(|| line.into()));
    let run = check("--junit {}/report.xml");
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("and none to case 7"), "{}", run.err);
    assert!(run.out.contains("PARTIAL: ") && run.out.contains("undecided"), "{}", run.out);
    let xml = fs::read_to_string(path.join("report.xml")).expect("a report");
    assert!(xml.contains("<error") && xml.contains("and none to case 7"), "{xml}");
}

#[test]
fn vectors_as_they_were_written_are_pointed_out() {
    let folder = folder();
    let path = folder.path();
    for name in ["mul.txt", "mul.hex", "mul.csv", "mul.jsonl", "mul.bin", "mul.fptest"] {
        within(path, &format!("vectors mul e4m3fn --cases edge --quiet -o {{}}/{name}"));
        let run = within(path, &format!("check {{}}/{name}"));
        assert_eq!(run.code, 0, "{name}: {}", run.err);
        assert!(run.err.contains("make sure that the answers in it are a device's"), "{name}: {}", run.err);
        // It is a warning: --quiet keeps it.
        assert_eq!(within(path, &format!("check {{}}/{name} --quiet")).err, run.err, "{name}");
    }
}

#[test]
fn files_that_cannot_be_judged_are_errors() {
    let folder = folder();
    let path = folder.path();
    within(path, "vectors mul e4m3fn --cases edge --quiet -o {}/mul.txt");
    within(path, "vectors mul e4m3fn --cases edge --quiet -o {}/mul.hex");
    fs::write(path.join("lines.txt"), "3C 41 46 01\n3C 41 4g 01\n").expect("a file");
    fs::write(path.join("lines"), "3C 41 46 01\n").expect("a file");
    fs::write(path.join("bad.toml"), "schema = 1\n").expect("a file");
    for (args, why) in [
        ("{}/nosuch.txt", "there is no file"),
        ("{}/lines.txt", "has no header, and there is no"),
        ("{}/lines.txt --task mul", "--task: mul needs formats"),
        ("{}/lines.txt --task nosuch", "no operation is called nosuch"),
        ("{}/lines.txt --task --nosuch", "--nosuch"),
        ("{}/lines.txt --header {}/bad.toml", "bad.toml: its header cannot be read"),
        ("{}/mul.hex --task neg", "has a header"),
        ("{}/mul.txt --case 99999999", "--case 99999999: there is no answer to it"),
        ("{}/mul.txt --as jsonl", "mul.txt: line 1: it is not a row"),
    ] {
        let run = within(path, &format!("check {args}"));
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args}");
        assert!(run.err.contains(why), "{args}: {}", run.err);
    }
    let task = |file: &str| {
        let file = path.join(file).display().to_string();
        let out =
            crate::program::command("check").args([&file, "--task", "mul e4m3fn"]).output().expect("it runs");
        (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    let (code, err) = task("lines.txt");
    assert!(code == Some(2) && err.contains("lines.txt: line 2: the result is \"4g\""), "{err}");
    let (code, err) = task("lines");
    assert!(code == Some(2) && err.contains("its name does not tell its form"), "{err}");
}

/// On a terminal, which util-linux's `script` makes.
#[cfg(target_os = "linux")]
#[test]
fn raw_words_are_not_for_terminals() {
    use std::process::Command;
    let program = env!("CARGO_BIN_EXE_halfulp");
    let folder = folder();
    let on_terminal = |more: &str| {
        let line = format!("'{program}' vectors abs e2m1 -q {more}");
        let mut script = Command::new("script");
        let out = script.args(["-qec", &line, "/dev/null"]).current_dir(folder.path()).output().ok()?;
        Some((out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned()))
    };
    let Some((code, out)) = on_terminal("--as raw") else {
        return eprintln!("there is no `script` here: not tried");
    };
    let hint = "name a file for them, -o FILE, or send them through a pipe";
    assert!(code == Some(2) && out.contains(hint) && out.lines().count() == 1, "{code:?} {out:?}");
    // Text is for terminals; and words go into files and pipes.
    let (code, out) = on_terminal("").expect("it was there");
    assert!(code == Some(0) && out.lines().count() == 16, "{code:?} {out:?}");
    assert_eq!(on_terminal("--as raw -o x.bin"), Some((Some(0), String::new())));
    assert_eq!(on_terminal("--as raw | cat > y.bin"), Some((Some(0), String::new())));
    let read = |name: &str| fs::read(folder.path().join(name)).expect("words");
    assert_eq!((read("x.bin").len(), read("x.bin")), (16 * 3, read("y.bin")));
}
