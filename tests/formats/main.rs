//! Formats: the built-in ones, files, names, and policies by name.

mod builtin;
mod catalog;
mod catalog_source;
mod facts;
mod files;
mod p3109;
mod policy_names;
mod serialized;
#[path = "../support/mod.rs"]
mod support;
