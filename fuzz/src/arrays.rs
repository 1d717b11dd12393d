//! Arrays of codes: where they begin, how long they are, what is in them.

use arbitrary::{Result, Unstructured};
use halfulp::{Code, Format, Op, Operands, Policy, Task, apply, noise};

use crate::draw;

/// The longest array: some vectors, and tails of any length.
const LONGEST: usize = 300;

/// Where an array begins in its buffer, at most: a cache line of bytes.
const LATEST: usize = 64;

/// An array's place in a buffer.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Elements before it.
    pub start: usize,
    /// Its elements.
    pub length: usize,
}

impl Place {
    /// Any place for an array of a length.
    ///
    /// # Errors
    /// Never: without bytes it is the first.
    pub fn any(u: &mut Unstructured<'_>, length: usize) -> Result<Place> {
        Ok(Place { start: u.int_in_range(0..=LATEST)?, length })
    }

    /// The array in a buffer.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start..self.start + self.length
    }

    /// Elements of a buffer that has some more after the array.
    #[must_use]
    pub fn buffer(self) -> usize {
        self.start + self.length + LATEST
    }
}

/// A length: short ones as often as long ones.
///
/// # Errors
/// Never: without bytes it is the longest.
pub fn length(u: &mut Unstructured<'_>) -> Result<usize> {
    let most = if u.arbitrary()? { 16 } else { LONGEST };
    Ok(most - u.int_in_range(0..=most)?)
}

/// A buffer of codes of `format`: some from the fuzzer's bytes, and others that noise makes of its seed. Those of a wider
/// format than `near` lie about that one's values.
///
/// # Errors
/// Never: without bytes it is zeros.
pub fn codes(u: &mut Unstructured<'_>, format: &Format, near: &Format, size: usize) -> Result<Vec<Code>> {
    let mut given = [0; 4];
    for code in &mut given {
        *code = draw::code(u, format)?;
    }
    let seed = u.arbitrary()?;
    let widen = Task::within(Op::Convert, *near).with_result(*format).with_policy(Policy::IEEE);
    Ok((0..size as u64)
        .map(|i| {
            let word = noise::word(seed, i);
            let random = word >> 2 & format.code_mask();
            match word & 3 {
                0 => given[(word >> 8 & 3) as usize],
                1 => random,
                // A value, or one with other low bits.
                kind => {
                    let value =
                        apply(&widen, Operands::new(word.rotate_right(40) & near.code_mask(), 0, 0)).code;
                    let low = if kind == 2 { 3 } else { format.code_mask() >> (format.width() / 2) };
                    (value ^ random & low) & format.code_mask()
                }
            }
        })
        .collect())
}
