//! Every verb's help ends with examples, and every example works as it stands.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::experiments::{ASSERTED, HEAD, file, folder};
use crate::program::{command, run};

/// Examples that take a program which is not part of this project.
const ELSEWHERE: [&str; 1] = ["testfloat_gen f16 2 | halfulp eval f16_mul"];

/// The verbs under some words of a command line, as its help lists them: `formats`, `bound list`, and so on.
fn verbs(words: &str) -> Vec<String> {
    let help = run(&format!("{words} --help")).out;
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return vec![words.trim().into()] };
    let list = list.split("\n\n").next().unwrap_or_default();
    // What goes on on a second line stands further to the right.
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let below = names.flat_map(|name| verbs(&format!("{words} {name}")));
    let own = (!words.is_empty()).then(|| words.trim().to_string());
    own.into_iter().chain(below).collect()
}

/// The examples of a verb's help in a terminal of some width.
fn examples(verb: &str, width: usize) -> String {
    let out =
        command(&format!("{verb} --help")).env("COLUMNS", width.to_string()).output().expect("it starts");
    let help = String::from_utf8(out.stdout).expect("UTF-8");
    assert!(help.lines().all(|line| line.chars().count() <= width), "{verb}: {help}");
    let (_, examples) =
        help.split_once("\nExamples:\n").unwrap_or_else(|| panic!("{verb} has no examples: {help}"));
    examples.to_string()
}

/// Examples one by one: each begins two blanks from the left, and goes on further to the right.
fn split(examples: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for line in examples.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let text = line.strip_prefix("  ").unwrap_or_else(|| panic!("{line:?} is not a line of an example"));
        match list.last_mut() {
            Some(example) if text.starts_with(' ') => *example += &format!("\n{text}"),
            _ => list.push(text.into()),
        }
    }
    list
}

#[test]
fn every_verb_has_examples_that_are_not_broken_into_lines() {
    let verbs = verbs("");
    for known in [
        "formats",
        "show",
        "eval",
        "quantize",
        "verify",
        "merge",
        "bound",
        "bound list",
        "bound check",
        "vectors",
        "check",
    ] {
        assert!(verbs.iter().any(|verb| verb == known), "{known} is not in {verbs:?}");
    }
    for verb in verbs {
        let examples = examples(&verb, 80);
        assert_eq!(examples, self::examples(&verb, 110), "{verb}");
        for example in split(&examples) {
            let of_verb = example.contains(&format!("halfulp {verb}"))
                || verb == "bound" && example.contains("halfulp bound ");
            assert!(of_verb || ["eval", "merge"].contains(&&*verb), "{verb}: {example}");
        }
        // The short help has them too.
        assert!(run(&format!("{verb} -h")).out.ends_with(&examples), "{verb}");
    }
}

/// What the examples name is there: tensors, an experiment, a format, a device.
#[cfg(unix)]
fn prepare(folder: &Path, verb: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let data = |name| crate::tensors::data(name);
    fs::copy(data("weights.safetensors"), folder.join("model.safetensors")).expect("a copy");
    fs::copy(data("weight.npy"), folder.join("x.npy")).expect("a copy");
    let trace = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/trace.safetensors");
    fs::copy(trace, folder.join("run.safetensors")).expect("a copy");
    let device = folder.join("my_device");
    let eval = "exec halfulp eval $HALFULP_OP --operands $HALFULP_OPERANDS --result $HALFULP_RESULT \
                --round $HALFULP_ROUND --saturate $HALFULP_SATURATE";
    let asks = if verb == "stream" { "exec halfulp serve" } else { eval };
    fs::write(&device, format!("#!/bin/sh\n{asks}\n")).expect("a device");
    fs::set_permissions(&device, fs::Permissions::from_mode(0o755)).expect("permissions");
    let mine = match verb {
        "show" => "name = \"mine\"\nsummary = \"of mine\"\nwidth = 6\nprecision = 3\nbias = 3\n".to_string(),
        "diff" | "profiles" => crate::profiles::MINE.to_string(),
        "bound trace" => "[[assert]]\nbound = \"trace.step\"\n".to_string(),
        _ => format!("{HEAD}{ASSERTED}"),
    };
    fs::write(folder.join("mine.toml"), mine).expect("a file");
}

