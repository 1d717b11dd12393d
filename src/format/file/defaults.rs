//! The facts in a format file, and what they are where the file does not say.

use toml::de::DeValue;

use super::super::facts::{Facts, Nans, Overflow, Sign};
use super::FileError;
use super::keys::Keys;

const SIGNS: [(&str, Sign); 3] = [
    ("sign-magnitude", Sign::SignMagnitude),
    ("unsigned", Sign::Unsigned),
    ("twos-complement", Sign::TwosComplement),
];

const OVERFLOWS: [(&str, Overflow); 3] =
    [("infinity", Overflow::Infinity), ("nan", Overflow::Nan), ("largest", Overflow::Largest)];

const NAN_EXPECTED: &str = "\"ieee\", \"all-ones\", \"negative-zero\", \"none\" or a count of codes";

/// The facts, defaults filled in; not yet checked against each other.
pub(super) fn facts(keys: &Keys<'_>) -> Result<Facts, FileError> {
    let sign = keys.word("sign", &SIGNS)?.unwrap_or(Sign::SignMagnitude);
    let fixed = sign == Sign::TwosComplement;
    let width = keys.count("width", "a number of bits from 2 to 64")?;
    let precision = if fixed && keys.get("precision").is_none() {
        width
    } else {
        keys.count("precision", "a number of significand bits, the hidden one included")?
    };
    let nans = nans(keys, fixed, precision)?;
    let overflow = match (nans, keys.word("overflow", &OVERFLOWS)?) {
        (_, Some(overflow)) => overflow,
        (Nans::None, None) => Overflow::Largest,
        (Nans::Top(_), None) if ieee(keys) => Overflow::Infinity,
        (Nans::Top(_) | Nans::NegativeZero, None) => Overflow::Nan,
    };
    Ok(Facts {
        width,
        precision,
        bias: keys.integer("bias", "an integer")?.unwrap_or(default_bias(sign, width, precision)),
        sign,
        nans,
        overflow,
        subnormals: keys.boolean("subnormals")?.unwrap_or(true),
    })
}

/// Whether the NaNs are laid out as in IEEE 754, said or by default.
fn ieee(keys: &Keys<'_>) -> bool {
    match keys.get("nan") {
        Some(DeValue::String(word)) => word == "ieee",
        Some(_) => false,
        None => true,
    }
}

fn nans(keys: &Keys<'_>, fixed: bool, precision: u32) -> Result<Nans, FileError> {
    let word = match keys.get("nan") {
        None if fixed => "none",
        None => "ieee",
        Some(DeValue::String(word)) => word,
        Some(DeValue::Integer(n)) => {
            let count = u64::from_str_radix(n.as_str(), n.radix());
            return count.map(Nans::Top).map_err(|_| keys.wrong("nan", NAN_EXPECTED));
        }
        Some(_) => return Err(keys.wrong("nan", NAN_EXPECTED)),
    };
    match word {
        "none" => Ok(Nans::None),
        "negative-zero" => Ok(Nans::NegativeZero),
        "all-ones" => Ok(Nans::Top(1)),
        "ieee" if precision == 1 => {
            let expected =
                "\"all-ones\", \"negative-zero\", \"none\" or a count: IEEE 754's NaNs need precision 2";
            Err(keys.error("nan", format!("expected {expected}")))
        }
        "ieee" => Ok(Nans::Top((1u64 << precision.saturating_sub(1).min(63)) - 1)),
        _ => Err(keys.wrong("nan", NAN_EXPECTED)),
    }
}

/// IEEE 754's bias; in two's complement, that of the integers. Widths and precisions that no format has give some
/// number too: they are found when the facts are checked.
fn default_bias(sign: Sign, width: u32, precision: u32) -> i32 {
    let (width, precision) = (i64::from(width), i64::from(precision));
    if sign == Sign::TwosComplement {
        return i32::try_from(2 - width).unwrap_or(0);
    }
    let exponent_bits = width + 1 - precision - i64::from(sign == Sign::SignMagnitude);
    (1i32 << (exponent_bits - 1).clamp(0, 30)) - 1
}
