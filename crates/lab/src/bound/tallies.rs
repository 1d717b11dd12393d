//! Tallies in the files of [parts](crate::experiment::Parts): `#[serde(with = "halfulp_lab::bound::tallies")]` for a list of this crate's bounds; bounds of
//! others are read by [`among`].

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::point::Worst;
use super::steps::RANGES;
use super::{Counts, STATEMENTS, Statement, Steps, Tally};

#[derive(Serialize, Deserialize)]
struct Record {
    bound: String,
    counts: [u64; 4],
    /// For each hypothesis.
    failed: Vec<Failed>,
    worst: Worst,
    steps: Option<Run>,
}

/// How often a hypothesis failed, and where first.
#[derive(Serialize, Deserialize)]
struct Failed {
    count: u64,
    at: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Run {
    last: u64,
    at_last: [u64; 4],
    worst: Worst,
    current: u64,
    width: u64,
    ranges: Vec<[u64; 4]>,
}

fn written(counts: Counts) -> [u64; 4] {
    [counts.evaluated, counts.violated, counts.vacuous, counts.failed]
}

fn counts([evaluated, violated, vacuous, failed]: [u64; 4]) -> Counts {
    Counts { evaluated, violated, vacuous, failed }
}

impl From<&Tally> for Record {
    fn from(tally: &Tally) -> Record {
        let failed = tally.failed.iter().zip(&tally.failed_at);
        let run = |steps: &Steps| Run {
            last: steps.last,
            at_last: written(steps.at_last),
            worst: steps.worst.clone(),
            current: steps.current,
            width: steps.width,
            ranges: steps.ranges.iter().copied().map(written).collect(),
        };
        Record {
            bound: tally.statement.name.into(),
            counts: written(tally.counts),
            failed: failed.map(|(&count, at)| Failed { count, at: at.clone() }).collect(),
            worst: tally.worst.clone(),
            steps: tally.steps.as_ref().map(run),
        }
    }
}

impl Record {
    fn tally(self, known: &[&'static Statement]) -> Result<Tally, String> {
        let statement = known.iter().find(|statement| statement.name == self.bound);
        let statement = *statement.ok_or_else(|| format!("there is no bound {:?}", self.bound))?;
        if self.failed.len() != statement.hypotheses.len() {
            return Err(format!("the bound {:?} has other hypotheses", self.bound));
        }
        let (failed, failed_at) = self.failed.into_iter().map(|failed| (failed.count, failed.at)).unzip();
        let steps = self.steps.map(Run::steps).transpose()?;
        Ok(Tally { statement, failed, failed_at, counts: counts(self.counts), worst: self.worst, steps })
    }
}

impl Run {
    fn steps(self) -> Result<Steps, String> {
        if !self.width.is_power_of_two() || self.width > 1 << 40 || self.ranges.len() > RANGES {
            return Err(format!("{} ranges of {} steps are none", self.ranges.len(), self.width));
        }
        Ok(Steps {
            last: self.last,
            at_last: counts(self.at_last),
            worst: self.worst,
            current: self.current,
            width: self.width,
            ranges: self.ranges.into_iter().map(counts).collect(),
        })
    }
}

/// Writes tallies.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(tallies: &[Tally], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(tallies.iter().map(Record::from))
}

/// Reads tallies of this crate's bounds.
///
/// # Errors
/// Those of the deserializer, or a bound that there is none of.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Tally>, D::Error> {
    among(STATEMENTS, from)
}

/// Reads tallies of these bounds.
///
/// # Errors
/// Those of the deserializer, or another bound.
pub fn among<'de, D: Deserializer<'de>>(
    known: &[&'static Statement],
    from: D,
) -> Result<Vec<Tally>, D::Error> {
    let records = Vec::<Record>::deserialize(from)?;
    records.into_iter().map(|record| record.tally(known).map_err(de::Error::custom)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bound::low_bit::{BIAS, VARIANCE};

    #[derive(Debug, Serialize, Deserialize)]
    struct Both {
        #[serde(with = "super")]
        tallies: Vec<Tally>,
    }

    fn both() -> Both {
        let mut one = Tally::new(&BIAS);
        for t in 1..=3000 {
            one.step(t);
            one.observe(f64::from(t as u32).sqrt(), 60.0, if t < 9 { 1.0 } else { f64::INFINITY }, || {
                format!("step {t}")
            });
        }
        let mut other = Tally::new(&VARIANCE);
        other.fail(1, || "here".into());
        other.observe(f64::NAN, 0.1, f64::INFINITY, || "there".into());
        Both { tallies: vec![one, other, Tally::new(&BIAS)] }
    }

    /// All that there is of them, and what comes of merging them.
    #[test]
    fn tallies_are_read_back_as_they_were() {
        let text = toml::to_string(&both()).unwrap();
        let mut read: Both = toml::from_str(&text).unwrap();
        let mut made = both();
        assert_eq!(format!("{read:?}"), format!("{made:?}"));
        for all in [&mut read.tallies, &mut made.tallies] {
            let third = all.remove(2);
            all[0].merge(both().tallies.remove(0));
            all[0].merge(third);
        }
        assert_eq!(format!("{read:?}"), format!("{made:?}"));
        assert_eq!(read.tallies[0].counts().evaluated, 6000);
    }

    #[test]
    fn tallies_of_no_bound_are_refused() {
        let text = toml::to_string(&both()).unwrap();
        let why = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}: {text}");
            toml::from_str::<Both>(&text.replacen(from, to, 1)).unwrap_err().to_string()
        };
        assert!(why("\"low-bit.bias\"", "\"low-bit.none\"").contains("there is no bound \"low-bit.none\""));
        // It supposes one thing, not two.
        assert!(why("\"low-bit.bias\"", "\"eco.identity\"").contains("other hypotheses"));
        assert!(why("width = 4", "width = 0").contains("ranges of 0 steps"));
    }
}
