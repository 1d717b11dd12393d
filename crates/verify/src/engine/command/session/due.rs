//! Batches that were sent and wait for their answers, which come in the same order.

use std::collections::{HashMap, VecDeque};

use super::words::ANSWER_HEADER;
use crate::engine::command::shown::hexadecimal;

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

fn answers(count: u64) -> String {
    format!("{count} answer{}", if count == 1 { "" } else { "s" })
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
            let total = answers(self.total);
            let Some(due) = self.due.front_mut() else {
                return Err(format!("wrote {} where nothing is due, after {total}", hexadecimal(bytes)));
            };
            let before = due.answered();
            bytes = due.take(bytes).map_err(|why| format!("{why}, after {total}"))?;
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
        let (batch, count, answered, total) = (due.batch, due.count, due.answered(), answers(self.total));
        if due.head.len() < ANSWER_HEADER {
            let begun = match due.head.len() {
                0 => String::new(),
                _ => format!(", of which {} were there,", hexadecimal(&due.head)),
            };
            return format!(
                "the {ANSWER_HEADER} bytes before the answers of batch {batch}{begun} (after {total})"
            );
        }
        let begun = match due.answers.len() % due.size {
            0 => String::new(),
            bytes => format!(", of which {bytes} of {} bytes were there,", due.size),
        };
        format!("the answer to case {answered} of {count} of batch {batch}{begun} (after {total})")
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::answer_header;
    use super::*;

    fn queue() -> (Queue, Vec<u8>) {
        let mut queue = Queue::default();
        let sizes = [(0, 1), (3, 2), (1, 9)].map(|(count, size)| (queue.push(count, size), count, size));
        assert_eq!(sizes.map(|(batch, ..)| batch), [0, 1, 2]);
        let bytes = sizes.map(|(batch, count, size)| {
            [&answer_header(batch, count as u32)[..], &vec![batch as u8; count * size]].concat()
        });
        (queue, bytes.concat())
    }

    /// However a pipe cuts it into pieces.
    #[test]
    fn answers_are_taken_in_any_pieces() {
        for size in 1..45 {
            let (mut queue, bytes) = queue();
            let answers: usize = bytes.chunks(size).map(|piece| queue.add(piece).unwrap()).sum();
            assert_eq!((answers, queue.len()), (4, 0), "{size}");
            assert_eq!(queue.take(1), Some(vec![1; 6]));
            assert!(queue.is_answered(2) && !queue.is_answered(1));
            assert_eq!(
                queue.add(&[0]).unwrap_err(),
                "wrote 1 byte, 00 where nothing is due, after 4 answers"
            );
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        for (count, missing) in [
            (0, "the 8 bytes before the answers of batch 0 (after 0 answers)"),
            (
                9,
                "the 8 bytes before the answers of batch 1, of which 1 byte, 01 were there, (after 0 answers)",
            ),
            (16, "the answer to case 0 of 3 of batch 1 (after 0 answers)"),
            (19, "the answer to case 1 of 3 of batch 1, of which 1 of 2 bytes were there, (after 1 answer)"),
            (39, "the end"),
        ] {
            let (mut queue, bytes) = queue();
            assert_eq!(bytes.len(), 39);
            queue.add(&bytes[..count]).unwrap();
            assert_eq!(queue.missing(), missing);
        }
    }

    #[test]
    fn other_headers_are_errors() {
        for (place, byte, why) in [
            (8, 3, "answers batch 3, where batch 1 is due (the header is 8 bytes, 03 00 00 00 03 00 00 00)"),
            (12, 4, "answers 4 cases of batch 1, which has 3, after 0 answers"),
            (22, 0, "answers batch 0, where batch 2 is due"),
        ] {
            let (mut queue, mut bytes) = queue();
            bytes[place] = byte;
            let error = queue.add(&bytes).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
