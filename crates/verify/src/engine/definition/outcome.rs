//! What an operation yields.

use halfulp::Flags;

use super::integer::Integer;
use super::quantity::Quantity;

/// An exact result.
#[derive(Clone, Debug)]
pub enum Exact<I> {
    /// Not a number.
    Nan,
    /// An infinity.
    Infinite { negative: bool },
    /// A zero.
    Zero { negative: bool },
    /// The zero sum of two numbers of unlike sign: its sign is the rounding's business (6.3).
    Cancelled,
    /// Any other number.
    Number { negative: bool, x: Quantity<I> },
}

/// An exact result with the exceptions that the operation itself raises.
pub struct Outcome<I> {
    /// The result.
    pub exact: Exact<I>,
    /// Invalid, division by zero, or none.
    pub flags: Flags,
}

impl<I: Integer> Outcome<I> {
    /// A result without exception.
    pub fn of(exact: Exact<I>) -> Outcome<I> {
        let flags = Flags::NONE;
        Outcome { exact, flags }
    }

    /// An infinity.
    pub fn infinite(negative: bool) -> Outcome<I> {
        Outcome::of(Exact::Infinite { negative })
    }

    /// No usefully definable result (7.2).
    pub fn invalid() -> Outcome<I> {
        let (exact, flags) = (Exact::Nan, Flags::INVALID);
        Outcome { exact, flags }
    }
}