#[cfg(unix)]
#[test]
fn every_example_works_as_it_stands() {
    let program = Path::new(env!("CARGO_BIN_EXE_halfulp")).parent().expect("a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut elsewhere = Vec::new();
    for verb in verbs("") {
        let folder = folder();
        prepare(folder.path(), &verb);
        for example in split(&examples(&verb, 110)) {
            if ELSEWHERE.contains(&&*example) {
                elsewhere.push(example);
                continue;
            }
            let mut shell = Command::new("sh");
            shell.args(["-c", &example]).current_dir(folder.path()).env("PATH", &path);
            let out = shell.output().expect("a shell");
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            // Their answer is what differs.
            let finds = ["halfulp diff", "halfulp diagnose", "halfulp stream"]
                .iter()
                .any(|verb| example.contains(verb));
            let fine = if finds { &[0, 1][..] } else { &[0] };
            let code = out.status.code().unwrap_or(2);
            assert!(fine.contains(&code), "{code}: {example}\n{}{}", text(&out.stdout), text(&out.stderr));
            let last = example.rsplit("&&").next().unwrap_or_default().trim_start();
            let to_file =
                ["halfulp bound new ", "halfulp vectors "].iter().any(|verb| last.starts_with(verb));
            let writes = last.contains(" > ") || to_file && last.contains(" -o ");
            assert_eq!(out.stdout.is_empty(), writes, "{example}");
        }
    }
    assert_eq!(elsewhere, ELSEWHERE);
}

/// The example of a device fails where the device is wrong.
#[cfg(unix)]
#[test]
fn a_wrong_device_is_noticed_by_the_first_example() {
    let folder = folder();
    prepare(folder.path(), "verify");
    file(&folder, "my_device", "#!/bin/sh\nwhile read a b; do echo $a -; done\n");
    let first = split(&examples("verify", 110)).swap_remove(0);
    let path = Path::new(env!("CARGO_BIN_EXE_halfulp")).parent().expect("a folder").display().to_string();
    let path = format!("{path}:{}", std::env::var("PATH").unwrap_or_default());
    let out = Command::new("sh").args(["-c", &first]).current_dir(folder.path()).env("PATH", path).output();
    assert_eq!(out.expect("a shell").status.code(), Some(1), "{first}");
}

/// The operations are listed where they are named, with what is to be known of them.
#[test]
fn operations_are_listed_in_help() {
    for verb in ["eval", "verify", "vectors"] {
        for option in ["-h", "--help"] {
            let help = run(&format!("{verb} {option}")).out;
            assert!(
                help.contains("\nOperations:\n  arithmetic   add sub mul div"),
                "{verb} {option}: {help}"
            );
            let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
            for part in ["minimum_number", "scaleb", "a * 2^b", "9 +inf"] {
                assert!(help.contains(part), "{verb} {option}: {part:?} is not in {help}");
            }
        }
    }
}

/// Arguments that two verbs share say what holds for the verb at hand.
#[test]
fn shared_arguments_have_the_defaults_of_their_verb() {
    let help = |verb: &str| {
        let out = run(&format!("{verb} --help")).out;
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (verify, diagnose, device) = (help("verify"), help("diagnose"), help("device"));
    assert!(
        verify.contains("as listed below [default: all]") && verify.contains("N noise bits [default: all]")
    );
    assert!(diagnose.contains("sr-c:N with N noise bits [default: rne]"), "{diagnose}");
    assert!(diagnose.contains("The saturations: none, finite, propagate [default: none]"), "{diagnose}");
    assert!(diagnose.contains("The operations: add, sub, mul, div, sqrt, fma;"), "{diagnose}");
    for wrong in ["[default: all]", "as listed below"] {
        assert!(!diagnose.contains(wrong), "{wrong}: {diagnose}");
    }
    // What is listed below there are deviations.
    assert_eq!(device.matches("as listed below").count(), 1, "{device}");
    assert!(device.contains("The deviations, as listed below"), "{device}");
}
