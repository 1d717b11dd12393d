//! What the repository's docs say, which the package does not have: the schemas of the JSON that the program writes, and code that was
//! compiled.

mod campaign;
mod coverage;
mod devices;
mod example_devices;
#[path = "../cli/experiments.rs"]
mod experiments;
#[path = "../cli/program.rs"]
mod program;
mod schema;
mod snippets;
#[path = "../cli/tensors.rs"]
mod tensors;
mod traces;
mod verify_json;
mod workflows;
