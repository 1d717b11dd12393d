//! The same for many items, by rayon's threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

/// What `one` makes of each item, in the order of the items. Threads take the items one at a time. The loop itself is compiled once, not for each
/// type of items and results.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], one: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    each(items.len(), &|k| {
        let result = one(&items[k]);
        *results[k].lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    });
    results.into_iter().filter_map(|one| one.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

/// The same where an item may fail: the error of the first of those that did, and none begins after one has failed. `done` is called after each.
pub(crate) fn try_map<T: Sync, R: Send, E: Send>(
    items: &[T],
    done: impl Fn() + Sync,
    one: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let failed = AtomicBool::new(false);
    let begun = map(items, |item| {
        if failed.load(Ordering::Relaxed) {
            return None;
        }
        let result = one(item);
        failed.fetch_or(result.is_err(), Ordering::Relaxed);
        done();
        Some(result)
    });
    begun.into_iter().flatten().collect()
}

fn each(count: usize, one: &(dyn Fn(usize) + Sync)) {
    (0..count).into_par_iter().with_max_len(1).for_each(one);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{map, try_map};

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1000).collect();
        assert_eq!(map(&items, |k| k * k), items.iter().map(|k| k * k).collect::<Vec<_>>());
        assert!(map(&items[..0], |k| *k).is_empty());
    }

    #[test]
    fn the_first_error_is_the_answer() {
        let items: Vec<u64> = (0..1000).collect();
        let odd = |k: &u64| if *k < 500 { Ok(*k) } else { Err(*k) };
        let done = AtomicUsize::new(0);
        let count = || {
            done.fetch_add(1, Ordering::Relaxed);
        };
        assert!(try_map(&items, count, odd).is_err_and(|k| k >= 500));
        done.store(0, Ordering::Relaxed);
        assert_eq!(try_map(&items[..500], count, odd), Ok(items[..500].to_vec()));
        assert_eq!(done.load(Ordering::Relaxed), 500);
        assert_eq!(try_map(&items[500..501], count, odd), Err(500));
    }
}
