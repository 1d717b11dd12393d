//! How far a store can move one value.

use crate::bound::outward::Upper;
use crate::bound::quantization::Errors;

/// What storing a value can change.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Allowed {
    /// At least the distance.
    pub most: Upper,
    /// The gap, and at least the bias, where one of the two numbers around the value is taken by chance.
    pub chance: Option<[Upper; 2]>,
}

/// Why nothing can be said of a value: it was beyond the storage's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Beyond;

/// Of a value that was stored as `q`; `bits` of noise, if it is rounded by chance.
pub(super) fn of_format(errors: &Errors, bits: Option<u32>, x: f64, q: f64) -> Result<Allowed, Beyond> {
    if errors.saturates(x) {
        return Err(Beyond);
    }
    // A number of the format is not rounded: neither is anything left to chance.
    if x == q {
        return Ok(Allowed { most: Upper::ZERO, chance: bits.map(|_| [Upper::ZERO; 2]) });
    }
    let gap = Upper::of(errors.ulp(x));
    let chance = bits.map(|bits| [gap, gap * Upper::of(0.5f64.powi(bits.cast_signed()))]);
    Ok(Allowed { most: errors.of_result(q), chance })
}
