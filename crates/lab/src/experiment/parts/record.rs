//! A finished part as a file: TOML, its numbers as the shortest decimals that are read back as the same ones.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::toml_value;

/// What a file calls itself.
const SCHEMA: &str = "halfulp.bound-part/1";

/// Which part: what a file has to say of itself to be taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Head {
    schema: String,
    /// The version of the program that computed it.
    version: String,
    /// The name of the experiment.
    experiment: String,
    /// The name of the part.
    part: String,
    /// The SHA-256 of the settings that decide its result.
    settings: String,
}

/// The same with what was found.
#[derive(Serialize, Deserialize)]
struct Record<R> {
    head: Head,
    found: R,
}

/// A file's head alone.
#[derive(Deserialize)]
struct Begun {
    head: Head,
}

impl Head {
    /// Of a part that this version computes.
    pub(super) fn new(experiment: &str, part: &str, settings: &str) -> Head {
        Head {
            schema: SCHEMA.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            experiment: experiment.into(),
            part: part.into(),
            settings: sha256(settings),
        }
    }

    /// What tells files of parts of one name apart: a part of a digest of all of it.
    pub(super) fn short(&self) -> String {
        let Head { schema, version, experiment, part, settings } = self;
        sha256(&format!("{schema:?} {version:?} {experiment:?} {part:?} {settings:?}"))[..16].into()
    }
}

/// The text of a part's file. Its first line has the digest of the rest.
pub(super) fn write<R: Serialize>(head: &Head, found: &R) -> Result<String, String> {
    let record = Record { head: head.clone(), found };
    let rest = toml::to_string(&record).map_err(|e| format!("what was found cannot be written: {e}"))?;
    Ok(format!("sha256 = \"{}\"\n{rest}", sha256(&rest)))
}

/// What was found, from the text of a part's file; or why it is not taken.
pub(super) fn read<R: DeserializeOwned>(head: &Head, text: &str) -> Result<R, String> {
    let first = text.strip_prefix("sha256 = \"").and_then(|text| text.split_once("\"\n"));
    let (digest, rest) = first.ok_or("it does not begin with its SHA-256")?;
    if sha256(rest) != digest {
        return Err("its SHA-256 is another: it is not as it was written".into());
    }
    let unread = |e: toml_value::Error| format!("it cannot be read: {e}");
    let Begun { head: its } = toml_value::from_str(rest).map_err(unread)?;
    if its != *head {
        let differs = if its.schema != head.schema {
            "schema"
        } else if its.version != head.version {
            "version of halfulp"
        } else if (&its.experiment, &its.part) != (&head.experiment, &head.part) {
            "part"
        } else {
            "settings"
        };
        return Err(format!("it has another {differs}"));
    }
    toml_value::from_str(rest).map(|record: Record<R>| record.found).map_err(unread)
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::{Head, read, write};

    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    struct Found {
        numbers: Vec<f64>,
        pairs: Vec<(f64, f64)>,
        some: Option<f64>,
        none: Option<String>,
        count: u64,
        why: Result<[f64; 2], String>,
        text: String,
    }

    fn found(numbers: Vec<f64>) -> Found {
        Found {
            pairs: vec![(0.1, -0.0), (f64::INFINITY, 5e-324)],
            some: Some(1.0 / 3.0),
            none: None,
            count: (1 << 63) - 1,
            why: Ok([0.1 + 0.2, 1e300]),
            text: "two\nlines, \"quoted\" \u{1b}".into(),
            numbers,
        }
    }

    fn head() -> Head {
        Head::new("x", "a case, seed 1", "all that decides")
    }

    /// Every bit, of all magnitudes, and what is no number.
    #[test]
    fn numbers_are_read_back_as_they_were() {
        let words = (0..5000).map(|k| f64::from_bits(halfulp::noise::word(7, k)));
        let special = [0.0, -0.0, f64::MAX, f64::MIN_POSITIVE, 5e-324, 1.0, 1e15, 123_456_789.0];
        let infinite = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN];
        let numbers: Vec<f64> = words.chain(special).chain(infinite).collect();
        let text = write(&head(), &found(numbers.clone())).unwrap();
        let back: Found = read(&head(), &text).unwrap();
        for (x, y) in numbers.iter().zip(&back.numbers) {
            assert!(x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan(), "{x:e} {y:e}");
        }
        assert_eq!(Found { numbers: Vec::new(), ..back }, found(Vec::new()));
        let failed = Found { why: Err("it diverged".into()), ..found(Vec::new()) };
        assert_eq!(read::<Found>(&head(), &write(&head(), &failed).unwrap()).unwrap(), failed);
    }

    #[test]
    fn what_is_damaged_or_of_another_part_is_not_taken() {
        let text = write(&head(), &found(vec![0.25])).unwrap();
        assert!(read::<Found>(&head(), &text).is_ok());
        let why = |text: &str| read::<Found>(&head(), text).unwrap_err();
        for end in [0, 5, 40, 80, text.len() - 1] {
            assert!(why(&text[..end]).contains("SHA-256"), "{end}");
        }
        assert!(why(&text.replace("0.25", "0.26")).contains("not as it was written"));
        assert!(why(&text.replace("seed 1", "seed 2")).contains("not as it was written"));
        let other = |head: Head| why(&write(&head, &found(Vec::new())).unwrap());
        assert!(other(Head::new("x", "a case, seed 1", "something else")).contains("another settings"));
        assert!(other(Head::new("x", "a case, seed 2", "all that decides")).contains("another part"));
        assert!(other(Head { version: "0.0.1".into(), ..head() }).contains("another version"));
        assert!(other(Head { schema: "x/2".into(), ..head() }).contains("another schema"));
        assert!(why(&write(&head(), &0.5).unwrap()).contains("cannot be read"));
    }
}
