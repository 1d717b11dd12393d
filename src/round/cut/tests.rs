use super::{AWAY, Cut, away_table, direction, situation};
use crate::policy::Rounding;

/// IEEE 754-2019 clause 4.3, and rounding to odd: of a positive even number, a positive odd one, a negative even one and a
/// negative odd one, which goes away from zero (`x`) where nothing, less than half, half and more is cut off.
const DIRECTIONS: [(Rounding, [&str; 4]); 6] = [
    (Rounding::NearestEven, ["...x", "..xx", "...x", "..xx"]),
    (Rounding::NearestAway, ["..xx", "..xx", "..xx", "..xx"]),
    (Rounding::TowardZero, ["....", "....", "....", "...."]),
    (Rounding::TowardPositive, [".xxx", ".xxx", "....", "...."]),
    (Rounding::TowardNegative, ["....", "....", ".xxx", ".xxx"]),
    (Rounding::ToOdd, [".xxx", "....", ".xxx", "...."]),
];

#[test]
fn each_rounding_goes_where_the_standard_sends_it() {
    let table = away_table();
    for (rounding, directions) in DIRECTIONS {
        for (i, directions) in directions.iter().enumerate() {
            for (cut, direct) in
                [Cut::Nothing, Cut::BelowHalf, Cut::Half, Cut::AboveHalf].into_iter().zip(directions.chars())
            {
                let bit = table[direction(rounding)] >> situation(cut, i >= 2, i % 2 == 1) & 1;
                assert_eq!(bit == 1, direct == 'x', "{rounding:?} {cut:?} {i}");
            }
        }
    }
    assert_eq!(table, AWAY);
}
