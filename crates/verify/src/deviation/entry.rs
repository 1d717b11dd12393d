//! An entry of the list.

use std::fmt;
use std::sync::Arc;

use crate::model::Behaviour;

/// The kind of a deviation: a row of the list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Subnormal operands.
    Operands,
    /// Tiny results.
    Flushing,
    /// The rounding of inexact results.
    Rounding,
    /// Only ties.
    Ties,
    /// Guard and sticky bits, and the place of the rounding.
    Guard,
    /// The alignment of the terms of a sum.
    Alignment,
    /// Two roundings in a row.
    DoubleRounding,
    /// Results beyond the range.
    Overflow,
    /// Infinities.
    Infinity,
    /// Another format than the task's.
    Format,
    /// The code of a NaN.
    Nan,
    /// The sign of a zero.
    Zero,
    /// Results of invalid operations, and of divisions by zero.
    Invalid,
    /// A multiply-add that is not fused.
    Fused,
    /// Exceptions.
    Flags,
    /// Order, sign and bits of operands and results.
    Wiring,
    /// Noise of stochastic rounding.
    Noise,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 17] = [
        Kind::Operands,
        Kind::Flushing,
        Kind::Rounding,
        Kind::Ties,
        Kind::Guard,
        Kind::Alignment,
        Kind::DoubleRounding,
        Kind::Overflow,
        Kind::Infinity,
        Kind::Format,
        Kind::Nan,
        Kind::Zero,
        Kind::Invalid,
        Kind::Fused,
        Kind::Flags,
        Kind::Noise,
        Kind::Wiring,
    ];

    /// What it is about, in a word or two.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Operands => "subnormals",
            Kind::Flushing => "flushing",
            Kind::Rounding => "rounding",
            Kind::Ties => "ties",
            Kind::Guard => "guard bits",
            Kind::Alignment => "alignment",
            Kind::DoubleRounding => "double",
            Kind::Overflow => "overflow",
            Kind::Infinity => "infinities",
            Kind::Format => "format",
            Kind::Nan => "NaN",
            Kind::Zero => "zero",
            Kind::Invalid => "invalid",
            Kind::Fused => "not fused",
            Kind::Flags => "flags",
            Kind::Wiring => "wiring",
            Kind::Noise => "noise",
        }
    }
}

/// A deviation.
#[derive(Clone)]
pub struct Deviation {
    /// The name, as on the command line.
    pub name: String,
    /// What the device does, as a sentence without subject: `reads subnormal operands as zero`.
    pub text: String,
    /// The kind.
    pub kind: Kind,
    /// The settings that it changes; of two deviations that share one, a device has only one.
    settings: Vec<&'static str>,
    change: Arc<dyn Fn(&mut Behaviour) + Send + Sync>,
}

impl fmt::Debug for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl PartialEq for Deviation {
    fn eq(&self, other: &Deviation) -> bool {
        self.name == other.name
    }
}

impl Deviation {
    pub(super) fn new(
        kind: Kind,
        settings: &[&'static str],
        name: impl Into<String>,
        text: impl Into<String>,
        change: impl Fn(&mut Behaviour) + Send + Sync + 'static,
    ) -> Deviation {
        let (name, text) = (name.into(), text.into());
        Deviation { name, text, kind, settings: settings.to_vec(), change: Arc::new(change) }
    }

    /// Gives a device this deviation.
    pub fn plant(&self, behaviour: &mut Behaviour) {
        (self.change)(behaviour);
    }

    /// Whether a device can have only one of the two.
    #[must_use]
    pub fn excludes(&self, other: &Deviation) -> bool {
        self.settings.iter().any(|setting| other.settings.contains(setting))
    }
}
