//! What is said of a text that names no part of a policy.

use alloc::string::String;
use core::fmt;

/// A text that names no part of a policy: what it should have named, and what was expected instead.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct NameError {
    /// The text.
    pub text: String,
    /// What the text should have named: "rounding", "saturation", ...
    pub kind: &'static str,
    /// The names that exist, or what the name lacks.
    pub expected: &'static str,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {}: expected {}", self.kind, self.expected)
    }
}

impl core::error::Error for NameError {}
