//! Vector files: what is written is read back, whatever the notation, and what is wrong with recorded answers is found and named.

mod recorded;
mod round_trip;
mod tools;
