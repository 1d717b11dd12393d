//! The seeds of an experiment: the key `seeds` of a kind's table.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};

/// What `--seeds` and the key `seeds` take.
const EXPECTED: &str =
    "expected how many seeds, 1 to 100000, or a list of different seeds, 0 to 2^63 - 1 each";
/// Most seeds of one experiment.
const MOST: usize = 100_000;

/// Different seeds, at least one. In a file `seeds = 8` are the seeds 0 to 7, `seeds = [3, 14]` these two.
///
/// A kind of experiment that has seeds keeps them under the key `seeds`, so that `halfulp bound run --seeds` can replace them.
///
/// ```
/// use halfulp_lab::experiment::Seeds;
///
/// assert_eq!(Seeds::count(3).unwrap(), "0,1,2".parse().unwrap());
/// assert_eq!("3".parse::<Seeds>().unwrap().as_slice(), [0, 1, 2]);
/// assert_eq!("3,".parse::<Seeds>().unwrap().as_slice(), [3]);
/// assert!("1,1".parse::<Seeds>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Seeds(Vec<u64>);

impl Seeds {
    /// The seeds 0 to `count` - 1.
    ///
    /// # Errors
    /// None at all, or more than 100000.
    pub fn count(count: u64) -> Result<Seeds, String> {
        Seeds::list((0..count.min(1 + MOST as u64)).collect())
    }

    /// These seeds, in this order.
    ///
    /// # Errors
    /// None at all, more than 100000, one twice, or one above 2^63 - 1, which no file could hold.
    pub fn list(seeds: Vec<u64>) -> Result<Seeds, String> {
        let different: BTreeSet<u64> = seeds.iter().copied().collect();
        let allowed = seeds.iter().all(|&seed| i64::try_from(seed).is_ok());
        if (1..=MOST).contains(&seeds.len()) && different.len() == seeds.len() && allowed {
            Ok(Seeds(seeds))
        } else {
            Err(EXPECTED.into())
        }
    }

    /// The seeds.
    #[must_use]
    pub fn as_slice(&self) -> &[u64] {
        &self.0
    }
}

impl Default for Seeds {
    /// The seed 0 alone.
    fn default() -> Seeds {
        Seeds(vec![0])
    }
}

/// `8` is how many, `3,14` are the seeds themselves, `3,` is one.
impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Seeds, String> {
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| EXPECTED.to_string());
        if !text.contains(',') {
            return Seeds::count(number(text)?);
        }
        let listed = text.strip_suffix(',').unwrap_or(text);
        Seeds::list(listed.split(',').map(number).collect::<Result<_, _>>()?)
    }
}

impl<'de> Deserialize<'de> for Seeds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Seeds, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected how many seeds, or a list of seeds")]
        enum Written {
            Count(u64),
            List(Vec<u64>),
        }
        let seeds = match Written::deserialize(deserializer)? {
            Written::Count(count) => Seeds::count(count),
            Written::List(list) => Seeds::list(list),
        };
        seeds.map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Seeds;

    #[derive(serde::Deserialize)]
    struct Table {
        seeds: Seeds,
    }

    #[test]
    fn a_file_has_how_many_or_which() {
        let read = |text: &str| crate::toml_value::from_str::<Table>(text).map(|table| table.seeds.0);
        assert_eq!(read("seeds = 2").ok(), Some(vec![0, 1]));
        assert_eq!(read("seeds = [9, 2]").ok(), Some(vec![9, 2]));
        for wrong in ["0", "[]", "[1, 1]", "-1", "1.5", "\"x\"", "100001", "[-1]"] {
            assert!(read(&format!("seeds = {wrong}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_argument_with_a_comma_is_a_list() {
        let read = |text: &str| text.parse::<Seeds>().map(|seeds| seeds.0).ok();
        assert_eq!(read("3, 5"), Some(vec![3, 5]));
        for wrong in ["", ",", "0", "x", "1,,2", "-1", "1,1", "9223372036854775808,"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
