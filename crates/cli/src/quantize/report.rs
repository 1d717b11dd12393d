//! What is said at the end: a row a tensor and format.

use std::io::{self, Write};

use serde::Serialize;

use halfulp_tensor::{Tally, Target, Tensor};
use halfulp_verify::report::PolicyWords;

use crate::columns::{self, Columns, cell};
use crate::document::{self, Head};

/// What quantizing a tensor to a format does.
#[derive(Serialize, Debug)]
pub struct Row {
    /// The tensor; `null` in the totals.
    pub tensor: Option<String>,
    /// The file's name of its elements' type.
    pub dtype: Option<String>,
    /// Its dimensions.
    pub shape: Option<Vec<u64>>,
    /// The format.
    pub format: String,
    /// The width of its codes.
    pub bits: u32,
    /// The scale.
    pub scale: Option<f64>,
    /// Elements.
    pub count: u64,
    /// Out of range.
    pub saturated: u64,
    /// Not zero before, zero after.
    pub zero: u64,
    /// NaN before or after.
    pub nan: u64,
    /// NaN before.
    pub nan_before: u64,
    /// Changed.
    pub inexact: u64,
    /// Largest absolute error.
    pub absolute_error: Number,
    /// Largest relative error.
    pub relative_error: Number,
    /// Signal-to-noise ratio; `"inf"` without an error, `null` where it has no meaning.
    pub snr_db: Option<Number>,
    /// How many of the format's finite codes occur.
    pub codes_used: u64,
    /// How many finite codes the format has.
    pub codes: u64,
}

/// A number that may be infinite, which JSON has not: then it is the text `inf`.
#[derive(Clone, Copy, Debug)]
pub struct Number(f64);

impl Number {
    /// The number itself.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() { serializer.serialize_f64(self.0) } else { serializer.collect_str(&self.0) }
    }
}

impl Row {
    /// Of a tally; of all tensors together without a tensor.
    pub fn new(of: Option<(&Tensor, f64)>, target: &Target, tally: &Tally) -> Row {
        let values = target.coder.values();
        let finite = |value: &&f64| value.is_finite();
        Row {
            tensor: of.map(|(tensor, _)| tensor.name.clone()),
            dtype: of.map(|(tensor, _)| tensor.dtype.clone()),
            shape: of.map(|(tensor, _)| tensor.shape.clone()),
            format: target.name.clone(),
            bits: target.coder.format().width(),
            scale: of.map(|(_, scale)| scale),
            count: tally.count,
            saturated: tally.saturated,
            zero: tally.flushed,
            nan: tally.nan,
            nan_before: tally.nan_before,
            inexact: tally.inexact,
            absolute_error: Number(tally.absolute),
            relative_error: Number(tally.relative),
            snr_db: tally.decibels().map(Number),
            codes_used: tally.codes_used,
            codes: values.iter().filter(finite).count() as u64,
        }
    }

    /// What rows are ordered by for their ratio of signal to noise. Those with an error and no ratio, whose squares binary64 does not
    /// hold, stand first, since they may be the worst; those without a signal stand last.
    pub fn noise_order(&self) -> f64 {
        match self.snr_db {
            Some(Number(ratio)) => ratio,
            None if self.absolute_error.0 > 0.0 => f64::NEG_INFINITY,
            None => f64::NAN,
        }
    }

    /// The share of the finite codes that occur.
    pub fn share_of_codes(&self) -> String {
        format!("{:.1} %", 100.0 * self.codes_used as f64 / self.codes as f64)
    }

    /// All of it, in the order of [`KEYS`]; numbers read back as they are.
    fn values(&self) -> [String; 17] {
        let text = |of: &Option<String>| of.clone().unwrap_or_default();
        [
            text(&self.tensor),
            text(&self.dtype),
            self.shape.as_ref().map(|shape| dimensions(shape)).unwrap_or_default(),
            self.format.clone(),
            self.bits.to_string(),
            self.scale.map(|scale| format!("{scale:e}")).unwrap_or_default(),
            self.count.to_string(),
            self.saturated.to_string(),
            self.zero.to_string(),
            self.nan.to_string(),
            self.nan_before.to_string(),
            self.inexact.to_string(),
            format!("{:e}", self.absolute_error.0),
            format!("{:e}", self.relative_error.0),
            self.snr_db.map(|Number(db)| db.to_string()).unwrap_or_default(),
            self.codes_used.to_string(),
            self.codes.to_string(),
        ]
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.tensor.clone().unwrap_or_else(|| "(all)".into()),
            self.format.clone(),
            self.dtype.clone().unwrap_or_default(),
            self.shape.as_ref().map(|shape| dimensions(shape)).unwrap_or_default(),
            self.scale.map(short).unwrap_or_default(),
            self.count.to_string(),
            self.saturated.to_string(),
            self.zero.to_string(),
            self.nan.to_string(),
            self.inexact.to_string(),
            short(self.absolute_error.0),
            short(self.relative_error.0),
            decibels(self),
            self.share_of_codes(),
        ]
    }
}

