//! `halfulp eval`: the emulator as a filter. Operand lines in, `operands result flags` out, in Berkeley TestFloat's
//! form.

mod columns;
mod decimal;
mod fault;
mod hex;
mod like;
mod stream;

use std::io::{stdin, stdout};

use halfulp::Task;
use halfulp_verify::deviation::Sequence;

use crate::exit::Verdict;
use crate::task::{self, TaskArgs};
use crate::{operations, profile_arg, say};
use columns::Columns;
use like::Like;

/// The arguments of `eval`.
#[derive(clap::Args)]
#[command(after_help = operations::before(EXAMPLES))]
pub struct Args {
    #[command(flatten)]
    task: TaskArgs,
    /// Answer as an implementation does, under its own policy: a profile (`halfulp profiles` lists them) or its file. --round and --saturate
    /// choose among the policies that it has. It raises only the flags that the implementation has.
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["standard", "tininess", "flush_operands", "flush_results", "flush", "nan"], value_parser = profile_arg::offered(), hide_possible_values = true)]
    like: Option<String>,
    /// Read operands as numbers (-0.3, 1e-9, 0x1.8p3, inf, nan) instead of codes; 0x3c is then the number 60. Each is rounded to the operand's
    /// format to nearest, ties to even, without saturation, whatever the rounding and saturation of the operation. The answer contains the
    /// resulting codes, and the flags of the operation only.
    #[arg(long)]
    decimal: bool,
    /// Print only the result code on each line, which another `eval` can read.
    #[arg(long)]
    results: bool,
}

const EXAMPLES: &str = "\
A line has one hexadecimal word per operand, separated by white space. A word may begin with 0x; blank lines \
are skipped. The answer is the operands, the result and the flags (hexadecimal): 1 inexact, 2 underflow, 4 overflow, \
8 division by zero, 10 invalid. Answers are flushed before eval waits for more input. At an invalid line it reports the \
error and stops with exit code 2.

To encode a magnitude in an unsigned format, such as a scale in e8m0, take the absolute value: \
`eval abs --operands binary32 --result e8m0`.

A conversion to an integer under its TestFloat name raises inexact only with _rx_, as in f16_to_i32_rx_near_even; \
`convert` always reports it.

Examples:
  echo 38 48 | halfulp eval add e4m3fn
  echo 38 38 3f800000 | halfulp eval fma \\
    --operands e4m3fn,e4m3fn,binary32 --result binary32
  echo 3fd3333333333333 5a | halfulp eval convert \\
    --from binary64 --to e4m3fn --round sr-a:8
  echo 1.5 -0.3 | halfulp eval mul e4m3fn --decimal
  echo 38 48 | halfulp eval add e4m3fn --results \\
    | halfulp eval convert --from e4m3fn --to binary32
  echo c0400000 | halfulp eval abs --operands binary32 \\
    --result e8m0 --round rup
  echo ffc00000 | halfulp eval convert --from binary32 \\
    --to e4m3fn --like cuda-float
  testfloat_gen f16 2 | halfulp eval f16_mul
  echo 40 00 | halfulp eval div binary8p4se \\
    --standard p3109-v4.0
  halfulp verify e2m1 --op add --subject 'cmd:halfulp eval
    {op} --operands {operands} --result {result}
    --standard {standard} --round {round}
    --saturate {saturate} --tininess {tininess}
    --flush {flush} --nan {nan}'";

/// Runs `eval` on standard input and output.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    run_as(args, |_| Ok(None))
}

/// The same, where a device may answer instead of the library.
pub fn run_as(
    args: &Args,
    device: impl Fn(&Task) -> anyhow::Result<Option<Sequence>>,
) -> anyhow::Result<Verdict> {
    let mut task = task::build(&args.task)?;
    let like = like(args, &mut task)?;
    let device = device(&task)?;
    anyhow::ensure!(
        like.is_none() || device.is_none(),
        "--like answers as a profile does, and the deviations named as another device: leave out one of them"
    );
    crate::stdout::check()?;
    task::without_effect(&task).into_iter().for_each(say::say);
    let mut columns = Columns::of(&task, args.decimal, args.results).like(like);
    if let Some(device) = device {
        columns = columns.answered_by(device);
    }
    stream::answer(stdin().lock(), stdout().lock(), &columns)?;
    Ok(Verdict::Yes)
}

/// The profile that the arguments name, and the task under its policy: the first that it has, of those that --round and --saturate leave.
fn like(args: &Args, task: &mut Task) -> anyhow::Result<Option<Like>> {
    let Some(name) = &args.like else { return Ok(None) };
    let profile = profile_arg::profile_arg(name)?;
    let policies = profile_arg::policies(
        &profile,
        task,
        args.task.rounding().as_slice(),
        args.task.saturation().as_slice(),
    )?;
    *task = task.with_policy(policies[0]);
    Ok(Like::new(profile, task))
}
