//! Streams as lines of protocol 2, which a device of it takes as they are.

use halfulp::Format;

use super::mixed::Stream;
use crate::engine::command::{case_of_line, push_line};

/// The most cases of a file.
const MOST: usize = 1 << 24;

/// The lines of a stream, numbered from 0, and `flush` at the end.
///
/// ```
/// use halfulp::format::catalog::name_of;
/// use halfulp_verify::stream::{from_lines, to_lines};
///
/// let stream = from_lines("7 add e2m1,e2m1,e2m1 rtz none - 0 3 F", &|_| None)?;
/// let name = |format: &_| name_of(format).unwrap_or_default();
/// assert_eq!(to_lines(&stream, &name), "0 add e2m1,e2m1,e2m1 rtz none - 0 3 F\nflush\n");
/// # Ok::<(), String>(())
/// ```
#[must_use]
pub fn to_lines(stream: &Stream, name: &dyn Fn(&Format) -> String) -> String {
    let mut lines = Vec::new();
    for (number, (task, operands)) in (0..).zip(stream.tasks.iter().zip(&stream.operands)) {
        push_line(number, task, operands, name, &mut lines);
    }
    lines.extend(b"flush\n");
    String::from_utf8_lossy(&lines).into_owned()
}

/// Reads the lines of a stream: cases, whatever their numbers; `flush`, blank lines and comments are skipped. `format` finds formats that
/// the catalog does not know.
///
/// # Errors
/// A line that is not a case, with its number; or no cases, or too many.
pub fn from_lines(text: &str, format: &dyn Fn(&str) -> Option<Format>) -> Result<Stream, String> {
    let mut stream = Stream::default();
    let mut known = (String::new(), None);
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line == "flush" {
            continue;
        }
        let (_, task, operands) = case_of_line(line, &mut known, format).ok_or_else(|| {
            format!(
                "line {number} is not a case: expected NUMBER OP FORMATS ROUNDING SATURATION OPTIONS NOISE OPERAND..., as in \
                 `0 mul e4m3fn,e4m3fn,e4m3fn rne none - 0 3C 41`"
            )
        })?;
        if stream.len() == MOST {
            return Err(format!("there are more than {MOST} cases"));
        }
        stream.push(task, operands);
    }
    if stream.is_empty() { Err("there are no cases".into()) } else { Ok(stream) }
}
