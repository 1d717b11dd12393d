//! Writing a vector file: the rows of a range of cases, with the answers of an engine, confirmed by others.
//!
//! Blocks of cases are computed on the threads of a rayon pool and written in order while the next ones are computed, so the bytes
//! do not depend on the threads.

mod blocks;
mod error;

use core::ops::Range;
use std::io::{self, Write};

use halfulp::{Operands, Task};
use rayon::ThreadPool;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::drawn::Drawn;
use super::form::{Codec, Form};
use super::header::{self, Digests, Header, SCHEMA};
use super::layout::Layout;
use super::names::testfloat_name;
use crate::cases::{Cases as _, Selection};
use crate::engine::Engine;
use crate::report::FormatName;
use crate::verify::Shard;
use blocks::{Block, Engines, Maker};
pub use error::MakeError;

/// Cases of a block.
const BLOCK: u64 = 1 << 14;

/// Blocks that are computed while as many are written, for each thread.
const BLOCKS: usize = 4;

/// What a vector file has.
pub struct Recipe<'a> {
    /// The task.
    pub task: Task,
    /// How formats are named.
    pub name: FormatName<'a>,
    /// The notation.
    pub form: Form,
    /// The selections of cases, one after the other.
    pub selections: &'a [Selection],
    /// The seed of random cases and of noise.
    pub seed: u64,
    /// The part, of consecutive cases: the parts one after the other are the whole.
    pub shard: Option<Shard>,
    /// The engine that computes the expected answers.
    pub engine: &'a dyn Engine,
    /// Engines that must give the same answers.
    pub confirm: &'a [Box<dyn Engine>],
}

/// A file that was written.
#[derive(Clone, PartialEq, Debug)]
pub struct Written {
    /// Its header, with the digests.
    pub header: Header,
    /// The bytes of its rows.
    pub bytes: u64,
}

impl Written {
    /// The header as the content of a file beside the rows; `None` where the rows have it among them.
    #[must_use]
    pub fn beside(&self) -> Option<String> {
        (!self.header.form.holds_header()).then(|| self.header.to_toml())
    }
}

impl Recipe<'_> {
    /// Writes the file on the threads of a pool, with its header where the notation has one.
    ///
    /// # Errors
    /// As for [`MakeError`]. What was written until then is no vector file.
    pub fn write(&self, out: &mut (dyn Write + Send), pool: &ThreadPool) -> Result<Written, MakeError> {
        self.write_observed(out, pool, &|_| ())
    }

    /// The same; an observer is told the cases that are written, block after block, from all threads.
    ///
    /// # Errors
    /// As of [`Recipe::write`].
    pub fn write_observed(
        &self,
        out: &mut (dyn Write + Send),
        pool: &ThreadPool,
        observer: &(dyn Fn(&[Operands]) + Sync),
    ) -> Result<Written, MakeError> {
        let codec = self.form.codec(&self.task)?;
        let drawn = Drawn::new(&self.task, self.selections, self.seed)?;
        let range = part(drawn.len(), self.shard);
        let mut header = self.header(&range)?;
        let start = match self.form {
            Form::Readmemh => header.to_comments(),
            Form::Jsonl => serde_json::to_string(&header).map_err(io::Error::from)? + "\n",
            _ => String::new(),
        };
        out.write_all(start.as_bytes())?;
        let (digests, bytes) = self.rows((&*codec, observer), &drawn, range, out, pool)?;
        let end = match self.form {
            Form::Readmemh => digests.to_comments(),
            Form::Jsonl => {
                let trailer = header::Trailer { sha256: digests.clone() };
                serde_json::to_string(&trailer).map_err(io::Error::from)? + "\n"
            }
            _ => String::new(),
        };
        out.write_all(end.as_bytes())?;
        header.sha256 = Some(digests);
        Ok(Written { header, bytes })
    }

    fn header(&self, range: &Range<u64>) -> Result<Header, MakeError> {
        let engines = [self.engine].into_iter().chain(self.confirm.iter().map(|engine| &**engine));
        for engine in engines {
            if !engine.covers(&self.task) {
                return Err(MakeError::NotCovered { engine: engine.name().into() });
            }
        }
        let task = &self.task;
        Ok(Header {
            schema: SCHEMA.into(),
            program: format!("halfulp {}", env!("CARGO_PKG_VERSION")),
            form: self.form,
            name: testfloat_name(task),
            operation: task.op.to_string(),
            operands: task.operands[..task.op.arity()].iter().map(self.name).collect(),
            result: (!task.op.is_query()).then(|| (self.name)(&task.result)),
            cases: self.selections.iter().map(Selection::to_string).collect(),
            seed: self.seed,
            shard: self.shard.map(|shard| shard.to_string()),
            first_case: range.start,
            rows: range.end - range.start,
            engine: self.engine.name().into(),
            confirmed_by: self.confirm.iter().map(|engine| engine.name().to_string()).collect(),
            columns: Layout::of(task).columns().cloned().collect(),
            policy: task.policy,
            formats: header::formats(task, self.name),
            sha256: None,
        })
    }

    /// Writes the rows: their digests, and how many bytes they are.
    fn rows(
        &self,
        (codec, observer): (&dyn Codec, &(dyn Fn(&[Operands]) + Sync)),
        drawn: &Drawn,
        range: Range<u64>,
        out: &mut (dyn Write + Send),
        pool: &ThreadPool,
    ) -> Result<(Digests, u64), MakeError> {
        let maker = Maker::new(&self.task, codec, drawn, Engines::fork(self.engine, self.confirm)?, observer);
        let (mut rows, mut cases) = (Sha256::new(), Sha256::new());
        let head = codec.head();
        rows.update(&head);
        out.write_all(&head)?;
        let mut bytes = head.len() as u64;
        let round = BLOCK * (BLOCKS * pool.current_num_threads()) as u64;
        let compute = |first: u64| {
            let end = range.end.min(first.saturating_add(round));
            let firsts: Vec<u64> = (first..end).step_by(BLOCK as usize).collect();
            let block = |first: u64| maker.block(first..end.min(first.saturating_add(BLOCK)));
            firsts.into_par_iter().map(block).collect::<Result<Vec<Block>, MakeError>>()
        };
        let mut ready = pool.install(|| compute(range.start))?;
        let mut next = range.start.saturating_add(round);
        while !ready.is_empty() {
            let write = || -> io::Result<()> {
                for block in &ready {
                    rows.update(&block.rows);
                    cases.update(&block.cases);
                    out.write_all(&block.rows)?;
                    bytes += block.rows.len() as u64;
                }
                Ok(())
            };
            let (written, computed) = pool.install(|| rayon::join(write, || compute(next)));
            written?;
            ready = computed?;
            next = next.saturating_add(round);
        }
        Ok((Digests { cases: hex(&cases.finalize()), rows: hex(&rows.finalize()) }, bytes))
    }
}

/// The cases of a shard: consecutive ones.
pub(super) fn part(all: u64, shard: Option<Shard>) -> Range<u64> {
    let Some(shard) = shard else { return 0..all };
    let until = |index: u64| (u128::from(all) * u128::from(index) / u128::from(shard.of())) as u64;
    until(shard.index() - 1)..until(shard.index())
}

/// A digest in hexadecimal.
pub(super) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
