//! Tests of the program `halfulp`, as it is run.

mod about;
mod announce;
mod bound;
mod bound_edges;
mod bound_errors;
mod colour;
mod devices;
mod eval;
mod eval_numbers;
mod exit_codes;
mod experiments;
mod fitting;
mod help;
mod hostile_files;
mod outputs;
mod program;
mod quantize;
mod quantize_errors;
mod quantize_output;
mod quantize_select;
mod show;
mod tensors;
mod verify;
mod verify_options;
mod verify_reports;
mod verify_verdict;
