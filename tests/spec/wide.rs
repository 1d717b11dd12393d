//! Rounding to one quantum, in every width from 54 to 64 bits, by whole numbers: no float and no rounding of this library's own.

use halfulp::text::parse;
use halfulp::{
    Facts, Flags, Format, Nans, Op, Operands, Overflow, Policy, Real, Rounded, Rounding, Sign, Stochastic,
    Task, Value, apply, round,
};

use crate::support::*;

/// A format of one quantum: its least and its largest multiple of that, and the quantum's exponent.
struct Grid {
    format: Format,
    range: [i128; 2],
    quantum: i32,
}

impl Grid {
    fn two(width: u32, bias: i32, sign: Sign) -> Grid {
        let facts = Facts {
            width,
            precision: width,
            bias,
            sign,
            nans: Nans::None,
            overflow: Overflow::Largest,
            subnormals: true,
        };
        let range = match sign {
            Sign::TwosComplement => [-(1i128 << (width - 1)), (1 << (width - 1)) - 1],
            _ => [0, (1 << width) - 1],
        };
        Grid { format: Format::known(facts), range, quantum: 2 - bias - width as i32 }
    }

    /// The number of quanta that `n / 2^shift` of them is rounded to, without a bound.
    fn rounded(n: i128, shift: u32, rounding: Rounding, noise: u64) -> i128 {
        let (one, size) = (1i128 << shift, n.abs());
        let (floor, rest) = (size >> shift, size & (one - 1));
        let odd = floor & 1 == 1;
        let away = rest != 0
            && match rounding {
                Rounding::NearestEven => 2 * rest > one || (2 * rest == one && odd),
                Rounding::NearestAway => 2 * rest >= one,
                Rounding::TowardZero => false,
                Rounding::TowardPositive => n > 0,
                Rounding::TowardNegative => n < 0,
                Rounding::ToOdd => !odd,
                Rounding::Stochastic { variant, bits } => {
                    let (all, r) = (1i128 << bits.get(), i128::from(bits.of_word(noise)));
                    match variant {
                        Stochastic::A => ((rest * all) >> shift) + r >= all,
                        Stochastic::B => ((rest * 2 * all) >> shift) + 2 * r + 1 >= 2 * all,
                        Stochastic::C => {
                            let (floor, rest) = ((rest * all) >> shift, (rest * all) & (one - 1));
                            let up = 2 * rest > one || (2 * rest == one && floor & 1 == 1);
                            floor + i128::from(up) + r >= all
                        }
                    }
                }
            };
        n.signum() * (floor + i128::from(away))
    }

    /// Under no saturation: what is beyond the range is invalid in integers, which gives their largest, and an overflow in
    /// fixed point, which gives the nearer end.
    fn want(&self, n: i128, shift: u32, rounding: Rounding, noise: u64) -> Rounded {
        let k = Grid::rounded(n, shift, rounding, noise);
        let [least, most] = self.range;
        let inexact = n & ((1 << shift) - 1) != 0;
        let (k, flags) = if (least..=most).contains(&k) {
            (k, Flags::INEXACT.when(inexact))
        } else if self.quantum == 0 {
            (most, Flags::INVALID)
        } else {
            (k.clamp(least, most), Flags::OVERFLOW | Flags::INEXACT)
        };
        Rounded { code: k as u64 & self.format.code_mask(), flags }
    }
}

fn grids() -> Vec<Grid> {
    let mut list = Vec::new();
    for width in 54..=64 {
        list.push(Grid::two(width, 2 - width as i32, Sign::Unsigned));
        for fraction in [0, 1, 2, 7, 40] {
            list.push(Grid::two(width, 2 - width as i32 + fraction, Sign::TwosComplement));
        }
    }
    list
}

/// Around the border of each binade and in its middle, in 64ths of a quantum: every eighth, and one 64th beside each.
fn numbers() -> Vec<i128> {
    let mut list = Vec::new();
    for binade in 50..=64 {
        let border = 1i128 << binade;
        for base in [border - 2, border - 1, border, border + 1, border + 2, border + border / 2 + 1] {
            for eighth in 0..8 {
                list.extend([-1, 0, 1].map(|beside| 64 * base + 8 * eighth + beside));
            }
        }
    }
    list.iter().flat_map(|&n| [n, -n]).collect()
}

