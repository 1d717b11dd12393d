//! `halfulp device`: a device with planted deviations, which reads lines of operands and answers them as `eval` does.

use std::fmt::Write as _;

use anyhow::ensure;
use halfulp::{Format, Op, Task};
use halfulp_verify::deviation::{self, Deviation};
use halfulp_verify::model::Behaviour;

use crate::eval;
use crate::exit::Verdict;

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
        let planted = deviation::named(task, &args.deviations)?;
        ensure!(!planted.is_empty(), "name a deviation: `halfulp device --help` lists them");
        let device = deviation::device(&Behaviour::default(), &planted);
        ensure!(device.covers(task), "{} with {}: there is no such device", task.op, args.deviations);
        Ok(Some(device))
    })
}

const EXAMPLES: &str = "\
Examples:
  echo 39 3d | halfulp device truncate mul e4m3fn
  halfulp diagnose e4m3fn --op mul --round rne \\
    --subject 'cmd:halfulp device daz,truncate {op} {format}'";

/// Examples, then the deviations of some tasks that have them all but for the bits of wide formats.
fn help() -> String {
    let tasks = [Op::Mul, Op::Add, Op::Div, Op::Sqrt, Op::Fma].map(|op| Task::within(op, Format::E5M2));
    let e2m1 = Task::within(Op::Convert, Format::BINARY32).with_result(Format::E2M1);
    let fnuz = Task::within(Op::Add, Format::E4M3FNUZ);
    let stochastic =
        "sr-a:8".parse().map(|rounding| tasks[0].with_policy(tasks[0].policy.rounding(rounding)));
    let mut all: Vec<Deviation> = Vec::new();
    for task in tasks.iter().chain([&e2m1, &fnuz]).chain(&stochastic) {
        for deviation in deviation::list(task) {
            if !all.contains(&deviation) && !is_bit(&deviation) {
                all.push(deviation);
            }
        }
    }
    let mut text = format!("{EXAMPLES}\n\nDeviations, of which each task has those that make sense:\n");
    for deviation in &all {
        let _ = writeln!(text, "  {:27} {}", deviation.name, deviation.text);
    }
    text.push_str(
        "  stuck-a3-0, stuck-r7-1, ... has bit 3 of operand a stuck at 0, bit 7 of the result at 1",
    );
    text
}

fn is_bit(deviation: &Deviation) -> bool {
    deviation.name.starts_with("stuck-")
}
