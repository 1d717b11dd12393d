//! Numbers of threads and seeds, as arguments and as thread pools.

use std::num::NonZero;
use std::thread::available_parallelism;

use anyhow::{Context as _, anyhow};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// More threads than this for each core help nowhere.
const PER_CORE: usize = 8;

/// The number of threads that `--threads` asks for.
///
/// # Errors
/// It is none: what was expected.
pub fn threads(text: &str) -> anyhow::Result<NonZero<usize>> {
    text.parse().map_err(|_| anyhow!("expected a number of threads, 1 or more"))
}

/// The seed that `--seed` asks for.
///
/// # Errors
/// It is none: what was expected.
pub fn seed(text: &str) -> anyhow::Result<u64> {
    text.parse().map_err(|_| anyhow!("expected a whole number, 0 to {}", u64::MAX))
}

/// How many threads are started: one a core unless some number is asked for, and no more than have anything to do.
pub fn limited(wanted: Option<NonZero<usize>>, pieces: u64) -> usize {
    let cores = available_parallelism().map_or(1, NonZero::get);
    let most = usize::try_from(pieces).unwrap_or(usize::MAX).clamp(1, cores.saturating_mul(PER_CORE));
    wanted.map_or(cores, NonZero::get).min(most)
}

/// Threads for work that comes in so many pieces.
///
/// # Errors
/// The system starts no threads.
pub fn pool(wanted: Option<NonZero<usize>>, pieces: u64) -> anyhow::Result<ThreadPool> {
    let threads = limited(wanted, pieces);
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.with_context(|| format!("--threads: the system does not start {threads} threads"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_limited_by_the_work_and_by_the_cores() {
        let million = NonZero::new(1_000_000);
        assert_eq!(limited(million, 0), 1);
        assert_eq!(limited(million, 1), 1);
        let cores = available_parallelism().map_or(1, NonZero::get);
        assert_eq!(limited(million, u64::MAX), PER_CORE * cores);
        assert_eq!(limited(None, u64::MAX), cores);
        assert_eq!(limited(NonZero::new(2), 5), 2);
        assert_eq!(pool(million, 1).expect("a thread").current_num_threads(), 1);
    }

    #[test]
    fn what_is_no_number_is_told_the_range() {
        assert_eq!(threads("3").expect("a number").get(), 3);
        assert_eq!(seed("18446744073709551615").expect("a number"), u64::MAX);
        for wrong in ["0", "-1", "", "x", "99999999999999999999999"] {
            assert!(threads(wrong).expect_err(wrong).to_string().contains("1 or more"), "{wrong}");
        }
        for wrong in ["-1", "18446744073709551616", "1.5"] {
            assert!(seed(wrong).expect_err(wrong).to_string().contains("18446744073709551615"), "{wrong}");
        }
    }
}
