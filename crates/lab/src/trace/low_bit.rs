//! Optimizers with 8-bit states: which of their parameters are known, and how these are kept.

use super::file::Trace;
use super::kept::BLOCK;
use super::parameter::Parameter;
use super::torchao;

/// The preset of those of bitsandbytes, as they compute on a CPU.
pub const BITSANDBYTES: &str = "bitsandbytes-cpu";

/// From how many elements on states are 8-bit.
const LEAST: u64 = 4096;

/// The library whose 8-bit storage the states of a preset's class have, where they have one: the name of the storage's preset.
pub fn library(preset: &str) -> Option<&'static str> {
    match preset {
        BITSANDBYTES => Some("bitsandbytes-cpu"),
        torchao::PRESET => Some("torchao"),
        _ => None,
    }
}

/// Whether the states of a parameter are stored by blocks; those of torchao are where all blocks are full.
pub fn is_blockwise(preset: &str, parameter: &Parameter) -> bool {
    let elements = parameter.elements();
    let fits = preset != torchao::PRESET || elements.is_multiple_of(BLOCK as u64);
    library(preset).is_some() && elements >= LEAST && fits
}

/// Whether a parameter of an optimizer with 8-bit states is of the kind that is known.
///
/// # Errors
/// It was on another device than a CPU, or the optimizer has settings that are another step.
pub fn check(preset: &str, trace: &Trace, parameter: &Parameter) -> Result<(), String> {
    let Parameter { name, device, group, .. } = parameter;
    if device != "cpu" {
        return Err(format!(
            "{name} was on {device}: expected cpu, the kernels of 8-bit optimizers on other devices are other steps"
        ));
    }
    if preset != torchao::PRESET {
        return Ok(());
    }
    let block = trace.groups.number(*group, "block_size", 0)?;
    if block != BLOCK as f64 {
        return Err(format!("group {group}, block_size {block}: expected {BLOCK}"));
    }
    if trace.groups.flag(*group, "bf16_stochastic_round") {
        return Err(format!(
            "group {group} has bf16_stochastic_round: expected an optimizer that rounds to nearest"
        ));
    }
    Ok(())
}
