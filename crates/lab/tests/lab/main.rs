//! The lab's tests, in one program: linking costs more than most of them.

mod assertions;
mod blocks;
mod blockwise_golden;
mod bounded_step;
#[allow(dead_code, reason = "tests/certificates.rs reads all that is found")]
mod certificate;
mod closed_loop;
mod compare;
mod eco;
mod experiments;
mod fault_table;
mod faults;
mod grid;
mod iterated;
mod keys;
mod long_runs;
mod low_bit;
mod matrix_golden;
mod matrix_steps;
mod muon;
mod open_loop;
mod pages;
mod parts;
mod problems;
mod pytorch_golden;
mod run_faults;
mod sample;
mod settings;
mod shapes;
mod signals;
mod spec;
mod steps;
mod theorems;
mod traces;
