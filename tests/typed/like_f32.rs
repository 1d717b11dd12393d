//! What typed numbers have in common with `f32`: scientific notation, bytes, ranges, sums.

use halfulp::typed::*;

#[test]
fn scientific_notation_rounds_as_the_language_does() {
    for code in 0..=u8::MAX {
        let x = F8E5M2::from_bits(code);
        if !x.is_finite() {
            assert_eq!(format!("{x:e} {x:E}"), format!("{x} {x}"));
            continue;
        }
        assert_eq!(format!("{x:e}").parse::<F8E5M2>().unwrap().to_bits(), code);
        for places in 0..12 {
            let (ours, theirs) = (format!("{x:.places$e}"), format!("{:.places$e}", x.to_f64()));
            assert_eq!(ours, theirs, "{code:#x} with {places}");
        }
    }
    // Nines that carry to a digit more, a tie to even, and one with a rest behind.
    for x in [0.999_999, 9.5, 8.5, 8.500_000_1, 5e-324, f64::MAX] {
        for places in 0..20 {
            assert_eq!(format!("{:.places$e}", F64::from(x)), format!("{x:.places$e}"));
        }
    }
    assert_eq!(format!("{:>+10.1E}|{:07.1e}", F8E5M2::ONE, F8E5M2::MIN), "    +1.0E0|-05.7e4");
}

#[test]
fn bytes_are_those_of_the_code() {
    let x = BF16::from_bits(0x3eab);
    assert_eq!((x.to_le_bytes(), x.to_be_bytes()), ([0xab, 0x3e], [0x3e, 0xab]));
    assert_eq!(x.to_ne_bytes(), 0x3eab_u16.to_ne_bytes());
    let back = [BF16::from_le_bytes([0xab, 0x3e]), BF16::from_be_bytes([0x3e, 0xab])];
    assert_eq!(back.map(BF16::to_bits), [0x3eab; 2]);
    assert_eq!(BF16::from_ne_bytes(x.to_ne_bytes()).to_bits(), 0x3eab);
    // Six bits in a byte: the others do not count.
    assert_eq!(F6E2M3::from_le_bytes([0xff]).to_le_bytes(), [0x3f]);
    assert_eq!(F64::from(1.0).to_be_bytes(), 1f64.to_be_bytes());
}

#[test]
fn ranges_and_signs_are_the_languages() {
    let numbers = || (0..=u8::MAX).map(F8E5M2::from_bits);
    let [low, high] = [-1.5, 3.0].map(F8E5M2::from_f32);
    for x in numbers() {
        let f = x.to_f32();
        assert!(x.clamp(low, high).to_f32() == f.clamp(-1.5, 3.0) || f.is_nan());
        assert!(x.signum().to_f32() == f.signum() || f.is_nan() && x.signum().is_nan());
        assert!(x.recip() == F8E5M2::from_f64(1.0 / x.to_f64()) || f.is_nan());
    }
    assert!(std::panic::catch_unwind(|| high.clamp(high, low)).is_err(), "no range");
    for x in [1e9, -1e9, f32::INFINITY, f32::NEG_INFINITY, 300.0, -0.0] {
        let saturated = F8E4M3FN::from_f32_saturating(x);
        assert_eq!(saturated.to_f32(), F8E4M3FN::from_f32(x.clamp(-448.0, 448.0)).to_f32(), "{x}");
        assert_eq!(saturated.to_bits(), F8E4M3FN::from_f64_saturating(x.into()).to_bits());
    }
    assert!(F8E4M3FN::from_f32_saturating(f32::NAN).is_nan());
}

#[test]
fn sums_in_a_wider_format_round_there() {
    let numbers = [0.3, 448.0, -0.001, 7.0].map(F8E4M3FN::from_f32);
    let exact: f32 = numbers.iter().map(|x| x.to_f32()).sum();
    assert_eq!(numbers.iter().sum_in::<marker::Binary32>().to_f32(), exact);
    assert_eq!(numbers.into_iter().sum_in::<marker::E4M3FN>(), numbers.iter().sum::<F8E4M3FN>());
    assert_eq!([F8E4M3FN::ZERO; 0].iter().sum_in::<marker::Binary16>(), F16::ZERO);
}
