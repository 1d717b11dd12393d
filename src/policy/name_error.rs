//! What is said of a text that names no part of a policy.

use alloc::string::String;
use core::fmt;

/// The error for a text that is not a valid name of a policy's component.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct NameError {
    /// The text.
    pub text: String,
    /// The component: "rounding", "saturation", ...
    pub kind: &'static str,
    /// The valid names, or what is missing from the name.
    pub expected: &'static str,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a {}: expected {}", self.text, self.kind, self.expected)
    }
}

impl core::error::Error for NameError {}
