//! The exceptions that a device raises.

use halfulp::{Exact, Flags, Value};
use serde::{Deserialize, Serialize};

use crate::verify::letters;

/// Which exceptions are raised.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct FlagRules {
    /// The exceptions that the device reports.
    #[serde(with = "letters")]
    pub known: Flags,
    /// Exceptions that it never raises though it reports them.
    #[serde(with = "letters")]
    pub never: Flags,
    /// Whether an exact tiny result raises underflow.
    pub exact_underflow: bool,
    /// Whether tininess is told by the result: by whether it is below the smallest normal value.
    pub tiny_by_result: bool,
    /// Whether an overflow that is rounded to the largest finite value raises no overflow.
    pub no_overflow_at_largest: bool,
    /// Whether a quiet NaN operand raises invalid.
    pub quiet_nan_invalid: bool,
}

impl Default for FlagRules {
    fn default() -> FlagRules {
        FlagRules {
            known: Flags::ALL,
            never: Flags::NONE,
            exact_underflow: false,
            tiny_by_result: false,
            no_overflow_at_largest: false,
            quiet_nan_invalid: false,
        }
    }
}

impl FlagRules {
    /// What is raised in place of the flags of the result.
    pub(super) fn of(&self, values: &[Value<Exact>], raised: Flags) -> Flags {
        let nan = self.quiet_nan_invalid && values.iter().any(|x| matches!(x, Value::Nan(_)));
        (raised | Flags::INVALID.when(nan)).without(self.never)
    }
}
