//! A PROFILE argument: a name, or the path of a file.

use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use halfulp::{Policy, Rounding, Saturation, Task};
use halfulp_verify::profile::{self, Evidence, Profile, Rule};

use crate::input;
use crate::offered::Offered;

/// Profiles by name, for completions. That it means one is checked later: it may be a file.
pub fn offered() -> Offered<String> {
    Offered::text(profile::all().iter().map(|profile| profile.name.clone()).collect())
}

/// The profile that a text means. What ends in `.toml` is a file; anything else is a name.
///
/// # Errors
/// The file is wrong, or there is no profile of that name: a sentence for the person who typed it.
pub fn profile_arg(text: &str) -> anyhow::Result<Arc<Profile>> {
    if profile::is_path(text) {
        input::exists(Path::new(text))?;
        return Ok(Arc::new(profile::read(text)?));
    }
    profile::by_name(text).map_err(|error| {
        // With near names it ends in a question mark.
        let end = if error.near.is_empty() { ";" } else { "" };
        anyhow!(
            "{error}{end} `halfulp profiles` lists the names; a file of your own is given by its path, ./mine.toml"
        )
    })
}

/// The policies under which a profile answers a task, as far as they have one of some roundings and saturations; no roundings or saturations
/// mean any.
///
/// # Errors
/// There is none: which formats the profile has for the operation, or which roundings and saturations.
pub fn policies(
    profile: &Profile,
    task: &Task,
    roundings: &[Rounding],
    saturations: &[Saturation],
) -> anyhow::Result<Vec<Policy>> {
    let all = profile.policies(task);
    let wanted = |policy: &&Policy| {
        (roundings.is_empty() || roundings.contains(&policy.rounding))
            && (saturations.is_empty() || saturations.contains(&policy.saturation))
    };
    let policies: Vec<Policy> = all.iter().filter(wanted).copied().collect();
    if !policies.is_empty() {
        return Ok(policies);
    }
    if all.is_empty() {
        bail!(
            "{}: it has no rule for {} between these formats; `halfulp profiles {}` says for which it has one",
            profile.name,
            task.op,
            profile.name
        );
    }
    let has: Vec<String> =
        all.iter().map(|policy| format!("{} {}", policy.rounding, policy.saturation)).collect();
    bail!(
        "{}: it has no rule for this rounding and saturation: expected one of {}",
        profile.name,
        has.join(", ")
    )
}

/// What a rule rests on, in words.
pub fn evidence(rule: &Rule) -> &'static str {
    match rule.evidence {
        Evidence::Recorded => "recorded",
        Evidence::Text => "from text",
    }
}
