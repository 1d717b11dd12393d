//! Cases, suites, the verifier and its reports, by the package's interface.

mod campaign;
mod cases;
mod diagnose;
mod report;
#[path = "../small/mod.rs"]
mod small;
mod suite;
mod units;
mod verify;
mod waivers;
