//! The laws of rounding in formats at the corners, of every width: no draw decides whether one is met.

use halfulp::{Sign, noise};

#[path = "../support/corners.rs"]
mod support;

use crate::formats::code;
use crate::reals::past;
use crate::rounding::{goes_to_the_nearest, is_a_neighbour, is_bracketed, is_monotone};
use support::corner_formats;

/// Every width and kind of sign is among them, and the widest integers.
#[test]
fn corners_are_of_every_width() {
    let formats = corner_formats();
    for width in 2..=64 {
        for sign in [Sign::SignMagnitude, Sign::Unsigned, Sign::TwosComplement] {
            assert!(formats.iter().any(|f| f.width() == width && f.facts().sign == sign), "{width} {sign:?}");
        }
        let integers = formats.iter().filter(|f| f.width() == width && f.is_integer());
        assert!(integers.count() >= 2, "{width}");
    }
    assert!(formats.len() > 5000, "{}", formats.len());
}

/// Past the borders of all binades near the ends and some between, and past random codes: each fraction of the quantum.
#[test]
fn rounding_in_corner_formats() {
    for (turn, f) in corner_formats().iter().enumerate() {
        let last = f.largest_magnitude(true);
        let binades = (0..64).map(|bit| 1u64 << bit).filter(|&m| m <= last);
        let fields =
            [1, 2, 3].map(|n| (last >> (f.precision() - 1)).saturating_sub(n) << (f.precision() - 1));
        let mut before = None;
        for (i, magnitude) in binades.chain(fields).enumerate() {
            for step in [0, 1, u64::MAX] {
                let word = noise::word(turn as u64, 4 * i as u64 + (step & 3));
                let magnitude = magnitude.wrapping_add(step).min(last);
                let negative =
                    f.is_signed() && (word >> 62 & 1 == 1 || magnitude > f.largest_magnitude(false));
                let place = if word & 0x30 == 0 { code(f, word) } else { f.encode(negative, magnitude) };
                let x = past(f, place, word.rotate_left(7));
                let y = before.replace(x).unwrap_or(x);
                let checked = is_monotone(f, x, y, word >> 61 & 1 == 1).and_then(|()| {
                    if !f.has_zero() {
                        return Ok(());
                    }
                    is_a_neighbour(f, x)?;
                    is_bracketed(f, x)?;
                    goes_to_the_nearest(f, x)
                });
                checked.unwrap_or_else(|fault| panic!("{x:?} in {f:?}: {fault}"));
            }
        }
    }
}
