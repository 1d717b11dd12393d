//! Colour is for terminals: never in a pipe or a file, unless it is asked for.

use crate::program::command;

/// What a run writes to a pipe, with these variables set and none of the others that matter.
fn piped(args: &str, variables: &[(&str, &str)]) -> (String, String) {
    let mut command = command(args);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let out = command.envs(variables.iter().copied()).output().expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (text(&out.stdout), text(&out.stderr))
}

/// Wrong in the first case.
const WRONG: &str = "verify e2m1 --op abs --round rne --saturate none --against scalar --subject cmd:yes";
const RIGHT: &str = "verify e2m1 --op abs --round rne --saturate none";

#[test]
fn pipes_get_no_colour_unless_it_is_asked_for() {
    for args in [RIGHT, WRONG, "bound check one-step", "verify --help", "verify --nosuch", "formats"] {
        for (more, variables, coloured) in [
            ("", &[][..], false),
            ("--color auto", &[], false),
            ("--color never", &[("CLICOLOR_FORCE", "1")], false),
            ("", &[("NO_COLOR", "1"), ("TERM", "xterm-256color")], false),
            ("--color=always", &[], true),
        ] {
            let (out, err) = piped(&format!("{args} {more}"), variables);
            let coloured = coloured && args != "formats";
            let both = out + &err;
            assert_eq!(
                both.contains('\u{1b}'),
                coloured && !both.contains("error: "),
                "{args} {more}: {both:?}"
            );
        }
    }
    let (_, err) = piped("show e4m3fn --color sometimes", &[]);
    assert!(err.contains("--color") && err.contains("auto"), "{err}");
}

#[test]
fn a_verdict_has_its_colour() {
    let (right, _) = piped(&format!("{RIGHT} --color always"), &[]);
    assert!(right.ends_with(": \u{1b}[1m\u{1b}[32mall agree\u{1b}[0m\n"), "{right:?}");
    let (plain, _) = piped(RIGHT, &[]);
    let last = |text: &str| {
        text.lines().last().unwrap_or_default().replace("\u{1b}[1m", "").replace("\u{1b}[32m", "")
    };
    assert_eq!(last(&right).replace("\u{1b}[0m", ""), last(&plain));
    let device = "cmd:sh -c 'while read a; do echo 7 00; done'";
    let mut wrong =
        command("verify e2m1 --op abs --round rne --saturate none --color always --against scalar --subject");
    let wrong = String::from_utf8(wrong.arg(device).output().expect("it starts").stdout).expect("UTF-8");
    let last = wrong.lines().last().unwrap_or_default();
    assert!(last.contains("\u{1b}[31m") && last.contains(" mismatches, "), "{wrong:?}");
    let (ok, _) = piped("bound check one-step --color always", &[]);
    assert!(ok.starts_with("\u{1b}[1m\u{1b}[32mok\u{1b}[0m   one-step: "), "{ok:?}");
    // Documents have none, and files neither.
    let folder = crate::tensors::folder();
    let file = folder.path().join("x.xml");
    let (json, _) = piped(&format!("{RIGHT} --color always --json --junit {}", file.display()), &[]);
    assert!(!json.contains('\u{1b}') && !json.contains("\\u001b"), "{json}");
    assert!(!std::fs::read_to_string(file).expect("a report").contains('\u{1b}'));
}

/// On a terminal, which util-linux's `script` makes.
#[cfg(target_os = "linux")]
#[test]
fn terminals_get_colour() {
    use std::process::Command;
    let program = env!("CARGO_BIN_EXE_halfulp");
    let on_terminal = |variables: &[(&str, &str)]| {
        let line = format!("{program} {RIGHT} --quiet");
        let mut script = Command::new("script");
        script
            .args(["-qec", &line, "/dev/null"])
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR")
            .env_remove("CLICOLOR_FORCE")
            // On a CI service's terminal anstream shows colour whatever TERM is.
            .env_remove("CI");
        let out = script.envs(variables.iter().copied()).output().ok()?;
        Some(String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let Some(out) = on_terminal(&[]) else { return eprintln!("there is no `script` here: not tried") };
    assert!(out.contains("\u{1b}[32mall agree"), "{out:?}");
    for plain in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb")] {
        let out = on_terminal(&[plain]).expect("it was there");
        assert!(out.contains("all agree") && !out.contains("\u{1b}[32m"), "{plain:?}: {out:?}");
    }
}
