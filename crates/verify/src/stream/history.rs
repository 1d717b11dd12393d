//! The least history of a wrong answer: the cases before it without which it is right.

/// A reduced history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reduced {
    /// The places of the cases that are needed, in order.
    pub places: Vec<usize>,
    /// Whether no single one can be left out; otherwise the tries were used up.
    pub is_least: bool,
}

/// Reduces the cases before `place` to those with which an answer is still wrong. `is_wrong` tries some of them, each time with a device that was
/// started anew. `None` if it is not wrong even with all of them. It is asked at most `tries` times.
///
/// # Errors
/// Those of `is_wrong`.
pub fn reduce<E>(
    place: usize,
    tries: usize,
    is_wrong: &mut dyn FnMut(&[usize]) -> Result<bool, E>,
) -> Result<Option<Reduced>, E> {
    let Some((mut places, mut left)) = suffix(place, tries, is_wrong)? else { return Ok(None) };
    let mut size = places.len().div_ceil(2).max(1);
    loop {
        let before = places.len();
        let mut start = 0;
        while start < places.len() && !places.is_empty() {
            if left == 0 {
                return Ok(Some(Reduced { places, is_least: false }));
            }
            left -= 1;
            let end = (start + size).min(places.len());
            let others = [&places[..start], &places[end..]].concat();
            if is_wrong(&others)? {
                places = others;
            } else {
                start = end;
            }
        }
        // A case that could not be left out may be needless once others are gone.
        if size == 1 && places.len() == before {
            return Ok(Some(Reduced { places, is_least: true }));
        }
        size = size.div_ceil(2).min(places.len().max(1));
    }
}

/// The shortest suffix that doubling and halving find, and the tries that are left.
fn suffix<E>(
    place: usize,
    tries: usize,
    is_wrong: &mut dyn FnMut(&[usize]) -> Result<bool, E>,
) -> Result<Option<(Vec<usize>, usize)>, E> {
    let last = |count: usize| (place - count..place).collect::<Vec<_>>();
    let (mut right, mut wrong, mut left) = (0, 1.min(place), tries);
    while left > 0 && !is_wrong(&last(wrong))? {
        left -= 1;
        if wrong == place {
            return Ok(None);
        }
        right = wrong;
        wrong = (2 * wrong).min(place);
    }
    while wrong - right > 1 && left > 0 {
        left -= 1;
        let middle = right + (wrong - right) / 2;
        if is_wrong(&last(middle))? {
            wrong = middle;
        } else {
            right = middle;
        }
    }
    Ok(Some((last(wrong), left)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reduces the history of a device that is wrong where all of these places were before.
    fn of(place: usize, needed: &[usize]) -> (Option<Reduced>, usize) {
        let mut asked = 0;
        let mut is_wrong = |places: &[usize]| -> Result<bool, ()> {
            asked += 1;
            assert!(places.is_sorted() && places.iter().all(|p| *p < place));
            Ok(needed.iter().all(|n| places.contains(n)))
        };
        (reduce(place, 1000, &mut is_wrong).unwrap(), asked)
    }

    #[test]
    fn what_is_needed_is_found() {
        for needed in [&[999][..], &[0], &[500], &[3, 700], &[0, 1, 2, 998], &[10, 20, 30, 40, 50, 60, 999]] {
            let (found, asked) = of(1000, needed);
            assert_eq!(found, Some(Reduced { places: needed.to_vec(), is_least: true }));
            assert!(asked < 160, "{needed:?}: {asked}");
        }
        assert_eq!(of(1, &[0]).0.unwrap().places, [0]);
    }

    #[test]
    fn what_no_history_brings_about_has_none() {
        assert_eq!(of(1000, &[2000]), (None, 11));
        assert_eq!(of(0, &[2000]), (None, 1));
    }

    /// Every thousandth answer: nothing can be left out.
    #[test]
    fn tries_are_limited() {
        let asked = std::cell::Cell::new(0);
        let mut is_wrong = |places: &[usize]| -> Result<bool, ()> {
            asked.set(asked.get() + 1);
            Ok(places.len() >= 1000)
        };
        let found = reduce(5000, 100, &mut is_wrong).unwrap().unwrap();
        assert!(!found.is_least && found.places.len() == 1000 && asked.get() <= 101, "{asked:?}");
        let found = reduce(5000, 5000, &mut is_wrong).unwrap().unwrap();
        assert!(found.is_least && found.places.len() == 1000);
    }
}
