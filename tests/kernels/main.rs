//! Every kernel that this CPU has against the definition, `apply`, bit for bit.
//!
//! One line of `kernels!` adds a kernel with its tests; what takes long is computed by the definition once, and compared with every kernel of this CPU. A
//! kernel that the CPU cannot run passes: there is nothing to test.

#[path = "../support/mod.rs"]
mod support;

mod choice;
mod convert;
mod counts;
mod elementwise;
#[cfg(target_arch = "x86_64")]
mod environment;
mod errors;
mod formats;
mod inputs;
mod lengths;
mod p3109;
mod sweep;
mod wide;

use halfulp::kernel::{Kernel, available, named};

/// Kernels that are compared with the same answers.
type Kernels<'k> = &'k [&'static Kernel];

/// All of this CPU, but for the definition itself.
fn vectors() -> Vec<&'static Kernel> {
    available().filter(|kernel| kernel.name() != "scalar").collect()
}

/// The kernel, if this CPU has it.
fn kernel(name: &str) -> Option<&'static Kernel> {
    match named(name) {
        Ok(kernel) => Some(kernel),
        Err(e) => {
            assert!(e.exists, "{e}");
            None
        }
    }
}

macro_rules! kernels {
    ($($name:ident)*) => {$(
        mod $name {
            use super::{convert, counts, elementwise, kernel, lengths, p3109, sweep, wide};

            kernels!(@ $name convert noise_from_any_index noise_decides_at_its_last_place);
            kernels!(@ $name counts counts_what_was_raised);
            kernels!(@ $name elementwise computes_at_the_ends);
            kernels!(@ $name wide counts_wide covers_wide);
            kernels!(@ $name p3109 computes_by_p3109 counts_by_p3109);
            kernels!(@ $name lengths any_length_and_alignment parts_are_the_whole);
            kernels!(@ $name sweep some_values_stochastic #[ignore = "half an hour on two cores"] every_value_stochastic);
        }
    )*};
    (@ $name:ident $module:ident $($(#[$attribute:meta])* $test:ident)*) => {$(
        #[test]
        $(#[$attribute])*
        fn $test() {
            if let Some(kernel) = kernel(stringify!($name)) {
                $module::$test(kernel);
            }
        }
    )*};
}

#[cfg(target_arch = "x86_64")]
kernels! { avx512 avx2 }
kernels! { portable }

/// Every kernel beside the same answers.
macro_rules! together {
    ($($module:ident: $($test:ident)*;)*) => {$(
        mod $module {
            $(
                #[test]
                fn $test() {
                    crate::$module::$test(&crate::vectors());
                }
            )*
        }
    )*};
}

mod all {
    together! {
        convert: encodes_single encodes_double decodes quantizes;
        elementwise: computes_on_codes computes_all_pairs computes_on_wide_codes computes_on_codes_of_adjacent_binades
            computes_on_values computes_on_many_codes;
        wide: quantizes_wide computes_wide cancels_wide cancels_single computes_beside_specials;
    }
}

/// Under a changed MXCSR, each by its name.
#[cfg(target_arch = "x86_64")]
mod changed {
    macro_rules! kernels {
        ($($name:ident)*) => {$(
            #[test]
            fn $name() {
                if let Some(kernel) = super::kernel(stringify!($name)) {
                    super::environment::the_hosts_setting_changes_nothing(kernel);
                    super::environment::wide_values_neither(kernel);
                }
            }
        )*};
    }

    kernels! { avx512 avx2 portable scalar }
}

/// The definition itself: that its arrays are walked through rightly.
mod scalar {
    use super::{elementwise, kernel, lengths};

    kernels!(@ scalar lengths any_length_and_alignment parts_are_the_whole);

    #[test]
    fn computes_on_wide_codes() {
        elementwise::computes_on_wide_codes(&[kernel("scalar").expect("every CPU has it")]);
    }
}
