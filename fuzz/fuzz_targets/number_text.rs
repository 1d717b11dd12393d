//! The text of numbers: any text is read as a second reader on big integers reads it and the definition rounds it, in any format and
//! rounding, and what a value prints as is that value.
#![no_main]

use std::fmt;

use halfulp::text::{decimal, hexadecimal, parse, real_decimal, real_hexadecimal};
use halfulp::{Code, Flags, Format, Policy, Real, Rounded, Value, decode};
use halfulp_fuzz::names::Names;
use halfulp_fuzz::{draw, number};
use halfulp_verify::engine::definition::number::rounded;
use halfulp_verify::report::policy_arguments;
use libfuzzer_sys::arbitrary::{Arbitrary, Error, Result, Unstructured};
use libfuzzer_sys::fuzz_target;

/// Exponents within this print in reasonable time.
const EXPONENTS: i32 = 9000;

/// A format and a policy, a code to print and a text to read.
struct Input {
    format: Format,
    policy: Policy,
    noise: u64,
    code: Code,
    text: String,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Input> {
        let format = draw::format(u)?;
        if format.emax() > EXPONENTS || format.quantum_min() < -EXPONENTS {
            return Err(Error::IncorrectFormat);
        }
        let (policy, noise, code) = (draw::policy(u)?, u.arbitrary()?, draw::code(u, &format)?);
        let text = match u.int_in_range(0..=3)? {
            0 => between(u, &format, code)?,
            _ => String::from_utf8_lossy(u.bytes(u.len())?).into_owned(),
        };
        Ok(Input { format, policy, noise, code, text })
    }
}

/// The text, all that its meaning hangs on, and the command that shows it.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, noise) = (&self.text, self.noise);
        let names = Names::new(&[self.format]);
        let name = names.name(&self.format);
        writeln!(f, "\n{text:?} in {name}")?;
        writeln!(f, "  {}, noise {noise:#x}", policy_arguments(&self.policy).join(" "))?;
        writeln!(f, "  exact  {:?}", number::read(text))?;
        writeln!(f, "  replay halfulp show {name} -- {text:?}")?;
        writeln!(f, "  and, for what it prints as, halfulp show {name} {:#x}", self.code)?;
        f.write_str(&names.files())
    }
}

fuzz_target!(|input: Input| {
    printed(&input);
    read(&input);
});

/// A text close to the middle of a value and the next one, or on it.
fn between(u: &mut Unstructured<'_>, format: &Format, code: Code) -> Result<String> {
    let Value::Finite(x) = decode(format, code) else {
        return Ok(String::from("0"));
    };
    let significand = 4 * u128::from(x.significand) + u.int_in_range(0..=3u128)?;
    let middle =
        Value::Finite(Real { negative: x.negative, exponent: x.exponent - 2, significand, tail: false });
    let (text, letter) =
        if u.arbitrary()? { (real_decimal(&middle), 'e') } else { (real_hexadecimal(&middle), 'p') };
    let (digits, exponent) = text.split_once(letter).unwrap_or((&text, "0"));
    let point = if digits.contains('.') { "" } else { "." };
    let zeros = "0".repeat(u.int_in_range(0..=300)?);
    let last = u.int_in_range(0..=9u8)?;
    Ok(format!("{digits}{point}{zeros}{last}{letter}{exponent}"))
}

fn read(input: &Input) {
    let Input { format, policy, noise, text, .. } = input;
    let got = parse(format, policy, text, *noise);
    let want = number::read(text).map(|value| {
        rounded(&format.facts(), policy, &value, *noise)
            .unwrap_or_else(|| panic!("the definition has no answer: {input:?}"))
    });
    if let Err(error) = got {
        assert!(error.position <= text.len() && error.to_string().contains("expected"), "{error:?}{input:?}");
    }
    assert_eq!(got.ok(), want, "{input:?}");
}

/// What a value prints as is exactly that value, whatever the rounding.
fn printed(input: &Input) {
    let Input { format, noise, code, .. } = input;
    let policy = Policy::IEEE.rounding(input.policy.rounding);
    let exact = match decode(format, *code) {
        Value::Nan(_) => format.nan().unwrap_or_default(),
        _ => *code,
    };
    for text in [decimal(format, *code), hexadecimal(format, *code)] {
        let got = parse(format, &policy, &text, *noise);
        assert_eq!(got, Ok(Rounded { code: exact, flags: Flags::NONE }), "{code:#x} as {text}{input:?}");
    }
}
