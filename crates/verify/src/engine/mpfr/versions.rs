//! The libraries that the engine is built with.

use std::ffi::{CStr, c_char};

/// The versions of the libraries that do the engine's arithmetic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Versions {
    /// GNU MPFR's.
    pub mpfr: String,
    /// GNU MP's.
    pub gmp: String,
}

/// What the libraries say of themselves.
///
/// ```
/// let versions = halfulp_verify::engine::mpfr::versions();
/// assert!(versions.mpfr.starts_with("4.") && versions.gmp.starts_with("6."), "{versions:?}");
/// ```
#[must_use]
pub fn versions() -> Versions {
    // SAFETY: both point to constant texts of the libraries that end with a zero byte.
    let (mpfr, gmp) = unsafe { (text(gmp_mpfr_sys::mpfr::get_version()), text(gmp_mpfr_sys::gmp::version)) };
    Versions { mpfr, gmp }
}

/// # Safety
/// It points to a text that ends with a zero byte and does not change meanwhile.
unsafe fn text(start: *const c_char) -> String {
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(start) }.to_string_lossy().into_owned()
}
