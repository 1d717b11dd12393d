//! Storage types of codes, and `const` conversions to and from them.

use core::borrow::{Borrow, BorrowMut};
use core::fmt;
use core::hash::Hash;
use core::mem::transmute_copy;

use crate::format::Code;

/// The integer that stores a code: `u8`, `u16`, `u32` or `u64`. The trait is sealed.
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
    /// The number of bits.
    const BITS: u32;

    /// The type of its bytes: an array.
    type Bytes: Copy
        + Default
        + AsRef<[u8]>
        + AsMut<[u8]>
        + Borrow<[u8]>
        + BorrowMut<[u8]>
        + fmt::Debug
        + Ord
        + Hash;

    /// The bytes in little-endian order.
    fn to_le_bytes(self) -> Self::Bytes;

    /// The bytes in big-endian order.
    fn to_be_bytes(self) -> Self::Bytes;

    /// The bytes in native byte order.
    fn to_ne_bytes(self) -> Self::Bytes;

    /// The integer from bytes in little-endian order.
    fn from_le_bytes(bytes: Self::Bytes) -> Self;

    /// The integer from bytes in big-endian order.
    fn from_be_bytes(bytes: Self::Bytes) -> Self;

    /// The integer from bytes in native byte order.
    fn from_ne_bytes(bytes: Self::Bytes) -> Self;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! bytes {
    ($integer:ty: $($to:ident $from:ident),*) => {$(
        #[inline]
        fn $to(self) -> Self::Bytes {
            <$integer>::$to(self)
        }

        #[inline]
        fn $from(bytes: Self::Bytes) -> Self {
            <$integer>::$from(bytes)
        }
    )*};
}

macro_rules! storage {
    ($($integer:ty),*) => {$(
        impl sealed::Sealed for $integer {}
        impl Storage for $integer {
            const BITS: u32 = <$integer>::BITS;
            type Bytes = [u8; size_of::<$integer>()];
            bytes!($integer: to_le_bytes from_le_bytes, to_be_bytes from_be_bytes, to_ne_bytes from_ne_bytes);
        }
    )*};
}

storage!(u8, u16, u32, u64);

/// The code in a storage. This is not a trait method, because those cannot be called in constants.
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

/// The storage of a code; bits that do not fit are discarded.
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
