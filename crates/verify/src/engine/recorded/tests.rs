//! Every table against the library: those that another table hides from the engine, and those that are known to differ.

use halfulp::apply;

use super::*;

/// A table's own policies: its rounding (to odd stands for any), its saturations, its tininesses.
fn tasks(table: &Table) -> Vec<Task> {
    use halfulp::{Rounding, Tininess};
    let rounding = table.rounding.unwrap_or(Rounding::ToOdd);
    let tininesses =
        if table.tininesses.is_empty() { vec![Tininess::After] } else { table.tininesses.clone() };
    let mut tasks = Vec::new();
    for &saturation in &table.saturations {
        for &tininess in &tininesses {
            let policy = Policy::IEEE.rounding(rounding).saturation(saturation).tininess(tininess);
            tasks.push(Task::new(table.op, [table.operand; 3], table.result).with_policy(policy));
        }
    }
    tasks
}

/// All pairs; or the operands on both sides of every step, and some within.
fn operands(table: &Table) -> Vec<Operands> {
    let mask = table.operand.code_mask();
    match &table.answers {
        Answers::Pairs(_) => {
            (0..=mask).flat_map(|a| (0..=mask).map(move |b| Operands::new(a, b, 0))).collect()
        }
        Answers::Steps(steps) => {
            let beside =
                steps.starts().flat_map(|start| [start.wrapping_sub(1) & mask, start, (start + 1) & mask]);
            let within = (0..=mask).step_by(1 + (mask >> 14) as usize);
            beside.chain(within).map(|code| Operands::new(code, 0, 0)).collect()
        }
    }
}

/// The operands for which a table and the library differ.
fn differences(table: &Table, task: &Task) -> Vec<Operands> {
    let differs =
        |case: &Operands| !look_up(table, task, case.codes).agrees(&Answer::full(apply(task, *case)));
    operands(table).into_iter().filter(differs).collect()
}

#[test]
fn every_table_agrees() {
    let tables = Tables::built_in().unwrap();
    let mut wrong = Vec::new();
    for table in tables.all().iter().filter(|table| !table.aside) {
        for task in tasks(table) {
            assert!(task.check().is_ok() && table.answers(&task));
            let found = differences(table, &task);
            if let (Some(first), Some(last)) = (found.first(), found.last()) {
                wrong.push(format!(
                    "{} {task:?}: {} cases, {first:x?} to {last:x?}",
                    table.peer,
                    found.len()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The tables of one task, of different implementations, are many: each is a witness of its own.
#[test]
fn most_conversions_have_two_witnesses() {
    let all = Tables::built_in().unwrap().all();
    let tasks = all.iter().filter(|table| !table.aside).flat_map(tasks);
    let twice = tasks.filter(|task| all.iter().filter(|table| table.answers(task)).count() > 1).count();
    assert!(twice > 30, "{twice}");
}

/// Whether `tables/README.md` says that a table that is set aside differs for these operands.
fn differs_as_stated(table: &Table, rounding: &str, case: &Operands) -> bool {
    let [a, b, _] = case.codes;
    let magnitude = a & 0x7fff_ffff;
    match (table.peer, table.op, rounding) {
        ("ml_dtypes", Op::Convert, "rna") => (0x0040_0001..=0x005f_ffff).contains(&a),
        ("ml_dtypes", Op::Mul, "rna") => a != 0xff && b != 0xff && a + b <= 104,
        ("ml_dtypes", Op::Div, "rna") => a != 0xff && b != 0xff && a + 150 <= b,
        ("onnx", Op::Abs, "rup") => (1..=0x0040_0000).contains(&magnitude),
        ("onnx", Op::Abs, "rna") => (0x0040_0001..=0x005f_ffff).contains(&magnitude),
        _ => panic!("nothing is stated about {table:?}"),
    }
}

#[test]
fn what_is_set_aside_differs_as_stated() {
    let aside = Tables::built_in().unwrap().all().iter().filter(|table| table.aside);
    let mut wrong = Vec::new();
    for table in aside.clone() {
        let task = tasks(table)[0];
        let rounding = task.policy.rounding.to_string();
        let found = differences(table, &task);
        assert!(!found.is_empty(), "{task:?}");
        let unstated = |case: &&Operands| found.contains(case) != differs_as_stated(table, &rounding, case);
        let cases = operands(table);
        let unstated: Vec<&Operands> = cases.iter().filter(unstated).collect();
        if let (Some(first), Some(last)) = (unstated.first(), unstated.last()) {
            wrong.push(format!(
                "{} {} {rounding}: {} cases, {first:x?} to {last:x?}",
                table.peer,
                task.op,
                unstated.len()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(aside.count(), 5);
}
