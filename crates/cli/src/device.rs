//! `halfulp device`: a device with planted deviations, which reads lines of operands and answers them as `eval` does.

use anyhow::{anyhow, ensure};
use halfulp_verify::deviation::{self, Deviation, DeviationError, Kind};
use halfulp_verify::model::Behaviour;

use crate::exit::Verdict;
use crate::{eval, operations};

/// What is wrong with the device, and what it computes.
#[derive(clap::Args)]
#[command(after_help = help())]
pub struct Args {
    /// The deviations, as listed below.
    #[arg(value_name = "NAME,...")]
    deviations: String,
    #[command(flatten)]
    eval: eval::Args,
}

/// Answers standard input.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    eval::run_as(&args.eval, |task| {
        let planted = deviation::named(task, &args.deviations).map_err(|error| match &error {
            DeviationError::Unknown { near, .. } if near.is_empty() => {
                anyhow!("{error}; `halfulp device --help` lists them")
            }
            _ => error.into(),
        })?;
        ensure!(!planted.is_empty(), "name a deviation: `halfulp device --help` lists them");
        let device = deviation::device(&Behaviour::default(), &planted);
        ensure!(device.covers(task), "{} with {}: there is no such device", task.op, args.deviations);
        Ok(Some(device))
    })
}

const EXAMPLES: &str = "\
Examples:
  echo 39 3d | halfulp device truncate mul e4m3fn
  echo 01 78 | halfulp device daz,ftz-after mul e4m3fn --round rtz
  halfulp verify e2m1 --op mul --round rtz --saturate none \\
    --subject 'cmd:halfulp device truncate {op} {format}'";

/// The deviations by kind, then examples.
fn help() -> String {
    let all = deviation::known();
    let mut paragraphs = vec![(
        "",
        "Deviations, of which each operation and format has those that make sense; docs/devices.md says what each does:".to_string(),
    )];
    for kind in Kind::ALL {
        let names = all.iter().filter(|d| d.kind == kind && !is_bit(d)).map(|d| d.name.as_str());
        let mut names: Vec<&str> = names.collect();
        if kind == Kind::Wiring {
            names.push("stuck-a3-0 ... stuck-r7-1 (bit 3 of operand a at 0, bit 7 of the result at 1)");
        }
        paragraphs.push((kind.name(), names.join(" ")));
    }
    let lines = paragraphs.iter().map(|(title, words)| operations::paragraph(title, words));
    format!("{}\n\n{EXAMPLES}", lines.collect::<Vec<_>>().join("\n"))
}

fn is_bit(deviation: &Deviation) -> bool {
    deviation.name.starts_with("stuck-")
}
