//! What to look at in a quantization: said on standard error, in the JSON report and on the page.

use std::collections::HashSet;
use std::path::Path;

use halfulp::Saturation;
use halfulp_tensor::{Input, Kind, Rule, Target};

use super::arguments::{Args, Emit};
use super::report::{Row, dimensions, short};
use crate::columns::cell;

/// The key under which `quantize` describes itself in the head of a .safetensors file.
const OWN_METADATA: &str = "halfulp";
/// What the name of a tensor's scale ends in.
const SCALE: &str = "_scale";

/// All warnings of a quantization with these rows, a tensor and format each, and these totals, a format each.
pub fn all(args: &Args, input: &Input, targets: &[Target], rows: &[Row], total: &[Row]) -> Vec<String> {
    let lost = args.output.as_deref().and_then(|output| lost_scale(args, input.kind, output, rows));
    let overflows = targets.iter().zip(total).filter_map(|(target, total)| became_nan(args, target, total));
    lost.into_iter().chain(overflows).chain(scales_of_before(input)).chain(small_scales(rows)).collect()
}

/// The scale of codes in a .npy file: without it they have no values.
fn lost_scale(args: &Args, kind: Kind, output: &Path, rows: &[Row]) -> Option<String> {
    let is_lost = kind == Kind::Npy && args.emit == Emit::Codes && args.scale != Rule::None;
    let row = rows.first().filter(|_| is_lost)?;
    Some(format!(
        "the scale of {} for {} is {:.16e}, and {} has no place for it: keep it, each value is the scale times its code's value. \
         A .safetensors file has the scale beside the codes (--emit values writes the products)",
        cell(row.tensor.as_deref().unwrap_or_default()),
        row.format,
        row.scale?,
        output.display(),
    ))
}

/// Numbers that became NaN: a format without infinity has nothing else beyond its range, unless it saturates.
fn became_nan(args: &Args, target: &Target, total: &Row) -> Option<String> {
    let became = total.nan.checked_sub(total.nan_before).filter(|became| *became > 0)?;
    let values = target.coder.values().iter().copied().filter(|value| value.is_finite());
    let (least, largest) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
    let elements = if total.count == 1 { "element" } else { "elements" };
    let help = match (args.saturate.unwrap_or_default(), args.scale) {
        (Saturation::None, Rule::None) => {
            ": --saturate finite takes the ends of the range instead, --scale amax divides so that all fit"
        }
        (Saturation::None, _) => ": --saturate finite takes the ends of the range instead",
        _ => "",
    };
    Some(format!(
        "{became} of {} {elements} became NaN in {}, whose numbers are {} to {}{help}",
        total.count,
        total.format,
        short(least),
        short(largest)
    ))
}

/// Scales that an earlier run wrote, quantized as if they were weights.
fn scales_of_before(input: &Input) -> Option<String> {
    if !input.head.metadata.contains_key(OWN_METADATA) {
        return None;
    }
    let names: HashSet<&str> = input.head.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    let is_scale = |name: &str| name.strip_suffix(SCALE).is_some_and(|of| names.contains(of));
    let quantized = input.head.tensors.iter().filter(|tensor| tensor.element.is_some());
    let mut scales = quantized.filter(|tensor| is_scale(&tensor.name));
    let first = scales.next()?;
    let more = match scales.count() {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    Some(format!(
        "{} ({} {}){more}: a scale that an earlier `halfulp quantize` wrote, quantized here like a weight; --tensor names what is to \
         be quantized",
        cell(&first.name),
        cell(&first.dtype),
        dimensions(&first.shape),
    ))
}

/// Which scales a device that flushes subnormal numbers of binary32 would take for zero.
fn small_scales(rows: &[Row]) -> Option<String> {
    let is_small = |row: &&Row| row.scale.is_some_and(|scale| scale < f64::from(f32::MIN_POSITIVE));
    let mut small = rows.iter().filter(is_small);
    let Row { tensor, format, scale, .. } = small.next()?;
    let more = match small.count() {
        0 => String::new(),
        1 => ", and so is 1 more".into(),
        n => format!(", and so are {n} more"),
    };
    Some(format!(
        "the scale of {} for {format}, {:.3e}, is below binary32's normal range{more}: hardware that flushes subnormal numbers \
         takes it for 0. A format with binary32's exponents needs no scale: --scale none",
        cell(tensor.as_deref().unwrap_or_default()),
        scale.unwrap_or_default(),
    ))
}
