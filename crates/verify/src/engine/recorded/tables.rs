//! The recorded tables: `tables/*.txt`, and what the pairs of operands in `tables/ml_dtypes-pairs.z` give.

use std::collections::HashMap;
use std::sync::OnceLock;

use halfulp::format::catalog;
use halfulp::{Format, Op, Rounding, Saturation, Task, Tininess};

use super::pairs::Pairs;
use super::steps::Steps;

/// The files, in the order in which they are asked: first those that know exceptions.
const FILES: [(&str, &str); 4] = [
    ("softfloat", include_str!("../../../tables/softfloat.txt")),
    ("ml_dtypes", include_str!("../../../tables/ml_dtypes.txt")),
    ("onnx", include_str!("../../../tables/onnx.txt")),
    ("gfloat", include_str!("../../../tables/gfloat.txt")),
];

const PACKED: &[u8] = include_bytes!("../../../tables/ml_dtypes-pairs.z");

/// What one implementation answers to one task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// Who: the name of the file.
    pub peer: &'static str,
    /// Whether it is known to differ from this project's results, so that nothing is verified by it; tables/README.md says how.
    pub aside: bool,
    /// The operation.
    pub op: Op,
    /// The format of the operands.
    pub operand: Format,
    /// The format of the result.
    pub result: Format,
    /// The rounding; `None` where every result is exact.
    pub rounding: Option<Rounding>,
    /// The saturations.
    pub saturations: Vec<Saturation>,
    /// The tininesses under which the exceptions are known: none, one or both.
    pub tininesses: Vec<Tininess>,
    /// The answers.
    pub answers: Answers,
}

/// The answers of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answers {
    /// To one operand: the code, and above its bits the exceptions where they are known.
    Steps(Steps),
    /// To two.
    Pairs(Pairs),
}

/// All tables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tables {
    list: Vec<Table>,
    /// Which of them are of an operation on a format, in order.
    places: HashMap<(Op, Format), Vec<usize>>,
}

impl Tables {
    /// Those that the program was built with.
    ///
    /// # Errors
    /// A file has been changed by hand, or damaged.
    pub fn built_in() -> Result<&'static Tables, String> {
        static TABLES: OnceLock<Result<Tables, String>> = OnceLock::new();
        TABLES.get_or_init(|| Tables::read(&FILES, PACKED)).as_ref().map_err(Clone::clone)
    }

    /// Reads files, each by its peer's name and text, and the packed answers to pairs.
    fn read(files: &[(&'static str, &str)], packed: &[u8]) -> Result<Tables, String> {
        let damaged = |what: &str| format!("the recorded table {what} is damaged");
        let unpacked = miniz_oxide::inflate::decompress_to_vec_zlib(packed);
        let unpacked = unpacked.map_err(|_| damaged("ml_dtypes-pairs.z"))?;
        let mut rest = &unpacked[..];
        let mut list = Vec::new();
        for (peer, text) in files {
            let body = checked(text).ok_or_else(|| damaged(peer))?;
            read_file(peer, body, &mut rest, &mut list).ok_or_else(|| damaged(peer))?;
        }
        if !rest.is_empty() {
            return Err(damaged("ml_dtypes-pairs.z"));
        }
        let mut places: HashMap<_, Vec<usize>> = HashMap::new();
        for (place, table) in list.iter().enumerate() {
            places.entry((table.op, table.operand)).or_default().push(place);
        }
        Ok(Tables { list, places })
    }

    /// Every table, those aside too.
    #[cfg(test)]
    pub fn all(&self) -> &[Table] {
        &self.list
    }

    /// The first that answers a task.
    pub fn find(&self, task: &Task) -> Option<&Table> {
        let places = self.places.get(&(task.op, task.operands[0]))?;
        places.iter().map(|place| &self.list[*place]).find(|table| table.answers(task))
    }
}

impl Table {
    /// Whether it answers a task.
    pub fn answers(&self, task: &Task) -> bool {
        let operands = &task.operands[..task.op.arity()];
        !self.aside
            && self.op == task.op
            && self.result == task.result
            && operands.iter().all(|f| *f == self.operand)
            && self.rounding.is_none_or(|rounding| rounding == task.policy.rounding)
            && self.saturations.contains(&task.policy.saturation)
            // One that knows exceptions knows them under this tininess.
            && (self.tininesses.is_empty() || self.tininesses.contains(&task.policy.tininess))
    }
}

/// A file's text without its last line, which is the digest of the rest. `None` if it is not.
pub fn checked(text: &str) -> Option<&str> {
    let (body, last) = text.strip_suffix('\n')?.rsplit_once('\n')?;
    let body = text.get(..=body.len())?;
    let digest = last.strip_prefix("digest ")?;
    (digest == format!("{:016x}", fnv(body.as_bytes()))).then_some(body)
}

/// FNV-1a of 64 bits: against damage, not against malice.
pub fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
        (digest ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn read_file(peer: &'static str, text: &str, packed: &mut &[u8], list: &mut Vec<Table>) -> Option<()> {
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    while let Some(line) = lines.next() {
        let words: Vec<&str> = line.split(' ').collect();
        let aside = words[0] == "aside";
        let table = match words[usize::from(aside)..] {
            ["pairs", op, format, rounding, saturations, digest] => {
                let head = [op, format, format, rounding, saturations];
                table(peer, head, None, Answers::Pairs(read_pairs(format, digest, packed)?))?
            }
            [op, operand, result, rounding, saturations, ref rest @ ..] => {
                let head = [op, operand, result, rounding, saturations];
                let steps = Steps::read(lines.by_ref().take_while(|line| *line != "end"))?;
                table(peer, head, rest.first().copied(), Answers::Steps(steps))?
            }
            _ => return None,
        };
        list.push(Table { aside, ..table });
    }
    Some(())
}

fn read_pairs(format: &str, digest: &str, packed: &mut &[u8]) -> Option<Pairs> {
    let width = catalog::lookup(format).ok()?.width();
    let (own, others) = packed.split_at_checked(Pairs::count(width))?;
    *packed = others;
    let pairs = Pairs::unpack(width, own);
    (format!("{:016x}", fnv(pairs.bytes())) == digest).then_some(pairs)
}

fn table(
    peer: &'static str,
    [op, operand, result, rounding, saturations]: [&str; 5],
    tininess: Option<&str>,
    answers: Answers,
) -> Option<Table> {
    Some(Table {
        peer,
        aside: false,
        op: op.parse().ok()?,
        operand: catalog::lookup(operand).ok()?,
        result: catalog::lookup(result).ok()?,
        rounding: if rounding == "any" { None } else { Some(rounding.parse().ok()?) },
        saturations: saturations.split(',').map(|text| text.parse().ok()).collect::<Option<_>>()?,
        tininesses: match tininess {
            None => Vec::new(),
            Some("any") => vec![Tininess::After, Tininess::Before],
            Some(one) => vec![one.parse().ok()?],
        },
        answers,
    })
}

#[cfg(test)]
mod tests;
