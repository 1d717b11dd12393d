//! `halfulp bound list`: the experiments that come with the program.

use std::io::{self, Write as _};

use halfulp_lab::experiment::{Experiment, open_with};
use serde::Serialize;

use super::arguments::List;
use super::names::registry;
use crate::columns::{self, Columns};
use crate::document::{self, Head};
use crate::exit::Verdict;

/// A line of the list.
#[derive(Serialize)]
struct Line {
    name: String,
    title: String,
    asserts: String,
}

/// What the document calls itself.
const SCHEMA: &str = "halfulp.bound-list/1";

/// The list as JSON.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    head: Head,
    experiments: &'a [Line],
}

/// Lists the experiments.
pub fn list(args: &List) -> anyhow::Result<Verdict> {
    Verdict::Yes.after(print(args))
}

fn print(args: &List) -> anyhow::Result<()> {
    let registry = registry();
    let experiments: Vec<Experiment> =
        registry.experiments().map(|(name, _)| open_with(name, &registry)).collect::<Result<_, _>>()?;
    let lines: Vec<Line> = experiments.iter().map(line).collect();
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.json {
        document::write(&mut out, &Document { head: Head::new(SCHEMA), experiments: &lines })?;
    } else {
        let mut table = Columns::new(&["NAME", "TITLE", "ASSERTS"], &[]);
        for line in lines {
            table.push_whole(vec![line.name, line.title, line.asserts]);
        }
        table.write(&mut out, columns::terminal_width())?;
        writeln!(out)?;
        columns::paragraph(
            &mut out,
            "halfulp bound run NAME shows what one finds; your own is a file: see docs/experiments.md.",
        )?;
    }
    Ok(out.flush()?)
}

fn line(experiment: &Experiment) -> Line {
    let asserts = match experiment.asserts() {
        nothing if nothing.is_empty() => "nothing".into(),
        asserts => asserts,
    };
    Line { name: experiment.name().into(), title: experiment.title().into(), asserts }
}
