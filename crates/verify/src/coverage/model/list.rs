//! Which groups of bins apply to a task.

use std::sync::Arc;

use halfulp::{Op, Rounding, Task};

use crate::coverage::group::{Bins, Group, size};
use crate::coverage::groups::compare::Compared;
use crate::coverage::groups::integers::{NanPayload, NotRounded, Quarters, ToIntegerExponents};
use crate::coverage::groups::operands::{Binades, CODES, Classes, Codes, Exponents, Kinds, Patterns};
use crate::coverage::groups::product::ProductEvents;
use crate::coverage::groups::quotient::{ByZero, LowestBit};
use crate::coverage::groups::range::{BelowSmallest, EndExponents, Landmark, NearRange};
use crate::coverage::groups::reasons::Reasons;
use crate::coverage::groups::rounding::{Boundary, Integral, LoneBit, Noise, Situations};
use crate::coverage::groups::sums::{Cancellation, Shift, ShiftPatterns, Shifts};
use crate::coverage::groups::{integers, results};
use crate::coverage::operand::Reader;

/// The groups so far.
pub(super) struct List {
    pub(super) groups: Vec<Group>,
    pub(super) bins: usize,
}

impl List {
    /// Those of a task.
    pub(super) fn of(task: &Task, readers: &[Arc<Reader>]) -> List {
        let mut list = List { groups: Vec::new(), bins: 0 };
        of_operands(&mut list, task, readers);
        of_results(&mut list, task);
        if has_place_of_rounding(task) {
            of_rounding(&mut list, task);
            of_range(&mut list, task);
        }
        of_sums(&mut list, task, readers);
        of_operation(&mut list, task, readers);
        list
    }

    fn add(
        &mut self,
        id: &'static str,
        models: &'static [&'static str],
        title: &'static str,
        bins: impl Bins + 'static,
    ) {
        let (axes, first) = (bins.axes(), self.bins);
        self.bins += size(&axes);
        self.groups.push(Group { id, title, models, axes, first, bins: Box::new(bins) });
    }
}

/// Whether an exact result is rounded to the format of the result, and can be anywhere between its values.
fn has_place_of_rounding(task: &Task) -> bool {
    matches!(
        task.op,
        Op::Add
            | Op::Sub
            | Op::Mul
            | Op::Div
            | Op::Sqrt
            | Op::Fma
            | Op::ScaleB
            | Op::Convert
            | Op::ConvertToInteger
    )
}

fn of_operands(list: &mut List, task: &Task, readers: &[Arc<Reader>]) {
    list.add("classes", &[], "classes of the operands, combined", Classes(readers.to_vec()));
    let models: &[&str] = if task.operands[0].is_integer() { &["B1", "B25"] } else { &["B1"] };
    list.add("extremes", models, "extreme and special operands, combined", Kinds(readers.to_vec()));
    for (operand, reader) in readers.iter().enumerate() {
        let format = reader.format;
        let binades = Binades { operand, format, exponents: Exponents::of(&format) };
        let models: &[&str] = if format.is_integer() { &["B26"] } else { &[] };
        list.add(["binades-a", "binades-b", "binades-c"][operand], models, "binades of an operand", binades);
        if format.width() <= CODES {
            let id = ["codes-a", "codes-b", "codes-c"][operand];
            list.add(id, &["M1"], "codes of an operand", Codes { operand, format });
        }
    }
}

fn of_results(list: &mut List, task: &Task) {
    list.add("flags", &[], "exceptions raised together", results::Raised);
    let reasons = Reasons::of(task);
    if !reasons.is_empty() {
        list.add("reasons", &["M2"], "reasons for exceptions", reasons);
    }
    if task.op.is_query() {
        return;
    }
    let format = task.result;
    let reader = Arc::new(Reader::new(&format));
    list.add("classes-result", &[], "classes of the result", results::Classes(reader));
    let binades = results::Binades { format, exponents: Exponents::of(&format) };
    list.add("binades-result", &[], "binades of the result", binades);
    if format.width() <= CODES {
        list.add("codes-result", &["M1"], "codes of the result", results::Codes(format));
    }
    if format.has_zero() {
        list.add(
            "zeros",
            &["M8"],
            "zero results",
            results::Zeros { format, sums: matches!(task.op, Op::Add | Op::Sub | Op::Fma) },
        );
    }
    list.add("flipped", &["B2"], "results one bit beside an end of a range", results::Flipped::new(&format));
}

fn of_rounding(list: &mut List, task: &Task) {
    let format = &task.result;
    let ranges = format.tiny_below() == format.emin() && format.has_zero() && format.precision() > 1;
    list.add("rounding", &["B3"], "bits at the place of rounding", Situations { ranges });
    let extra = extra_bits(task);
    list.add("lone-bit", &["B7"], "a single bit below the guard bit", LoneBit { places: extra.max(2) });
    let longest = extra.saturating_sub(1).clamp(1, 16);
    list.add("boundaries", &["B8"], "results just beside a value or a midpoint", Boundary { longest });
    if let Rounding::Stochastic { .. } = task.policy.rounding {
        list.add("noise", &["M4"], "noise of stochastic rounding", Noise);
    }
}

