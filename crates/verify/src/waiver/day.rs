//! Days.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use toml::value::{Date, Datetime};

/// A day of the Gregorian calendar, counted from 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Day(i64);

/// A text that is no day.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("expected a day such as 2027-06-30, found {0:?}")]
pub struct NoDay(String);

const SECONDS: u64 = 24 * 60 * 60;

impl Day {
    /// Today, in UTC.
    #[must_use]
    pub fn today() -> Day {
        Day::at(SystemTime::now())
    }

    /// The day of a clock, in UTC: before 1970 too, which clocks without a battery show.
    pub(super) fn at(clock: SystemTime) -> Day {
        let days = |time: Duration| (time.as_secs() / SECONDS).cast_signed();
        Day(match clock.duration_since(UNIX_EPOCH) {
            Ok(since) => days(since),
            // A day begins with its first moment.
            Err(before) => -days(before.duration() + Duration::from_secs(SECONDS) - Duration::from_nanos(1)),
        })
    }

    /// A date, if nothing but a date is said.
    pub(super) fn of(moment: &Datetime) -> Option<Day> {
        let Datetime { date: Some(Date { year, month, day }), time: None, offset: None } = *moment else {
            return None;
        };
        // Years that begin in March have their leap day last.
        let (year, month) =
            if month < 3 { (i64::from(year) - 1, month + 9) } else { (i64::from(year), month - 3) };
        let before = (153 * i64::from(month) + 2) / 5;
        let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        Some(Day(365 * year + leaps + before + i64::from(day) - 1 - EPOCH))
    }

    /// Whether another day is the next one.
    #[cfg(test)]
    pub(super) fn follows_to(self, next: Day) -> bool {
        self.0 + 1 == next.0
    }

    fn date(self) -> Date {
        let days = self.0 + EPOCH;
        // Of 400 years, 100, 4 and 1; the last day of each is the leap day.
        let (era, days) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (days - days / 1460 + days / 36_524 - days / 146_096) / 365;
        let rest = days - (365 * year + year / 4 - year / 100);
        let month = (5 * rest + 2) / 153;
        let day = rest - (153 * month + 2) / 5 + 1;
        let (year, month) =
            (400 * era + year + i64::from(month > 9), if month > 9 { month - 9 } else { month + 3 });
        let small = |number: i64| u8::try_from(number).unwrap_or(u8::MAX);
        Date { year: u16::try_from(year).unwrap_or(u16::MAX), month: small(month), day: small(day) }
    }
}

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Day, NoDay> {
        let moment: Option<Datetime> = text.parse().ok();
        moment.as_ref().and_then(Day::of).ok_or_else(|| NoDay(text.into()))
    }
}
