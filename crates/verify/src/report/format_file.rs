//! Format files for replays of formats without a name.

use halfulp::{Facts, Format, Nans, Overflow, Sign};

/// The path by which a format without a name is called: that of a file written by a [replay command](super::command), named after the facts.
#[must_use]
pub fn file_name(format: &Format) -> String {
    format!("./{}.toml", plain_name(format))
}

fn plain_name(format: &Format) -> String {
    let Facts { width, precision, bias, sign, nans, overflow, subnormals } = format.facts();
    let sign = match sign {
        Sign::SignMagnitude => "signed",
        Sign::Unsigned => "unsigned",
        Sign::TwosComplement => "fixed",
    };
    let nans = match nans {
        Nans::None => "none".to_string(),
        Nans::NegativeZero => "negative-zero".into(),
        Nans::Top(count) => count.to_string(),
    };
    let zero = if subnormals { "" } else { "-no-zero" };
    format!("{sign}{width}p{precision}b{bias}-nan-{nans}-{}{zero}", past(overflow))
}

fn past(overflow: Overflow) -> &'static str {
    match overflow {
        Overflow::Infinity => "infinity",
        Overflow::Nan => "nan",
        Overflow::Largest => "largest",
    }
}

/// The lines of the file that defines a format, under the name in [`file_name`].
#[must_use]
pub fn definition(format: &Format) -> Vec<String> {
    let Facts { width, precision, bias, sign, nans, overflow, subnormals } = format.facts();
    let sign = match sign {
        Sign::SignMagnitude => "sign-magnitude",
        Sign::Unsigned => "unsigned",
        Sign::TwosComplement => "twos-complement",
    };
    let nan = match nans {
        Nans::None => "\"none\"".to_string(),
        Nans::NegativeZero => "\"negative-zero\"".into(),
        Nans::Top(count) => count.to_string(),
    };
    vec![
        format!("name = \"{}\"", plain_name(format)),
        format!("width = {width}"),
        format!("precision = {precision}"),
        format!("bias = {bias}"),
        format!("sign = \"{sign}\""),
        format!("nan = {nan}"),
        format!("overflow = \"{}\"", past(overflow)),
        format!("subnormals = {subnormals}"),
    ]
}

#[cfg(test)]
mod tests {
    use halfulp::format::{catalog, file};

    use super::*;

    /// What is written is the format, for every kind of format that there is, and no two formats share a file.
    #[test]
    fn the_file_defines_the_format() {
        let odd = crate::suite::odd().into_iter().map(|named| named.format);
        let formats: Vec<Format> = catalog::builtin().iter().map(|entry| entry.format).chain(odd).collect();
        let mut names = std::collections::HashMap::new();
        for format in formats {
            let text = definition(&format).join("\n");
            let read = file::parse(&text, "x.toml").unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(read.format(), format, "{text}");
            assert_eq!(format!("./{}.toml", read.name), file_name(&format));
            let other = names.insert(read.name, format);
            assert!(other.is_none_or(|other| other == format), "{text}");
        }
    }
}
