//! What a caller can get wrong is an error value that says what.

use halfulp::slice::{Arithmetic, SliceError};
use halfulp::{NoiseBits, Policy, Rounding, Stochastic};

use crate::support::{BFLOAT16, E4M3FN};

fn arithmetic() -> Arithmetic {
    Arithmetic::new(&E4M3FN, &Policy::IEEE).expect("a narrow format")
}

#[test]
fn lengths_that_differ_are_named() {
    let e = arithmetic().encode(&[1.0f32; 3], &mut [0u8; 4]).expect_err("different lengths");
    assert_eq!(e, SliceError::Lengths { first: 3, other: 4, which: "result" });
    assert!(e.to_string().contains('3') && e.to_string().contains('4'), "{e}");
    assert!(arithmetic().decode(&[0u8; 3], &mut [0.0f64; 2]).is_err());
    assert!(arithmetic().quantize(&[0.0f64; 3], &mut [0.0; 2]).is_err());
    assert!(arithmetic().encode_counted(&[1.0f64; 1], &mut [0u16; 0]).is_err());
    assert!(arithmetic().quantize_counted(&[1.0f32; 1], &mut [0.0; 0]).is_err());
    assert!(arithmetic().sqrt(&[0u8; 3], &mut [0; 5]).is_err());
    let e = arithmetic().mul(&[0u8; 3], &[0; 2], &mut [0; 3]).expect_err("different lengths");
    assert_eq!(e, SliceError::Lengths { first: 3, other: 2, which: "second operand" });
    let e =
        arithmetic().fma(&[0.0f32; 3], &[0.0; 3], &[0.0; 1], &mut [0.0; 3]).expect_err("different lengths");
    assert_eq!(e, SliceError::Lengths { first: 3, other: 1, which: "third operand" });
}

#[test]
fn codes_too_wide_are_refused() {
    let wide = Arithmetic::new(&BFLOAT16, &Policy::IEEE).expect("16 bits");
    let too_wide = SliceError::CodeTooWide { width: 16, word: 8 };
    assert_eq!(wide.encode(&[1.0f32], &mut [0u8]), Err(too_wide.clone()));
    assert_eq!(wide.decode(&[0u8], &mut [1.0f32]), Err(too_wide.clone()));
    assert_eq!(wide.add(&[0u8], &[0], &mut [0]), Err(too_wide));
}

#[test]
fn noise_has_up_to_32_bits_in_a_narrow_format() {
    for bits in [NoiseBits::MIN, NoiseBits::MAX] {
        let policy = Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::B, bits });
        assert!(Arithmetic::new(&E4M3FN, &policy).is_ok());
    }
}
