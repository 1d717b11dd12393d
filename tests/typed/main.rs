//! Typed numbers.

mod features;
mod language;
mod like_f32;
mod numbers;
mod slices;
mod table;
