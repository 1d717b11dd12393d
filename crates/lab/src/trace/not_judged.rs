//! What a replay does not judge.

use super::candidate::Candidate;
use super::file::Trace;
use super::known::Class;
use super::torchao;
use crate::report::number::digits;

/// What a replay leaves out or takes as it is, whatever was recorded: what, and why.
pub fn not_judged(trace: &Trace, class: &Class, judged_by: &Candidate) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for parameter in &trace.parameters {
        for state in class.others(parameter) {
            let what = format!("{}/{state}", parameter.name);
            all.push((what, "no state of this optimizer that the lab has".into()));
        }
    }
    all.extend(class.not_judged(trace));
    if judged_by.preset == torchao::PRESET {
        all.push(assumed_biases(trace, class));
    }
    for device in trace.devices().into_iter().filter(|device| *device != "cpu") {
        let why = "the orders that the lab has are those of PyTorch on a CPU: bounds are of one of these, and trace.bits passes only where one gives the numbers";
        all.push((format!("the order of operations on {device}"), why.into()));
    }
    if trace.left_out > 0 {
        let what = format!("{} parameters of the optimizer", trace.left_out);
        all.push((what, "the recorder left them out".into()));
    }
    all
}

/// What the bounds of torchao's steps take as it is, and how far from the exact one that is.
fn assumed_biases(trace: &Trace, class: &Class) -> (String, String) {
    let mut runs: Vec<(usize, u64)> = trace.parameters.iter().map(|p| (p.group, p.start)).collect();
    runs.sort_unstable();
    runs.dedup();
    let (mut most, mut at) = (0.0, 0);
    for (group, start) in runs {
        for step in 0..trace.steps {
            let t = start + step as u64 + 1;
            let hyper = class.hyper(&trace.groups, group, step);
            for beta in hyper.map_or([0.0; 2], |hyper| hyper.betas) {
                let error = torchao::bias_error(beta, t);
                (most, at) = if error > most { (error, t) } else { (most, at) };
            }
        }
    }
    let why = format!(
        "ASSUMED as torchao computes them, in binary32: up to {} of themselves from the exact ones (step {at}). The bounds are those of a step with \
         these numbers; that they are the ones that were used only trace.bits can tell",
        digits(most, 2)
    );
    ("bias corrections 1 - beta^t".into(), why)
}
