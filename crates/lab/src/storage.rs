//! Where a tensor is kept between steps, and what that does to its values.
//!
//! ```
//! use halfulp_lab::storage::Storage;
//!
//! let bfloat16 = Storage::named("bfloat16")?;
//! let mut values = [1.0f32 + 1.0 / 1024.0, 3.0];
//! bfloat16.keeper()?.store(&mut values, 0, 0);
//! assert_eq!(values, [1.0, 3.0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod blockwise;
pub mod levels;
mod open;
mod read;

pub use open::{Other, Store};
pub use read::{KEYS, rounding};

use std::fmt;
use std::sync::Arc;

use halfulp::format::catalog;
use halfulp::format::facts::{Facts, Nans, Overflow, Sign};
use halfulp::slice::{Arithmetic, SliceError, Wide};
use halfulp::{Format, Policy};

use crate::experiment::Invalid;

/// Where a tensor is kept.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Storage {
    /// As it is: nothing is rounded.
    #[default]
    Exact,
    /// Every element in a format, rounded under a policy.
    Format {
        /// The format.
        format: Format,
        /// The policy.
        policy: Policy,
    },
    /// A byte an element and a scale a block, by a code book.
    Blockwise(blockwise::Scheme),
    /// 2 to 8 bits an element and a scale a block.
    Levels(Arc<levels::LowBit>),
    /// Another crate's.
    Other(Other),
}

/// Why a storage cannot be had.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct StorageError(String);

impl StorageError {
    pub(crate) fn new(why: String) -> StorageError {
        StorageError(why)
    }
}

impl Storage {
    /// A format by its catalog's name, rounded to nearest, ties to even, without saturation; or `exact`.
    ///
    /// # Errors
    /// A name that means no format, or several.
    pub fn named(name: &str) -> Result<Storage, StorageError> {
        if name == "exact" {
            return Ok(Storage::Exact);
        }
        let format = catalog::lookup(name).map_err(|e| StorageError(e.to_string()))?;
        Ok(Storage::Format { format, policy: Policy::IEEE })
    }

    /// binary64's sign and exponents with `bits` stored bits of significand, 1 to 52: the relative error model of papers that cut
    /// mantissas, where neither underflow nor overflow is met.
    ///
    /// # Errors
    /// Bits out of range.
    pub fn mantissa(bits: u32, policy: Policy) -> Result<Storage, StorageError> {
        if !(1..=52).contains(&bits) {
            return Err(StorageError(format!("a mantissa of {bits} bits: expected 1 to 52")));
        }
        let facts = Facts {
            width: 12 + bits,
            precision: bits + 1,
            bias: 1023,
            sign: Sign::SignMagnitude,
            nans: Nans::Top((1 << bits) - 1),
            overflow: Overflow::Infinity,
            subnormals: true,
        };
        let format = Format::new(facts).map_err(|e| StorageError(e.to_string()))?;
        Ok(Storage::Format { format, policy })
    }

    /// bfloat16, rounded to nearest, ties to even.
    #[must_use]
    pub const fn bfloat16() -> Storage {
        Storage::Format { format: ieee(16, 8), policy: Policy::IEEE }
    }

    /// binary32, rounded to nearest, ties to even.
    #[must_use]
    pub const fn binary32() -> Storage {
        Storage::Format { format: ieee(32, 24), policy: Policy::IEEE }
    }

    /// What does the storing.
    ///
    /// # Errors
    /// A format or a policy that arrays cannot be computed in.
    pub fn keeper(&self) -> Result<Keeper, StorageError> {
        Ok(match self {
            Storage::Exact => Keeper::Exact,
            Storage::Format { format, policy } => Keeper::Format(Box::new(Arithmetic::new(format, policy)?)),
            Storage::Blockwise(scheme) => Keeper::Blockwise(scheme.clone()),
            Storage::Levels(low) => Keeper::Levels(low.clone()),
            Storage::Other(other) => Keeper::Other(other.0.clone()),
        })
    }

    /// Bytes that `elements` elements take, where an exact one takes `exact` bytes.
    #[must_use]
    pub fn bytes(&self, elements: usize, exact: f64) -> f64 {
        match self {
            Storage::Exact => elements as f64 * exact,
            Storage::Format { format, .. } => elements as f64 * f64::from(format.width()) / 8.0,
            Storage::Blockwise(scheme) => scheme.bytes(elements),
            Storage::Levels(low) => low.bytes(elements),
            Storage::Other(other) => other.0.bytes(elements),
        }
    }

