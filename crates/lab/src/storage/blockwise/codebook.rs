//! The code books: what a byte stands for, in units of its block's scale.
//!
//! The linear and dynamic ones are tables of binary32 numbers, to the last bit those of bitsandbytes (and, for the dynamic ones, torchao):
//! they are computed there in binary32, and the last bits depend on how. Signed dynamic has no -1, its least entry is -0.993; signed linear
//! has a zero at code 127 and, where its second zero should be, 2^-28 at code 128.

mod tables;

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A family of code books.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Map {
    /// Equal steps from -1 (or 0) to 1.
    Linear,
    /// Seven decades below 1, twice as many entries in each as in the one below, and 0 and 1.
    Dynamic,
    /// Integers from -127 to 127; the scale is the largest magnitude over 127.
    Integer,
}

impl Map {
    /// What a block's largest magnitude is divided by to get its scale.
    #[must_use]
    pub const fn unit(self) -> f32 {
        match self {
            Map::Linear | Map::Dynamic => 1.0,
            Map::Integer => 127.0,
        }
    }
}

impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Map::Linear => "linear",
            Map::Dynamic => "dynamic",
            Map::Integer => "integer",
        })
    }
}

/// The entries of a code book in ascending order. Integers have their own code book, signed: code `k` is `k - 128`.
#[must_use]
pub fn entries(map: Map, signed: bool) -> &'static [f32; 256] {
    type Books = [[f32; 256]; 5];
    static BOOKS: LazyLock<Books> = LazyLock::new(|| {
        let table = |bits: &[u32; 256]| std::array::from_fn(|code| f32::from_bits(bits[code]));
        [
            table(&tables::LINEAR_SIGNED),
            table(&tables::LINEAR_UNSIGNED),
            table(&tables::DYNAMIC_SIGNED),
            table(&tables::DYNAMIC_UNSIGNED),
            std::array::from_fn(|code| code as f32 - 128.0),
        ]
    });
    &BOOKS[match (map, signed) {
        (Map::Linear, true) => 0,
        (Map::Linear, false) => 1,
        (Map::Dynamic, true) => 2,
        (Map::Dynamic, false) => 3,
        (Map::Integer, _) => 4,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The closed form, to a few units in the last place of binary32.
    fn dynamic(signed: bool) -> Vec<f64> {
        let cells = |i: u32| if signed { 1 << i } else { 2 << i };
        let entry = |i: u32, j: u32| {
            10f64.powi(i as i32 - 6) * (0.1 + 0.9 * (f64::from(j) + 0.5) / f64::from(cells(i)))
        };
        let positive = (0..7).flat_map(|i| (0..cells(i)).map(move |j| entry(i, j)));
        let mut all: Vec<f64> = positive.collect();
        if signed {
            all.extend(all.clone().iter().map(|x| -x));
        }
        all.extend([0.0, 1.0]);
        all.sort_by(f64::total_cmp);
        all
    }

    #[test]
    fn the_tables_are_the_closed_forms_to_a_few_last_places() {
        for signed in [true, false] {
            let (table, closed) = (entries(Map::Dynamic, signed), dynamic(signed));
            assert_eq!(closed.len(), 256);
            for (entry, closed) in table.iter().zip(closed) {
                assert!((f64::from(*entry) - closed).abs() <= 3e-7 * closed.abs(), "{entry:e} {closed:e}");
            }
            let table = entries(Map::Linear, signed);
            for (code, entry) in table.iter().enumerate() {
                let closed = match (signed, code as f64) {
                    (false, k) => k / 255.0,
                    (true, k) if k < 127.5 => (k - 127.0) / 127.0,
                    (true, k) => (k - 128.0) / 127.0,
                };
                assert!((f64::from(*entry) - closed).abs() <= 1e-7, "{code}");
            }
        }
    }

    #[test]
    fn entries_ascend_and_the_ends_are_what_they_are() {
        for (map, signed, first, last) in [
            (Map::Linear, true, -1.0, 1.0),
            (Map::Linear, false, 0.0, 1.0),
            (Map::Dynamic, true, -0.992_968_74, 1.0),
            (Map::Dynamic, false, 0.0, 1.0),
            (Map::Integer, true, -128.0, 127.0),
        ] {
            let book = entries(map, signed);
            assert_eq!((book[0], book[255]), (first, last), "{map}");
            assert!(book.is_sorted_by(|a, b| a < b), "{map}");
        }
        let dynamic = entries(Map::Dynamic, true);
        assert_eq!((dynamic[127], dynamic[128], dynamic[254]), (0.0, 5.500_000_4e-7, 0.992_968_74));
        assert_eq!(entries(Map::Linear, true)[127..129], [0.0, 2f32.powi(-28)]);
        assert_eq!(entries(Map::Dynamic, false)[254], 0.996_484_4);
    }
}
