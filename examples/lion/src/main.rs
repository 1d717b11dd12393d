//! `lion run FILE...` and `lion check FILE...`: what `halfulp bound run` and `check` do, with Lion in the files.

use std::io::stdout;
use std::process::ExitCode;

use halfulp_lab::program::{Answer, Request};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let check = match arguments.next().as_deref() {
        Some("run") => false,
        Some("check") => true,
        _ => return failed("expected: lion run|check FILE..."),
    };
    let request = Request { check, ..Request::of(arguments) };
    if request.names.is_empty() {
        return failed("expected a file, such as examples/lion/lion.toml");
    }
    match request.print(&halfulp_example_lion::registry(), &mut stdout().lock()) {
        Ok(answer) => answer.into(),
        Err(error) => failed(&error.to_string()),
    }
}

fn failed(error: &str) -> ExitCode {
    eprintln!("lion: {error}");
    Answer::Unknown.into()
}
