//! The formats that were named, and how reports name formats: so that a replay command works as it stands.

use halfulp::Format;
use halfulp::format::catalog;
use halfulp_verify::report::file_name;
use halfulp_verify::suite::NamedFormat;

use super::Args;
use crate::format_arg::format_arg;

/// Formats that only a file defines, with the path as it was typed.
#[derive(Clone, Default)]
pub struct Names {
    files: Vec<(Format, String)>,
}

impl Names {
    /// Of all formats that the arguments name.
    pub fn of(args: &Args) -> anyhow::Result<Names> {
        let mut names = Names::default();
        for text in args.named_formats() {
            let format = format_arg(text)?.format;
            if catalog::name_of(&format).is_none() {
                names.files.push((format, text.clone()));
            }
        }
        Ok(names)
    }

    /// What `halfulp` takes for a format: its name, the path of the file it came from, or that of a file which a replay
    /// command writes.
    pub fn name(&self, format: &Format) -> String {
        let file = self.files.iter().find(|(known, _)| known == format);
        catalog::name_of(format)
            .or_else(|| file.map(|(_, path)| path.clone()))
            .unwrap_or_else(|| file_name(format))
    }

    /// The format that a text means, under its name in reports.
    pub fn format(&self, text: &str) -> anyhow::Result<NamedFormat> {
        let format = format_arg(text)?.format;
        let name = self.name(&format);
        Ok(NamedFormat { name, format })
    }
}
