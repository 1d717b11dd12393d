//! Arithmetic: fused multiply-add through a wider format, and sums, products and quotients beyond range.

use halfulp::Op;

use crate::support::*;

/// VoidStarKat/half-rs#141.
#[test]
fn binary16_fma_rounds_once() {
    assert_eq!(within(Op::Fma, BINARY16, RNE, &[0x3aa0, 0xd260, 0x0012]), is(0xd147, "x"));
}

/// arch-hdl-lang/arch-com#627.
#[test]
fn bfloat16_fma_through_binary32() {
    assert_eq!(within(Op::Fma, BFLOAT16, RNE, &[0x2a20, 0x51a6, 0x9359]), is(0x3c4f, "x"));
}

/// llvm/llvm-project#98389, rust-lang/rust#161522; the operands are ours.
#[test]
fn binary16_fma_through_binary32() {
    let through = |a: u64, b: u64, c: u64| {
        let [x, y, z] = [a, b, c].map(|c| value(&BINARY16, c) as f32);
        let sum = u64::from((x * y + z).to_bits());
        convert(BINARY32, BINARY16, RNE, sum).code
    };
    for (a, b, c, right, wrong) in
        [(0x3cbb, 0x3e31, 0x0351, 0x3f53, 0x3f52), (0x3c2f, 0x3c62, 0x001f, 0x3c95, 0x3c96)]
    {
        assert_eq!(within(Op::Fma, BINARY16, RNE, &[a, b, c]), is(right, "x"));
        assert_eq!(through(a, b, c), wrong, "the operands show the fault");
    }
}

/// triton-lang/triton#11611: through binary64.
#[test]
fn binary32_fma_through_binary64() {
    let codes = [4097.0, 4097.0, 2f32.powi(-30)].map(|x| u64::from(x.to_bits()));
    assert_eq!(within(Op::Fma, BINARY32, RNE, &codes), is(0x4b80_1001, "x"));
}

/// apytypes/apytypes#406: toward positive, a product of a subnormal.
#[test]
fn a_product_toward_positive_goes_up() {
    let (a, b) = (0x87ff, 0xe850);
    let exact = value(&BINARY16, a) * value(&BINARY16, b);
    assert!(exact > value(&BINARY16, 0x344f));
    assert_eq!(within(Op::Mul, BINARY16, RUP, &[a, b]), is(0x3450, "x"));
}

/// apytypes/apytypes#110, #235, #353: subnormal products and quotients.
#[test]
fn subnormal_products_and_quotients() {
    let (smallest, half, two) = (0x01, code(E4M3, 0.5), code(E4M3, 2.0));
    assert_eq!(within(Op::Mul, E4M3, RNE, &[smallest, half]), is(0x00, "ux"));
    assert_eq!(within(Op::Mul, E4M3, RNE, &[0x03, half]), is(0x02, "ux"));
    assert_eq!(within(Op::Div, E4M3, RNE, &[smallest, two]), is(0x00, "ux"));
    assert_eq!(
        within(Op::Div, E4M3, RNE, &[0x0f, two]),
        is(0x08, "ux"),
        "7.5 goes to 8, the smallest normal value"
    );
    assert_eq!(within(Op::Div, E4M3, RNE, &[0x0e, two]), is(0x07, "-"));
}

/// A fault seen in rustc_apfloat 0.2.3: toward positive, the sign of an overflow was not looked at.
#[test]
fn negative_overflow_of_e4m3fn_toward_positive() {
    let [a, b] = [-32.0, -448.0].map(|x| code(E4M3FN, x));
    assert_eq!(within(Op::Add, E4M3FN, RUP, &[a, b]), is(0xfe, "ox"));
    assert_eq!(within(Op::Sub, E4M3FN, RUP, &[a, b ^ 0x80]), is(0xfe, "ox"));
    let twelve = code(E4M3FN, 12.0);
    assert_eq!(within(Op::Mul, E4M3FN, RUP, &[twelve, code(E4M3FN, -40.0)]), is(0xfe, "ox"));
    assert_eq!(within(Op::Div, E4M3FN, RUP, &[code(E4M3FN, -240.0), code(E4M3FN, 0.5)]), is(0xfe, "ox"));
    let fma = [code(E4M3FN, -32.0), code(E4M3FN, 1.0), b];
    assert_eq!(within(Op::Fma, E4M3FN, RUP, &fma), is(0xfe, "ox"));
    assert_eq!(round64(E4M3FN, RUP, -480.0), is(0xfe, "ox"));
}

/// The same fault toward negative: the overflow stayed at the largest value.
#[test]
fn negative_overflow_of_e4m3fn_toward_negative() {
    let [a, b] = [-1.0 / 512.0, -448.0].map(|x| code(E4M3FN, x));
    assert_eq!(within(Op::Add, E4M3FN, RDN, &[a, b]), is(0x7f, "ox"));
    assert_eq!(within(Op::Sub, E4M3FN, RDN, &[a, b ^ 0x80]), is(0x7f, "ox"));
    assert_eq!(round64(E4M3FN, RDN, -448.01), is(0x7f, "ox"));
    assert_eq!(within(Op::Add, E4M3FN, RDN, &[a ^ 0x80, b ^ 0x80]), is(0x7e, "x"));
}

/// A fault seen in microfloat: sums on the tie above the largest value became NaN.
#[test]
fn sums_on_the_tie_above_448_stay() {
    let (mut ties, bit) = (0, 0x80);
    for a in codes(&E4M3FN) {
        for b in codes(&E4M3FN) {
            let sum = value(&E4M3FN, a) + value(&E4M3FN, b);
            if sum.abs() == 464.0 {
                ties += 1;
                let largest = 0x7e | if sum < 0.0 { bit } else { 0 };
                assert_eq!(within(Op::Add, E4M3FN, RNE, &[a, b]), is(largest, "x"), "{a:#x} {b:#x}");
            }
        }
    }
    assert!(ties > 0);
}
