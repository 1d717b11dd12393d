//! Conversions from and to the types of the crate `half`: the bits are unchanged, including NaN payloads.

use super::{BF16, F16};

macro_rules! same_bits {
    ($($ours:ident, $theirs:ty;)*) => {$(
        /// The same bits.
        ///
        #[doc = concat!("```\nuse halfulp::typed::", stringify!($ours), ";\n")]
        #[doc = concat!("\nassert_eq!(", stringify!($ours), "::from(", stringify!($theirs), "::from_f32(0.3)), ", stringify!($ours), "::from_f32(0.3));\n```")]
        impl From<$theirs> for $ours {
            #[inline]
            fn from(x: $theirs) -> Self {
                Self::from_bits(x.to_bits())
            }
        }

        /// The same bits.
        impl From<$ours> for $theirs {
            #[inline]
            fn from(x: $ours) -> Self {
                <$theirs>::from_bits(x.to_bits())
            }
        }
    )*};
}

same_bits! {
    F16, half::f16;
    BF16, half::bf16;
}
