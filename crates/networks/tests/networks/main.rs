//! Networks, quantizers and the propagation of errors, with what is planted and has to be found.

mod abc;
mod experiment;
mod faulty;
mod gradients;
mod logits;
mod logits_chance;
mod logits_run;
mod numerics;
mod parts;
mod problems;
mod ptq;
mod qat;
mod spec;
