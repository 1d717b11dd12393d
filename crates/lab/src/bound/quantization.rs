//! One quantization: how far a rounded number is from what was rounded, for every rounding.

use halfulp::format::catalog::builtin_format;
use halfulp::{Format, Op, Operands, Policy, Rounding, Task, apply};

use super::outward::Upper;
use super::{Statement, Tally};
use crate::bound::Hypothesis::Checked;

/// One rounding to a format, seen from the exact number.
pub static FROM_EXACT: Statement = Statement {
    name: "quantization.exact",
    formula: "|Q(x) - x| <= max(u' |x|, h'), with (u', h') = (u / (1 + u), eta / 2) to nearest, (2u, eta) otherwise",
    source: "Jeannerod and Rump, Math. Comp. 87 (2018), for nearest; derived here for the others",
    clause: "B2",
    measures: "|Q(x) - x|, in the tensor's unit",
    trivial: "|x|: the error of storing 0",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no saturation")],
};

/// One rounding to a format, seen from the result.
pub static FROM_RESULT: Statement = Statement {
    name: "quantization.result",
    formula: "|Q(x) - x| <= ulp(Q) / 2 to nearest, < ulp(Q) otherwise; ulp(0) = eta",
    source: "IEEE 754-2019, 4.3; derived here",
    clause: "B2",
    measures: "|Q(x) - x|, in the tensor's unit",
    trivial: "|x|: the error of storing 0",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no saturation")],
};

/// How far results of a rounding are from what was rounded.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Errors {
    precision: u32,
    emin: i32,
    largest: f64,
    nearest: bool,
    flush: bool,
    exact: bool,
}

impl Errors {
    /// Those of a format under a policy.
    #[must_use]
    pub fn of(format: &Format, policy: &Policy) -> Errors {
        let nearest = matches!(policy.rounding, Rounding::NearestEven | Rounding::NearestAway);
        let magnitude = format.largest_magnitude(false);
        let largest = largest(format, magnitude);
        let (precision, emin) = (format.precision(), format.emin());
        Errors { precision, emin, largest, nearest, flush: policy.flush_results, exact: false }
    }

    /// The same to one of the two neighbours, not the nearer one.
    #[must_use]
    pub const fn faithful(self) -> Errors {
        Errors { nearest: false, ..self }
    }

    /// Those of `f32`, to nearest.
    #[must_use]
    pub const fn binary32() -> Errors {
        let largest = f32::MAX as f64;
        Errors { precision: 24, emin: -126, largest, nearest: true, flush: false, exact: false }
    }

    /// Those of `f64`, to nearest.
    #[must_use]
    pub const fn binary64() -> Errors {
        Errors { precision: 53, emin: -1022, largest: f64::MAX, nearest: true, flush: false, exact: false }
    }

    /// None: nothing is rounded.
    #[must_use]
    pub const fn none() -> Errors {
        Errors { exact: true, ..Errors::binary64() }
    }

