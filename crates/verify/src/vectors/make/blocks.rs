//! Blocks of rows, computed on any number of threads.

use core::ops::Range;
use std::sync::{Mutex, PoisonError};

use halfulp::{Operands, Task};

use super::error::MakeError;
use crate::cases::Cases as _;
use crate::engine::{Answer, Engine, EngineError};
use crate::vectors::drawn::Drawn;
use crate::vectors::form::{Codec, Row};
use crate::vectors::layout::{Layout, push_bytes};

/// The engine that computes answers, and those that confirm them.
pub struct Engines {
    computes: Box<dyn Engine>,
    confirm: Vec<Box<dyn Engine>>,
}

impl Engines {
    /// Of these engines.
    pub fn fork(computes: &dyn Engine, confirm: &[Box<dyn Engine>]) -> Result<Engines, EngineError> {
        let confirm = confirm.iter().map(|engine| engine.fork()).collect::<Result<_, _>>()?;
        Ok(Engines { computes: computes.fork()?, confirm })
    }
}

/// The bytes of some rows.
pub struct Block {
    pub rows: Vec<u8>,
    /// The inputs alone, as their digest takes them.
    pub cases: Vec<u8>,
}

/// Makes blocks of a file.
pub struct Maker<'a> {
    task: &'a Task,
    layout: Layout,
    codec: &'a dyn Codec,
    drawn: &'a Drawn,
    /// Engines that no thread uses at the moment. The first stays, for others to be forked from.
    idle: Mutex<Vec<Engines>>,
    observer: &'a (dyn Fn(&[Operands]) + Sync),
}

impl<'a> Maker<'a> {
    pub fn new(
        task: &'a Task,
        codec: &'a dyn Codec,
        drawn: &'a Drawn,
        engines: Engines,
        observer: &'a (dyn Fn(&[Operands]) + Sync),
    ) -> Maker<'a> {
        Maker { task, layout: Layout::of(task), codec, drawn, idle: Mutex::new(vec![engines]), observer }
    }

    /// The rows of a range of cases.
    pub fn block(&self, range: Range<u64>) -> Result<Block, MakeError> {
        let mut engines = self.engines()?;
        let block = self.block_by(range, &mut engines);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(engines);
        block
    }

    fn engines(&self) -> Result<Engines, EngineError> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        match idle.len() {
            0 | 1 => Engines::fork(&*idle[0].computes, &idle[0].confirm),
            last => Ok(idle.swap_remove(last - 1)),
        }
    }

    fn block_by(&self, range: Range<u64>, engines: &mut Engines) -> Result<Block, MakeError> {
        let mut operands = Vec::new();
        self.drawn.extend(&mut operands, range.clone());
        operands.iter_mut().for_each(|case| *case = self.codec.expressible(*case));
        let said = self.answers(range.start, &operands, engines)?;
        (self.observer)(&operands);
        let (mut words, mut rows, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        for ((case, operands), answer) in range.zip(&operands).zip(&said) {
            self.layout.words(operands, &mut words);
            push_bytes(&self.layout.inputs, &words, &mut cases);
            let row = Row { case, inputs: &words, result: answer.code, flags: answer.flags };
            self.codec.write(&row, &mut rows);
        }
        Ok(Block { rows, cases })
    }

    /// The answers on which all engines agree.
    fn answers(
        &self,
        first: u64,
        operands: &[Operands],
        engines: &mut Engines,
    ) -> Result<Vec<Answer>, MakeError> {
        let mut said = vec![Answer::default(); operands.len()];
        engines.computes.run(self.task, operands, &mut said)?;
        let mut against = vec![Answer::default(); operands.len()];
        for engine in &mut engines.confirm {
            engine.run(self.task, operands, &mut against)?;
            if let Some(place) = said.iter().zip(&against).position(|(a, b)| !a.agrees(b)) {
                return Err(MakeError::Contradiction {
                    case: first + place as u64,
                    engine: engines.computes.name().into(),
                    said: said[place],
                    other: engine.name().into(),
                    against: against[place],
                    operands: crate::engine::command::operands_text(self.task, &operands[place]),
                });
            }
        }
        Ok(said)
    }
}
