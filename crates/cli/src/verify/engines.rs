//! Engines by name.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use halfulp::kernel;
use halfulp_verify::Engine;
use halfulp_verify::engine::{
    Scalar,
    apfloat::Apfloat,
    command::{self, Command, Session, Timeouts},
    cpu::Cpu,
    definition::Definition,
    host::Host,
    kernel::ByKernel,
    mpfr::Mpfr,
    profile::Modelled,
    recorded::Recorded,
};

use super::Args;
use super::told::Told;
use crate::profile_arg::profile_arg;

/// The engines that are trusted where nothing else is asked for.
const ORACLES: &[&str] = &["definition", "mpfr", "apfloat", "host", "recorded"];

/// The oracles of a kernel.
const ORACLES_OF_KERNELS: &[&str] = &["scalar", "definition", "mpfr", "recorded"];

/// The name of the engine under test.
fn subject_name(args: &Args) -> anyhow::Result<&str> {
    Ok(match &args.subject {
        Some(name) => name,
        None if args.is_about_arrays() => kernel::chosen()?.name(),
        None => "scalar",
    })
}

/// The engine under test.
pub fn subject(args: &Args, told: &Arc<Told>) -> anyhow::Result<Box<dyn Engine>> {
    engine(subject_name(args)?, how(args), told)
}

/// The engines that are trusted.
pub fn oracles(args: &Args, told: &Arc<Told>) -> anyhow::Result<Vec<Box<dyn Engine>>> {
    let like = args.like.as_ref().map(|name| format!("model:{name}"));
    let names: Vec<String> = args.against.iter().cloned().chain(like).collect();
    against(&names, subject_name(args)?, how(args), told)
}

/// How programs are asked.
#[derive(Clone, Copy, Default)]
pub struct How {
    timeouts: Timeouts,
    window: Option<usize>,
}

impl How {
    /// As the options say, each with its default.
    pub fn of(startup: Option<Duration>, timeout: Option<Duration>, window: Option<NonZero<usize>>) -> How {
        How { timeouts: Timeouts::of(startup, timeout), window: window.map(NonZero::get) }
    }
}

/// How the arguments say it.
pub fn how(args: &Args) -> How {
    How::of(args.startup_timeout, args.timeout, args.window)
}

/// The engines of a list, as `--against` has them; for an empty one those that are trusted with a subject.
pub fn against(
    names: &[String],
    subject: &str,
    how: How,
    told: &Arc<Told>,
) -> anyhow::Result<Vec<Box<dyn Engine>>> {
    let mut wanted: Vec<&str> = Vec::new();
    for text in names {
        if command::is_program(text) {
            wanted.push(text);
        } else {
            wanted.extend(text.split(','));
        }
    }
    if wanted.is_empty() {
        let is_kernel = kernels().contains(&subject);
        let oracles = if is_kernel { ORACLES_OF_KERNELS } else { ORACLES };
        wanted.extend(oracles.iter().filter(|name| **name != subject));
    }
    if wanted.len() > 64 {
        bail!("at most 64 engines can be compared at once");
    }
    wanted.into_iter().map(|name| engine(name, how, told)).collect()
}

/// An engine by its name.
///
/// # Errors
/// There is none of this name, or a program is wrong.
pub fn engine(name: &str, how: How, told: &Arc<Told>) -> anyhow::Result<Box<dyn Engine>> {
    if let Some(line) = name.strip_prefix("cmd2:") {
        crate::output::watch_signals()?;
        let told = Arc::clone(told);
        return Ok(Box::new(Session::start(line, how.timeouts, how.window, move |f| told.name(f))?));
    }
    if let Some(text) = name.strip_prefix("model:") {
        return Ok(Box::new(Modelled::new(text, profile_arg(text)?)));
    }
    if let Some(line) = name.strip_prefix("cmd:") {
        // Devices do not get the terminal's signals: they are ended when this program is.
        crate::output::watch_signals()?;
        let told = Arc::clone(told);
        return Ok(Box::new(Command::new(line, how.timeouts, move |f| told.name(f))?));
    }
    built_in(name)
}

/// An engine that is neither a model nor a program.
///
/// # Errors
/// A name that no engine has, or one that this CPU cannot run.
pub fn built_in(name: &str) -> anyhow::Result<Box<dyn Engine>> {
    Ok(match name {
        "scalar" => Box::new(Scalar),
        "definition" => Box::new(Definition::default()),
        "mpfr" => Box::new(Mpfr::default()),
        "apfloat" => Box::new(Apfloat),
        "host" => Box::new(Host),
        "recorded" => Box::new(Recorded::new()?),
        _ if name.starts_with("cpu:") => Box::new(Cpu::named(name)?),
        _ => match kernel::named(name) {
            Ok(kernel) => Box::new(ByKernel::new(kernel)),
            Err(error) if error.exists => bail!("{error}"),
            Err(_) if Path::new(name).is_file() => {
                bail!("unknown engine {name:?}: it is a file; a program is named as in cmd:{name}")
            }
            Err(_) => bail!(
                "unknown engine {name:?}: expected scalar, definition, mpfr, apfloat, host, recorded, a kernel of this CPU \
                 ({}), instructions such as cpu:f16c, model:PROFILE, cmd:PROGRAM or cmd2:PROGRAM",
                kernels().join(", ")
            ),
        },
    })
}

/// The names of the kernels that this CPU can run, less the one that is the engine `scalar`.
fn kernels() -> Vec<&'static str> {
    kernel::available().map(kernel::Kernel::name).filter(|name| *name != "scalar").collect()
}
