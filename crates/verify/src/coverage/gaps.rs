//! The names of empty bins: whole values of an axis in one line where all bins that have it are empty.

use super::document::{GroupCounts, State};
use super::group::places;

/// The lines that name the bins of a group that are in a state, at most so many; and how many bins the lines after these would name.
pub(super) fn lines(group: &GroupCounts, state: State, most: usize) -> (Vec<String>, usize) {
    let states = group.states();
    let places: Vec<Vec<usize>> = (0..states.len()).map(|bin| places(&group.axes, bin)).collect();
    // What could be in this state: of empty bins, those that can be hit.
    let counts = |bin: usize| state != State::Empty || states[bin] != State::Unreachable;
    let wanted = |bin: usize| states[bin] == state;
    let all = (0..states.len()).filter(|bin| wanted(*bin)).count();
    if all == 0 {
        return (Vec::new(), 0);
    }
    let mut named = vec![false; states.len()];
    let mut lines: Vec<(String, usize)> = Vec::new();
    if (0..states.len()).filter(|bin| counts(*bin)).all(wanted) && all > 1 {
        return (vec![format!("all {all} bins")], 0);
    }
    for (at, axis) in group.axes.iter().enumerate().filter(|_| group.axes.len() > 1) {
        for (place, value) in axis.values.iter().enumerate() {
            let bins: Vec<usize> =
                (0..states.len()).filter(|bin| places[*bin][at] == place && counts(*bin)).collect();
            let fresh = bins.iter().filter(|bin| !named[**bin]).count();
            if bins.len() > 1 && fresh > 0 && bins.iter().all(|bin| wanted(*bin)) {
                lines.push((format!("{} {value}: all {} bins", axis.name, bins.len()), fresh));
                bins.iter().for_each(|bin| named[*bin] = true);
            }
        }
    }
    let left = (0..states.len()).filter(|bin| wanted(*bin) && !named[*bin]);
    let single = left.map(|bin| {
        let values = group.values(bin).into_iter();
        (values.map(|(axis, value)| format!("{axis} {value}")).collect::<Vec<_>>().join(", "), 1)
    });
    // The last line may say how many more there are.
    lines.extend(single.take(most + 1));
    let kept: usize = lines.iter().take(most).map(|(_, bins)| bins).sum();
    lines.truncate(most);
    (lines.into_iter().map(|(line, _)| line).collect(), all - kept)
}
