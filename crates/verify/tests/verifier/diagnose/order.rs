//! Answers whose order deviates.

use halfulp::{Op, Task, noise};
use halfulp_verify::Selection;
use halfulp_verify::deviation::{self, Order, Sequence};
use halfulp_verify::diagnose::{Row, Rows, diagnose, to_text};
use halfulp_verify::model::Behaviour;

use super::names_with_others;

/// All cases of a task in an order that operands do not tell, answered by a device that is asked one after the other.
fn sequence(task: &Task, names: &str, order: Order) -> Rows {
    let mut device = Sequence::new(deviation::planted(task, names).expect("a device"), Some(order));
    let cases = Selection::All.cases(task, 1).expect("cases");
    let mut numbers: Vec<u64> = (0..cases.len()).collect();
    numbers.sort_by_key(|number| noise::word(7, *number));
    let row = |number: u64| Row::full(cases.case(number), device.answer(task, cases.case(number)));
    Rows::new(*task, numbers.into_iter().map(row).collect())
}

/// The names of a list.
fn planted(names: &str) -> Vec<&str> {
    names.split(',').filter(|name| !name.is_empty()).collect()
}

/// A pipeline whose results come late, with other deviations and without: the first answers are of no row, and are counted as that.
#[test]
fn answers_that_come_late_are_named() {
    for (task, names) in [
        (Task::within(Op::Mul, crate::small::ieee(5, 3)), ""),
        (Task::within(Op::Add, crate::small::ieee(5, 3)), "truncate"),
    ] {
        for by in [1, 64] {
            let order = Order::Late { by };
            let found = diagnose(&sequence(&task, names, order), &Behaviour::default());
            assert_eq!(found.order, Some(order), "{}", task.op);
            assert!(names_with_others(&found, &planted(names)), "{:?}", found.names());
            assert!(found.residual <= by as u64 && found.explained + found.residual == found.mismatches);
            assert!(!found.agrees() && found.mismatches > 300, "{}", found.mismatches);
            let text = to_text(&found);
            let said = format!("gives each answer {by} row{} late", if by == 1 { "" } else { "s" });
            assert!(text.contains(&said) && text.contains(&format!("\nlate by {by}: ")), "{text}");
        }
    }
    // Nothing is named that leaves something.
    let task = Task::within(Op::Mul, crate::small::ieee(4, 2));
    let mut rows = sequence(&task, "", Order::Late { by: 3 });
    rows.rows[200].answer.as_mut().expect("an answer").code ^= 1;
    assert_eq!(diagnose(&rows, &Behaviour::default()).order, None);
}

/// One of several lanes deviates.
#[test]
fn a_lane_that_deviates_is_named() {
    for (task, names) in [
        (Task::within(Op::Mul, crate::small::ieee(5, 3)), "truncate"),
        (Task::within(Op::Add, crate::small::ieee(5, 3)), "stuck-r0-1"),
    ] {
        for (lane, of) in [(3, 4), (2, 3)] {
            let order = Order::Lane { lane, of };
            let found = diagnose(&sequence(&task, names, order), &Behaviour::default());
            assert_eq!(found.order, Some(order), "{}", task.op);
            assert!(names_with_others(&found, &planted(names)), "{order}: {:?}", found.names());
            assert!(found.residual == 0 && found.explained == found.mismatches && !found.order_by_operands);
            assert!(to_text(&found).contains(&format!("in row {lane} and every {of} rows after it")));
        }
    }
}

/// In the order of the codes a lane and the last bits of an operand are one thing, and both are said; what is in no lane is none.
#[test]
fn a_lane_that_operands_tell_too_is_said_to_be() {
    let task = Task::within(Op::Mul, crate::small::ieee(5, 3));
    let mut device = Sequence::new(
        deviation::planted(&task, "truncate").expect("a device"),
        Some(Order::Lane { lane: 2, of: 4 }),
    );
    let cases = Selection::All.cases(&task, 1).expect("cases");
    let row = |number| Row::full(cases.case(number), device.answer(&task, cases.case(number)));
    let rows = Rows::new(task, (0..cases.len()).map(row).collect());
    let found = diagnose(&rows, &Behaviour::default());
    assert_eq!((found.order, found.names()), (Some(Order::Lane { lane: 2, of: 4 }), vec!["truncate"]));
    assert!(found.order_by_operands && to_text(&found).contains("or by bits of the operands"));
    // Another last bit in every fourth row is no deviation of a lane.
    let mut rows = sequence(&task, "", Order::Lane { lane: 2, of: 4 });
    for row in rows.rows.iter_mut().skip(1).step_by(4) {
        row.answer.as_mut().expect("an answer").code ^= row.operands.codes[0] & row.operands.codes[1] & 1;
    }
    let found = diagnose(&rows, &Behaviour::default());
    assert!(found.order.is_none() && found.residual > 0 && found.mismatches > 30, "{}", found.mismatches);
}
