//! Quantization of tensors in .npy and .safetensors files to small formats. Files are processed in chunks, so memory does not grow with the
//! file. It measures the errors, independently of the number of threads, and writes files of codes or values.
//!
//! ```
//! use halfulp_tensor::{DEFAULT_HEAD_LIMIT, head};
//!
//! let file = b"\x93NUMPY\x01\x00\x36\x00{'descr': '<f4', 'fortran_order': False, 'shape': ()}\n\0\0\x80\x3f";
//! let (_, head) = head(&mut &file[..], file.len() as u64, "x", DEFAULT_HEAD_LIMIT)?;
//! assert_eq!((head.tensors[0].name.as_str(), head.tensors[0].count, head.tensors[0].offset), ("x", 1, 64));
//! # Ok::<(), halfulp_tensor::Error>(())
//! ```

mod coder;
mod counts;
mod element;
mod error;
mod input;
mod kind;
mod layout;
mod literal;
mod npy;
mod quantize;
mod safetensors;
mod scale;
mod stream;
mod tally;
mod tensor;

pub use coder::{Coder, Convert};
pub use element::Element;
pub use error::{Error, Result};
pub use input::{DEFAULT_HEAD_LIMIT, Input, head};
pub use kind::Kind;
pub use layout::Emit;
pub use quantize::{Measured, Quantization, largest_chunks};
pub use scale::Rule;
pub use stream::Target;
pub use tally::{Tally, UNIT};
pub use tensor::{Head, Tensor};
