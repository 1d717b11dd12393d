//! What the fuzz targets share: random formats, policies, tasks and operands from a fuzzer's bytes, format files to write
//! them to, and the verifier's explanation of a difference; what heads of files keep to.

pub mod arrays;
pub mod draw;
pub mod explain;
pub mod file;
pub mod heads;
pub mod names;
pub mod number;
