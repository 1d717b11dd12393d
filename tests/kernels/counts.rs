//! Counters, against flags.

use halfulp::kernel::{Kernel, Wide};
use halfulp::slice::Counts;
use halfulp::{Flags, Format, Op, Operands, Policy, Task, Value, apply, decode};

use crate::convert::{Bits, arithmetic, word};
use crate::formats::{all, policies};
use crate::inputs;

fn counts_in<W: Wide + Bits>(kernel: &'static Kernel, source: impl Fn(&Format) -> Vec<W>) {
    for (name, format) in all() {
        let all: Vec<W> = source(format).into_iter().step_by(3).collect();
        for (turn, policy) in policies().into_iter().enumerate() {
            let from = inputs::share(&all, &policy, turn);
            let got = counts_of(kernel, (name, format), &policy, &from);
            let mut codes = vec![0u16; from.len()];
            let arithmetic = arithmetic(format, &policy, kernel);
            assert_eq!(arithmetic.encode_counted(&from, &mut codes), Ok(got), "{name} {policy:?}");
        }
    }
}

/// Checks what quantizing counts, and gives it.
pub fn counts_of<W: Wide + Bits>(
    kernel: &'static Kernel,
    (name, format): (&str, &Format),
    policy: &Policy,
    from: &[W],
) -> Counts {
    let wide = W::FORMAT.expect("a wide type");
    let task = Task::new(Op::Convert, [wide; 3], *format).with_policy(*policy);
    let mut want = Counts::default();
    for (i, x) in from.iter().enumerate() {
        let rounded = apply(&task, Operands { codes: [x.raw(), 0, 0], noise: word(i) });
        let zero = |format: &Format, code| matches!(decode(format, code), Value::Zero { .. });
        if matches!(decode(&wide, x.raw()), Value::Nan(_)) {
            want.nan += 1;
            continue;
        }
        let out = rounded.flags.without(Flags::OVERFLOW | Flags::INVALID) != rounded.flags;
        want.overflowed += u64::from(out);
        want.became_zero += u64::from(!out && zero(format, rounded.code) && !zero(&wide, x.raw()));
        want.inexact += u64::from(rounded.flags.contains(Flags::INEXACT));
    }
    let mut values = from.to_vec();
    let got = arithmetic(format, policy, kernel).quantize_counted(from, &mut values);
    assert_eq!(got, Ok(want), "{name} {policy:?}");
    want
}

pub fn counts_what_was_raised(kernel: &'static Kernel) {
    counts_in::<f32>(kernel, inputs::single);
    counts_in::<f64>(kernel, inputs::wide);
}
