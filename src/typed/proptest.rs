//! Strategies for property tests: [`codes`], [`finite`], [`edges`]. [`Arbitrary`] uses [`codes`].

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use proptest::arbitrary::Arbitrary;
use proptest::sample::{Select, select};
use proptest::strategy::{BoxedStrategy, Map, Strategy, Union};

use super::{FloatFormat, Minifloat};

/// A strategy that maps codes to numbers. It shrinks toward code 0.
pub type Codes<F> = Map<RangeInclusive<u64>, fn(u64) -> Minifloat<F>>;

/// All codes with equal probability, including infinities and NaNs.
///
/// ```
/// use halfulp::typed::{F8E5M2, marker, proptest::codes};
/// use proptest::prelude::*;
///
/// proptest!(|(x in codes::<marker::E5M2>(), y in codes::<marker::E5M2>())| {
///     prop_assert_eq!((x + y).to_bits(), (y + x).to_bits());
/// });
/// ```
pub fn codes<F: FloatFormat>() -> Codes<F> {
    let number: fn(u64) -> Minifloat<F> = Minifloat::from_code;
    (0..=Minifloat::<F>::FORMAT.code_mask()).prop_map(number)
}

/// All finite values with equal probability. It shrinks toward zero.
pub fn finite<F: FloatFormat>() -> Codes<F> {
    let format = Minifloat::<F>::FORMAT;
    let negative = if format.is_signed() { format.largest_magnitude(true) } else { 0 };
    let number: fn(u64) -> Minifloat<F> = nth_finite;
    (0..=format.largest_magnitude(false) + negative).prop_map(number)
}

/// The positive values from the smallest on, then the negative ones.
fn nth_finite<F: FloatFormat>(n: u64) -> Minifloat<F> {
    let format = Minifloat::<F>::FORMAT;
    let largest = format.largest_magnitude(false);
    if n <= largest {
        Minifloat::from_code(format.encode(false, n))
    } else {
        Minifloat::from_code(format.encode(true, n - largest))
    }
}

/// A mixture of edge cases (one quarter), all codes (one quarter) and all finite values (one half). Edge cases are zeros, the smallest and the
/// largest values, the boundary between subnormal and normal values, 1, infinities and NaNs, and the neighbours of all these.
pub fn edges<F: FloatFormat>() -> Union<BoxedStrategy<Minifloat<F>>> {
    Union::new_weighted(alloc::vec![
        (1, at_edges::<F>().boxed()),
        (1, codes::<F>().boxed()),
        (2, finite::<F>().boxed()),
    ])
}

fn at_edges<F: FloatFormat>() -> Select<Minifloat<F>> {
    select(edge_list::<F>())
}

fn edge_list<F: FloatFormat>() -> Vec<Minifloat<F>> {
    type T<F> = Minifloat<F>;
    let specials = [T::<F>::try_nan(), T::try_infinity(), T::try_neg_infinity()];
    let positive = [T::<F>::default(), T::SMALLEST, T::MIN_POSITIVE, T::MAX, T::from_u8(1)];
    let mut list: Vec<T<F>> = positive.into_iter().chain(specials.into_iter().flatten()).collect();
    for x in positive {
        list.extend([x.next_up(), x.next_down()]);
    }
    if Minifloat::<F>::FORMAT.is_signed() {
        let negative: Vec<T<F>> = list.iter().map(|x| x.neg()).collect();
        list.extend(negative);
    }
    list.push(T::MIN);
    list.sort_by_key(|x| x.code());
    list.dedup_by_key(|x| x.code());
    list
}

impl<F: FloatFormat> Arbitrary for Minifloat<F> {
    type Parameters = ();
    type Strategy = Codes<F>;

    fn arbitrary_with((): ()) -> Codes<F> {
        codes()
    }
}
