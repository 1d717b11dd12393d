//! Numbers as people read them.

/// A number in four significant digits: `0.8231`, `1024`, `1.5e-7`; `inf`, `-inf` and `NaN` by name.
#[must_use]
pub fn short(x: f64) -> String {
    digits(x, 4)
}

/// A number in at most this many significant digits, without trailing zeros.
#[must_use]
pub fn digits(x: f64, significant: usize) -> String {
    if !x.is_finite() || x == 0.0 {
        return if x == 0.0 { "0".into() } else { x.to_string() };
    }
    let scientific = format!("{x:.*e}", significant.saturating_sub(1));
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if x.fract() == 0.0 && x.abs() < 1e7 {
        return x.to_string();
    }
    if (-4..6).contains(&exponent) {
        let after_point = significant as i32 - 1 - exponent;
        return trimmed(&format!("{x:.*}", after_point.max(0) as usize)).into();
    }
    format!("{}e{exponent}", trimmed(mantissa))
}

/// The same for a page: `1.5×10⁻⁷`, `∞`, `−2.5`.
#[must_use]
pub fn pretty(x: f64, significant: usize) -> String {
    if x.is_infinite() {
        return if x > 0.0 { "∞" } else { "−∞" }.into();
    }
    let text = digits(x, significant);
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let power = superscript(exponent.parse().unwrap_or(0));
            format!("{}×10{power}", mantissa.replace('-', "−"))
        }
        None => text.replace('-', "−"),
    }
}

/// A number in small raised digits.
pub(super) fn superscript(n: i32) -> String {
    let digit = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        c => c.to_digit(10).and_then(|d| char::from_u32(0x2070 + d)).unwrap_or(c),
    };
    n.to_string().chars().map(digit).collect()
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// A count with a comma between groups of three digits.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How often: `once`, `12 times`.
#[must_use]
pub fn times(count: u64) -> String {
    if count == 1 { "once".into() } else { format!("{} times", grouped(count)) }
}

/// A part of a whole in percent: `12.3 %`, and `none` of nothing.
#[must_use]
pub fn share(count: u64, out_of: u64) -> String {
    if out_of == 0 {
        return "none".into();
    }
    let percent = 100.0 * count as f64 / out_of as f64;
    match count {
        0 => "0 %".into(),
        _ if count == out_of => "100 %".into(),
        _ if percent < 0.1 => "< 0.1 %".into(),
        _ if percent > 99.9 => "> 99.9 %".into(),
        _ => format!("{percent:.1} %"),
    }
}

/// An interval: `0.1 to 1`; an open end is said so.
#[must_use]
pub fn interval([low, high]: [f64; 2]) -> String {
    let end = |x| digits(x, 6);
    match (low == f64::NEG_INFINITY, high == f64::INFINITY) {
        (true, true) => "anything".into(),
        (true, false) => format!("at most {}", end(high)),
        (false, true) => format!("at least {}", end(low)),
        (false, false) if low == high => end(low),
        (false, false) => format!("{} to {}", end(low), end(high)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (x, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.82314, "0.8231"),
            (1024.0, "1024"),
            (1.5e-7, "1.5e-7"),
            (123_456.7, "123457"),
            (0.001, "0.001"),
            (-2.5, "-2.5"),
            (1e300, "1e300"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "NaN"),
            (100.04, "100"),
        ] {
            assert_eq!(short(x), text);
        }
    }

    #[test]
    fn shares_do_not_round_to_all_or_nothing() {
        for (count, out_of, text) in [
            (0, 10, "0 %"),
            (1, 100_000, "< 0.1 %"),
            (99_999, 100_000, "> 99.9 %"),
            (10, 10, "100 %"),
            (1, 8, "12.5 %"),
            (0, 0, "none"),
        ] {
            assert_eq!(share(count, out_of), text);
        }
        assert_eq!(pretty(-1.5e-7, 4), "−1.5×10⁻⁷");
        assert_eq!(pretty(f64::INFINITY, 4), "∞");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(interval([0.1, f64::INFINITY]), "at least 0.1");
        assert_eq!(interval([0.0, 1.0]), "0 to 1");
    }
}
