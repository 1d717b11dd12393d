//! P3109's published value tables, as digests (`tables/p3109.txt`): every value of every format, K = 3 to 16, as the library and the
//! definition oracle understand its code.

use halfulp::format::p3109;
use halfulp::{Facts, Format, Nans, Op, Operands, Overflow, Sign, Task};
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::engine::{Answer, Engine, Scalar};
use rayon::prelude::*;

const DIGESTS: &str = include_str!("../../tables/p3109.txt");

const BIAS: i32 = (1 << 16) - 1;

/// Wide enough for all values of all these formats to be normal: 17 bits of exponent and 16 of precision, laid out as IEEE 754.
const WIDE: Format = Format::known(Facts {
    width: 33,
    precision: 16,
    bias: BIAS,
    sign: Sign::SignMagnitude,
    nans: Nans::Top((1 << 15) - 1),
    overflow: Overflow::Infinity,
    subnormals: true,
});

/// A value in the form that is digested: `nan`, `inf`, `0`, or an odd integer and a power of two, as `-5p-3`.
fn canonical(code: u64) -> String {
    let sign = if code >> 32 == 1 { "-" } else { "" };
    let (exponent, trailing) = ((code >> 15 & 0x1_ffff) as i64, code & 0x7fff);
    match (exponent, trailing) {
        (0x1_ffff, 0) => format!("{sign}inf"),
        (0x1_ffff, _) => "nan".into(),
        (0, 0) => format!("{sign}0"),
        (0, _) => panic!("a subnormal number in the wide format: {code:#x}"),
        _ => {
            let significand = trailing | 1 << 15;
            let zeros = significand.trailing_zeros();
            format!("{sign}{}p{}", significand >> zeros, exponent - i64::from(BIAS) - 15 + i64::from(zeros))
        }
    }
}

/// FNV-1a of 64 bits.
fn fnv(digest: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(digest, |digest, byte| (digest ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The digest of a format's values, as an engine gives them.
fn digest(engine: &mut dyn Engine, format: Format) -> u64 {
    let task = Task::new(Op::Convert, [format; 3], WIDE);
    let operands: Vec<Operands> = (0..=format.code_mask()).map(|code| Operands::new(code, 0, 0)).collect();
    let mut answers = vec![Answer::default(); operands.len()];
    engine.run(&task, &operands, &mut answers).unwrap();
    answers.iter().fold(EMPTY, |sum, answer| fnv(fnv(sum, canonical(answer.code).as_bytes()), b"\n"))
}

/// The lines of the file: a format, how many codes it has, and the digest of their values.
fn lines() -> Vec<(&'static str, u64, u64)> {
    let lines = DIGESTS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("digest "));
    let line = |line: &'static str| {
        let [name, codes, digest] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        (name, codes.parse().unwrap(), u64::from_str_radix(digest, 16).unwrap())
    };
    lines.map(line).collect()
}

#[test]
fn the_file_is_whole() {
    let (body, last) = DIGESTS.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(last, format!("digest {:016x}", fnv(fnv(EMPTY, body.as_bytes()), b"\n")));
    let lines = lines();
    assert_eq!(lines.len(), 504);
    assert_eq!(lines.iter().map(|line| line.1).sum::<u64>(), 7_602_160);
    let known: usize = (3..=16).map(|width| p3109::all(width).count()).sum();
    assert_eq!(known, lines.len());
}

#[test]
fn values_are_those_of_the_published_tables() {
    lines().into_par_iter().for_each(|(name, codes, published)| {
        let format = p3109::parse(name).unwrap().unwrap();
        assert_eq!(format.code_mask() + 1, codes, "{name}");
        assert_eq!(digest(&mut Scalar, format), published, "{name}: the library");
        assert_eq!(digest(&mut Definition::default(), format), published, "{name}: the definition");
    });
}

/// The digest of a format that differs in its bias alone, or in its infinities, is another.
#[test]
fn other_values_have_another_digest() {
    let (_, _, published) = lines().into_iter().find(|line| line.0 == "binary8p4se").unwrap();
    let right = p3109::parse("binary8p4se").unwrap().unwrap();
    assert_eq!(digest(&mut Scalar, right), published);
    for facts in [
        Facts { bias: right.facts().bias - 1, ..right.facts() },
        Facts { overflow: Overflow::Largest, ..right.facts() },
    ] {
        assert_ne!(digest(&mut Scalar, Format::known(facts)), published);
    }
}
