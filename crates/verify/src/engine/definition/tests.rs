//! The oracle's parts by themselves.

use std::cmp::Ordering;

use halfulp::format::catalog;
use halfulp::{Facts, Format, Nans, Overflow, Sign};
use num_bigint::BigInt;
use quickcheck::quickcheck;

use super::integer::Integer;
use super::locate::{Place, integer_part, locate};
use super::place::at_most;
use super::quantity::{Quantity, compare_scaled};
use super::values::{Magnitude, Meaning, Values};

fn formats_of_at_most(width: u32) -> impl Iterator<Item = Format> {
    let builtin = catalog::builtin().iter().map(|entry| entry.format);
    builtin.filter(move |format| format.width() <= width)
}

#[test]
fn the_list_of_values_is_sorted() {
    for format in formats_of_at_most(16) {
        let values = Values::new(&format.facts());
        let first = if values.has_zero() { 0 } else { -2 };
        for k in first..=values.last(true) {
            let (a, b) = (values.at(k), values.at(k + 1));
            let (x, y) = (a.significand as i128, b.significand as i128);
            let order = compare_scaled(&x, a.exponent, &y, b.exponent);
            assert_eq!(order, Some(Ordering::Less), "{format:?} {k}");
        }
    }
}

#[test]
fn every_finite_code_has_its_place() {
    for format in formats_of_at_most(16) {
        let values = Values::new(&format.facts());
        for code in 0..1 << format.width() {
            let (negative, k) = values.place(code);
            if let Meaning::Finite { negative: sign, magnitude } = values.meaning(code) {
                assert_eq!(values.code(negative, k), code, "{format:?}");
                assert_eq!((sign, magnitude), (negative, values.at(k)));
                assert_eq!(values.number(magnitude.significand as i128, magnitude.exponent), k);
            }
        }
    }
}

/// The place by trying one value after the other.
fn locate_slowly(values: &Values, x: &Quantity<BigInt>) -> Option<u64> {
    let not_above = |k: &i128| {
        let Magnitude { significand, exponent } = values.at(*k);
        x.compare(significand, exponent) != Some(Ordering::Less)
    };
    let count = (0..=values.last(false) + 1).filter(not_above).count() as u64;
    count.checked_sub(1)
}

fn quantity<I: Integer>(numerator: u64, denominator: u64, exponent: i64, root: bool) -> Option<Quantity<I>> {
    Some(Quantity {
        numerator: I::new(u128::from(numerator))?,
        denominator: I::new(u128::from(denominator))?,
        exponent,
        root,
    })
}

quickcheck! {
    fn the_value_below_is_the_one_that_is_located(significand: u64, exponent: i8, wide: bool) -> bool {
        let (significand, exponent) = (u128::from(significand) + 1, i64::from(exponent));
        let x = Magnitude { significand: if wide { significand << 14 | 1 } else { significand }, exponent };
        let zeroless = catalog::lookup("e8m0").unwrap();
        let fixed = catalog::lookup("mxint8").unwrap();
        let integers = [(8, true), (64, true), (64, false)].map(|(w, s)| Format::integer(w, s).unwrap());
        let formats = formats_of_at_most(64).chain(integers).chain([zeroless, fixed]);
        formats.map(|format| Values::new(&format.facts())).all(|values| {
            let located = Quantity::dyadic(BigInt::from(x.significand), x.exponent)
                .and_then(|x| locate(&values, true, &x));
            let place = match located {
                Some(Place::At(k, _)) => Some(k),
                Some(Place::Beyond) => Some(values.last(true) as u64),
                Some(Place::Below(_)) => None,
                None => return false,
            };
            at_most(&values, x) == place
        })
    }

    fn the_search_finds_what_trying_finds(numerator: u32, denominator: u32, exponent: i8, root: bool) -> bool {
        let (n, d) = (u64::from(numerator) + 1, u64::from(denominator) + 1);
        let e = i64::from(exponent) / 4;
        let zeroless = Facts {
            width: 5,
            precision: 2,
            bias: 4,
            sign: Sign::Unsigned,
            nans: Nans::None,
            overflow: Overflow::Largest,
            subnormals: false,
        };
        let formats = formats_of_at_most(6).chain([Format::known(zeroless)]);
        formats.map(|format| Values::new(&format.facts())).all(|values| {
            let Some(x) = quantity::<BigInt>(n, d, e, root) else { return false };
            let found = locate(&values, false, &x);
            let small = quantity::<i128>(n, d, e, root).and_then(|x| locate(&values, false, &x));
            let same = small.is_none() || small == found;
            let place = match found {
                Some(Place::Below(_)) => None,
                Some(Place::At(k, _)) => Some(k),
                Some(Place::Beyond) => Some(values.last(false) as u64 + 1),
                None => return false,
            };
            same && place == locate_slowly(&values, &x)
        })
    }

    fn fractions_are_the_rationals(numerator: u64, bits: u8) -> bool {
        // numerator / 2^36: all of it fits into the fraction.
        let (n, one) = (u32::from(bits % 32) + 1, 1u64 << 36);
        let numerator = numerator >> 20 | 1;
        let Some(x) = quantity::<i128>(numerator, one, 0, false) else { return false };
        let Some((integer, fraction)) = integer_part(&x) else { return false };
        let rest = u128::from(numerator % one);
        let (floor, left) = ((rest << n) / u128::from(one), (rest << n) % u128::from(one));
        let half = u128::from(one / 2);
        let up = left > half || (left == half && floor % 2 == 1);
        integer == numerator / one
            && u128::from(fraction.floor(n)) == floor
            && u128::from(fraction.nearest_even(n)) == floor + u128::from(up)
            && fraction.against_half() == rest.cmp(&half)
            && fraction.in_upper_half().map(|f| u128::from(f.floor(n)))
                == rest.checked_sub(half).map(|rest| (rest << (n + 1)) / u128::from(one))
    }

    fn small_integers_are_the_big_ones(x: i64, y: i64, shift: u8) -> bool {
        let (a, b) = (i128::from(x) << (shift % 60), i128::from(y) << (shift % 50));
        let (c, d) = (BigInt::from(a), BigInt::from(b));
        let same = |small: Option<i128>, big: Option<BigInt>| match (small, big) {
            (Some(small), Some(big)) => BigInt::from(small) == big,
            (None, Some(big)) => big.bits() >= 127,
            (_, None) => false,
        };
        let (m, n) = (a.magnitude(), b.magnitude() + 1);
        let (quotient, rest) = m.divided(&n);
        let big = BigInt::from(m).divided(&BigInt::from(n));
        same(a.plus(&b), c.plus(&d))
            && same(a.times(&b), c.times(&d))
            && same(a.scaled(i64::from(shift)), c.scaled(i64::from(shift)))
            && (BigInt::from(quotient), BigInt::from(rest)) == big
            && BigInt::from(m.root()) == BigInt::from(m).root()
            && Integer::bits(&a) == Integer::bits(&c)
    }
}
