//! Which work a plan has loops for.

use super::base::{BINARY32, WideKind, Work};
use super::body::{arithmetic, values};
use super::plan::narrow::Narrow;
use super::plan::widen::Widen;
use super::plan::{Plan, WIDEST};
use crate::op::Op;

impl Plan {
    /// Whether there are loops for this work.
    pub(super) fn covers(&self, work: Work) -> bool {
        match work {
            Work::Encode(_) | Work::Decode(_) | Work::Codes(_) if self.format().width() > WIDEST => false,
            Work::Encode(WideKind::Binary32) => {
                self.single.narrow.is_some() || self.single_in_double.is_some()
            }
            Work::Encode(WideKind::Binary64) => self.double.narrow.is_some(),
            Work::Decode(WideKind::Binary32) => self.single.values.are_known(),
            Work::Decode(WideKind::Binary64) => self.double.values.are_known(),
            Work::Codes(op) => self.working_type(op).is_some(),
            Work::Values(op, WideKind::Binary32) => values::serves(self, op) && self.keeps_singles(),
            Work::Values(op, WideKind::Binary64) => values::serves(self, op),
            Work::Quantize(kind) => self.has_lanes(kind) || self.has_codes(kind),
        }
    }

    /// Whether values are quantized in lanes.
    fn has_lanes(&self, kind: WideKind) -> bool {
        match kind {
            WideKind::Binary32 => self.single.quantize() || self.single_through_double().is_some(),
            WideKind::Binary64 => self.double.quantize(),
        }
    }

    /// Whether values are quantized through an array of codes.
    fn has_codes(&self, kind: WideKind) -> bool {
        self.covers(Work::Encode(kind)) && self.covers(Work::Decode(kind))
    }

    /// Whether a value that is one of binary32 is delivered in it as it is.
    fn keeps_singles(&self) -> bool {
        !self.policy().flush_results || self.format().quantum_min() >= BINARY32.emin()
    }

    /// The constants of quantizing `f32` in lanes of 64 bits.
    pub(super) fn single_through_double(&self) -> Option<(&Narrow<u64>, &Widen<u64>)> {
        if !self.keeps_singles() {
            return None;
        }
        self.single_in_double.as_ref().zip(self.double.values.widen.as_ref())
    }

    /// The wide type through which an operation on codes goes.
    pub(super) fn working_type(&self, op: Op) -> Option<WideKind> {
        let serves = |kind| arithmetic::serves(self, op, self.format().precision(), kind);
        // That all codes are exact in the type is a condition of the arithmetic, not of the table.
        if self.single_operands.widen.is_some() && serves(WideKind::Binary32) {
            return Some(WideKind::Binary32);
        }
        (self.double_operands.widen.is_some() && serves(WideKind::Binary64)).then_some(WideKind::Binary64)
    }
}
