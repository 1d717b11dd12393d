//! The lab's tests, in one program: linking costs more than most of them.

mod blocks;
mod blockwise_golden;
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
mod muon;
mod open_loop;
mod pages;
mod problems;
mod pytorch_golden;
mod run_faults;
mod sample;
mod settings;
mod spec;
mod steps;
mod theorems;
mod traces;
