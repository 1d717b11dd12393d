//! The arguments of `halfulp quantize`.

use std::path::PathBuf;

use anyhow::anyhow;
use halfulp::{NanResult, Policy, Rounding, Saturation, Tininess};
use halfulp_tensor::{DEFAULT_HEAD_LIMIT, Rule};
use halfulp_verify::report::PolicyWords;

use super::order::Key;
use crate::offered::{self};

/// What to quantize, to what, and what to write.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{MORE}\n\n{EXAMPLES}"))]
pub struct Args {
    /// A .safetensors or .npy file. Its tensors of f16, bf16, f32 and f64 are quantized, the others are left as they are.
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// The format, of at most 16 bits. Several are compared.
    #[arg(long, value_name = "FORMAT,...", value_delimiter = ',', required = true, value_parser = offered::format(), hide_possible_values = true)]
    pub to: Vec<String>,
    /// What each tensor is divided by before it is rounded: none, amax, pow2, or a number above zero.
    #[arg(long, value_name = "SCALE", default_value = "none", allow_negative_numbers = true, value_parser = rule)]
    pub scale: Rule,
    /// rne, rna, rtz, rup, rdn or odd; or stochastic rounding with N bits of noise, 1 to 32: sr-a:N, sr-b:N or sr-c:N.
    #[arg(long, value_name = "ROUNDING", value_parser = offered::rounding(), default_value_t, hide_possible_values = true)]
    pub round: Rounding,
    /// The seed of the noise [default: 0].
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// What becomes of what is out of range: none, finite or propagate.
    #[arg(long, value_name = "SATURATION", default_value_t)]
    pub saturate: Saturation,
    /// When a result counts as tiny: before or after rounding.
    #[arg(long, value_name = "WHEN", default_value_t)]
    pub tininess: Tininess,
    /// Make tiny results zero.
    #[arg(long)]
    pub flush_results: bool,
    /// What a NaN becomes in a format without one: largest, least, zero or negative-zero.
    #[arg(long, value_name = "RESULT", default_value_t)]
    pub nan: NanResult,
    /// Write the quantized tensors to a file of the same kind. It appears there whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What to write: the format's codes, or the values that they stand for, times the scale.
    #[arg(long, value_name = "WHAT", default_value = "codes", requires = "output")]
    pub emit: Emit,
    /// Draw the distribution of the values and the use of the codes, as SVG.
    #[arg(long, value_name = "FILE.svg")]
    pub histogram: Option<PathBuf>,
    /// Write a page with the formats, the tensors and the histograms, that needs nothing else.
    #[arg(long, value_name = "FILE.html")]
    pub html: Option<PathBuf>,
    /// Quantize only tensors whose names match: `*` stands for any characters, `?` for one, {a,b} for either, [a-c] for one of these, and \ takes a character as it is. May be repeated; the
    /// others are copied.
    #[arg(long, value_name = "GLOB")]
    pub tensor: Vec<String>,
    /// Order the tensors in the report.
    #[arg(long, value_name = "KEY", default_value = "file")]
    pub sort: Key,
    /// Write a line a format instead of a line a tensor and format.
    #[arg(long, conflicts_with = "json")]
    pub summary: bool,
    /// Write a row a tensor and format to a file, as CSV.
    #[arg(long, value_name = "FILE.csv")]
    pub csv: Option<PathBuf>,
    /// Write the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// The longest head of a file, in bytes, that is taken for one, and that is written.
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_HEAD_LIMIT)]
    pub max_head: u64,
    /// How many threads [default: one a core]. The results do not depend on it.
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZero<usize>>,
}

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Emit {
    /// The codes.
    Codes,
    /// The values.
    Values,
}

impl From<Emit> for halfulp_tensor::Emit {
    fn from(emit: Emit) -> halfulp_tensor::Emit {
        match emit {
            Emit::Codes => halfulp_tensor::Emit::Codes,
            Emit::Values => halfulp_tensor::Emit::Values,
        }
    }
}

