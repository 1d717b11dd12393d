//! The CPU's floating-point control register: loops run under its default setting, whatever the process has set.
//!
//! A process may set another rounding mode, flush subnormals to zero or unmask exceptions (C's `fesetround`, `-ffast-math`, some audio
//! and graphics libraries); each of these would change bits or raise a signal. The check costs a few nanoseconds per call.

/// Runs loops under the default setting, and restores the setting of the process.
#[inline(always)]
pub(super) fn in_default<R>(loops: impl FnOnce() -> R) -> R {
    let host = control::read();
    if control::is_default(host) {
        return apart(loops);
    }
    control::write(control::DEFAULT);
    let _put_back = PutBack(host);
    apart(loops)
}

/// A call of its own, so that no floating-point operation moves across a change of the register.
#[inline(never)]
fn apart<R>(loops: impl FnOnce() -> R) -> R {
    loops()
}

struct PutBack(control::Register);

impl Drop for PutBack {
    fn drop(&mut self) {
        control::write(self.0);
    }
}

/// MXCSR.
#[cfg(all(any(target_arch = "x86_64", all(target_arch = "x86", target_feature = "sse")), not(miri)))]
mod control {
    use core::arch::asm;

    pub type Register = u32;

    /// All exceptions masked and none raised, to nearest even, subnormals as they are.
    pub const DEFAULT: Register = 0x1f80;

    /// The low six bits are flags: they only report.
    #[inline(always)]
    pub const fn is_default(register: Register) -> bool {
        register & !0x3f == DEFAULT
    }

    #[inline(always)]
    pub fn read() -> Register {
        let mut register: Register = 0;
        // SAFETY: the instruction writes the four bytes it is given.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut register, options(nostack, preserves_flags)) };
        register
    }

    pub fn write(register: Register) {
        // SAFETY: a value read from the register or its default one, so no reserved bit is set; it is the default wherever compiled
        // floating-point code of this crate runs, as that code assumes.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const register, options(nostack, preserves_flags)) };
    }
}

/// FPCR.
#[cfg(all(target_arch = "aarch64", not(miri)))]
mod control {
    use core::arch::asm;

    pub type Register = u64;

    /// To nearest even, subnormals and NaNs as they are, no traps.
    pub const DEFAULT: Register = 0;

    #[inline(always)]
    pub const fn is_default(register: Register) -> bool {
        register == DEFAULT
    }

    #[inline(always)]
    pub fn read() -> Register {
        let register: Register;
        // SAFETY: it reads a register.
        unsafe { asm!("mrs {}, fpcr", out(reg) register, options(nostack, preserves_flags)) };
        register
    }

    pub fn write(register: Register) {
        // SAFETY: a value read from the register or its default one; it is the default wherever compiled floating-point code of this
        // crate runs, as that code assumes.
        unsafe { asm!("msr fpcr, {}", in(reg) register, options(nostack, preserves_flags)) };
    }
}

/// A CPU without such a register, or one that this crate does not know how to read: the setting is taken to be the default.
#[cfg(not(any(
    all(any(target_arch = "x86_64", all(target_arch = "x86", target_feature = "sse")), not(miri)),
    all(target_arch = "aarch64", not(miri))
)))]
mod control {
    pub type Register = ();

    pub const DEFAULT: Register = ();

    pub const fn is_default((): Register) -> bool {
        true
    }

    pub const fn read() -> Register {}

    pub const fn write((): Register) {}
}
