//! The bins against the law and against other definitions of the same situations.

use std::time::Instant;

use halfulp::{Format, Op, Operands, Task};
use halfulp_verify::Selection;
use halfulp_verify::coverage::Counts;

#[test]
#[ignore = "measures"]
fn speed() {
    for (op, format) in [
        (Op::Mul, Format::E4M3FN),
        (Op::Add, Format::E4M3FN),
        (Op::Fma, Format::E4M3FN),
        (Op::Div, Format::BINARY16),
        (Op::Fma, Format::BINARY32),
        (Op::Add, Format::BINARY64),
    ] {
        let task = Task::within(op, format);
        let cases = Selection::Random(1 << 16).cases(&task, 0).unwrap();
        let list: Vec<Operands> = (0..cases.len()).map(|number| cases.case(number)).collect();
        let mut counts = Counts::new(&task);
        let start = Instant::now();
        (0..8).for_each(|_| counts.see(&list));
        let each = start.elapsed().as_secs_f64() / counts.cases() as f64;
        println!("{op} {} bits: {:.0} ns a case, {} bins", format.width(), each * 1e9, counts.bins().len());
    }
}
