//! The arguments of `halfulp quantize`.

use std::path::PathBuf;

use anyhow::anyhow;
use halfulp::{NanResult, Policy, Rounding, Saturation, Tininess};
use halfulp_tensor::{DEFAULT_HEAD_LIMIT, Rule};
use halfulp_verify::report::PolicyWords;

use super::order::Key;
use crate::{offered, profile_arg, threads};

/// What to quantize, to what, and what to write.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{MORE}\n\n{EXAMPLES}"))]
pub struct Args {
    /// A .safetensors or .npy file. Its tensors of f16, bf16, f32 and f64 are quantized; others are left unchanged.
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// The format, of at most 16 bits. If several are given, they are compared.
    #[arg(long, value_name = "FORMAT,...", value_delimiter = ',', required = true, value_parser = offered::format(), hide_possible_values = true)]
    pub to: Vec<String>,
    /// The scale by which each tensor is divided before rounding: none, amax, pow2, or a number above zero.
    #[arg(long, value_name = "SCALE", default_value = "none", allow_negative_numbers = true, value_parser = rule)]
    pub scale: Rule,
    /// The rounding: rne, rna, rtz, rup, rdn or odd; or stochastic rounding with N bits of noise, 1 to 32: sr-a:N, sr-b:N or sr-c:N [default:
    /// rne].
    #[arg(long, value_name = "ROUNDING", value_parser = offered::rounding(), hide_possible_values = true)]
    pub round: Option<Rounding>,
    /// The seed of the noise [default: 0].
    #[arg(long, value_name = "S", value_parser = threads::seed, allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// The saturation: none, finite or propagate [default: none].
    #[arg(long, value_name = "SATURATION")]
    pub saturate: Option<Saturation>,
    /// Convert as another implementation does: a profile's name (`halfulp profiles`) or file. --round and --saturate choose among its own.
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["tininess", "nan", "flush_results"], value_parser = profile_arg::offered(), hide_possible_values = true)]
    pub like: Option<String>,
    /// When tininess is detected: before or after rounding.
    #[arg(long, value_name = "WHEN", default_value_t)]
    pub tininess: Tininess,
    /// Replace tiny results by zero.
    #[arg(long)]
    pub flush_results: bool,
    /// The result for a NaN in a format without NaN: largest, least, zero or negative-zero.
    #[arg(long, value_name = "RESULT", default_value_t)]
    pub nan: NanResult,
    /// Write the quantized tensors to a file of the same type. The file is written completely or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What to write: the codes, or their values multiplied by the scale.
    #[arg(long, value_name = "WHAT", default_value = "codes", requires = "output")]
    pub emit: Emit,
    /// Write an SVG of the distribution of the values, the errors by magnitude, and the use of the codes.
    #[arg(long, value_name = "FILE.svg")]
    pub histogram: Option<PathBuf>,
    /// Write a self-contained HTML page with the formats, the tensors and the pictures of --histogram.
    #[arg(long, value_name = "FILE.html")]
    pub html: Option<PathBuf>,
    /// Quantize only tensors whose names match the pattern; others are copied. `*` matches any characters, `?` one character, {a,b} either alternative, [a-c] one of a set; \ escapes
    /// a character. May be repeated.
    #[arg(long, value_name = "GLOB")]
    pub tensor: Vec<String>,
    /// The order of the tensors in the report; if several formats are compared, by the first.
    #[arg(long, value_name = "KEY", default_value = "file")]
    pub sort: Key,
    /// Print one line per format instead of one per tensor and format.
    #[arg(long, conflicts_with = "json")]
    pub summary: bool,
    /// Write a CSV file with one row per tensor and format.
    #[arg(long, value_name = "FILE.csv")]
    pub csv: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// The largest file header, in bytes, that is read or written.
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_HEAD_LIMIT)]
    pub max_head: u64,
    /// The number of threads [default: one per core]. The results do not depend on it.
    #[arg(long, value_name = "N", value_parser = threads::threads, allow_negative_numbers = true)]
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

    /// The policy that the arguments describe, without a profile.
    pub fn policy(&self) -> Policy {
        Policy::IEEE
            .rounding(self.round.unwrap_or_default())
            .saturation(self.saturate.unwrap_or_default())
            .tininess(self.tininess)
            .flush_operands(false)
            .flush_results(self.flush_results)
            .nan(self.nan)
    }

    /// What was done, for the output's head.
    ///
    /// # Errors
    /// A rounding that is none.
    pub fn description(&self, format: &str, policy: Policy) -> anyhow::Result<String> {
        let emit = match self.emit {
            Emit::Codes => "codes",
            Emit::Values => "values",
        };
        let mut description = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "format": format,
            "emit": emit,
            "scale": self.scale.to_string(),
            "policy": PolicyWords::from(policy),
            "seed": self.seed(),
        });
        if let Some(like) = &self.like {
            description["like"] = like.as_str().into();
        }
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
Scale. Each element becomes round(x / scale), the exact quotient rounded once; its value is then scale * code. \
`amax` is the tensor's largest finite magnitude divided by the format's largest value, rounded up to 24 bits, so that \
no finite element overflows; `pow2` is the least power of two not less than that. If a tensor has no finite nonzero element, the \
scale is 1. A number is rounded to the nearest binary32 number.

With --like the exact quotient is rounded to nearest in the tensor's own type first, as a kernel divides, and then converted as the profile says, NaNs by their \
bits; an element to whose conversion the profile has no answer is an error. \
SATURATED counts what is out of range by the format and the profile's saturation.

Report. COUNT is the number of elements; SATURATED those out of range, whatever the result, including infinities that are not preserved; ZERO those that were \
nonzero and became zero; NAN those that are NaN before or after; INEXACT those that changed. ABS ERROR and REL ERROR are maxima over the \
elements that are finite before and after; SNR is 10 log10(sum x^2 / sum error^2) over the same elements, in binary64: \"inf\" without \
error, \"-\" (null in JSON) without a signal or if a sum exceeds binary64. CODES is the share of the format's finite codes that occur. The report does not \
depend on the number of threads: sums are computed over chunks of 65536 elements, in order. The totals over all tensors come first. With \
--summary each format has one line: shares of the elements, the overall SNR, the median and the minimum of the tensors' SNR, \
and the tensor with the minimum. The chart of errors has the mean of |error / x| over the elements of each binade of \
|x / scale|; an error above 100 %, and an element that becomes infinite or NaN, counts as 100 %.

Output. Codes have type U8 or U16, or F8_E4M3, F8_E5M2, BF16 and so on if the file type has exactly that format. With a \
scale, a .safetensors file also contains a tensor NAME_scale (one element; F32, or F64 for the whole file if F32 cannot represent one of its scales); the \
value is code times scale. Emitted values have the type of the input if that represents them all exactly, otherwise the next \
wider type that does (at most f64); a product beyond the range of f64 is clamped to the end of that range. Other tensors are copied. For stochastic rounding the quantized elements of a file are numbered consecutively in the order of their \
data, and an element uses the noise of (S, number).";

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
  halfulp quantize x.npy --to e2m1 --scale pow2 --histogram x.svg
  halfulp quantize x.npy --to e4m3fn --like torch -o y.npy";
