//! What `--version` says: what this program was built for and with, and what this CPU runs.

use std::fmt::Write as _;

use halfulp::kernel;
use halfulp_verify::engine::mpfr;

/// The version with the facts of the build, a line each.
pub fn long() -> String {
    let mut text = env!("CARGO_PKG_VERSION").to_string();
    let environment = match () {
        () if cfg!(target_env = "gnu") => " gnu",
        () if cfg!(target_env = "musl") => " musl",
        () if cfg!(target_env = "msvc") => " msvc",
        () => "",
    };
    let (arch, os) = (std::env::consts::ARCH, std::env::consts::OS);
    let checks = if cfg!(debug_assertions) { "with" } else { "without" };
    let libraries = mpfr::versions();
    let kernels: Vec<&str> = kernel::available().map(kernel::Kernel::name).collect();
    let chosen = kernel::chosen().map_or_else(|error| error.to_string(), |kernel| kernel.name().to_string());
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "\ntarget: {arch} {os}{environment}\nprofile: {checks} debug assertions\nengine mpfr: MPFR {}, GMP {}\n\
         kernels of this CPU: {}; {chosen} is used",
        libraries.mpfr,
        libraries.gmp,
        kernels.join(", ")
    );
    text
}
