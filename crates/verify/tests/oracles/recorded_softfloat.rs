//! Arithmetic with exceptions as Berkeley SoftFloat recorded it (`tables/softfloat-rows.txt`): a digest every 256 answers, in five roundings and
//! under both tininesses.

use halfulp::format::catalog::lookup;
use halfulp::{Code, Flags, Format, Op, Operands, Policy, Rounding, Task, apply};

const ROWS: &str = include_str!("../../tables/softfloat-rows.txt");
const SEED: u64 = 2026;
const ROW: u64 = 256;

/// FNV-1a of 64 bits.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
        (digest ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the output for the state `SEED + (number + 1) * step`.
fn splitmix(number: u64) -> u64 {
    let z = SEED.wrapping_add((number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// Codes of both signs around the ends of every class, and around one.
fn specials(f: &Format) -> Vec<Code> {
    let (top, hidden) = (f.top_bit(), 1 << (f.precision() - 1));
    let infinity = top - hidden;
    let one = infinity >> 1 & hidden.wrapping_neg();
    let mut codes = vec![0, 1, 2, hidden - 1, hidden, hidden + 1, one - 1, one, one + 1, one + hidden];
    codes.extend([infinity - 1, infinity - hidden, infinity, infinity + 1, infinity + hidden / 2, top - 1]);
    codes.iter().copied().chain(codes.iter().map(|code| code | top)).collect()
}

/// A case's operands: all combinations of two special ones, with a third in turn; then drawn ones, every second time near
/// each other. Every code, where one operand has 16 bits.
fn operands(task: &Task, number: u64) -> Operands {
    let f = &task.operands[0];
    if task.op.arity() == 1 && f.width() == 16 {
        return Operands::new(number, 0, 0);
    }
    let special = specials(f);
    let count = special.len() as u64;
    let at = |index: u64| special[(index % count) as usize];
    let mut codes = [at(number / count), at(number), at(7 * number)];
    if number >= count * count {
        let hidden = 1 << (f.precision() - 1);
        let one = (f.top_bit() - hidden) >> 1 & hidden.wrapping_neg();
        codes = [0, 1, 2].map(|i| splitmix(4 * number + i) & f.code_mask());
        if number % 2 == 1 {
            codes = codes.map(|code| (one + code % (3 * hidden) - hidden) | code & f.top_bit());
        }
    }
    codes[task.op.arity()..].fill(0);
    Operands { codes, noise: 0 }
}

/// The library's answer as SoftFloat writes it. Where IEEE 754-2019 7.2 leaves it to the implementation whether a fused multiply-add of
/// infinity, zero and a quiet NaN is invalid, SoftFloat (built as for RISC-V) says that it is, and SPEC.md that it is not.
fn bytes(task: &Task, operands: Operands) -> Vec<u8> {
    let f = &task.result;
    let answer = apply(task, operands);
    let [a, b, c] = operands.codes.map(|code| f.split(code).1);
    let infinity = f.largest_magnitude(false) + 1;
    let product = a == 0 && b == infinity || a == infinity && b == 0;
    let invalid = task.op == Op::Fma && product && c > infinity;
    let flags = if invalid { answer.flags | Flags::INVALID } else { answer.flags };
    let mut bytes = answer.code.to_le_bytes()[..f.width() as usize / 8].to_vec();
    bytes.push(flags.bits());
    bytes
}

/// The tasks of the file, each with its digests.
fn tasks() -> Vec<(Task, Vec<u32>)> {
    let mut lines = ROWS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("digest "));
    let mut tasks = Vec::new();
    while let Some(head) = lines.next() {
        let ["rows", op, format, rounding, tininess] = head.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{head}");
        };
        let rounding: Rounding = rounding.parse().unwrap();
        let policy = Policy::IEEE.rounding(rounding).tininess(tininess.parse().unwrap());
        let task = Task::within(op.parse().unwrap(), lookup(format).unwrap()).with_policy(policy);
        let words = lines.by_ref().take_while(|line| *line != "end").flat_map(|line| line.split(' '));
        tasks.push((task, words.map(|word| u32::from_str_radix(word, 16).unwrap()).collect()));
    }
    tasks
}

fn digest(task: &Task, row: u64, answer: impl Fn(&Task, Operands) -> Vec<u8>) -> u32 {
    let numbers = row * ROW..(row + 1) * ROW;
    let answers: Vec<u8> = numbers.flat_map(|number| answer(task, operands(task, number))).collect();
    fnv(&answers) as u32
}

#[test]
fn the_file_is_whole() {
    let (body, last) = ROWS.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(last, format!("digest {:016x}", fnv(format!("{body}\n").as_bytes())));
    // Seven operations in three formats, five roundings, two tininesses.
    assert_eq!(tasks().len(), 7 * 3 * 5 * 2);
    assert!(tasks().iter().all(|(_, rows)| rows.len() as u64 * ROW >= 4096));
}

#[test]
fn arithmetic_agrees_with_its_exceptions() {
    for (task, rows) in tasks() {
        for (row, recorded) in (0..).zip(rows) {
            let first = operands(&task, row * ROW).codes;
            assert_eq!(
                digest(&task, row, bytes),
                recorded,
                "{task:?}: 256 cases from {row} * 256, {first:x?}"
            );
        }
    }
}

/// One bit of one answer, or one exception, changes the digest of its row.
#[test]
fn one_wrong_answer_changes_its_row() {
    for (task, rows) in tasks().into_iter().step_by(17) {
        let number = 5 * ROW + 77;
        for (byte, bit) in [(0, 1), (task.result.width() as usize / 8, 16)] {
            let wrong = |task: &Task, case: Operands| {
                let mut answer = bytes(task, case);
                if case == operands(task, number) {
                    answer[byte] ^= bit;
                }
                answer
            };
            assert_ne!(digest(&task, 5, wrong), rows[5], "{task:?}");
        }
    }
}
