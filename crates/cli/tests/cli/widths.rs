//! Tables in narrow terminals: whatever the width, every cell is there.

use crate::program::{Run, command, run};
use crate::tensors::data;

/// What a run prints where COLUMNS says a width.
fn in_columns(args: &str, width: u32) -> String {
    let out = command(args).env("COLUMNS", width.to_string()).output().expect("the program starts");
    assert_eq!(out.status.code(), Some(0), "{args}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("UTF-8")
}

#[test]
fn nothing_is_left_out_of_a_table_however_narrow() {
    let weights = data("weights.safetensors");
    let quantize = format!("quantize {} --to e4m3fn --scale amax", weights.display());
    for args in [
        &*quantize,
        &format!("{quantize} --summary"),
        "formats",
        "bound list",
        "show bfloat16 1e39",
        "bound run one-step",
    ] {
        let whole = in_columns(args, 1000);
        // A pipe has whole rows; reports of `bound` have lines of 100 characters there.
        let Run { out: piped, .. } = run(args);
        assert!(piped == whole || args.starts_with("bound run"), "{args}: {piped}");
        for out in [in_columns(args, 40), in_columns(args, 80), piped] {
            assert!(!out.contains("too narrow"), "{args}: {out}");
            for line in whole.lines().filter(|line| line.contains("  ")) {
                for word in line.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)) {
                    assert!(out.contains(word), "{args}: {word:?} of {line:?} is not in {out}");
                }
            }
        }
    }
    let narrow = in_columns(&quantize, 40);
    let rows: Vec<&str> = narrow.lines().filter(|line| line.starts_with("layer.weight ")).collect();
    assert_eq!(rows.len(), 1, "{narrow}");
    let (_, below) = narrow.split_once(rows[0]).expect("the row");
    let below: Vec<&str> = below.lines().skip(1).take_while(|line| line.starts_with("  ")).collect();
    assert!(below.join(" ").contains("SNR dB ") && below.join(" ").contains("REL ERROR "), "{narrow}");
    assert!(below.iter().all(|line| line.chars().count() <= 40), "{narrow}");
}

/// Values of facts are broken at blanks.
#[test]
fn facts_fit_a_narrow_terminal() {
    for line in in_columns("show e4m3fn", 60).lines().skip(1) {
        assert!(line.chars().count() <= 60, "{line:?}");
    }
}
