//! The machine of a run.

use serde::{Deserialize, Serialize};

/// A machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The name of the CPU, if the system reports it.
    pub cpu: Option<String>,
    /// The instruction set, such as `x86_64`.
    pub architecture: String,
    /// The operating system, such as `linux`.
    pub system: String,
    /// The kernel used for arrays.
    pub kernel: String,
}

impl Machine {
    /// This machine.
    #[must_use]
    pub fn this() -> Machine {
        Machine {
            cpu: cpu(),
            architecture: std::env::consts::ARCH.into(),
            system: std::env::consts::OS.into(),
            kernel: halfulp::kernel::chosen()
                .map_or_else(|error| error.to_string(), |kernel| kernel.name().into()),
        }
    }
}

/// Linux has it in a file.
fn cpu() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, name)| name.trim().to_string())
}
