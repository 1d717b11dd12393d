//! The operands of a task.

use crate::format::Code;

/// The operands of one evaluation: up to three codes (those beyond the operation's arity are ignored) and the noise word
/// of stochastic rounding.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Operands {
    /// The code of each operand.
    pub codes: [Code; 3],
    /// The noise word; only stochastic rounding uses it.
    pub noise: u64,
}

impl Operands {
    /// Three operands without noise. [`Operands::from`] takes an array of one, two or three codes; those that it lacks are 0.
    #[must_use]
    pub const fn new(a: Code, b: Code, c: Code) -> Operands {
        Operands { codes: [a, b, c], noise: 0 }
    }

    /// The same operands with a noise word.
    ///
    /// ```
    /// use halfulp::Operands;
    ///
    /// assert_eq!(Operands::from([0x38, 0x39]).with_noise(5), Operands { codes: [0x38, 0x39, 0], noise: 5 });
    /// ```
    #[must_use]
    pub const fn with_noise(self, noise: u64) -> Operands {
        Operands { noise, ..self }
    }
}

/// What [`Task::apply`](super::Task::apply) takes: an array of one, two or three codes, or [`Operands`].
pub trait IntoOperands: Into<Operands> + sealed::Sealed {
    /// The number of codes.
    const COUNT: usize;
}

mod sealed {
    pub trait Sealed {}
}

impl IntoOperands for Operands {
    const COUNT: usize = 3;
}

impl sealed::Sealed for Operands {}

macro_rules! from_codes {
    ($($count:literal: $($code:ident)*;)*) => {$(
        impl IntoOperands for [Code; $count] {
            const COUNT: usize = $count;
        }

        impl sealed::Sealed for [Code; $count] {}

        /// Operands without noise.
        impl From<[Code; $count]> for Operands {
            fn from([$($code),*]: [Code; $count]) -> Operands {
                let mut codes = [0; 3];
                codes[..$count].copy_from_slice(&[$($code),*]);
                Operands { codes, noise: 0 }
            }
        }
    )*};
}

from_codes! {
    1: a;
    2: a b;
    3: a b c;
}