const SHIFT: u32 = 6;

fn policies() -> Vec<(Policy, u64)> {
    let mut list: Vec<(Policy, u64)> = ROUNDINGS.map(|r| (RNE.rounding(r), 0)).into();
    for &variant in Stochastic::ALL {
        list.extend(
            [(4, 3), (4, 11), (20, 0x5_5555), (32, 0xc000_0000)].map(|(n, r)| (stochastic(variant, n), r)),
        );
    }
    list
}

/// As text, as an exact number with and without zeros behind it, in every format.
#[test]
fn numbers_between_wide_integers() {
    for grid in grids() {
        for n in numbers() {
            let negative = n < 0;
            let exponent = grid.quantum - SHIFT as i32;
            let text = format!("{}0x{:x}p{exponent}", if negative { "-" } else { "" }, n.unsigned_abs());
            for (policy, noise) in policies() {
                let want = grid.want(n, SHIFT, policy.rounding, noise);
                let read = parse(&grid.format, &policy, &text, noise);
                assert_eq!(read, Ok(want), "{text} {policy:?} in {:?}", grid.format);
                for more in [0, 20, 50] {
                    let significand = n.unsigned_abs() << more;
                    let real = Real { negative, exponent: exponent - more, significand, tail: false };
                    let got = round(&grid.format, &policy, Value::Finite(real), noise);
                    assert_eq!(got, want, "{real:?} {policy:?} in {:?}", grid.format);
                }
            }
        }
    }
}

/// From 64-bit fixed point with some bits of fraction.
#[test]
fn from_fixed_point_to_wide_integers() {
    for fraction in [1, 2, 3, 10] {
        let source = Grid::two(64, fraction - 62, Sign::TwosComplement);
        let [least, most] = source.range;
        for grid in grids() {
            let shift = (grid.quantum - source.quantum).max(0) as u32;
            if grid.quantum < source.quantum {
                continue;
            }
            for n in numbers().into_iter().map(|n| n >> 4).filter(|n| (least..=most).contains(n)) {
                for (policy, noise) in policies() {
                    let task = Task::new(Op::Convert, [source.format; 3], grid.format).with_policy(policy);
                    if task.check().is_err() {
                        continue;
                    }
                    let got = apply(&task, Operands { codes: [n as u64, 0, 0], noise });
                    let want = grid.want(n, shift, policy.rounding, noise);
                    assert_eq!(got, want, "{n} / 2^{shift}, {policy:?} in {:?}", grid.format);
                }
            }
        }
    }
}

/// A number is the same with zeros appended, up to all 128 bits: in every rounding, of chance too, far below the smallest value as
/// above it, in formats of one bit and of two.
#[test]
fn however_long_a_number_is_written() {
    let roundings = ROUNDINGS.iter().map(|&rounding| (RNE.rounding(rounding), 0));
    let chances = Stochastic::ALL.iter().flat_map(|&variant| [1, 4].map(|bits| stochastic(variant, bits)));
    let policies: Vec<_> =
        roundings.chain(chances.flat_map(|p| (0..16).map(move |noise| (p, noise)))).collect();
    for f in [E8M0, E2M1, p3109(5, 1, true, true)] {
        for leading in f.quantum_min() - 7..=f.quantum_min() + 4 {
            for significand in (1u128..32).step_by(2) {
                let top = significand.ilog2();
                let written = |zeros: u32| {
                    let exponent = leading - (top + zeros) as i32;
                    Value::Finite(Real {
                        negative: false,
                        exponent,
                        significand: significand << zeros,
                        tail: false,
                    })
                };
                for (policy, noise) in &policies {
                    let want = round(&f, policy, written(0), *noise);
                    for zeros in [1, 64, 120, 122, 126 - top, 127 - top] {
                        let got = round(&f, policy, written(zeros), *noise);
                        assert_eq!(
                            got, want,
                            "{significand:#b} at 2^{leading} and {zeros} zeros, {policy:?} {noise}"
                        );
                    }
                }
            }
        }
    }
}
