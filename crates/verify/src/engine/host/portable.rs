//! The compiler's `f32` and `f64`: nearest-even, and no way to see exceptions.

use halfulp::{Flags, Op, Operands, Policy, Rounding};

use super::kind::Kind;
use crate::engine::Answer;
use crate::engine::asked::Asked;

pub fn covers(task: &Asked, kinds: (Kind, Kind)) -> bool {
    let Policy { rounding, flush_operands, flush_results, .. } = task.policy;
    rounding == Rounding::NearestEven
        && !flush_operands
        && !flush_results
        && compute(task.op, kinds, [0; 3]).is_some()
}

pub fn run(task: &Asked, kinds: (Kind, Kind), operands: &[Operands], answers: &mut [Answer]) -> Option<()> {
    for (operands, answer) in operands.iter().zip(answers) {
        let code = compute(task.op, kinds, operands.codes)?;
        *answer = Answer::new(kinds.1.canonical(code), Flags::NONE, Flags::NONE);
    }
    Some(())
}

fn compute(op: Op, kinds: (Kind, Kind), codes: [u64; 3]) -> Option<u64> {
    let singles = codes.map(|code| f32::from_bits(code as u32));
    let doubles = codes.map(f64::from_bits);
    Some(match (op, kinds) {
        (Op::Convert, (Kind::F32, Kind::F64)) => f64::from(singles[0]).to_bits(),
        (Op::Convert, (Kind::F64, Kind::F32)) => u64::from((doubles[0] as f32).to_bits()),
        (Op::Convert, (Kind::I32, Kind::F32)) => u64::from((codes[0] as i32 as f32).to_bits()),
        (Op::Convert, (Kind::I32, Kind::F64)) => f64::from(codes[0] as i32).to_bits(),
        (Op::Convert, (Kind::I64, Kind::F32)) => u64::from((codes[0] as i64 as f32).to_bits()),
        (Op::Convert, (Kind::I64, Kind::F64)) => (codes[0] as i64 as f64).to_bits(),
        (_, (Kind::F32, Kind::F32)) => u64::from(single(op, singles)?.to_bits()),
        (_, (Kind::F64, Kind::F64)) => double(op, doubles)?.to_bits(),
        _ => return None,
    })
}

fn single(op: Op, [a, b, c]: [f32; 3]) -> Option<f32> {
    Some(match op {
        Op::Add => a + b,
        Op::Sub => a - b,
        Op::Mul => a * b,
        Op::Div => a / b,
        Op::Sqrt => a.sqrt(),
        Op::Fma => a.mul_add(b, c),
        _ => return None,
    })
}

fn double(op: Op, [a, b, c]: [f64; 3]) -> Option<f64> {
    Some(match op {
        Op::Add => a + b,
        Op::Sub => a - b,
        Op::Mul => a * b,
        Op::Div => a / b,
        Op::Sqrt => a.sqrt(),
        Op::Fma => a.mul_add(b, c),
        _ => return None,
    })
}