    /// Whether elements share scales.
    #[must_use]
    pub fn is_blockwise(&self) -> bool {
        match self {
            Storage::Exact | Storage::Format { .. } => false,
            Storage::Blockwise(_) | Storage::Levels(_) => true,
            Storage::Other(other) => other.0.block() > 1,
        }
    }

    /// The format, where every element is kept in one on its own.
    #[must_use]
    pub const fn format(&self) -> Option<(&Format, &Policy)> {
        match self {
            Storage::Format { format, policy } => Some((format, policy)),
            Storage::Exact | Storage::Blockwise(_) | Storage::Levels(_) | Storage::Other(_) => None,
        }
    }
}

/// A format laid out as IEEE 754 lays them out.
pub(crate) const fn ieee(width: u32, precision: u32) -> Format {
    Format::known(Facts {
        width,
        precision,
        bias: (1 << (width - precision - 1)) - 1,
        sign: Sign::SignMagnitude,
        nans: Nans::Top((1 << (precision - 1)) - 1),
        overflow: Overflow::Infinity,
        subnormals: true,
    })
}

impl From<StorageError> for Invalid {
    fn from(e: StorageError) -> Invalid {
        Invalid::new("storage", e.0)
    }
}

impl From<SliceError> for StorageError {
    fn from(e: SliceError) -> StorageError {
        StorageError(e.to_string())
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Storage::Exact => f.write_str("exact"),
            Storage::Blockwise(scheme) => scheme.fmt(f),
            Storage::Levels(low) => low.fmt(f),
            Storage::Other(other) => other.0.fmt(f),
            Storage::Format { format, policy } => {
                let wide = Storage::mantissa(format.precision() - 1, Policy::IEEE);
                match (catalog::name_of(format), wide) {
                    (Some(name), _) => f.write_str(&name)?,
                    (None, Ok(Storage::Format { format: wide, .. })) if wide == *format => {
                        write!(f, "M{}", format.precision() - 1)?;
                    }
                    (None, _) => write!(f, "{} bits, precision {}", format.width(), format.precision())?,
                }
                write!(f, " {}", policy.rounding)?;
                if policy.saturation != Policy::IEEE.saturation {
                    write!(f, " {}", policy.saturation)?;
                }
                if policy.flush_results {
                    f.write_str(" flushed")?;
                }
                Ok(())
            }
        }
    }
}

/// What stores a tensor: made once, used at every step.
#[derive(Clone, Debug)]
pub enum Keeper {
    /// Nothing is rounded.
    Exact,
    /// A format under a policy.
    Format(Box<Arithmetic>),
    /// Blocks that share a scale.
    Blockwise(blockwise::Scheme),
    /// The same of few bits.
    Levels(Arc<levels::LowBit>),
    /// Another crate's.
    Other(Arc<dyn Store>),
}

impl Keeper {
    /// Stores values and reads them back. The noise of element `i` is `noise::element(seed, first + i)`.
    pub fn store<V: Wide>(&mut self, values: &mut [V], seed: u64, first: u64) {
        match self {
            Keeper::Exact => {}
            Keeper::Format(arithmetic) => {
                arithmetic.set_noise(seed, first);
                // In place, nothing can differ in length.
                arithmetic.quantize_in_place(values);
            }
            Keeper::Blockwise(scheme) => scheme.store_wide(values),
            Keeper::Levels(low) => low.store(values, seed, first),
            Keeper::Other(store) => open::store(&**store, values, seed, first),
        }
    }

    /// Whether elements share scales.
    #[must_use]
    pub fn is_blockwise(&self) -> bool {
        match self {
            Keeper::Exact | Keeper::Format(_) => false,
            Keeper::Blockwise(_) | Keeper::Levels(_) => true,
            Keeper::Other(store) => store.block() > 1,
        }
    }

    /// Elements that have to be stored together: parts of a tensor start at a multiple of this.
    #[must_use]
    pub fn block(&self) -> usize {
        match self {
            Keeper::Exact | Keeper::Format(_) => 1,
            Keeper::Blockwise(scheme) => scheme.parameters().block,
            Keeper::Levels(low) => low.block,
            Keeper::Other(store) => store.block().max(1),
        }
    }
}
