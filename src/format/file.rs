//! Format files.
