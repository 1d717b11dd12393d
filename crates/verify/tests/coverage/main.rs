//! Coverage: its bins, what is proved of them, and the cases that are generated for them.

mod cover;
mod model;
mod proofs;
