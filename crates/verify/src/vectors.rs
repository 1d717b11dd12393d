//! Vector files: numbered cases of one task with their expected answers, and the answers that a device recorded in their place.
//!
//! A file has one row for each case: its operands, the noise word under stochastic rounding, the result and the flags. [`Form`] lists the
//! notations. What the rows are is said in a [`Header`]: in the file where the notation has comments, otherwise in a file beside it.
//!
//! [`Recipe::write`] writes a file. [`read`](fn@read) reads the rows of one, and [`Recording`] turns them into a subject of the verifier.

mod drawn;
mod form;
mod header;
mod layout;
mod make;
mod names;
mod read;
mod recording;
mod rows;

pub use drawn::Drawn;
pub use form::{Form, FormError};
pub use header::{Digests, Header, SCHEMA};
pub use layout::{Column, Layout};
pub use make::{MakeError, Recipe, Written};
pub use names::testfloat_name;
pub use read::{ReadError, read};
pub use recording::{Recording, RecordingError, Source};
pub use rows::Rows;
