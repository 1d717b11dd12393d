//! The operations by kind, for help and for who mistypes one.

use halfulp::Op;

/// Lines of the list have at most so many characters: a narrow terminal has them as they are.
const WIDTH: usize = 60;
/// Titles are this wide.
const TITLE: usize = 13;

/// The kinds of operations, in the order of the list, each with what is to be known of its operands and results.
const KINDS: [(&str, &str); 8] = [
    ("arithmetic", ""),
    ("signs", ""),
    ("min and max", "of the _number ones, NaN beside a number gives the number"),
    ("predicates", "the result is 1 or 0"),
    ("integral", ""),
    (
        "exponents",
        "scaleb is a * 2^b: b is the code of an integer, i32 unless --operands says otherwise; logb is floor(log2 |a|)",
    ),
    (
        "class",
        "0 signalling NaN, 1 quiet NaN, 2 -inf, 3 negative normal, 4 negative subnormal, 5 -0, 6 +0, 7 positive subnormal, \
         8 positive normal, 9 +inf",
    ),
    ("conversions", ""),
];

/// What people call operations that have another name here.
const SYNONYMS: [(&str, Op); 14] = [
    ("plus", Op::Add),
    ("addition", Op::Add),
    ("sum", Op::Add),
    ("minus", Op::Sub),
    ("subtract", Op::Sub),
    ("times", Op::Mul),
    ("multiply", Op::Mul),
    ("multiplication", Op::Mul),
    ("divide", Op::Div),
    ("division", Op::Div),
    ("root", Op::Sqrt),
    ("mac", Op::Fma),
    ("cast", Op::Convert),
    ("quantize", Op::Convert),
];

/// The place of an operation's kind in [`KINDS`].
fn kind(op: Op) -> usize {
    match op {
        Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Sqrt | Op::Fma | Op::Remainder => 0,
        Op::Negate | Op::Abs | Op::CopySign => 1,
        Op::Compare(_) | Op::TotalOrder | Op::TotalOrderMagnitude => 3,
        Op::RoundToIntegral | Op::RoundToIntegralExact => 4,
        Op::NextUp | Op::NextDown | Op::ScaleB | Op::LogB => 5,
        Op::Class => 6,
        Op::Convert | Op::ConvertToInteger => 7,
        _ => 2,
    }
}

/// The list before the examples of a verb.
pub fn before(examples: &str) -> String {
    format!("{}\n\n{examples}", list())
}

/// All operations, a paragraph a kind.
fn list() -> String {
    let mut text = String::from("Operations:");
    for (place, (title, note)) in KINDS.iter().enumerate() {
        let names: Vec<&str> = Op::all().filter(|op| kind(*op) == place).map(Op::name).collect();
        let names = names.join(" ");
        let said = if note.is_empty() { names } else { format!("{names} ({note})") };
        text += &format!("\n{}", paragraph(title, &said));
    }
    text
}

/// Words beside a title, in lines that a narrow terminal has as they are; without a title from the left.
pub fn paragraph(title: &str, words: &str) -> String {
    let (mut lines, indent) = (Vec::new(), if title.is_empty() { 0 } else { TITLE + 2 });
    let mut line = if title.is_empty() { String::new() } else { format!("  {title:TITLE$}") };
    for word in words.split(' ') {
        if line.len() + word.len() >= WIDTH {
            lines.push(line.trim_end().to_string());
            line = " ".repeat(indent);
        }
        line += &format!("{word} ");
    }
    lines.push(line.trim_end().to_string());
    lines.join("\n")
}

/// A question for who typed what is not an operation, if something like it is one; empty otherwise.
pub fn did_you_mean(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    let synonym = SYNONYMS.iter().find(|(word, _)| *word == text).map(|(_, op)| op.name());
    let near = || nearest(&text, Op::all().map(Op::name));
    synonym.or_else(near).map(|name| format!("did you mean {name}? ")).unwrap_or_default()
}

/// The name that is the fewest edits away, if those are at most two and a third of the text.
pub fn nearest(text: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let limit = (text.chars().count() / 3).clamp(1, 2);
    let edits = |name: &'static str| (strsim::levenshtein(text, &name.to_ascii_lowercase()), name);
    let (edits, name) = names.map(edits).min()?;
    (edits <= limit).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_in_the_list_once() {
        let text = list();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        for op in Op::all() {
            let words = text.split(|c: char| c.is_whitespace() || c == '(');
            // Some names are words of the notes as well.
            assert!(words.filter(|word| *word == op.name()).count() >= 1, "{op} is not in {text}");
        }
        for kind in KINDS {
            assert!(text.contains(&format!("\n  {}", kind.0)), "{text}");
        }
    }

    #[test]
    fn what_is_like_an_operation_is_asked_for() {
        assert_eq!(did_you_mean("plus"), "did you mean add? ");
        assert_eq!(did_you_mean("Multiply"), "did you mean mul? ");
        assert_eq!(did_you_mean("sqr"), "did you mean sqrt? ");
        assert_eq!(did_you_mean("foo"), "");
    }
}
