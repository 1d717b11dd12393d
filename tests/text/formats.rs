//! Formats for the tests that need many of them.

use halfulp::format::catalog;
use halfulp::format::p3109::p3109;
use halfulp::{Facts, Format, Nans, Overflow, Sign};

/// A format of IEEE 754's layout.
pub fn ieee(width: u32, precision: u32) -> Format {
    Format::known(Facts {
        width,
        precision,
        bias: (1 << (width - precision - 1)) - 1,
        sign: Sign::SignMagnitude,
        nans: Nans::Top((1 << (precision - 1)) - 1),
        overflow: Overflow::Infinity,
        subnormals: true,
    })
}

/// The built-in formats of up to 16 bits, P3109's of up to 8, one of 16, and integers.
pub fn small_formats() -> Vec<(String, Format)> {
    let mut formats: Vec<(String, Format)> = catalog::builtin()
        .iter()
        .filter(|entry| entry.format.width() <= 16)
        .map(|entry| (entry.name.to_string(), entry.format))
        .collect();
    let shapes = (3..=8).flat_map(|k| (1..=k).map(move |p| (k, p))).chain([(16, 9)]);
    for (k, p) in shapes {
        for (signed, extended) in [(true, true), (true, false), (false, true), (false, false)] {
            let format = p3109(k, p, signed, extended);
            formats.extend(format.map(|format| (format!("binary{k}p{p} {signed} {extended}"), format)));
        }
    }
    for (width, signed) in [(8, true), (8, false), (16, true)] {
        formats.extend(Format::integer(width, signed).map(|format| (format!("{width} {signed}"), format)));
    }
    assert!(formats.len() > 100);
    formats
}
