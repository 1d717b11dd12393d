//! The text of numbers: any text is read as a second reader on big integers reads it, in any format and rounding, and what
//! a value prints as is that value.
#![no_main]

use halfulp::text::{decimal, hexadecimal, parse, real_decimal, real_hexadecimal};
use halfulp::{Code, Flags, Format, Policy, Real, Rounded, Value, decode, round};
use halfulp_fuzz::names::Names;
use halfulp_fuzz::{draw, number};
use halfulp_verify::report::policy_arguments;
use libfuzzer_sys::arbitrary::{Error, Result, Unstructured};
use libfuzzer_sys::{Corpus, fuzz_target};

/// Exponents within this print in reasonable time.
const EXPONENTS: i32 = 9000;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    match run(Unstructured::new(bytes)) {
        Ok(()) => Corpus::Keep,
        Err(_) => Corpus::Reject,
    }
});

fn run(mut u: Unstructured<'_>) -> Result<()> {
    let format = draw::format(&mut u)?;
    if format.emax() > EXPONENTS || format.quantum_min() < -EXPONENTS {
        return Err(Error::IncorrectFormat);
    }
    let policy = draw::policy(&mut u)?;
    let noise = u.arbitrary()?;
    let code = draw::code(&mut u, &format)?;
    printed(&format, &policy, code, noise);
    let text = match u.int_in_range(0..=3)? {
        0 => between(&mut u, &format, code)?,
        _ => String::from_utf8_lossy(u.take_rest()).into_owned(),
    };
    read(&format, &policy, &text, noise);
    Ok(())
}

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

fn read(format: &Format, policy: &Policy, text: &str, noise: u64) {
    let got = parse(format, policy, text, noise);
    let want = number::read(text).map(|value| round(format, policy, value, noise));
    if let Err(error) = got {
        assert!(error.position <= text.len() && error.to_string().contains("expected"), "{error:?}");
    }
    assert_eq!(got.ok(), want, "{}", told(format, policy, text, noise));
}

/// What a value prints as is exactly that value, whatever the rounding.
fn printed(format: &Format, policy: &Policy, code: Code, noise: u64) {
    let policy = Policy::IEEE.rounding(policy.rounding);
    let exact = match decode(format, code) {
        Value::Nan(_) => format.nan().unwrap_or_default(),
        _ => code,
    };
    for text in [decimal(format, code), hexadecimal(format, code)] {
        let got = parse(format, &policy, &text, noise);
        let want = Rounded { code: exact, flags: Flags::NONE };
        assert_eq!(got, Ok(want), "{}", told(format, &policy, &text, noise));
    }
}

/// The text, all that its meaning hangs on, and the command that shows it.
fn told(format: &Format, policy: &Policy, text: &str, noise: u64) -> String {
    let names = Names::new(&[*format]);
    let name = names.name(format);
    let policy = policy_arguments(policy).join(" ");
    let exact = number::read(text);
    format!(
        "\n{text:?} in {name}\n  {policy}, noise {noise:#x}\n  exact {exact:?}\n  replay halfulp show {name} -- {text:?}\n{}",
        names.files()
    )
}
