//! The oracles against each other, against plain MPFR and against what others recorded.

mod odd_widths;
mod p3109;
mod recorded;
mod recorded_p3109;
mod recorded_softfloat;
#[cfg(feature = "mpfr")]
mod rug;
#[path = "../small/mod.rs"]
mod small;
