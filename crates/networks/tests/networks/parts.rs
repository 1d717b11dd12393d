//! Runs of networks in parts: put together they are the whole run, and parts of other settings are not taken.

use std::path::Path;

use halfulp_lab::experiment::{Experiment, Quiet, Share};
use halfulp_lab::registry::Registry;

/// Networks that do not come to the loss; the bounds are of this crate.
const ABC: &str = r#"name = "small"
title = "x"
[run.abc]
model = { residual-digits = { width = 16, hidden = 16, blocks = 2, batch = 8 } }
optimizers = [
    { name = "adamw", optimizer = { adam = { rate = 1e-2 } } },
    { name = "sgd", optimizer = { sgd = { rate = 1e-3 } } },
]
quantizers = ["w4a4"]
loss = 1.0
steps = 6
every = 3
rows = 8
seeds = 2
"#;

/// A transformer, of which only what is kept is looked at.
const TEXT: &str = r#"name = "small"
title = "x"
[run.abc]
model = { transformer-text = { width = 8, hidden = 8, heads = 2, blocks = 1, length = 8, batch = 2 } }
optimizers = [{ name = "adamw", optimizer = { adam = {} } }]
quantizers = ["w4a4"]
loss = 1.0
steps = 1
every = 1
rows = 8
seeds = 1
"#;

const PTQ: &str = r#"name = "small"
title = "x"
[run.ptq]
model = { residual-digits = { width = 16, hidden = 16, blocks = 2 } }
optimizers = [
    { name = "adamw", rates = [1e-9, 1e-2], optimizer = { adam = { preset = "pytorch" } } },
    { name = "sgd", rates = [0.1], optimizer = { sgd = { rate = 1.0, momentum = 0.9 } } },
]
formats = ["w4a4", "mxfp8"]
loss = 1.5
steps = 20
every = 4
rows = 40
resamples = 50
seeds = 2
"#;

/// The losses of one optimizer are no numbers.
const QAT: &str = r#"name = "small"
title = "x"
[run.qat]
sizes = [{ width = 16, hidden = 16, blocks = 1 }, { width = 32, hidden = 32, blocks = 1 }]
optimizers = [
    { name = "adamw", optimizer = { adam = { rate = 1e-2 } } },
    { name = "sgd", optimizer = { sgd = { rate = 1e30 } } },
]
formats = ["quest-w4a4"]
steps = 5
seeds = 2
"#;

fn read(text: &str) -> Experiment {
    let registry = halfulp_networks::register(Registry::default());
    Experiment::parse_with(text, "small.toml", &registry).unwrap_or_else(|e| panic!("{e}"))
}

fn share(text: &str, folder: &Path, shard: &str) -> Share {
    let shard = shard.parse().expect("a shard");
    read(text).share(folder, shard, &Quiet).unwrap_or_else(|e| panic!("{e}"))
}

fn whole(text: &str) -> String {
    format!("{:?}", read(text).run(&Quiet).unwrap_or_else(|e| panic!("{e}")))
}

fn put_together(text: &str, folder: &Path) -> String {
    format!("{:?}", read(text).run_in(folder, &Quiet).unwrap_or_else(|e| panic!("{e}")))
}

/// What of a run is not there: a shard without parts computes nothing.
fn missing(text: &str, folder: &Path) -> usize {
    let share = share(text, folder, "999/999");
    assert_eq!((share.own, share.computed), (0, 0));
    share.missing
}

#[test]
fn parts_put_together_are_the_whole_run() {
    for (text, parts) in [(ABC, 4), (PTQ, 6), (QAT, 16)] {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let first = share(text, folder, "1/2");
        assert_eq!(first, Share { all: parts, own: parts / 2, computed: parts / 2, missing: parts / 2 });
        // The other half is computed where all is put together.
        let expected = whole(text);
        assert_eq!(put_together(text, folder), expected);
        assert_eq!((share(text, folder, "1/1").computed, missing(text, folder)), (0, 0));
        assert_eq!(put_together(text, folder), expected);
    }
}

/// Parts are known by what they are, not by their places in a file.
#[test]
fn optimizers_in_another_order_have_the_same_parts() {
    for (text, name) in [(PTQ, "rates"), (QAT, "optimizer"), (ABC, "optimizer")] {
        let line = |start: &str| text.lines().find(|line| line.trim().starts_with(start)).expect("a line");
        let (adamw, sgd) = (line("{ name = \"adamw\""), line("{ name = \"sgd\""));
        assert!(adamw.contains(name));
        let turned = text.replace(adamw, "HERE").replace(sgd, adamw).replace("HERE", sgd);
        assert_ne!(turned, text);
        let folder = tempfile::tempdir().expect("a folder");
        put_together(text, folder.path());
        assert_eq!(missing(&turned, folder.path()), 0);
        assert_eq!(put_together(&turned, folder.path()), whole(&turned));
    }
}

/// Of which settings so many parts are missing.
#[test]
fn parts_of_other_settings_are_not_taken() {
    for (text, changes) in [
        (
            ABC,
            &[
                ("width = 16", "width = 32", 4),
                ("batch = 8", "batch = 9", 4),
                ("rate = 1e-2", "rate = 1.0001e-2", 2),
                ("\"sgd\"", "\"descent\"", 2),
                ("[\"w4a4\"]", "[\"mxfp4\"]", 4),
                ("loss = 1.0", "accumulator = \"binary64\"\nloss = 1.0", 4),
                ("loss = 1.0", "loss = 1.1", 4),
                ("steps = 6", "steps = 7", 4),
                ("every = 3", "every = 2", 4),
                ("rows = 8", "rows = 16", 4),
                ("seeds = 2", "seeds = [1, 2]", 2),
                ("title = \"x\"", "title = \"y\"", 0),
            ][..],
        ),
        (
            TEXT,
            &[("width = 8", "width = 16", 1), ("length = 8", "length = 4", 1), ("heads = 2", "heads = 1", 1)]
                [..],
        ),
        (
            PTQ,
            &[
                ("blocks = 2", "blocks = 1", 6),
                ("1e-2]", "2e-2]", 2),
                ("momentum = 0.9", "momentum = 0.8", 2),
                ("\"pytorch\"", "\"plain\"", 4),
                ("\"mxfp8\"", "\"fp8\"", 6),
                ("loss = 1.5", "loss = 1.4", 6),
                ("steps = 20", "steps = 21", 6),
                ("every = 4", "every = 5", 6),
                ("rows = 40", "rows = 41", 6),
                ("seeds = 2", "seeds = 3", 3),
                ("resamples = 50", "resamples = 60", 0),
            ][..],
        ),
        (
            QAT,
            &[
                ("hidden = 32", "hidden = 33", 8),
                ("rate = 1e-2", "rate = 2e-2", 8),
                ("quest-w4a4", "fp8", 8),
                ("steps = 5", "steps = 6", 16),
                ("seeds = 2", "seeds = [0, 7]", 8),
                ("steps = 5", "steps = 5\ndelta = 0.1", 0),
            ][..],
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        put_together(text, folder.path());
        for (from, to, expected) in changes {
            assert!(text.contains(from), "{from}");
            assert_eq!(missing(&text.replacen(from, to, 1), folder.path()), *expected, "{to}");
        }
    }
}
