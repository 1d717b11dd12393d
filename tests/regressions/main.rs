//! Faults with the bits that showed them: those found in this library, and those of other software that public threads
//! report (named as owner/repo#number), so that they are not made here. Every right answer was computed anew, as a
//! fraction.

#[path = "../support/mod.rs"]
mod support;

/// A test a row: a binary64 number, the format and policy, the right code and flags.
macro_rules! conversions {
    ($($(#[$doc:meta])* $name:ident: $x:expr => $f:ident, $policy:expr, $code:literal, $flags:literal;)*) => {
        $(
            $(#[$doc])*
            #[test]
            fn $name() {
                use crate::support::*;
                assert_eq!(round64($f, $policy, $x), is($code, $flags));
            }
        )*
    };
}

mod arithmetic;
mod own;
mod rounding;
mod specials;
