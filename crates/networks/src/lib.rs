//! Small neural networks in emulated low precision, and how their quantization errors propagate.

pub mod abc;
pub mod layer;
pub mod metrics;
pub mod network;
pub mod numerics;
pub mod problem;
pub mod quantizer;
pub mod text;
