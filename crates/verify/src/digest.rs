//! SHA-256 in hexadecimal.

use core::fmt::Debug;
use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

/// The digest of some bytes.
pub fn of_bytes(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of what is read, however long it is.
pub fn of_file(mut file: impl Read) -> io::Result<String> {
    let (mut hasher, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            length => hasher.update(&piece[..length]),
        }
    }
}

/// The digest of all that a value says, however the file that it was read from is laid out: the same in every run of this version.
pub fn of_value(value: &impl Debug) -> String {
    of_bytes(format!("{value:?}").as_bytes())
}
