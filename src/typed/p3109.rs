//! P3109's format family as types.

use super::{FloatFormat, Minifloat};
use crate::format::Format;
use crate::format::p3109::p3109;

/// P3109's format of width `K` and precision `P`, signed or unsigned, extended with infinities or finite, as a type.
///
/// Widths 3 to 8 are stored in `u8`, widths 9 to 16 in `u16`. An invalid precision is a compile
/// error.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct P3109<const K: u32, const P: u32, const SIGNED: bool, const EXTENDED: bool>;

/// A number of P3109's `binary{K}p{P}{s|u}{e|f}`.
///
/// There is one zero and one NaN, which is the code of minus zero, or the top code of an unsigned format. The value 1 has
/// the middle of the positive codes. An extended format has infinities; in a finite format overflow gives the
/// largest value.
///
/// ```
/// use halfulp::typed::P3109Float;
///
/// type Binary8p3se = P3109Float<8, 3, true, true>;
/// assert_eq!(Binary8p3se::ONE.to_bits(), 0x40);
/// assert_eq!(Binary8p3se::MAX.to_string(), "49152");
/// assert_eq!(Binary8p3se::INFINITY.to_bits(), 0x7f);
/// ```
pub type P3109Float<const K: u32, const P: u32, const SIGNED: bool, const EXTENDED: bool> =
    Minifloat<P3109<K, P, SIGNED, EXTENDED>>;

const fn format(k: u32, p: u32, signed: bool, extended: bool) -> Format {
    match p3109(k, p, signed, extended) {
        Ok(format) => format,
        Err(_) => panic!("no P3109 format has this width and precision"),
    }
}

macro_rules! widths {
    ($storage:ty: $($k:literal)*) => {$(
        impl<const P: u32, const SIGNED: bool, const EXTENDED: bool> FloatFormat
            for P3109<$k, P, SIGNED, EXTENDED>
        {
            const FORMAT: Format = format($k, P, SIGNED, EXTENDED);
            type Storage = $storage;
        }
    )*};
}

widths!(u8: 3 4 5 6 7 8);
widths!(u16: 9 10 11 12 13 14 15 16);
