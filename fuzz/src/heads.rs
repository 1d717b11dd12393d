//! The heads of files of tensors: what any reading of one must keep to.

use std::io::{Cursor, Read};

use halfulp_tensor::{DEFAULT_HEAD_LIMIT, Head, Kind, Result, head};

/// A file that counts what is read of it.
pub struct Counted<'a> {
    bytes: Cursor<&'a [u8]>,
}

impl<'a> Counted<'a> {
    /// Of these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Counted<'a> {
        Counted { bytes: Cursor::new(bytes) }
    }

    /// How many bytes were read.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.bytes.position()
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        self.bytes.read(to)
    }
}

/// The head of a file of this length.
///
/// # Errors
/// It has none.
pub fn read_from(file: &mut Counted<'_>, length: u64) -> Result<(Kind, Head)> {
    head(file, length, "fuzzed", DEFAULT_HEAD_LIMIT)
}

/// The head of a file, if it has one.
///
/// # Panics
/// More than the head was read, or an error is not one line that any terminal can print.
#[must_use]
pub fn read(file: &[u8]) -> Option<(Kind, Head)> {
    let mut counted = Counted::new(file);
    match read_from(&mut counted, file.len() as u64) {
        Ok((kind, head)) => {
            let start = head.tensors.first().map_or(counted.read(), |tensor| tensor.offset);
            assert_eq!(counted.read(), start, "all of the head is read, and nothing after it");
            Some((kind, head))
        }
        Err(error) => {
            let message = error.to_string();
            assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
            None
        }
    }
}

/// What is wrong with a file's head.
///
/// # Panics
/// Nothing is.
#[must_use]
pub fn error(file: &[u8]) -> String {
    match read_from(&mut Counted::new(file), file.len() as u64) {
        Ok(_) => panic!("there is nothing wrong with it"),
        Err(error) => error.to_string(),
    }
}