    /// Whether nothing is rounded.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.exact
    }

    /// Whether all results are numbers of another format too.
    #[must_use]
    pub fn is_within(&self, other: &Errors) -> bool {
        let quantum = |e: &Errors| e.emin - e.precision as i32;
        self.precision <= other.precision && quantum(self) >= quantum(other) && self.largest <= other.largest
    }

    /// The unit roundoff: `2^-p` to nearest, `2^(1-p)` otherwise.
    #[must_use]
    pub fn unit(&self) -> f64 {
        match (self.exact, self.nearest) {
            (true, _) => 0.0,
            (_, true) => exp2(-(self.precision as i32)),
            (_, false) => exp2(1 - self.precision as i32),
        }
    }

    /// Whether rounding is to nearest.
    #[must_use]
    pub const fn is_nearest(&self) -> bool {
        self.nearest
    }

    /// The smallest subnormal number; nothing where nothing is rounded.
    #[must_use]
    pub fn eta(&self) -> f64 {
        if self.exact { 0.0 } else { exp2(self.emin + 1 - self.precision as i32) }
    }

    /// The smallest normal number.
    #[must_use]
    pub fn normal(&self) -> f64 {
        exp2(self.emin)
    }

    /// The largest finite number.
    #[must_use]
    pub const fn largest(&self) -> f64 {
        self.largest
    }

    /// What a result below the normal numbers can be off: half of eta to nearest, else eta; all of it where it is flushed.
    #[must_use]
    pub fn absolute(&self) -> f64 {
        match (self.exact, self.flush, self.nearest) {
            (true, ..) => 0.0,
            (_, true, _) => exp2(self.emin),
            (_, _, true) => self.eta() / 2.0,
            (_, _, false) => self.eta(),
        }
    }

    /// The distance between numbers of the format at `x`.
    #[must_use]
    pub fn ulp(&self, x: f64) -> f64 {
        if self.exact {
            return 0.0;
        }
        let exponent = if x == 0.0 { self.emin } else { exponent(x).max(self.emin) };
        exp2(exponent + 1 - self.precision as i32)
    }

    /// At least the distance to what was rounded, by the result: half an ulp to nearest, an ulp otherwise.
    #[must_use]
    pub fn of_result(&self, q: f64) -> Upper {
        let ulp = self.ulp(q);
        let error = if self.nearest { ulp / 2.0 } else { ulp };
        // Half of the smallest binary64 number is none.
        let error = if error == 0.0 && !self.exact { ulp } else { error };
        if self.flush && q == 0.0 { Upper::of(exp2(self.emin)) } else { Upper::of(error) }
    }

    /// The same as the result's multiple and a constant: `u |q| + h`. Linear, but not as close.
    #[must_use]
    pub fn linear(&self, q: f64) -> Upper {
        Upper::of(self.unit()) * Upper::of(q) + Upper::of(self.absolute())
    }

    /// At least the distance to the result, by what is rounded: `max(u' |x|, h')`.
    #[must_use]
    pub fn of_exact(&self, x: f64) -> Upper {
        if self.exact {
            return Upper::ZERO;
        }
        let unit = self.unit();
        let relative =
            if self.nearest { Upper::of(unit).over((1.0 + unit).next_down()) } else { Upper::of(unit) };
        (relative * Upper::of(x)).max(Upper::of(self.absolute()))
    }

    /// Whether rounding `x` leaves the finite numbers: beyond half an ulp above the largest to nearest, beyond the largest otherwise.
    #[must_use]
    pub fn saturates(&self, x: f64) -> bool {
        let room = if self.nearest { self.ulp(self.largest) / 2.0 } else { 0.0 };
        !self.exact && (x.is_nan() || x.abs() - self.largest >= room && x.abs() > self.largest)
    }

    /// Evaluates both bounds of one quantization in one place.
    pub fn observe(&self, x: f64, q: f64, tallies: [&mut Tally; 2], at: impl Fn() -> String) {
        let [exact, result] = tallies;
        if self.saturates(x) {
            exact.fail(0, &at);
            result.fail(0, &at);
            return;
        }
        let measured = (x - q).abs();
        exact.observe(measured, self.of_exact(x).get(), x.abs(), &at);
        result.observe(measured, self.of_result(q).get(), x.abs(), &at);
    }
}

/// The exponent of a nonzero finite number: `2^e <= |x| < 2^(e+1)`.
fn exponent(x: f64) -> i32 {
    let bits = x.abs().to_bits();
    let field = (bits >> 52) as i32;
    if field == 0 { -1011 - bits.leading_zeros() as i32 } else { field - 1023 }
}

/// A power of two; 0 below binary64's numbers, infinity above.
pub(crate) fn exp2(e: i32) -> f64 {
    match e {
        ..-1074 => 0.0,
        -1074..-1022 => f64::from_bits(1 << (e + 1074)),
        -1022..1024 => f64::from_bits(((e + 1023) as u64) << 52),
        _ => f64::INFINITY,
    }
}

/// The largest finite number of a format, in binary64.
fn largest(format: &Format, magnitude: u64) -> f64 {
    let wide = builtin_format("binary64");
    let task = Task::new(Op::Convert, [*format; 3], wide);
    let code = format.encode(false, magnitude);
    f64::from_bits(apply(&task, Operands::new(code, 0, 0)).code)
}
