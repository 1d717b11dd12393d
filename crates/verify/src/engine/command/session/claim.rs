//! What a line of a manifest claims: tasks.

use halfulp::format::catalog;
use halfulp::{Format, Op, Policy, Task};

use super::lines::{TaskText, options, policy_with};
use crate::engine::command::shown::quoted;

/// The tasks of one line of a manifest. `None` stands for every value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// The line, with single blanks.
    text: String,
    operations: Option<Vec<String>>,
    formats: Option<Vec<String>>,
    roundings: Option<Vec<String>>,
    saturations: Option<Vec<String>>,
    options: Option<String>,
}

impl Claim {
    /// Reads `OP,... FORMATS ROUNDING,... SATURATION,... [OPTIONS]`, with `*` for every value. Formats are those of the operands and of the
    /// result, or a single one for all of them; several lists are separated by semicolons.
    pub(super) fn parse(text: &str) -> Result<Claim, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [operations, formats, roundings, saturations, rest @ ..] = &words[..] else {
            return Err("expected operations, formats, roundings and saturations, each a list or *".into());
        };
        if rest.len() > 1 {
            return Err(
                "expected one word of options after the saturations, as in tininess=before,nan=zero".into()
            );
        }
        let list = |word: &str, separator: char| {
            (word != "*").then(|| word.split(separator).map(String::from).collect::<Vec<_>>())
        };
        for word in list(operations, ',').into_iter().flatten() {
            word.parse::<halfulp::Op>().map_err(|error| error.to_string())?;
        }
        for formats in list(formats, ';').iter().flatten() {
            check_formats(formats, list(operations, ',').as_deref())?;
        }
        for word in list(roundings, ',').into_iter().flatten() {
            let stochastic = word.starts_with("sr-") && word.ends_with(":*");
            if !stochastic {
                word.parse::<halfulp::Rounding>().map_err(|error| error.to_string())?;
            }
        }
        for word in list(saturations, ',').into_iter().flatten() {
            word.parse::<halfulp::Saturation>().map_err(|error| error.to_string())?;
        }
        let options = match rest.first().copied().unwrap_or("-") {
            "*" => None,
            // In the order in which a case has them.
            word => Some(options(&policy_with(Policy::IEEE, word).ok_or_else(|| unknown_options(word))?)),
        };
        Ok(Claim {
            text: words.join(" "),
            operations: list(operations, ','),
            formats: list(formats, ';'),
            roundings: list(roundings, ','),
            saturations: list(saturations, ','),
            options,
        })
    }

    /// The line that it was read from.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the task is one of them.
    pub(super) fn has(&self, task: &Task, text: &TaskText) -> bool {
        let one_of = |list: &Option<Vec<String>>, word: &str| {
            list.as_ref().is_none_or(|list| list.iter().any(|known| known == word))
        };
        let op = |list: &Vec<String>| list.iter().any(|name| name.parse() == Ok(task.op));
        let rounding = |list: &Vec<String>| {
            list.iter().any(|known| {
                *known == text.rounding
                    || known.strip_suffix('*').is_some_and(|start| text.rounding.starts_with(start))
            })
        };
        self.operations.as_ref().is_none_or(op)
            && self.formats.as_ref().is_none_or(|lists| lists.iter().any(|list| are(list, task, text)))
            && (task.op.is_query() || self.roundings.as_ref().is_none_or(rounding))
            && (task.op.is_query() || one_of(&self.saturations, &text.saturation))
            && self.options.as_ref().is_none_or(|options| *options == text.options)
    }
}

/// Whether a list of formats is that of a task.
fn are(list: &str, task: &Task, text: &TaskText) -> bool {
    let names: Vec<&str> = list.split(',').collect();
    let is = |name: &str, format: &Format, sent: &str| {
        name == sent || catalog::lookup(name).is_ok_and(|known| known == *format)
    };
    let formats =
        task.operands[..task.op.arity()].iter().chain((!task.op.is_query()).then_some(&task.result));
    let sent = text.formats.split(',');
    match names[..] {
        [one] => formats.zip(sent).all(|(format, sent)| is(one, format, sent)),
        _ => {
            names.len() == text.formats.split(',').count()
                && names.iter().zip(formats.zip(sent)).all(|(name, (format, sent))| is(name, format, sent))
        }
    }
}

/// Whether a list of formats can be that of one of the operations, or of some operation.
fn check_formats(list: &str, operations: Option<&[String]>) -> Result<(), String> {
    let names: Vec<&str> = list.split(',').collect();
    for name in &names {
        // The program may be told a format by a file, and knows it by that.
        if !name.to_ascii_lowercase().ends_with(".toml") {
            catalog::lookup(name).map_err(|error| error.to_string())?;
        }
    }
    let needs = |op: &Op| op.arity() + usize::from(!op.is_query());
    let known: Option<Vec<Op>> =
        operations.map(|list| list.iter().filter_map(|name| name.parse().ok()).collect());
    let fits = match &known {
        Some(known) => known.iter().any(|op| needs(op) == names.len()),
        None => names.len() <= 4,
    };
    if names.len() == 1 || fits {
        return Ok(());
    }
    let expected = match known.as_deref() {
        Some([op, ..]) => {
            let result = if op.is_query() { "" } else { " and of the result" };
            format!("or {} for {op}, those of the operands{result}", needs(op))
        }
        _ => "or at most 4".into(),
    };
    Err(format!("{list} are {} formats: expected one for all, {expected}", names.len()))
}

fn unknown_options(word: &str) -> String {
    format!(
        "{} are not options: expected -, *, or some of tininess=before, flush=operands, results or both, nan=least, zero or \
         negative-zero, standard=p3109-v4.0 or p3109-2026-07, with commas between them",
        quoted(word.as_bytes(), 60)
    )
}
