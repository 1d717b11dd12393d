//! P4: what lies beyond the range.

use super::*;

/// What becomes of a result above the largest, below the least, and of the infinities: codes of `SE`, `SF`, `UE`, `UF`.
fn ends(policy: Policy) -> [[Code; 4]; 4] {
    let row = |f: Format| [1e30, -1e30, f64::INFINITY, f64::NEG_INFINITY].map(|x| round64(f, policy, x).code);
    [row(SE), row(SF), row(UE), row(UF)]
}

/// P4's table in full.
#[allow(clippy::too_many_lines, reason = "a table")]
#[test]
fn p4_saturation() {
    let chance = |variant| stochastic(variant, 4).rounding;
    let nearest = [
        Rounding::NearestEven,
        Rounding::NearestAway,
        chance(halfulp::Stochastic::A),
        chance(halfulp::Stochastic::B),
        chance(halfulp::Stochastic::C),
    ];
    let none = |policy: Policy, rounding, want: [[Code; 4]; 4]| {
        assert_eq!(ends(policy.rounding(rounding)), want, "{:?} {rounding}", policy.standard);
    };
    const U: Code = 0xff;
    for rounding in nearest {
        none(
            V4,
            rounding,
            [[INF, NEG_INF, INF, NEG_INF], [0x7f, 0xff, 0x7f, 0xff], [0xfe, U, 0xfe, U], [0xfe, U, 0xfe, U]],
        );
        none(JULY, rounding, [[INF, NEG_INF, INF, NEG_INF], [NAN; 4], [0xfe, U, 0xfe, U], [U; 4]]);
    }
    let odd = Rounding::ToOdd;
    none(
        V4,
        odd,
        [[INF, NEG_INF, INF, NEG_INF], [0x7f, 0xff, 0x7f, 0xff], [0xfd, U, 0xfe, U], [0xfe, U, 0xfe, U]],
    );
    none(JULY, odd, [[INF, NEG_INF, INF, NEG_INF], [NAN; 4], [0xfe, U, 0xfe, U], [U; 4]]);
    let zero = Rounding::TowardZero;
    none(
        V4,
        zero,
        [[0x7e, 0xfe, INF, NEG_INF], [0x7f, 0xff, 0x7f, 0xff], [0xfd, 0, 0xfe, U], [0xfe, 0, 0xfe, U]],
    );
    none(
        JULY,
        zero,
        [[0x7e, 0xfe, INF, NEG_INF], [0x7f, 0xff, NAN, NAN], [0xfd, 0, 0xfe, U], [0xfe, 0, U, U]],
    );
    let up = Rounding::TowardPositive;
    none(
        V4,
        up,
        [[INF, 0xfe, INF, NEG_INF], [0x7f, 0xff, 0x7f, 0xff], [0xfe, 0, 0xfe, U], [0xfe, 0, 0xfe, U]],
    );
    none(JULY, up, [[INF, 0xfe, INF, NEG_INF], [NAN, 0xff, NAN, NAN], [0xfe, 0, 0xfe, U], [U, 0, U, U]]);
    let down = Rounding::TowardNegative;
    none(
        V4,
        down,
        [[0x7e, NEG_INF, INF, NEG_INF], [0x7f, 0xff, 0x7f, 0xff], [0xfd, U, 0xfe, U], [0xfe, U, 0xfe, U]],
    );
    none(
        JULY,
        down,
        [[0x7e, NEG_INF, INF, NEG_INF], [0x7f, NAN, NAN, NAN], [0xfd, U, 0xfe, U], [0xfe, U, U, U]],
    );
    for policy in VERSIONS {
        for rounding in ROUNDINGS {
            let policy = policy.rounding(rounding);
            let clamped =
                [[0x7e, 0xfe, 0x7e, 0xfe], [0x7f, 0xff, 0x7f, 0xff], [0xfd, 0, 0xfd, 0], [0xfe, 0, 0xfe, 0]];
            assert_eq!(ends(policy.saturation(Saturation::Finite)), clamped);
            let kept = [
                [0x7e, 0xfe, INF, NEG_INF],
                [0x7f, 0xff, 0x7f, 0xff],
                [0xfd, 0, 0xfe, 0],
                [0xfe, 0, 0xfe, 0],
            ];
            assert_eq!(ends(policy.saturation(Saturation::Propagate)), kept);
        }
        // The largest code of binary16 is odd, and to odd still goes to infinity.
        assert_eq!(round64(BINARY16, policy.rounding(odd), 1e9), is(0x7c00, "-"));
        // A negative that rounds to zero is none; one that does not goes to zero by direction alone.
        for (x, want) in [(-(2f64.powi(-20)), [0, 0, 0, 0, U, U]), (-1.0, [U, U, 0, 0, U, U])] {
            for f in [UE, UF] {
                assert_eq!(ROUNDINGS.map(|r| round64(f, policy.rounding(r), x).code), want, "{x}");
            }
        }
    }
}
