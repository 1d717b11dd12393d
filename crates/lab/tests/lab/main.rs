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
mod muon;
mod pages;
mod problems;
mod pytorch_golden;
mod run_faults;
mod sample;
mod spec;
mod steps;
mod theorems;
mod traces;