/// The keys of a row in CSV: those in JSON.
const KEYS: [&str; 17] = [
    "tensor",
    "dtype",
    "shape",
    "format",
    "bits",
    "scale",
    "count",
    "saturated",
    "zero",
    "nan",
    "nan_before",
    "inexact",
    "absolute_error",
    "relative_error",
    "snr_db",
    "codes_used",
    "codes",
];

const HEADING: [&str; 14] = [
    "TENSOR",
    "FORMAT",
    "DTYPE",
    "SHAPE",
    "SCALE",
    "COUNT",
    "SATURATED",
    "ZERO",
    "NAN",
    "INEXACT",
    "ABS ERROR",
    "REL ERROR",
    "SNR dB",
    "CODES",
];

/// The signal-to-noise ratio; `-` without a signal.
pub fn decibels(row: &Row) -> String {
    row.snr_db.map_or_else(|| "-".into(), |Number(db)| format!("{db:.2}"))
}

/// A share of all elements.
pub fn percent(part: u64, count: u64) -> String {
    format!("{:.3} %", 100.0 * part as f64 / count.max(1) as f64)
}

/// Dimensions as `2x3`; of a scalar, `-`.
pub fn dimensions(shape: &[u64]) -> String {
    if shape.is_empty() {
        return "-".into();
    }
    shape.iter().map(u64::to_string).collect::<Vec<_>>().join("x")
}

/// A number in few characters: exact where those of a small integer or fraction do, else four digits.
pub fn short(x: f64) -> String {
    let plain = x.to_string();
    if plain.len() <= 9 { plain } else { format!("{x:.3e}") }
}

/// A tensor that was not quantized.
#[derive(Serialize, Debug)]
pub struct Copied {
    /// Its name.
    pub tensor: String,
    /// The type of its elements.
    pub dtype: String,
    /// Its dimensions.
    pub shape: Vec<u64>,
}

/// The whole report.
#[derive(Serialize, Debug)]
pub struct Report {
    /// What its keys mean: `docs/schema/halfulp.quantize-1.json`.
    #[serde(flatten)]
    pub head: Head,
    /// The file.
    pub file: String,
    /// The file that was written.
    pub output: Option<String>,
    /// Rounding, saturation and the rest.
    pub policy: PolicyWords,
    /// The profile whose conversions were taken, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// How scales were found.
    pub scale: String,
    /// The seed of the noise.
    pub seed: u64,
    /// A row a tensor and format.
    pub tensors: Vec<Row>,
    /// A row a format, of all tensors together.
    pub total: Vec<Row>,
    /// The tensors that were not quantized.
    pub copied: Vec<Copied>,
    /// What to look at.
    pub warnings: Vec<String>,
}

impl Report {
    /// Writes it as JSON.
    pub fn json(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        document::write(out, self)
    }

    /// Writes a row a tensor and format as CSV, with the keys of the JSON.
    pub fn csv(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(KEYS)?;
        for row in &self.tensors {
            csv.write_record(row.values())?;
        }
        Ok(csv.flush()?)
    }

    /// Writes it as a table.
    pub fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Columns::new(&HEADING, &[4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
        // Totals first: tensors may be more than a screen.
        let several = self.tensors.len() > self.total.len();
        for row in self.total.iter().filter(|_| several).chain(&self.tensors) {
            table.push(row.cells());
        }
        table.write(out, columns::terminal_width())?;
        for Copied { tensor, dtype, shape } in &self.copied {
            let done = if self.output.is_some() { "copied as it is" } else { "not quantized" };
            let (tensor, shape) = (cell(tensor), cell(&dimensions(shape)));
            writeln!(out, "{tensor} ({dtype} {shape}): {done}")?;
        }
        Ok(())
    }
}
