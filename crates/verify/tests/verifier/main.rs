//! Cases, suites, the verifier and its reports, by the package's interface.

mod cases;
mod report;
mod suite;
mod verify;
