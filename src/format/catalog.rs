//! The formats by name.
