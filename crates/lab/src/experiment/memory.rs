//! How much memory a run takes: told from the sizes in its file, before anything is allocated.

use std::fmt;

/// About how much memory a run takes, rather too much than too little.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Memory {
    /// Bytes.
    pub bytes: u64,
    /// The key that most of them come from, from the root of the file.
    pub key: &'static str,
}

/// What stays of each run of each seed until all are done: curves and counts.
const OUTCOME: u64 = 16 << 10;

impl Memory {
    /// The limit where no other is asked for: 1 GiB.
    pub const LIMIT: u64 = 1 << 30;

    /// So much for a key: the product of some sizes.
    #[must_use]
    pub fn of(key: &'static str, sizes: &[u64]) -> Memory {
        Memory { bytes: sizes.iter().fold(1, |product, size| product.saturating_mul(*size)), key }
    }

    /// For the outcomes of so many runs; at once as many of them are under way as there are threads.
    #[must_use]
    pub fn of_runs(key: &'static str, runs: &[u64]) -> Memory {
        Memory::of(key, runs).times(OUTCOME)
    }

    /// So many times as much.
    #[must_use]
    pub const fn times(self, count: u64) -> Memory {
        Memory { bytes: self.bytes.saturating_mul(count), key: self.key }
    }

    /// This and that, by the key of the larger.
    #[must_use]
    pub const fn and(self, other: Memory) -> Memory {
        let key = if other.bytes > self.bytes { other.key } else { self.key };
        Memory { bytes: self.bytes.saturating_add(other.bytes), key }
    }
}

/// In binary units: `1.5 GiB`.
impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut size = self.bytes as f64;
        for unit in ["bytes", "KiB", "MiB", "GiB", "TiB"] {
            if size < 1024.0 {
                return write!(f, "{} {unit}", (10.0 * size).round() / 10.0);
            }
            size /= 1024.0;
        }
        f.write_str("more than 1024 TiB")
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    fn sizes_add_up_and_overflow_to_much() {
        let large = Memory::of("run.a", &[1 << 40, 1 << 40]);
        assert_eq!(large, Memory { bytes: u64::MAX, key: "run.a" });
        assert_eq!(large.and(Memory::of("run.b", &[1])).to_string(), "more than 1024 TiB");
        let both = Memory::of("run.a", &[3, 5]).and(Memory::of("run.b", &[16]));
        assert_eq!((both.bytes, both.key), (31, "run.b"));
        assert_eq!(Memory::of("", &[3 << 29]).to_string(), "1.5 GiB");
        assert_eq!(Memory::of("", &[700]).to_string(), "700 bytes");
    }
}
