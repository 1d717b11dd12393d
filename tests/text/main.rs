//! Text: every code prints and reads back, in decimal and in hexadecimal; parsing is rounded correctly and once.

mod digits;
mod formats;
mod parse;
mod print;

use halfulp::text::parse;
use halfulp::{Flags, Format, NoiseBits, Policy, Rounding, Stochastic};

const STOCHASTIC: Rounding = Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(8) };

/// What a text reads as.
fn code(f: &Format, policy: Policy, text: &str, noise: u64) -> (u64, Flags) {
    let rounded = parse(f, &policy, text, noise).unwrap_or_else(|e| panic!("{text}: {e}"));
    (rounded.code, rounded.flags)
}
