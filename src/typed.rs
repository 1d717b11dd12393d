//! Typed formats with operators, for people who want types.