/// Bits below the last one that an exact result can have.
fn extra_bits(task: &Task) -> u32 {
    let [a, b, c] = task.operands.map(|format| format.precision());
    let result = task.result.precision();
    let bits = match task.op {
        Op::Mul => a + b,
        Op::Fma => a + b + c,
        Op::Add | Op::Sub => a.max(b) + result,
        Op::Div | Op::Sqrt => result + 2,
        _ => a.saturating_sub(result) + result.min(8),
    };
    bits.min(64)
}

fn of_range(list: &mut List, task: &Task) {
    let format = &task.result;
    let largest = [NearRange::largest(format, false), NearRange::largest(format, format.is_signed())];
    let near = |name, near| Landmark { name, unit: "ulp", near };
    list.add(
        "overflow",
        &["B4"],
        "exact results near the largest value",
        near("distance from the largest value", largest),
    );
    list.add(
        "overflow-exponents",
        &["B4"],
        "exponents of exact results near the largest value",
        EndExponents::top(format),
    );
    if format.tiny_below() != format.emin() {
        return;
    }
    if format.has_zero() {
        let smallest = NearRange::smallest(format);
        let small = near("multiple of the smallest value", [smallest, smallest]);
        list.add("underflow-smallest", &["B5"], "exact results near the smallest value", small);
        list.add("below-smallest", &["B6"], "exact results below the smallest value", BelowSmallest);
    }
    let normal = NearRange::normal(format);
    let normal = near("distance from the smallest normal value", [normal, normal]);
    list.add("underflow-normal", &["B5"], "exact results near the smallest normal value", normal);
    let bottom = EndExponents::bottom(format);
    list.add(
        "underflow-exponents",
        &["B5"],
        "exponents of exact results near the smallest normal value",
        bottom,
    );
}

fn of_sums(list: &mut List, task: &Task, readers: &[Arc<Reader>]) {
    let [a, b, _] = &task.operands;
    let fused = task.op == Op::Fma;
    if !fused && !matches!(task.op, Op::Add | Op::Sub) {
        return;
    }
    let shifts = if fused { Shifts::of_fma(task) } else { Shifts::of_addition(a, b) };
    let model = |of_addition, of_fma| if fused { of_fma } else { of_addition };
    list.add("shift", model(&["B10"], &["B14"]), "shift between the terms", Shift { shifts });
    let patterns = ShiftPatterns { shifts, readers: readers.to_vec(), coarse: fused };
    list.add("shift-patterns", model(&["B11"], &["B15"]), "shift and significands of the terms", patterns);
    let cancellation = Cancellation::of(task, false);
    list.add("cancellation", model(&["B12"], &["B16"]), "carry and cancellation", cancellation);
    let result = &task.result;
    if result.tiny_below() == result.emin() && result.precision() > 1 && result.has_zero() {
        let cancellation = Cancellation::of(task, true);
        let title = "carry and cancellation of subnormal sums";
        list.add("cancellation-subnormal", model(&["B13"], &["B17"]), title, cancellation);
    }
    if fused {
        list.add("product", &["B18"], "products that would not fit without the addend", ProductEvents);
    }
}

fn of_operation(list: &mut List, task: &Task, readers: &[Arc<Reader>]) {
    let [operand, ..] = &task.operands;
    let result = &task.result;
    match task.op {
        Op::Mul | Op::Div | Op::Sqrt | Op::Fma => {
            list.add("significands", &["B9"], "significands of the operands", Patterns(readers.to_vec()));
        }
        _ => {}
    }
    match task.op {
        Op::Div | Op::Sqrt => {
            let precision = result.precision();
            list.add("lowest-bit", &["B20"], "lowest bits of exact results", LowestBit { precision });
        }
        Op::Convert | Op::ConvertToInteger if result.is_integer() && !operand.is_integer() => {
            let exponents = ToIntegerExponents { bits: result.width() };
            list.add("integer-exponents", &["B22"], "exponents of the operand", exponents);
            let largest = Quarters::largest(result);
            list.add("integer-largest", &["B23"], "operands near the largest integers", largest);
            list.add("integer-small", &["B24"], "operands near zero and one", Quarters::small(8));
        }
        Op::Convert if operand.has_ieee_nans() && !result.is_integer() => {
            list.add("nan-payload", &["B27"], "payloads of NaNs", NanPayload { kept: integers::kept(task) });
        }
        Op::RoundToIntegral | Op::RoundToIntegralExact => {
            list.add(
                "integral-quarters",
                &["B24", "B28"],
                "operands near small integers",
                Quarters::small(11),
            );
            list.add("integral-others", &["B28"], "operands by kind", NotRounded);
            list.add("integral-rounding", &["B29"], "bits at the units place", Integral);
        }
        _ => {}
    }
    if matches!(task.op, Op::Div | Op::Remainder) {
        list.add("by-zero", &["B21"], "division by zero and by others", ByZero);
    }
    let compares = task.op.is_query() && task.op.arity() == 2 || halfulp::op::extreme(task.op).is_some();
    if compares {
        list.add("compared", &["B19"], "finite operands against each other", Compared);
    }
}
