//! The constants of a kernel for a format under a policy. All special codes are obtained from `round`.

pub(super) mod magic_add;
pub(super) mod narrow;
pub(super) mod split_table;
#[cfg(feature = "std")]
pub(super) mod tables;
pub(super) mod widen;

use super::base::{BINARY64, WideKind, conversion, wide_format};
use super::lane::Lane;
use crate::format::{Code, Format};
use crate::op::{Operands, Task, TaskError, apply};
use crate::policy::{Flags, Policy, Rounding, Standard};
use alloc::boxed::Box;
use magic_add::MagicAdd;
use narrow::Narrow;
use split_table::{InHalf, SplitTable, split_upper_half};
use widen::Widen;

/// A format and a policy, with the constants that kernels use.
#[derive(Clone, Debug)]
pub struct Plan {
    format: Format,
    policy: Policy,
    /// For `f32` in lanes of 32 bits, and for `f64`.
    pub(super) single: Lanes<u32>,
    pub(super) double: Lanes<u64>,
    /// For `f32` in lanes of 64 bits, which have room for any exponent and any noise.
    pub(super) single_in_double: Option<Narrow<u64>>,
    /// Codes as operands: their values, whatever the policy delivers.
    pub(super) single_operands: Values<u32>,
    pub(super) double_operands: Values<u64>,
    /// For lanes of binary16.
    pub(super) in_half: Option<Box<InHalf>>,
    #[cfg(feature = "std")]
    pub(super) tables: tables::Tables,
}

/// The constants in lanes of one type; each is missing where its loop does not apply.
#[derive(Clone, Debug)]
pub struct Lanes<L> {
    pub(super) narrow: Option<Narrow<L>>,
    pub(super) magic_add: Option<MagicAdd<L>>,
    pub(super) values: Values<L>,
}

/// The values of codes in a wide type; each form is missing where it does not apply.
#[derive(Clone, Debug)]
pub struct Values<L> {
    pub(super) widen: Option<Widen<L>>,
    /// The value of every code, where there are up to 256.
    pub(super) table: Option<Table<L>>,
    /// The same split into bytes, the upper two of four, where the lower are zero.
    pub(super) split: Option<Box<SplitTable>>,
}

/// The value of every byte.
pub(super) type Table<L> = Box<[L; 256]>;

/// The largest width of codes in arrays. Values can be rounded to any format with at most [`MOST_PRECISE`] bits of precision.
pub const WIDEST: u32 = 16;

/// The largest precision of a format for arrays: that of binary64.
pub const MOST_PRECISE: u32 = 53;

impl Plan {
    /// The constants of a format under a policy.
    ///
    /// # Errors
    /// [`TaskError::NoiseBits`] if the sum of the policy's noise bits and the format's precision exceeds 72.
    pub fn new(format: &Format, policy: &Policy) -> Result<Plan, TaskError> {
        let task = conversion(BINARY64, *format, policy);
        task.check()?;
        let operand = Policy { flush_operands: policy.flush_operands, ..Policy::IEEE };
        let single = Lanes::new(format, policy, WideKind::Binary32);
        Ok(Plan {
            format: *format,
            policy: *policy,
            in_half: single.nearest().and_then(|magic_add| InHalf::new(format, magic_add)),
            single,
            double: Lanes::new(format, policy, WideKind::Binary64),
            single_in_double: Narrow::new(format, policy, WideKind::Binary32),
            single_operands: Values::new(format, &operand, WideKind::Binary32),
            double_operands: Values::new(format, &operand, WideKind::Binary64),
            #[cfg(feature = "std")]
            tables: tables::Tables::default(),
        })
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

    /// The conversion from a wide type of which the flags are counted: P3109 raises none, but what leaves the range is the same.
    pub(crate) fn counting(&self, from: WideKind) -> Task {
        conversion(wide_format(from), self.format, &self.policy.standard(Standard::Ieee754))
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

impl<L: Lane> Lanes<L> {
    fn new(f: &Format, policy: &Policy, kind: WideKind) -> Lanes<L> {
        let task = conversion(*f, wide_format(kind), policy);
        let value = |code: Code| apply(&task, Operands::new(code, 0, 0)).code;
        let narrow: Option<Narrow<L>> = Narrow::new(f, policy, kind);
        let magic_add = narrow.as_ref().and_then(|n| MagicAdd::new(n, f.width(), value));
        Lanes { narrow, magic_add, values: Values::new(f, policy, kind) }
    }

    /// The magic addition, for round to nearest even.
    pub(super) fn nearest(&self) -> Option<&MagicAdd<L>> {
        self.magic_add.as_ref().filter(|magic_add| magic_add.mode == narrow::Mode::Nearest)
    }

    /// The magic addition for the loops in plain Rust.
    pub(super) fn exact_magic(&self) -> Option<&MagicAdd<L>> {
        self.magic_add.as_ref().filter(|magic_add| magic_add.fine)
    }

    /// Whether values are quantized in these lanes.
    pub(super) const fn quantize(&self) -> bool {
        self.narrow.is_some() && self.values.widen.is_some()
    }
}

impl<L: Lane> Values<L> {
    fn new(f: &Format, policy: &Policy, kind: WideKind) -> Values<L> {
        let table = table(f, &conversion(*f, wide_format(kind), policy));
        let split = table.as_deref().and_then(split_upper_half);
        Values { widen: Widen::new(f, policy, kind), table, split }
    }

    /// Whether codes become values by loops.
    pub(super) fn are_known(&self) -> bool {
        self.table.is_some() || self.widen.is_some()
    }
}

/// All values of a format of up to 8 bits, unless noise decides some of them.
fn table<L: Lane>(f: &Format, task: &Task) -> Option<Table<L>> {
    if f.width() > 8 {
        return None;
    }
    let values = core::array::from_fn(|code| apply(task, Operands::new(code as Code, 0, 0)));
    let is_stochastic = matches!(task.policy.rounding, Rounding::Stochastic { .. });
    if is_stochastic && values.iter().any(|v: &crate::round::Rounded| v.flags.contains(Flags::INEXACT)) {
        return None;
    }
    Some(Box::new(values.map(|v| L::from_u64(v.code))))
}

/// A lane with constants in a plan.
pub trait InPlan: Lane {
    /// A plan's constants in lanes of this type.
    fn lanes(plan: &Plan) -> &Lanes<Self>;
    /// What its codes mean as operands.
    fn operands(plan: &Plan) -> &Values<Self>;
}

impl InPlan for u32 {
    #[inline(always)]
    fn lanes(plan: &Plan) -> &Lanes<u32> {
        &plan.single
    }

    #[inline(always)]
    fn operands(plan: &Plan) -> &Values<u32> {
        &plan.single_operands
    }
}

impl InPlan for u64 {
    #[inline(always)]
    fn lanes(plan: &Plan) -> &Lanes<u64> {
        &plan.double
    }

    #[inline(always)]
    fn operands(plan: &Plan) -> &Values<u64> {
        &plan.double_operands
    }
}
