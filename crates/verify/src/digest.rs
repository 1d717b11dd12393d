//! SHA-256 in hexadecimal.

use core::fmt::Debug;

use sha2::{Digest as _, Sha256};

/// The digest of some bytes.
pub fn of_bytes(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of all that a value says, however the file that it was read from is laid out: the same in every run of this version.
pub fn of_value(value: &impl Debug) -> String {
    of_bytes(format!("{value:?}").as_bytes())
}
