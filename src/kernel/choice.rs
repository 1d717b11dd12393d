//! The available kernels, and which one is used.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::isa::Isa;

/// An implementation of the array operations. All kernels give identical bits.
#[derive(PartialEq, Eq, Debug)]
pub struct Kernel {
    pub(super) name: &'static str,
    pub(super) isa: Isa,
}

/// All kernels of this build, best first, `scalar` last. The CPU may not support all of them: see [`available`].
pub static KERNELS: &[Kernel] = &[
    #[cfg(target_arch = "x86_64")]
    Kernel { name: "avx512", isa: Isa::Avx512 },
    #[cfg(target_arch = "x86_64")]
    Kernel { name: "avx2", isa: Isa::Avx2 },
    Kernel { name: "portable", isa: Isa::Portable },
    Kernel { name: "scalar", isa: Isa::Scalar },
];

impl Kernel {
    /// `avx512`, `avx2`, `portable` or `scalar`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether this CPU can run it.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.isa.is_available()
    }

    /// The kernel itself, if this CPU can run it.
    pub(crate) fn checked(&'static self) -> Result<&'static Kernel, KernelError> {
        if self.is_available() {
            Ok(self)
        } else {
            Err(KernelError { name: self.name.to_string(), exists: true })
        }
    }
}

/// The kernels that this CPU can run, best first.
pub fn available() -> impl Iterator<Item = &'static Kernel> {
    KERNELS.iter().filter(|kernel| kernel.is_available())
}

/// The kernel with the given name.
///
/// # Errors
/// If there is no such kernel, or this CPU cannot run it. The error message lists the kernels that it can run.
pub fn named(name: &str) -> Result<&'static Kernel, KernelError> {
    match KERNELS.iter().find(|kernel| kernel.name == name) {
        Some(kernel) => kernel.checked(),
        None => Err(KernelError { name: name.to_string(), exists: false }),
    }
}

/// The default kernel: the best that this CPU can run, or the one named by the environment
/// variable `HALFULP_KERNEL` (with the feature `std`; read once).
///
/// # Errors
/// See [`named`].
pub fn chosen() -> Result<&'static Kernel, KernelError> {
    #[cfg(feature = "std")]
    {
        static CHOICE: std::sync::OnceLock<Result<&'static Kernel, KernelError>> = std::sync::OnceLock::new();
        CHOICE.get_or_init(|| forced().unwrap_or_else(|| Ok(best()))).clone()
    }
    #[cfg(not(feature = "std"))]
    Ok(best())
}

/// The environment's choice, if it makes one.
#[cfg(feature = "std")]
fn forced() -> Option<Result<&'static Kernel, KernelError>> {
    let name = std::env::var_os("HALFULP_KERNEL").filter(|name| !name.is_empty())?;
    Some(named(&name.to_string_lossy()))
}

fn best() -> &'static Kernel {
    available().next().unwrap_or(&KERNELS[KERNELS.len() - 1])
}

/// The error for a kernel that is not available.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct KernelError {
    /// The requested name.
    pub name: String,
    /// Whether such a kernel exists but this CPU cannot run it.
    pub exists: bool,
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = if self.exists { "this CPU cannot run the kernel" } else { "there is no kernel" };
        let names: Vec<&str> = available().map(Kernel::name).collect();
        write!(f, "{why} {:?}: available are {}", self.name, names.join(", "))
    }
}

impl core::error::Error for KernelError {}
