//! Batches that were sent and wait for their answers, which come in the same order.

use std::collections::{HashMap, VecDeque};

use super::words::ANSWER_HEADER;
use crate::engine::command::process::hexadecimal;

/// A batch without all of its answers.
struct Due {
    batch: u32,
    count: usize,
    /// Bytes of an answer.
    size: usize,
    /// The bytes of its header.
    head: Vec<u8>,
    answers: Vec<u8>,
}

impl Due {
    /// Its answers that are there.
    fn answered(&self) -> usize {
        self.answers.len() / self.size
    }

    fn is_complete(&self) -> bool {
        self.head.len() == ANSWER_HEADER && self.answers.len() == self.count * self.size
    }

    /// Takes what belongs to it from the beginning of some bytes, and returns the rest.
    fn take<'a>(&mut self, mut bytes: &'a [u8]) -> Result<&'a [u8], String> {
        if self.head.len() < ANSWER_HEADER {
            let (head, rest) = bytes.split_at(bytes.len().min(ANSWER_HEADER - self.head.len()));
            self.head.extend(head);
            bytes = rest;
            if self.head.len() == ANSWER_HEADER {
                self.check()?;
                self.answers.reserve_exact(self.count * self.size);
            }
        }
        let (answers, rest) = bytes.split_at(bytes.len().min(self.count * self.size - self.answers.len()));
        self.answers.extend(answers);
        Ok(rest)
    }

    fn check(&self) -> Result<(), String> {
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|byte| self.head[at + byte]));
        let (batch, count) = (word(0), word(4));
        let (due, cases) = (self.batch, self.count);
        if batch != due {
            return Err(format!(
                "answers batch {batch}, where batch {due} is due (the header is {}): were there too few or too many bytes before it?",
                hexadecimal(&self.head)
            ));
        }
        if count as usize != cases {
            return Err(format!("answers {count} cases of batch {batch}, which has {cases}"));
        }
        Ok(())
    }
}

/// Batches in the order in which they were sent.
#[derive(Default)]
pub struct Queue {
    next: u32,
    due: VecDeque<Due>,
    answered: HashMap<u32, Vec<u8>>,
    /// Answers until now.
    total: u64,
}

impl Queue {
    /// Adds a batch: its number.
    pub fn push(&mut self, count: usize, size: usize) -> u32 {
        let batch = self.next;
        self.next = self.next.wrapping_add(1);
        self.due.push_back(Due { batch, count, size, head: Vec::new(), answers: Vec::new() });
        batch
    }

    /// Batches without all of their answers.
    pub fn len(&self) -> usize {
        self.due.len()
    }

    pub fn is_answered(&self, batch: u32) -> bool {
        self.answered.contains_key(&batch)
    }

    /// Takes the answers of a batch: those that are there.
    pub fn take(&mut self, batch: u32) -> Option<Vec<u8>> {
        let begun = || Some(std::mem::take(&mut self.due.iter_mut().find(|due| due.batch == batch)?.answers));
        self.answered.remove(&batch).or_else(begun)
    }

    /// Adds what a program wrote: the number of answers that came with it.
    pub fn add(&mut self, mut bytes: &[u8]) -> Result<usize, String> {
        let mut count = 0;
        while !bytes.is_empty() {
            let total = self.total;
            let Some(due) = self.due.front_mut() else {
                return Err(format!("wrote {} where nothing is due, after {total} answers", hexadecimal(bytes)));
            };
            let before = due.answered();
            bytes = due.take(bytes).map_err(|why| format!("{why}, after {total} answers"))?;
            let new = due.answered() - before;
            count += new;
            self.total += new as u64;
            if due.is_complete()
                && let Some(due) = self.due.pop_front()
            {
                self.answered.insert(due.batch, due.answers);
            }
        }
        Ok(count)
    }

    /// What a program has to write next.
    pub fn missing(&self) -> String {
        let Some(due) = self.due.front() else { return "the end".into() };
        let (batch, count, answered, total) = (due.batch, due.count, due.answered(), self.total);
        if due.head.len() < ANSWER_HEADER {
            let begun = match due.head.len() {
                0 => String::new(),
                _ => format!(", of which {} were there,", hexadecimal(&due.head)),
            };
            return format!("the {ANSWER_HEADER} bytes before the answers of batch {batch}{begun} (after {total} answers)");
        }
        let begun = match due.answers.len() % due.size {
            0 => String::new(),
            bytes => format!(", of which {bytes} of {} bytes were there,", due.size),
        };
        format!("the answer to case {answered} of {count} of batch {batch}{begun} (after {total} answers)")
    }
}
