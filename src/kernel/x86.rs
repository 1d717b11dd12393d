//! The kernels for x86-64, with all unsafe code of the array operations.

mod avx2;
mod bytes;
mod codes;
mod fixups;
mod half;
#[cfg(feature = "std")]
mod lookup;
mod noise;
mod stochastic;
mod stream;
mod tables;
mod values;
mod words;

pub(super) use avx2::decode as gather;
pub(super) use bytes::{decode, encode_stochastic};
pub(super) use codes::compute;
pub(super) use half::compute_in_half;
#[cfg(feature = "std")]
pub(super) use lookup::lookup;
pub(super) use noise::fill;
pub(super) use stochastic::{quantize_stochastic, serves_stochastic};
pub(super) use stream::{NonTemporalWriter, fetch};
pub(super) use values::quantizer;
pub(super) use words::encoder;

use core::arch::x86_64::*;

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

/// Whether the CPU has all of these; asked once.
macro_rules! has {
    ($($feature:tt)*) => {{
        #[cfg(feature = "std")]
        {
            static ALL: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
            *ALL.get_or_init(|| true $(&& std::is_x86_feature_detected!($feature))*)
        }
        #[cfg(not(feature = "std"))]
        { true $(&& cfg!(target_feature = $feature))* }
    }};
}

/// Whether the CPU has what [`avx512`] uses.
pub(super) fn has_avx512() -> bool {
    has!("avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl" "avx512vbmi" "avx512vbmi2") && has_avx2()
}

/// Whether the CPU has arithmetic of binary16, too.
pub(super) fn has_half() -> bool {
    has!("avx512fp16") && has_avx512()
}

/// Whether the CPU has what [`avx2`] uses.
pub(super) fn has_avx2() -> bool {
    has!("avx2" "fma" "f16c" "bmi1" "bmi2" "lzcnt")
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

/// Bits of the second operand where the first is set, of the third elsewhere.
const PICK: i32 = 0xca;

#[target_feature(enable = "avx512f")]
#[inline]
fn load(from: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes are read of 64.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn store(to: &mut [u8; 64], x: __m512i) {
    // SAFETY: 64 bytes are written to 64.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), x) }
}

/// Calls `f` on 64 bytes of every operand at a time, what is missing at the end made up with zeros; absent operands are those of the
/// first.
#[inline(always)]
fn by_64(operands: [&[u8]; 3], to: &mut [u8], f: impl Fn([&[u8; 64]; 3], &mut [u8; 64])) {
    let first = operands[0];
    let operands = operands.map(|x| if x.is_empty() { first } else { x });
    let [a, b, c] = operands.map(|x| x.as_chunks::<64>().0);
    let (to, rest) = to.as_chunks_mut::<64>();
    let mut last = [[0; 64]; 4];
    for (last, x) in last.iter_mut().zip(operands) {
        last[..rest.len()].copy_from_slice(&x[x.len() - rest.len()..]);
    }
    let [x, y, z, result] = &mut last;
    for i in 0..=to.len() {
        // One call, so that it is compiled into the loop.
        let (operands, to) = match (a.get(i), b.get(i), c.get(i), to.get_mut(i)) {
            (Some(a), Some(b), Some(c), Some(to)) => ([a, b, c], to),
            _ => ([&*x, &*y, &*z], &mut *result),
        };
        f(operands, to);
    }
    rest.copy_from_slice(&result[..rest.len()]);
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load_f32(from: &[f32; 16]) -> __m512i {
    // SAFETY: 16 values are read of 16.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}
