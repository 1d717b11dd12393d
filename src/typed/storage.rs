//! What holds a code, and the way to it and from it that works in constants.

use core::fmt;
use core::hash::Hash;
use core::mem::transmute_copy;

use crate::format::Code;

/// An integer that holds a code: `u8`, `u16`, `u32` or `u64`. Nothing else implements it.
pub trait Storage:
    sealed::Sealed
    + Copy
    + Default
    + Eq
    + Ord
    + Hash
    + Into<Code>
    + TryFrom<Code>
    + fmt::Debug
    + fmt::Display
    + fmt::LowerHex
    + fmt::UpperHex
    + fmt::Binary
    + Send
    + Sync
    + 'static
{
    /// Its bits.
    const BITS: u32;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! storage {
    ($($integer:ty),*) => {$(
        impl sealed::Sealed for $integer {}
        impl Storage for $integer {
            const BITS: u32 = <$integer>::BITS;
        }
    )*};
}

storage!(u8, u16, u32, u64);

/// The code in a storage. A trait's method would not do: those are not callable in constants.
#[inline(always)]
pub(super) const fn widen<S: Storage>(bits: S) -> Code {
    // SAFETY: `Storage` is sealed, so `S` is exactly the integer that its width tells; each arm reads that type.
    unsafe {
        match S::BITS {
            8 => transmute_copy::<S, u8>(&bits) as Code,
            16 => transmute_copy::<S, u16>(&bits) as Code,
            32 => transmute_copy::<S, u32>(&bits) as Code,
            _ => transmute_copy::<S, u64>(&bits),
        }
    }
}

/// The storage of a code; bits that it does not hold are lost.
#[inline(always)]
pub(super) const fn narrow<S: Storage>(code: Code) -> S {
    // SAFETY: as above, the other way: each arm makes the one type that `S` can be.
    unsafe {
        match S::BITS {
            8 => transmute_copy::<u8, S>(&(code as u8)),
            16 => transmute_copy::<u16, S>(&(code as u16)),
            32 => transmute_copy::<u32, S>(&(code as u32)),
            _ => transmute_copy::<u64, S>(&code),
        }
    }
}