impl Args {
    /// The seed of the noise.
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or(0)
    }

    /// The policy that the arguments describe.
    pub fn policy(&self) -> Policy {
        Policy::IEEE
            .rounding(self.round)
            .saturation(self.saturate)
            .tininess(self.tininess)
            .flush_operands(false)
            .flush_results(self.flush_results)
            .nan(self.nan)
    }

    /// What was done, for the output's head.
    ///
    /// # Errors
    /// A rounding that is none.
    pub fn description(&self, format: &str) -> anyhow::Result<String> {
        let emit = match self.emit {
            Emit::Codes => "codes",
            Emit::Values => "values",
        };
        let description = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "format": format,
            "emit": emit,
            "scale": self.scale.to_string(),
            "policy": PolicyWords::from(self.policy()),
            "seed": self.seed(),
        });
        Ok(description.to_string())
    }
}

/// How scales are found.
fn rule(text: &str) -> anyhow::Result<Rule> {
    match text {
        "none" => return Ok(Rule::None),
        "amax" => return Ok(Rule::Amax),
        "pow2" => return Ok(Rule::PowerOfTwo),
        _ => {}
    }
    let number: f32 = text.parse().map_err(|_| anyhow!("expected none, amax, pow2 or a number"))?;
    if number.is_finite() && number >= f32::MIN_POSITIVE {
        Ok(Rule::Number(number))
    } else {
        Err(anyhow!(
            "a scale is a number above zero within binary32's normal range, {:e} to {:e}",
            f32::MIN_POSITIVE,
            f32::MAX
        ))
    }
}

const MORE: &str = "\
Scale. A tensor becomes round(x / scale), the exact quotient rounded once; scale * code is what an element is then \
worth. `amax` is the tensor's largest finite magnitude over the format's largest value, rounded up to 24 bits, so that \
nothing overflows; `pow2` is the least power of two not below that; where there is no finite value but zero the \
scale is 1. A number is taken as the nearest binary32 number.

Report. COUNT elements; SATURATED out of range, whatever they became, infinities too unless they stay; ZERO not zero \
before and zero after; NAN before or after; INEXACT changed at all. ABS ERROR and REL ERROR are the largest over the \
elements that are finite before and after, and SNR is 10 log10(sum x^2 / sum error^2) over them, in binary64: \"inf\" without \
an error, \"-\" (null in JSON) without a signal or where a sum is beyond binary64. CODES is the share of the format's finite codes that occur. None of it \
depends on the number of threads: sums are made over chunks of 65536 elements, in order. The line of all tensors comes first. With \
--summary each format has one line: shares of the elements, the SNR of all together, the median and the lowest of the tensors' SNR, \
and the tensor that has the lowest.

Output. Codes are U8 or U16, but F8_E4M3, F8_E5M2, BF16 and so on where the file's kind has exactly the format; with a \
scale, a .safetensors file gets it as a tensor NAME_scale (one element; F32, or F64 for all of a file if one of its scales is beyond F32), by which \
codes are multiplied to get values back. Values have the input's type if that holds them all exactly, else the next \
wider that does (f64 at last); a product beyond f64's range is the end of that range. Other tensors are copied. Stochastic rounding numbers the quantized elements of a file through, in the order of their \
data, and takes the noise of (S, number).";

const EXAMPLES: &str = "\
Examples:
  halfulp quantize model.safetensors --to e4m3fn,e5m2,bfloat16 \\
    --scale amax --summary --html model.html
  halfulp quantize model.safetensors --to e4m3fn --scale amax \\
    --tensor 'layer*' --sort snr --csv layers.csv
  halfulp quantize model.safetensors --to e4m3fn --scale amax \\
    --saturate finite -o out.safetensors
  halfulp quantize x.npy --to bfloat16 --round sr-a:16 --seed 7 \\
    --emit values -o y.npy
  halfulp quantize x.npy --to e2m1 --scale pow2 --histogram x.svg";
