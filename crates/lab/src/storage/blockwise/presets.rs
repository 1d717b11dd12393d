//! What libraries do, by name.

use super::{Decision, Floor, Map, Nans, Parameters, Scaling, Tie, Zeros};

/// The names of the presets.
pub const PRESETS: [&str; 6] =
    ["paper", "bitsandbytes-cuda", "bitsandbytes-cpu", "bitsandbytes-torch", "torchao", "int8"];

pub(super) fn parameters(name: &str, map: Map, signed: bool, block: usize) -> Result<Parameters, String> {
    let paper = Parameters {
        map,
        signed,
        block,
        decision: Decision::Nearest(Tie::Lower),
        scaling: Scaling::Division,
        divide_remainder: false,
        floor: Floor::None,
        nans: Nans::Propagated,
        flush: false,
        sign_repair: false,
        zeros: Zeros::Zero,
    };
    if (name == "int8") != (map == Map::Integer) && PRESETS.contains(&name) {
        let fits = if name == "int8" { "map = \"integer\"" } else { "map = \"linear\" or \"dynamic\"" };
        return Err(format!("preset {name}: it stores by {fits}, not {map}"));
    }
    let bitsandbytes = Parameters { scaling: Scaling::Reciprocal, nans: Nans::Ignored, ..paper };
    Ok(match name {
        "paper" => paper,
        "bitsandbytes-cuda" => Parameters {
            decision: Decision::Middle(Tie::EvenIndex),
            flush: true,
            sign_repair: signed,
            zeros: Zeros::AsComputed,
            ..bitsandbytes
        },
        "bitsandbytes-cpu" => {
            Parameters { decision: Decision::Grid, zeros: Zeros::FirstCode, ..bitsandbytes }
        }
        "bitsandbytes-torch" => Parameters {
            decision: Decision::Middle(Tie::Lower),
            divide_remainder: true,
            floor: Floor::Divisor(1e-38),
            nans: Nans::Propagated,
            zeros: Zeros::AsComputed,
            ..bitsandbytes
        },
        "torchao" => Parameters {
            decision: Decision::Residual,
            floor: Floor::Stored(1e-12),
            zeros: Zeros::AsComputed,
            ..paper
        },
        "int8" => Parameters {
            decision: Decision::Nearest(Tie::EvenIndex),
            floor: Floor::Stored(f32::MIN_POSITIVE),
            zeros: Zeros::AsComputed,
            ..paper
        },
        _ => return Err(format!("no preset is named {name:?}: expected one of {}", PRESETS.join(", "))),
    })
}

/// The preset that these parameters are, if they are one.
pub(super) fn name_of(p: &Parameters) -> Option<&'static str> {
    let is = |name: &&&str| parameters(name, p.map, p.signed, p.block).as_ref() == Ok(p);
    PRESETS.iter().find(is).copied()
}
