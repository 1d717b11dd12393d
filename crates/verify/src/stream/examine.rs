//! A wrong answer, asked again: alone, then with some of the cases before it.

use super::history::{Reduced, reduce};
use super::mixed::Stream;
use super::outcome::{Device, Found, Settings, Wrong};
use crate::engine::{Answer, EngineError};

/// What a wrong answer turned out to be.
pub enum Verdict {
    /// It is wrong alone too.
    Alone(Wrong),
    /// It depends on what came before.
    Sequential(Box<Found>),
    /// It is right alone; its history was not looked for.
    NotReduced,
}

/// A device that is started anew for every try.
pub struct Bench<'a> {
    pub device: Device<'a>,
    pub stream: &'a Stream,
    /// The oracle's answers to the stream.
    pub want: &'a [Answer],
    pub settings: &'a Settings,
}

impl Bench<'_> {
    pub fn examine(&mut self, wrong: Wrong, reduces: bool) -> Result<Verdict, EngineError> {
        let place = wrong.place;
        if self.is_wrong(&[], place)? {
            return Ok(Verdict::Alone(wrong));
        }
        if !reduces {
            return Ok(Verdict::NotReduced);
        }
        let reduced = reduce(place, self.settings.starts, &mut |places| self.is_wrong(places, place))?;
        let Some(Reduced { mut places, is_least }) = reduced else {
            let none = Found {
                wrong,
                history: Stream::default(),
                got: Vec::new(),
                want: Vec::new(),
                is_least: false,
                repeats: false,
            };
            return Ok(Verdict::Sequential(Box::new(none)));
        };
        places.push(place);
        let history = self.stream.at(&places);
        let got = self.ask(&history)?;
        let want: Vec<Answer> = places.iter().map(|place| self.want[*place]).collect();
        let repeats = self.differs(place, got.last());
        Ok(Verdict::Sequential(Box::new(Found { wrong, history, got, want, is_least, repeats })))
    }

    /// Whether the answer at a place is wrong after the cases at some others.
    fn is_wrong(&mut self, before: &[usize], place: usize) -> Result<bool, EngineError> {
        let answers = self.ask(&self.stream.at(&[before, &[place]].concat()))?;
        Ok(self.differs(place, answers.last()))
    }

    fn differs(&self, place: usize, got: Option<&Answer>) -> bool {
        let agrees = |got| self.settings.comparison.agrees(&self.stream.tasks[place], got, &self.want[place]);
        !got.is_some_and(agrees)
    }

    /// The answers of a device that was started anew.
    fn ask(&self, stream: &Stream) -> Result<Vec<Answer>, EngineError> {
        let mut engine = (self.device)()?;
        let (answers, done) = stream.ask(&mut *engine);
        done?;
        engine.finish()?;
        Ok(answers)
    }
}
