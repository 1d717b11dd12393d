//! What the program says of itself: the facts of its build, completions, manual pages.

use std::process::{Command, Stdio};

use crate::experiments::folder;
use crate::program::run;

#[test]
fn the_version_is_one_line_or_all_facts_of_the_build() {
    let name = concat!("halfulp ", env!("CARGO_PKG_VERSION"));
    assert_eq!(run("-V").out, format!("{name}\n"));
    let long = run("--version").out;
    let lines: Vec<&str> = long.lines().collect();
    assert_eq!(lines[0], name);
    let fact = |name: &str| {
        let line = lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("no {name} in {long}")).to_string()
    };
    let target = fact("target");
    assert!(target.starts_with(&format!("{} {}", std::env::consts::ARCH, std::env::consts::OS)), "{target}");
    assert_eq!(fact("profile").starts_with("without"), !cfg!(debug_assertions), "{long}");
    let libraries = fact("engine mpfr");
    assert!(libraries.starts_with("MPFR 4.") && libraries.contains(", GMP 6."), "{libraries}");
    // What it calls a kernel of this CPU can be verified, and another cannot.
    let kernels = fact("kernels of this CPU");
    let (names, used) = kernels.split_once("; ").expect("those that there are, and the one that is used");
    let names: Vec<&str> = names.split(", ").collect();
    assert!(names.contains(&"portable") && names.contains(&used.trim_end_matches(" is used")), "{kernels}");
    for name in ["avx512", "avx2", "portable"] {
        let code = run(&format!("verify e2m1 --op add --round rne --saturate none --subject {name}")).code;
        assert_eq!(code, if names.contains(&name) { 0 } else { 2 }, "{name}");
    }
}

/// The options of a verb, as its help has them.
fn options(verb: &str) -> Vec<String> {
    let help = run(&format!("{verb} --help")).out;
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words =
        lines.flat_map(|line| line.split([' ', ',', '=']).filter(|word| word.starts_with("--")).take(1));
    words.map(|word| word.trim_end_matches('.').to_string()).collect()
}

#[test]
fn shells_take_their_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let completions = run(&format!("completions {shell}"));
        assert_eq!((completions.code, completions.err.as_str()), (0, ""));
        for word in ["verify", "quantize", "startup-timeout", "compare-nan"] {
            assert!(completions.out.contains(word), "{shell}: {word}");
        }
        let mut check = match shell {
            "bash" | "zsh" => Command::new(shell),
            "fish" => Command::new("fish"),
            _ => continue,
        };
        let child = check.args(["-n", "/dev/stdin"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
        // Not every machine has every shell; bash is needed for other tests too.
        let Ok(mut child) = child else {
            assert_ne!(shell, "bash");
            continue;
        };
        let mut input = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut input, completions.out.as_bytes()).expect("it reads");
        drop(input);
        let out = child.wait_with_output().expect("it ends");
        assert!(out.status.success(), "{shell}: {}", String::from_utf8_lossy(&out.stderr));
    }
    let wrong = run("completions tcsh");
    assert!(wrong.code == 2 && wrong.err.contains("possible values: bash"), "{}", wrong.err);
}

/// What bash completes is what the help lists.
#[test]
fn bash_completes_verbs_and_options() {
    let completions = run("completions bash").out;
    let complete = |words: &[&str]| {
        let script = format!(
            "{completions}\nCOMP_WORDS=({}); COMP_CWORD={}; _halfulp halfulp '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.join(" "),
            words.len() - 1,
            words[words.len() - 1],
            words[words.len() - 2],
        );
        let out = Command::new("bash").args(["-c", &script]).output().expect("bash");
        String::from_utf8(out.stdout).expect("UTF-8").lines().map(str::to_string).collect::<Vec<_>>()
    };
    assert_eq!(complete(&["halfulp", "ver"]), ["verify"]);
    assert_eq!(complete(&["halfulp", "verify", "--startup"]), ["--startup-timeout"]);
    assert_eq!(complete(&["halfulp", "show", "e5m2fnu"]), ["e5m2fnuz"]);
    assert_eq!(complete(&["halfulp", "verify", "--op", "mu"]), ["mul"]);
    assert_eq!(complete(&["halfulp", "eval", "--round", "sr-"]), ["sr-a:8", "sr-b:8", "sr-c:8"]);
    let offered = complete(&["halfulp", "quantize", "--"]);
    for option in options("quantize") {
        assert!(offered.contains(&option), "{option} is not in {offered:?}");
    }
}

/// All verbs, and none.
const VERBS: [&str; 25] = [
    "",
    "formats",
    "show",
    "eval",
    "quantize",
    "verify",
    "diagnose",
    "device",
    "diff",
    "profiles",
    "vectors",
    "check",
    "coverage",
    "stream",
    "serve",
    "merge",
    "bound",
    "bound list",
    "bound new",
    "bound run",
    "bound trace",
    "campaign",
    "campaign plan",
    "campaign run",
    "campaign left",
];

#[test]
fn manual_pages_have_every_option_of_every_verb() {
    let folder = folder();
    let pages = folder.path().join("man1");
    let made = run(&format!("man {}", pages.display()));
    let told = format!("28 pages were written to {}\n", pages.display());
    assert_eq!((made.code, made.out, made.err.as_str()), (0, told, ""));
    let deep = folder.path().join("no/man1");
    let refused = run(&format!("man {}", deep.display()));
    assert!(refused.code == 2 && refused.err.contains("there is no folder"), "{}", refused.err);
    assert!(!folder.path().join("no").exists());
    for verb in VERBS {
        let words = format!("halfulp {verb}");
        let path = pages.join(format!("{}.1", words.trim().replace(' ', "-")));
        let page = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{}", path.display()));
        let plain = page.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "");
        let options = options(verb);
        assert!(!options.is_empty(), "{verb}");
        for option in options {
            assert!(plain.contains(&option), "{verb}: {option} is not in {plain}");
        }
        // What stands in the help after the options does in the page too, in lines of its own.
        let help = run(&format!("{verb} --help")).out;
        let examples = help.split_once("Examples:\n").map(|(_, examples)| examples).unwrap_or_default();
        let rendered = rendered(&path);
        for line in examples.lines().filter(|_| rendered.is_some()) {
            assert!(
                rendered.as_ref().is_some_and(|text| text.contains(line.trim())),
                "{verb}: {line} is not in {rendered:?}"
            );
        }
    }
    let all = std::fs::read_dir(&pages).expect("a folder").count();
    assert_eq!(
        all, 28,
        "a page for the program, each verb and each verb of bound and campaign, and nothing half written"
    );
    assert_eq!(run("man").out, std::fs::read_to_string(pages.join("halfulp.1")).expect("a page"));
    let refused = run("man src/main.rs");
    assert!(refused.code == 2 && refused.err.contains("expected a folder"), "{}", refused.err);
}

/// A page as it is shown, where there is a `man` that can.
fn rendered(path: &std::path::Path) -> Option<String> {
    let out = Command::new("man")
        .arg("-l")
        .arg(path)
        .env("MANWIDTH", "80")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    (out.status.success() && text.contains("halfulp")).then_some(text)
}
