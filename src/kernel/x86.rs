//! The kernels for x86-64, with all unsafe code of the array operations.

mod avx2;
mod bytes;
mod codes;
mod cpu;
mod fixups;
mod half;
#[cfg(feature = "std")]
mod lookup;
mod memory;
mod noise;
mod stochastic;
mod stream;
mod tables;
mod values;
mod words;

pub(super) use avx2::decode as gather;
pub(super) use bytes::{decode, encode_stochastic};
pub(super) use codes::compute;
pub(super) use cpu::{has_avx2, has_avx512};
pub(super) use half::compute_in_half;
#[cfg(feature = "std")]
pub(super) use lookup::lookup;
pub(super) use noise::fill;
pub(super) use stochastic::{quantize_stochastic, serves_stochastic};
pub(super) use stream::{NonTemporalWriter, fetch};
pub(super) use values::quantizer;
pub(super) use words::encoder;

use super::isa::{Isa, Job};
use super::plan::magic_add::MagicAdd;

/// Encodes to nearest even: codes of 8 bits.
///
/// Precondition: equal lengths, multiples of 64; a plan without [`LAYOUT`](super::plan::magic_add::LAYOUT).
type ByteEncoder = fn(&MagicAdd<u32>, &[f32], &mut [u8]);

/// Decodes binary16, all NaNs as one.
///
/// Precondition: equal lengths, multiples of 16.
type HalfDecoder = fn(&[u16], &mut [f32]);

/// The loop written with intrinsics for these instructions; `None` where the compiler's is as good.
pub(super) fn byte_encoder(isa: Isa) -> Option<ByteEncoder> {
    match isa {
        Isa::Avx512 => Some(bytes::encode),
        Isa::Avx2 => Some(avx2::encode),
        Isa::Portable | Isa::Scalar => None,
    }
}

/// The loop written with intrinsics for these instructions; `None` where the compiler's is as good.
pub(super) fn half_decoder(isa: Isa) -> Option<HalfDecoder> {
    match isa {
        Isa::Avx512 => Some(words::decode_half),
        Isa::Avx2 => Some(avx2::decode_half),
        Isa::Portable | Isa::Scalar => None,
    }
}

/// Runs a loop compiled for AVX-512, or as it is where the CPU lacks that.
pub(super) fn avx512<J: Job>(job: J) -> J::Output {
    if !has_avx512() {
        return job.run();
    }
    // SAFETY: the CPU has every feature that the function is compiled for.
    unsafe { with_avx512(job) }
}

/// Runs a loop compiled for AVX2, or as it is where the CPU lacks that.
pub(super) fn avx2<J: Job>(job: J) -> J::Output {
    if !has_avx2() {
        return job.run();
    }
    // SAFETY: the CPU has every feature that the function is compiled for.
    unsafe { with_avx2(job) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,avx512vbmi2")]
#[target_feature(enable = "avx2,fma,f16c,bmi1,bmi2,lzcnt")]
fn with_avx512<J: Job>(job: J) -> J::Output {
    job.run()
}

#[target_feature(enable = "avx2,fma,f16c,bmi1,bmi2,lzcnt")]
fn with_avx2<J: Job>(job: J) -> J::Output {
    job.run()
}
