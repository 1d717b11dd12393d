//! The JSON that the program writes, against the schemas of the repository's docs/schema, which the package does not have.

#[path = "../cli/experiments.rs"]
mod experiments;
#[path = "../cli/program.rs"]
mod program;
mod schema;
#[path = "../cli/tensors.rs"]
mod tensors;
mod traces;
mod verify_json;
