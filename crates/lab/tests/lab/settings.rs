//! What is wrong with an experiment file is named by its key.

use halfulp_lab::check::check_experiment;
use halfulp_lab::experiment::Experiment;

#[test]
fn wrong_settings_of_blockwise_are_named() {
    let file = |settings: &str| {
        let all = "blocks = 1\naveraged = 1\nsteps = 1\nspread = 1.0\n";
        format!("name = \"x\"\ntitle = \"x\"\n[run.blockwise]\n{all}{settings}")
    };
    for (settings, expected) in [
        (
            "presets = [\"bnb\"]\nblock = 4\nbetas = [0.9, 0.9]",
            "run.blockwise.presets[0]: no preset is named \"bnb\"",
        ),
        ("presets = [\"paper\"]\nblock = 0\nbetas = [0.9, 0.9]", "run.blockwise.block: block: 0 elements"),
        ("presets = []\nblock = 4\nbetas = [0.9, 0.9]", "run.blockwise.presets: expected at least one"),
        (
            "presets = [\"int8\"]\nblock = 4\nbetas = [0.9, 1.0]",
            "run.blockwise.betas[1]: 1: expected a number above 0",
        ),
    ] {
        let error = Experiment::parse(&file(settings), "test").unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn wrong_settings_of_swamping_are_named() {
    let file = |change: (&str, &str)| {
        let settings = [
            ("books", "[{ map = \"linear\", bits = 4 }]"),
            ("betas", "[0.9]"),
            ("elements", "4"),
            ("steps", "4"),
            ("draws", "4"),
            ("spacings", "[2.0]"),
        ];
        let line = |(key, value): (&str, &str)| {
            format!("{key} = {}\n", if key == change.0 { change.1 } else { value })
        };
        format!("name = \"x\"\ntitle = \"x\"\n[run.swamping]\n{}", settings.map(line).concat())
    };
    Experiment::parse(&file(("", "")), "x.toml").unwrap();
    for (key, value, expected) in [
        ("books", "[]", "run.swamping.books: expected at least one"),
        ("books", "[{ map = \"linear\", bits = 9 }]", "run.swamping.books[0]: 9 bits: expected 2 to 8"),
        ("books", "[{ map = \"integer\", bits = 8 }]", "run.swamping.books[0]: map: integers"),
        ("betas", "[0.5, 1.0]", "run.swamping.betas[1]: expected a number above 0 and below 1"),
        ("elements", "1", "run.swamping.elements: expected 2 to 2^20"),
        ("draws", "0", "run.swamping.draws: expected 1 to 2^20"),
        ("spacings", "[0.5]", "run.swamping.spacings[0]: expected a number of steps"),
    ] {
        let error = Experiment::parse(&file((key, value)), "x.toml").unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_file_that_is_not_there_is_said() {
    let message = check_experiment("no/such.toml").map_or_else(|e| e.to_string(), |_| String::new());
    assert!(message.contains("no/such.toml"), "{message}");
}
