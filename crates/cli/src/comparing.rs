//! Which differences count: arguments of `verify` and `check`.

use std::path::PathBuf;

use anyhow::anyhow;
use halfulp::Flags;
use halfulp_verify::Comparison;
use halfulp_verify::verify::{NanMatch, letters};
use halfulp_verify::waiver::{self, WaiverList};

use crate::input;

/// What is considered equal, and what is accepted all the same.
#[derive(clap::Args)]
pub struct ComparisonArgs {
    /// Which NaNs are considered equal: those with the same code, those with the same sign, or any.
    #[arg(long, value_name = "NANS", default_value = "code", value_parser = nan_match)]
    compare_nan: NanMatch,
    /// Which zeros are considered equal: those with the same sign, or any.
    #[arg(long, value_name = "ZEROS", default_value = "sign", value_parser = zero_sign)]
    compare_zero: ZeroSign,
    /// The flags to compare, if both sides report them: letters of vioux (v invalid, i division by zero, o overflow,
    /// u underflow, x inexact), or none.
    #[arg(long, value_name = "FLAGS", default_value = "vioux", value_parser = flags)]
    compare_flags: Flags,
    /// A file of waivers (docs/waivers.md): mismatches that it accepts are counted as waived, and the exit code is 0 if there are no others, no
    /// waiver has expired and none is stale.
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
}

/// Whether the signs of zeros are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct ZeroSign(bool);

impl ComparisonArgs {
    /// Which differences count.
    pub fn comparison(&self) -> Comparison {
        Comparison { nan: self.compare_nan, zero_sign: self.compare_zero.0, flags: self.compare_flags }
    }

    /// The waivers; none without a file.
    ///
    /// # Errors
    /// What is wrong with the file, and where.
    pub fn waivers(&self) -> anyhow::Result<WaiverList> {
        let Some(path) = &self.waivers else { return Ok(WaiverList::default()) };
        input::exists(path)?;
        Ok(waiver::read(path)?)
    }
}

fn nan_match(text: &str) -> anyhow::Result<NanMatch> {
    match text {
        "code" => Ok(NanMatch::Code),
        "sign" => Ok(NanMatch::Sign),
        "any" => Ok(NanMatch::Any),
        _ => Err(anyhow!("expected code, sign or any")),
    }
}

fn zero_sign(text: &str) -> anyhow::Result<ZeroSign> {
    match text {
        "sign" => Ok(ZeroSign(true)),
        "any" => Ok(ZeroSign(false)),
        _ => Err(anyhow!("expected sign or any")),
    }
}

fn flags(text: &str) -> anyhow::Result<Flags> {
    letters::parse(text).map_err(|error| anyhow!(error))
}
