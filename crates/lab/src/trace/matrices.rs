//! The settings of `torch.optim.Muon`, and which of its weights can be computed.

use super::file::Trace;
use super::muon::Weights;
use super::parameter::Parameter;
use crate::optimizer::muon::{Polar, Scale};
use crate::optimizer::{Ema, Moments, Muon, NewtonSchulz};

/// Elements of a matrix that is orthogonalized, at most: a step takes some ten products of its rows.
const LARGE: u64 = 1 << 16;

/// The most steps of the iteration: as PyTorch has it.
const STEPS: f64 = 99.0;

/// What a rate is adjusted by, under PyTorch's name; the first where there is no name.
const SCALES: [(&str, Scale); 3] = [
    ("original", Scale::Tall),
    ("match_rms_adamw", Scale::MatchAdam),
    ("spectral_unclamped", Scale::Spectral),
];

fn scale(name: Option<&str>) -> Option<Scale> {
    let known = SCALES.iter().find(|(known, _)| name.is_none_or(|name| name == *known));
    known.map(|(_, scale)| *scale)
}

/// Whether a parameter is a matrix of float32 or bfloat16, and its group has settings that PyTorch has.
///
/// # Errors
/// What is not so.
pub fn check(trace: &Trace, parameter: &Parameter) -> Result<(), String> {
    let Parameter { name, group, shape, dtype, .. } = parameter;
    let groups = &trace.groups;
    if shape.len() != 2 || !["float32", "bfloat16"].contains(&dtype.as_str()) {
        return Err(format!(
            "{name} is {dtype} of shape {shape:?}: expected a matrix of float32 or bfloat16"
        ));
    }
    groups.three(*group, "ns_coefficients")?;
    let steps = groups.number(*group, "ns_steps", 0)?;
    if steps.fract() != 0.0 || !(0.0..=STEPS).contains(&steps) {
        return Err(format!("group {group}, ns_steps {steps}: expected a whole number from 0 to {STEPS}"));
    }
    if groups.number(*group, "eps", 0)? < 0.0 {
        return Err(format!("group {group}, eps: expected 0 or more"));
    }
    let adjusted = groups.text(*group, "adjust_lr_fn");
    if scale(adjusted).is_none() {
        let names = SCALES.map(|(name, _)| name).join(", ");
        return Err(format!("group {group}, adjust_lr_fn {adjusted:?}: expected one of {names}"));
    }
    for step in 0..trace.steps {
        // Below a half torch.lerp begins at its other end.
        let momentum = groups.number(*group, "momentum", step)?;
        if momentum <= 0.5 {
            return Err(format!("group {group}, momentum {momentum}: expected more than 0.5"));
        }
    }
    Ok(())
}

/// The optimizer of a group that was [checked](check).
pub fn muon(trace: &Trace, group: usize) -> Muon {
    let (groups, reference) = (&trace.groups, NewtonSchulz::reference());
    let iteration = NewtonSchulz {
        steps: groups.number(group, "ns_steps", 0).map_or(reference.steps, |steps| steps as usize),
        coefficients: groups.three(group, "ns_coefficients").unwrap_or(reference.coefficients),
        epsilon: groups.number(group, "eps", 0).unwrap_or(reference.epsilon),
        ..reference
    };
    Muon {
        form: Ema::LerpFused,
        moments: Moments::Stored,
        nesterov: groups.flag(group, "nesterov"),
        polar: Polar::NewtonSchulz(Box::new(iteration)),
        scale: scale(groups.text(group, "adjust_lr_fn")).unwrap_or_default(),
        ..Muon::reference()
    }
}

/// Which weights of a parameter can be computed.
pub fn weights(trace: &Trace, parameter: &Parameter) -> Weights {
    let recorded = trace.elements_of(parameter);
    match parameter.shape[..] {
        [rows, columns] if recorded == parameter.elements() && recorded <= LARGE => {
            Weights::Matrix { rows: rows as usize, columns: columns as usize, fused: true }
        }
        _ => Weights::None,
    }
}

/// The parameters whose weights cannot be computed.
pub fn without_weights(trace: &Trace) -> impl Iterator<Item = &str> {
    let without = trace.parameters.iter().filter(|parameter| weights(trace, parameter) == Weights::None);
    without.map(|parameter| parameter.name.as_str())
}

/// What is not judged of a trace: the bounds of weights, and the weights that cannot be computed.
pub fn not_judged(trace: &Trace) -> Vec<(String, String)> {
    let bounds = "no bound of the iteration is informative in bfloat16 (SPEC.md, B10): trace.bits has them";
    let mut all = vec![("trace.step, .running and .worst-case of weights".to_string(), bounds.to_string())];
    for name in without_weights(trace) {
        let why = format!(
            "every weight of Muon depends on all of its matrix: expected one that was recorded whole, of {LARGE} elements at most"
        );
        all.push((format!("weights of {name}"), why));
    }
    all
}
