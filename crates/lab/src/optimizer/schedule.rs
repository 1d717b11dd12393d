//! How the learning rate changes from step to step.

use serde::{Deserialize, Serialize};

/// The factor of the learning rate at each step.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Schedule {
    /// Always 1.
    #[default]
    Constant,
    /// From 1 at the first step down to 0 after `steps` steps, in a straight line.
    Linear {
        /// Steps of the whole run, at least 1.
        steps: u64,
    },
    /// The same along half a wave of a cosine.
    Cosine {
        /// Steps of the whole run, at least 1.
        steps: u64,
    },
    /// `t^-power` at step `t`, from 1.
    Power {
        /// The power, 0 or more.
        power: f64,
    },
}

impl Schedule {
    /// The factor at step `t`, from 1: in `[0, 1]`, computed in binary64.
    #[must_use]
    pub fn factor(self, t: u64) -> f64 {
        let part = |steps: u64| (t.saturating_sub(1) as f64 / steps.max(1) as f64).min(1.0);
        match self {
            Schedule::Constant => 1.0,
            Schedule::Linear { steps } => 1.0 - part(steps),
            Schedule::Cosine { steps } => 0.5 * (1.0 + (std::f64::consts::PI * part(steps)).cos()),
            Schedule::Power { power } => (t.max(1) as f64).powf(-power),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;

    #[test]
    fn schedules_start_at_one_and_end_at_zero() {
        for schedule in [Schedule::Linear { steps: 10 }, Schedule::Cosine { steps: 10 }] {
            assert_eq!(schedule.factor(1), 1.0);
            assert!((schedule.factor(6) - 0.5).abs() < 1e-15);
            assert!(schedule.factor(11).abs() < 1e-15 && schedule.factor(1000).abs() < 1e-15);
        }
        assert_eq!(Schedule::Power { power: 0.5 }.factor(4), 0.5);
        assert_eq!(Schedule::Constant.factor(7), 1.0);
    }
}
