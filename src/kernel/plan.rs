//! What a kernel needs to know of a format under a policy. Every special code comes from asking `round`.

use super::WideKind;
use super::element::{BINARY32, BINARY64};
use crate::format::{Code, Format};
use crate::op::{Op, Operands, Task, TaskError, apply};
use crate::policy::Policy;

/// A format under a policy, with the constants that kernels compute with.
#[derive(Clone, Debug)]
pub struct Plan {
    format: Format,
    policy: Policy,
}

/// Bits of the widest format that arrays are computed in.
pub const WIDEST: u32 = 16;

impl Plan {
    /// The constants of a format of up to 16 bits under a policy.
    ///
    /// # Errors
    /// [`TaskError::NoiseBits`] if the policy's stochastic rounding takes none or more than 32. A format of more than
    /// [`WIDEST`] bits makes a plan that no kernel but `scalar` covers.
    pub fn new(format: &Format, policy: &Policy) -> Result<Plan, TaskError> {
        let task = conversion(BINARY64, *format, policy);
        task.check()?;
        Ok(Plan { format: *format, policy: *policy })
    }

    /// The format.
    #[must_use]
    pub const fn format(&self) -> &Format {
        &self.format
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The conversion from a wide type.
    pub(crate) fn narrowing(&self, from: WideKind) -> Task {
        conversion(wide_format(from), self.format, &self.policy)
    }

    /// The conversion to a wide type.
    pub(crate) fn widening(&self, to: WideKind) -> Task {
        conversion(self.format, wide_format(to), &self.policy)
    }

    /// The bits of a code's value in a wide type.
    pub(crate) fn widen(&self, to: WideKind, code: Code, noise: u64) -> Code {
        apply(&self.widening(to), Operands { codes: [code, 0, 0], noise }).code
    }
}

/// The format of a wide type.
pub(crate) const fn wide_format(kind: WideKind) -> Format {
    match kind {
        WideKind::Binary32 => BINARY32,
        WideKind::Binary64 => BINARY64,
    }
}

fn conversion(from: Format, to: Format, policy: &Policy) -> Task {
    Task { op: Op::Convert, operands: [from; 3], result: to, policy: *policy }
}
