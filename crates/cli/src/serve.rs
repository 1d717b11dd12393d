//! `halfulp serve`: this library as a device of protocol 2.

use std::io::{self, BufWriter};

use anyhow::Context as _;
use halfulp_verify::engine::command::{Fault, Serving, serve};

use crate::exit::Verdict;
use crate::format_arg::format_arg;
use crate::stdout;

/// The arguments of `serve`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Take cases as words of fixed width, and no lines: the binary mode.
    #[arg(long)]
    binary: bool,
    /// Answer as a device with a faulty memory does: late-rounding rounds the first case after a change of the rounding as the case before
    /// it; sticky-flags never clears a flag; stale-operand gives the case after one with a NaN operand the first operand of that one.
    #[arg(long, value_name = "FAULT")]
    fault: Option<Fault>,
}

const EXAMPLES: &str = "\
Writes a manifest that claims every task, then answers lines of cases, `NUMBER OP FORMATS ROUNDING SATURATION OPTIONS NOISE \
OPERAND...`, with `NUMBER RESULT FLAGS`; with --binary batches of words. docs/devices.md has the whole protocol.

Examples:
  printf '17 mul e4m3fn,e4m3fn,e4m3fn rne none - 0 3C 41\\n' \\
    | halfulp serve
  halfulp verify e4m3fn --op mul --subject 'cmd2:halfulp serve'
  halfulp verify e2m1 --op mul \
    --subject 'cmd2:halfulp serve --binary'";

/// Runs `serve` on standard input and output.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    stdout::check()?;
    let output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let of_file = |name: &str| format_arg(name).ok().map(|named| named.format);
    let serving = Serving { binary: args.binary, fault: args.fault };
    match serve(io::stdin().lock(), output, &of_file, &serving) {
        // Nobody reads any more.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Verdict::Yes),
        served => served.context("could not go on").map(|()| Verdict::Yes),
    }
}
