//! The signs of a device's zeros.

use halfulp::{Exact, Op, Value};
use serde::{Deserialize, Serialize};

/// Which sign a zero has.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct ZeroRules {
    /// Of an exact zero.
    pub exact: ZeroSign,
    /// Whether a nonzero number that is rounded or flushed to zero gives plus zero.
    pub underflow_positive: bool,
    /// Whether a sum of opposite numbers is plus zero in every rounding.
    pub cancelled_positive: bool,
    /// Whether a format without minus zero gets its code all the same.
    pub raw: bool,
}

/// The sign of an exact zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZeroSign {
    /// As IEEE 754-2019 clause 6.3 says.
    #[default]
    Standard,
    /// Plus.
    Positive,
    /// The product of the signs of the first two operands, of sums too.
    Product,
    /// That of the first operand.
    First,
}

impl ZeroRules {
    /// The sign of an exact zero.
    pub(super) fn sign(&self, op: Op, values: &[Value<Exact>; 3], negative: bool) -> bool {
        let [a, b, _] = values.map(Value::is_negative);
        match self.exact {
            _ if self.cancelled_positive && cancels(op, values) => false,
            ZeroSign::Standard => negative,
            ZeroSign::Positive => false,
            ZeroSign::Product => a != (op.arity() > 1 && b),
            ZeroSign::First => a,
        }
    }
}

/// Whether a zero is the sum of terms that are not both zeros of one sign.
fn cancels(op: Op, values: &[Value<Exact>; 3]) -> bool {
    let [a, b, c] = values.map(Value::is_negative);
    let (first, second) = match op {
        Op::Add => (a, b),
        Op::Sub => (a, !b),
        Op::Fma => (a != b, c),
        _ => return false,
    };
    first != second
}
