//! Laws of order: comparison, total order, neighbours, minimum and maximum.

use core::cmp::Ordering;

use halfulp::{Flags, Format, Op, Operands, Predicate, Task, Value, apply, decode};
use proptest::prelude::*;

use crate::config;
use crate::formats::{any_format, code, for_arithmetic};
use crate::reals::compare_values;

fn query(op: Op, f: Format, a: u64, b: u64) -> u64 {
    apply(&Task::within(op, f), Operands::new(a, b, 0)).code
}

/// How two values stand to each other; none if one is NaN.
fn compare(f: &Format, a: u64, b: u64) -> Option<Ordering> {
    compare_values(&decode(f, a).real(), &decode(f, b).real())
}

proptest! {
    #![proptest_config(config())]

    /// Total order is one: any two codes compare, both ways only if they are the same, and it is transitive.
    #[test]
    fn total_order_is_an_order(f in any_format(), bits: (u64, u64, u64)) {
        let [a, b, c] = [bits.0, bits.1, bits.2].map(|w| code(&f, w));
        let before = |x, y| query(Op::TotalOrder, f, x, y) == 1;
        prop_assert!(before(a, a));
        prop_assert!(before(a, b) || before(b, a));
        if before(a, b) && before(b, a) {
            prop_assert_eq!(a, b);
        }
        if before(a, b) && before(b, c) {
            prop_assert!(before(a, c));
        }
        match compare(&f, a, b) {
            Some(Ordering::Less) => prop_assert!(before(a, b) && !before(b, a)),
            Some(Ordering::Greater) => prop_assert!(!before(a, b) && before(b, a)),
            Some(Ordering::Equal) | None => {}
        }
    }

    /// Exactly one of less, equal, greater and unordered holds, and swapping swaps them.
    #[test]
    fn one_relation_holds(f in any_format(), bits: (u64, u64)) {
        let [a, b] = [bits.0, bits.1].map(|w| code(&f, w));
        let holds = |p| query(Op::Compare(p), f, a, b);
        let unordered: Op = "unordered".parse().expect("a predicate");
        let sum = holds(Predicate::LESS) + holds(Predicate::EQUAL) + holds(Predicate::GREATER);
        prop_assert_eq!(sum + query(unordered, f, a, b), 1);
        prop_assert_eq!(holds(Predicate::LESS), query(Op::Compare(Predicate::GREATER), f, b, a));
    }

    /// Up and down are inverse, but past the ends and over the two zeros.
    #[test]
    fn next_up_and_down_are_inverse(f in for_arithmetic(), bits: u64) {
        let a = code(&f, bits);
        let run = |op, c| apply(&Task::within(op, f), Operands::new(c, 0, 0));
        for (there, back) in [(Op::NextUp, Op::NextDown), (Op::NextDown, Op::NextUp)] {
            let once = run(there, a);
            let number = |c| matches!(decode(&f, c), Value::Finite(_));
            if !number(a) || !number(once.code) || once.code == a || once.flags != Flags::NONE {
                continue;
            }
            prop_assert_eq!(run(back, once.code).code, a);
            let want = if there == Op::NextUp { Ordering::Greater } else { Ordering::Less };
            prop_assert_eq!(compare(&f, once.code, a), Some(want));
            prop_assert_eq!(f.split(once.code).1.abs_diff(f.split(a).1), 1);
        }
    }

    /// The minimum is one of the two and not after either; the maximum mirrors it.
    #[test]
    fn extremes_are_operands(f in for_arithmetic(), bits: (u64, u64)) {
        let [a, b] = [bits.0, bits.1].map(|w| code(&f, w));
        if [a, b].iter().any(|&c| matches!(decode(&f, c), Value::Nan(_))) {
            return Ok(());
        }
        let (low, high) = (query(Op::Minimum, f, a, b), query(Op::Maximum, f, a, b));
        prop_assert!((low, high) == (a, b) || (low, high) == (b, a));
        prop_assert_eq!(query(Op::TotalOrder, f, low, high), 1);
        prop_assert_eq!(low, query(Op::MinimumNumber, f, a, b));
        prop_assert_eq!(high, query(Op::MaximumNumber, f, a, b));
    }
}
