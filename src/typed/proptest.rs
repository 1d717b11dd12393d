//! Strategies for property tests: [`codes`], [`finite`], [`edges`]. A number's [`Arbitrary`] is [`codes`].

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use proptest::arbitrary::Arbitrary;
use proptest::sample::{Select, select};
use proptest::strategy::{BoxedStrategy, Map, Strategy, Union};

use super::{FloatFormat, Minifloat};

/// Codes, mapped to numbers. It shrinks toward code 0.
pub type Codes<F, const N: usize = 1> = Map<RangeInclusive<u64>, fn(u64) -> Minifloat<F, N>>;

/// Every code, each as likely as another, infinities and NaNs among them.
///
/// ```
/// use halfulp::typed::{F8E5M2, marker, proptest::codes};
/// use proptest::prelude::*;
///
/// proptest!(|(x in codes::<marker::E5M2, 1>(), y in codes::<marker::E5M2, 1>())| {
///     prop_assert_eq!((x + y).to_bits(), (y + x).to_bits());
/// });
/// ```
pub fn codes<F: FloatFormat, const N: usize>() -> Codes<F, N> {
    let number: fn(u64) -> Minifloat<F, N> = Minifloat::from_code;
    (0..=F::FORMAT.code_mask()).prop_map(number)
}

/// Every finite value, each as likely as another. It shrinks toward zero.
pub fn finite<F: FloatFormat, const N: usize>() -> Codes<F, N> {
    let format = F::FORMAT;
    let negative = if format.is_signed() { format.largest_magnitude(true) } else { 0 };
    let number: fn(u64) -> Minifloat<F, N> = nth_finite;
    (0..=format.largest_magnitude(false) + negative).prop_map(number)
}

/// The positive values from the smallest on, then the negative ones.
fn nth_finite<F: FloatFormat, const N: usize>(n: u64) -> Minifloat<F, N> {
    let format = F::FORMAT;
    let largest = format.largest_magnitude(false);
    if n <= largest {
        Minifloat::from_code(format.encode(false, n))
    } else {
        Minifloat::from_code(format.encode(true, n - largest))
    }
}

/// Where things go wrong, as often as any code and half as often as any finite value: zeros, the smallest and the
/// largest values, the edges of the subnormals, 1, the specials, and the neighbours of all these.
pub fn edges<F: FloatFormat, const N: usize>() -> Union<BoxedStrategy<Minifloat<F, N>>> {
    Union::new_weighted(alloc::vec![
        (1, at_edges::<F, N>().boxed()),
        (1, codes::<F, N>().boxed()),
        (2, finite::<F, N>().boxed()),
    ])
}

fn at_edges<F: FloatFormat, const N: usize>() -> Select<Minifloat<F, N>> {
    select(edge_list::<F, N>())
}

fn edge_list<F: FloatFormat, const N: usize>() -> Vec<Minifloat<F, N>> {
    type T<F, const N: usize> = Minifloat<F, N>;
    let specials = [T::<F, N>::NAN, T::INFINITY, T::NEG_INFINITY];
    let positive = [T::<F, N>::default(), T::SMALLEST, T::MIN_POSITIVE, T::MAX, T::from_u8(1)];
    let mut list: Vec<T<F, N>> = positive.into_iter().chain(specials.into_iter().flatten()).collect();
    for x in positive {
        list.extend([x.next_up(), x.next_down()]);
    }
    if F::FORMAT.is_signed() {
        let negative: Vec<T<F, N>> = list.iter().map(|x| x.neg()).collect();
        list.extend(negative);
    }
    list.push(T::MIN);
    list.sort_by_key(|x| x.code());
    list.dedup_by_key(|x| x.code());
    list
}

impl<F: FloatFormat, const N: usize> Arbitrary for Minifloat<F, N> {
    type Parameters = ();
    type Strategy = Codes<F, N>;

    fn arbitrary_with((): ()) -> Codes<F, N> {
        codes()
    }
}
