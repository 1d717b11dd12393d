//! Which code a device's NaN has.

use halfulp::{Code, Exact, Format, Nan, NanResult, Nans, Value};
use serde::{Deserialize, Serialize};

/// Which code a NaN result has.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct NanRules {
    /// The code, if it is not the format's canonical NaN.
    pub code: Option<Code>,
    /// The code of a NaN without a NaN operand, if it is another one.
    pub invalid: Option<Code>,
    /// The sign of a NaN.
    pub sign: NanSign,
    /// What is kept of the payload of a NaN operand.
    pub payload: Payload,
    /// Whether of two NaN operands the later one counts.
    pub last: bool,
    /// Whether the NaN of an overflow, or of an infinity, has the sign of that number.
    pub overflow_sign: bool,
    /// The result in a format without NaN, if it is not the policy's.
    pub missing: Option<NanResult>,
    /// Whether that result has the sign of the NaN operand: inverted for minus zero.
    pub missing_sign: bool,
}

/// The sign of a NaN result.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NanSign {
    /// That of its code.
    #[default]
    Code,
    /// Minus.
    Negative,
    /// That of the NaN operand.
    Operand,
    /// The other sign than that of the NaN operand.
    Opposite,
    /// The product of the signs of the first two operands.
    Product,
}

/// What is kept of the payload of a NaN operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payload {
    /// Nothing.
    #[default]
    None,
    /// Its leading bits, and the NaN is quiet.
    Quieted,
    /// Its leading bits as they are; where none is set, the NaN is quiet.
    Kept,
    /// Its leading bits as they are; where none is set, the last one is.
    KeptOrLast,
    /// Its leading bits with the first one inverted.
    QuietInverted,
    /// All bits set, whatever it was.
    Ones,
}

/// Why the result is a NaN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cause {
    /// An operand is, or an operation is invalid.
    Operation,
    /// A number or an infinity of this sign is past the largest value.
    Past { negative: bool },
}

impl NanRules {
    /// The code of a NaN result.
    pub(super) fn of(&self, f: &Format, policy: NanResult, values: &[Value<Exact>], cause: Cause) -> Code {
        let operand = self.operand(values);
        let Some(canonical) = f.nan() else {
            return self.missing(f, policy, operand);
        };
        let generated = if operand.is_none() { self.invalid } else { None };
        let code = generated.or(self.code).unwrap_or(canonical);
        if let Cause::Past { negative } = cause {
            return if self.overflow_sign { self.signed(f, code, negative) } else { code };
        }
        let code = operand.map_or(code, |nan| self.with_payload(f, code, nan.payload));
        let sign = match self.sign {
            NanSign::Code => return code,
            NanSign::Negative => true,
            NanSign::Operand | NanSign::Opposite => match operand {
                Some(nan) => nan.negative != (self.sign == NanSign::Opposite),
                None => return code,
            },
            NanSign::Product => values.iter().take(2).fold(false, |sign, x| sign != x.is_negative()),
        };
        self.signed(f, code, sign)
    }

    /// The NaN operand that counts.
    fn operand(&self, values: &[Value<Exact>]) -> Option<Nan> {
        let mut nans = values.iter().filter_map(|value| match value {
            Value::Nan(nan) => Some(*nan),
            _ => None,
        });
        if self.last { nans.next_back() } else { nans.next() }
    }

    fn signed(&self, f: &Format, code: Code, negative: bool) -> Code {
        // The only NaN of some formats is the code that minus zero would have.
        let unsigned = f.facts().nans == Nans::NegativeZero && code == f.top_bit();
        if !f.is_signed() || unsigned {
            return code;
        }
        if negative { code | f.top_bit() } else { code & !f.top_bit() }
    }

    /// A NaN's trailing bits, where the format has NaNs to tell apart.
    fn with_payload(&self, f: &Format, code: Code, payload: u64) -> Code {
        if self.payload == Payload::None || !f.has_ieee_nans() {
            return code;
        }
        let bits = f.precision() - 1;
        let (ones, quiet) = ((1u64 << bits) - 1, 1u64 << (bits - 1));
        let leading = payload >> (64 - bits);
        let trailing = match self.payload {
            Payload::None => return code,
            Payload::Quieted => leading | quiet,
            Payload::Kept if leading == 0 => quiet,
            Payload::KeptOrLast if leading == 0 => 1,
            Payload::Kept | Payload::KeptOrLast => leading,
            Payload::QuietInverted if leading == quiet => quiet,
            Payload::QuietInverted => leading ^ quiet,
            Payload::Ones => ones,
        };
        code & !ones | trailing
    }

    fn missing(&self, f: &Format, policy: NanResult, operand: Option<Nan>) -> Code {
        let code = match self.missing.unwrap_or(policy) {
            NanResult::Largest => f.largest(false),
            NanResult::Least => f.largest(true),
            NanResult::NegativeZero => f.encode(true, 0),
            NanResult::Zero => 0,
        };
        let flips = self.missing_sign && f.has_negative_zero() && operand.is_some_and(|nan| nan.negative);
        if flips { code ^ f.top_bit() } else { code }
    }
}
