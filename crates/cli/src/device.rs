//! `halfulp device`: a device with planted deviations, which reads lines of operands and answers them as `eval` does.

use anyhow::{anyhow, ensure};
use halfulp_verify::deviation::{self, Deviation, DeviationError, Kind, Order, Sequence};
use halfulp_verify::model::Behaviour;

use crate::exit::Verdict;
use crate::{eval, operations};

/// What is wrong with the device, and what it computes.
#[derive(clap::Args)]
#[command(after_help = help())]
pub struct Args {
    /// The deviations, as listed below; or none, with --late.
    #[arg(value_name = "NAME,...")]
    deviations: String,
    /// Give each answer so many lines late, as a pipeline that was not waited for; the first ones are zero.
    #[arg(long, value_name = "LINES", value_parser = late, conflicts_with = "lane", allow_negative_numbers = true)]
    late: Option<usize>,
    /// Deviate in lane I of N alone: in line I and every N-th after it.
    #[arg(long, value_name = "I/N", value_parser = lane)]
    lane: Option<Order>,
    #[command(flatten)]
    eval: eval::Args,
}

/// Answers standard input.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let order = args.late.map(|by| Order::Late { by }).or(args.lane);
    eval::run_as(&args.eval, |task| {
        let names = if order.is_some() && args.deviations == "none" { "" } else { &args.deviations };
        let planted = deviation::named(task, names).map_err(|error| match &error {
            DeviationError::Unknown { near, .. } if near.is_empty() => {
                anyhow!("{error}; `halfulp device --help` lists them")
            }
            _ => error.into(),
        })?;
        ensure!(
            !planted.is_empty() || args.late.is_some(),
            "name a deviation: `halfulp device --help` lists them"
        );
        let device = deviation::device(&Behaviour::default(), &planted);
        ensure!(device.covers(task), "{} with {}: there is no such device", task.op, args.deviations);
        Ok(Some(Sequence::new(device, order)))
    })
}

fn lane(text: &str) -> anyhow::Result<Order> {
    let parsed = text.split_once('/').and_then(|(lane, of)| Some((lane.parse().ok()?, of.parse().ok()?)));
    let lane = parsed.filter(|&(lane, of)| 1 <= lane && lane <= of && of > 1);
    let lane = lane.map(|(lane, of)| Order::Lane { lane, of });
    lane.ok_or_else(|| anyhow!("expected i/n with i from 1 to n and n at least 2, for example 2/4"))
}

fn late(text: &str) -> anyhow::Result<usize> {
    let number = text.parse().ok().filter(|number| (1..=1 << 20).contains(number));
    number.ok_or_else(|| anyhow!("expected a number of lines, 1 to 2^20"))
}

const EXAMPLES: &str = "\
Examples:
  echo 39 3d | halfulp device truncate mul e4m3fn
  echo 01 78 | halfulp device daz,ftz-after mul e4m3fn --round rtz
  printf '38 38\\n40 38\\n' | halfulp device none mul e4m3fn --late 1
  printf '39 3d\\n39 3d\\n' | \\
    halfulp device truncate mul e4m3fn --lane 2/2
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
