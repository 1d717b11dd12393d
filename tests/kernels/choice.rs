//! The list of kernels, and how one is chosen.

use std::env::consts::ARCH;
use std::process::Command;

use halfulp::kernel::{self, KERNELS, Work};
use halfulp::slice::Arithmetic;
use halfulp::{Op, Policy};

use crate::support::{BFLOAT16, E4M3FN};

#[test]
fn scalar_is_last_and_covers_everything() {
    let scalar = KERNELS.last().expect("a kernel");
    assert_eq!(scalar.name(), "scalar");
    assert_eq!(kernel::available().last(), Some(scalar));
    for format in [E4M3FN, BFLOAT16] {
        let arithmetic = Arithmetic::new(&format, &Policy::IEEE).expect("a narrow format");
        assert!(scalar.covers(arithmetic.plan(), Work::Codes(Op::Fma)));
    }
}

#[test]
fn every_kernel_is_found_by_its_name_or_said_not_to_run() {
    for kernel in KERNELS {
        match kernel::named(kernel.name()) {
            Ok(found) => assert_eq!(found, kernel),
            Err(e) => assert!(e.exists && !kernel.is_available() && e.to_string().contains("cannot run")),
        }
        let arithmetic = Arithmetic::new(&E4M3FN, &Policy::IEEE).and_then(|a| a.with_kernel(kernel));
        assert_eq!(arithmetic.is_ok(), kernel.is_available());
    }
}

#[test]
fn an_unknown_kernel_is_an_error_that_lists_the_available() {
    for name in ["", "avx", "AVX512", "scalar "] {
        let e = kernel::named(name).expect_err("no kernel");
        assert!(!e.exists);
        for kernel in kernel::available() {
            assert!(e.to_string().contains(kernel.name()), "{e}");
        }
    }
}

/// What cargo starts this target's programs with, an emulator perhaps: it is in the environment, as
/// `CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER`, or there is none.
fn runner() -> Option<String> {
    let arch = if cfg!(target_arch = "x86") { "I686".into() } else { ARCH.to_uppercase() };
    let start = format!("CARGO_TARGET_{arch}_");
    let is_ours = |name: &str| name.starts_with(&start) && name.ends_with("_RUNNER");
    std::env::vars().find_map(|(name, value)| is_ours(&name).then_some(value))
}

/// This program, to be started once more.
fn this_program() -> Command {
    let program = std::env::current_exe().expect("this program");
    let Some(runner) = runner() else { return Command::new(program) };
    let mut words = runner.split_whitespace();
    let mut command = Command::new(words.next().expect("the runner's program"));
    command.args(words).arg(program);
    command
}

/// In a process of its own: the choice is made once.
#[test]
#[cfg_attr(miri, ignore = "Miri starts no process")]
fn the_environment_forces_a_kernel() {
    let run = |value: &str| {
        let mut command = this_program();
        command.env("HALFULP_KERNEL", value).args([
            "--exact",
            "choice::reports_the_choice",
            "--nocapture",
            "--ignored",
        ]);
        String::from_utf8_lossy(&command.output().expect("its output").stdout).into_owned()
    };
    for kernel in kernel::available() {
        assert!(run(kernel.name()).contains(&format!("chosen {}.", kernel.name())));
    }
    let best = kernel::available().next().expect("a kernel");
    assert!(run("").contains(&format!("chosen {}.", best.name())));
    let refused = run("avx1024");
    assert!(refused.contains("there is no kernel \"avx1024\"") && refused.contains("scalar"), "{refused}");
}

#[test]
#[ignore = "the other half of the_environment_forces_a_kernel"]
fn reports_the_choice() {
    match Arithmetic::new(&E4M3FN, &Policy::IEEE) {
        Ok(arithmetic) => println!("chosen {}.", arithmetic.kernel().name()),
        Err(e) => println!("refused: {e}."),
    }
}
