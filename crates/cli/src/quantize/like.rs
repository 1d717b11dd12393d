//! `--like PROFILE`: the conversions of another implementation.

use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use halfulp::{Format, Op, Operands, Policy, Task};
use halfulp_tensor::{Coder, Convert, Element, Input, Target};
use halfulp_verify::profile::Profile;

use super::Args;
use crate::format_arg::NamedFormat;
use crate::profile_arg::{policies, profile_arg};

/// The formats, each with the conversion of a profile to it, for the types of the tensors that are quantized; and the policy of all of them.
///
/// # Errors
/// The profile has no rule for one of the conversions, or rules under several policies.
pub fn targets(
    args: &Args,
    name: &str,
    formats: Vec<NamedFormat>,
    input: &Input,
) -> anyhow::Result<(Vec<Target>, Policy)> {
    let profile = profile_arg(name)?;
    let found = |element: &Element| input.head.tensors.iter().any(|tensor| tensor.element == Some(*element));
    let elements: Vec<Element> = Element::ALL.into_iter().filter(found).collect();
    let (round, saturate) = (args.round.as_slice(), args.saturate.as_slice());
    let mut common: Option<Policy> = None;
    let mut targets = Vec::new();
    for to in formats {
        let mut tasks = Vec::new();
        for element in &elements {
            let plain = Task::within(Op::Convert, element.format()?).with_result(to.format);
            let of = || format!("--like {name}: {} to {}", element.name(), to.name);
            let policy = policies(&profile, &plain, round, saturate).with_context(of)?[0];
            ensure!(
                common.is_none_or(|common| common == policy),
                "{}: it has other policies here than for the conversions before: name one with --round and --saturate, or quantize apart",
                of()
            );
            common = Some(policy);
            tasks.push(plain.with_policy(policy));
        }
        let Some(policy) = common else {
            bail!("it has no tensor of f16, bf16, f32 or f64, so nothing to quantize")
        };
        let coder = Coder::new(&to.format, &policy).with_context(|| format!("--to {}", to.name))?;
        let coder = coder.converting(conversion(&profile, tasks));
        targets.push(Target { name: to.name, coder });
    }
    common.map(|policy| (targets, policy)).context("--to names no format")
}

/// The conversion of a profile, for some tasks.
fn conversion(profile: &Arc<Profile>, tasks: Vec<Task>) -> Arc<Convert> {
    let rules: Vec<_> =
        tasks.into_iter().filter_map(|task| Some((task, profile.rule(&task)?.clone()))).collect();
    Arc::new(move |from: &Format, code, noise| {
        let (task, rule) = rules.iter().find(|(task, _)| task.operands[0] == *from)?;
        let operands = Operands { noise, ..Operands::new(code, 0, 0) };
        rule.unknown_to(task, &operands).is_none().then(|| rule.answer(task, operands).code)
    })
}
