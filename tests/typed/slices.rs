//! Arrays of typed numbers: what each number gives by itself.

use halfulp::kernel::KERNELS;
use halfulp::slice::{SliceError, TypedArithmetic, Word};
use halfulp::typed::*;
use halfulp::{NoiseBits, Policy, Rounding, Saturation, Stochastic, noise};

const POLICIES: [Policy; 3] = [
    Policy::IEEE,
    Policy::IEEE.rounding(Rounding::TowardZero).saturation(Saturation::Finite),
    Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::B, bits: NoiseBits::known(5) }),
];

/// Numbers of every kind, more than fit one vector.
fn numbers<F: FloatFormat>(seed: u64) -> Vec<Minifloat<F>> {
    let code = |i| F::Storage::try_from(noise::word(seed, i) & Minifloat::<F>::FORMAT.code_mask());
    (0..1000).filter_map(|i| code(i).ok()).map(Minifloat::from_bits).collect()
}

/// Every operation, by every kernel of this CPU, beside the numbers' own.
fn agrees<F: FloatFormat<Storage: Word>>() {
    let [a, b, c] = [1, 2, 3].map(numbers::<F>);
    let bits = |numbers: &[Minifloat<F>]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    for policy in POLICIES {
        let plain = TypedArithmetic::<F>::new(&policy).unwrap().with_noise(7, 3);
        let own = |f: &dyn Fn(With<F>, usize) -> Flagged<F>| {
            let one = |i: usize| f(a[i].with(policy).noise(noise::element(7, 3 + i as u64)), i).value;
            bits(&(0..a.len()).map(one).collect::<Vec<_>>())
        };
        for arithmetic in KERNELS.iter().filter_map(|kernel| plain.clone().with_kernel(kernel).ok()) {
            let mut to = vec![Minifloat::default(); a.len()];
            arithmetic.add(&a, &b, &mut to).unwrap();
            assert_eq!(bits(&to), own(&|x, i| x.add(b[i])));
            arithmetic.sub(&a, &b, &mut to).unwrap();
            assert_eq!(bits(&to), own(&|x, i| x.sub(b[i])));
            arithmetic.mul(&a, &b, &mut to).unwrap();
            assert_eq!(bits(&to), own(&|x, i| x.mul(b[i])));
            arithmetic.div(&a, &b, &mut to).unwrap();
            assert_eq!(bits(&to), own(&|x, i| x.div(b[i])));
            arithmetic.sqrt(&a, &mut to).unwrap();
            assert_eq!(bits(&to), own(&|x, _| x.sqrt()));
            arithmetic.fma(&a, &b, &c, &mut to).unwrap();
            assert_eq!(bits(&to), own(&|x, i| x.mul_add(b[i], c[i])));
            let mut values = vec![0f32; a.len()];
            arithmetic.decode(&a, &mut values).unwrap();
            assert!(values.iter().zip(&a).all(|(v, x)| v.to_bits() == x.with(policy).to_f32().0.to_bits()));
            arithmetic.encode(&values, &mut to).unwrap();
            assert_eq!(bits(&to), own(&|x, _| x.convert()));
        }
    }
}

#[test]
fn arrays_give_what_numbers_give() {
    agrees::<marker::E4M3FN>();
    agrees::<marker::E5M2>();
    agrees::<marker::E2M3>();
    agrees::<marker::UE5M3>();
    agrees::<marker::BFloat16>();
    agrees::<marker::Binary16>();
}

#[test]
fn lengths_have_to_agree() {
    let arithmetic = TypedArithmetic::<marker::E4M3FN>::new(&Policy::IEEE).unwrap();
    let (two, mut three) = ([F8E4M3FN::ONE; 2], [F8E4M3FN::ONE; 3]);
    let wrong = Err(SliceError::Lengths { first: 2, other: 3, which: "result" });
    assert_eq!(arithmetic.add(&two, &two, &mut three), wrong);
    assert_eq!(arithmetic.encode(&[1f64; 2], &mut three), wrong);
    assert_eq!(F8E4M3FN::codes(&three), [0x38; 3], "nothing is written");
}
