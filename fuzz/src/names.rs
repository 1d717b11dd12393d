//! What formats are called in a command: by name, or by the path of a file that has to be written first.

use halfulp::format::catalog::name_of;
use halfulp::{Format, Task};

use crate::file;

/// Names for the formats of a command.
pub struct Names {
    /// Those without a name.
    custom: Vec<Format>,
}

impl Names {
    /// Names for some formats.
    #[must_use]
    pub fn new(formats: &[Format]) -> Names {
        let mut custom = Vec::new();
        for format in formats {
            if name_of(format).is_none() && !custom.contains(format) {
                custom.push(*format);
            }
        }
        Names { custom }
    }

    /// Names for those of a task.
    #[must_use]
    pub fn of(task: &Task) -> Names {
        let [a, b, c] = task.operands;
        Names::new(&[&[a, b, c][..task.op.arity()], &[task.result]].concat())
    }

    /// The name of one of them.
    #[must_use]
    pub fn name(&self, format: &Format) -> String {
        match self.custom.iter().position(|custom| custom == format) {
            Some(index) => path(index),
            None => name_of(format).unwrap_or_default(),
        }
    }

    /// The files, each after its path.
    #[must_use]
    pub fn files(&self) -> String {
        let file = |(index, format)| {
            format!("\n{}:\n{}", path(index), file::of_format(&format!("fuzzed-{index}"), format))
        };
        self.custom.iter().enumerate().map(file).collect()
    }
}

fn path(index: usize) -> String {
    format!("./fuzzed-{index}.toml")
}
