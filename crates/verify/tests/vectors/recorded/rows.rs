//! Rows that are wrong: what is said of them.

use super::*;

#[test]
fn doubled_rows_are_errors_that_name_the_line() {
    for form in Form::ALL {
        let whole = file(task(), form, CASES);
        let mut pieces = whole.pieces();
        let at = whole.first_row() + 17;
        pieces.insert(at + 1, pieces[at].clone());
        let line = at + 2;
        let error = judge(&whole.with(&pieces), None).err().unwrap_or_else(|| panic!("{form}"));
        let numbered = matches!(form, Form::Csv | Form::Jsonl);
        let why = if numbered {
            "case 17 has a row already, in line 19"
        } else {
            "they repeat those of the row before"
        };
        assert!(error.starts_with(&format!("file:{line}: ")) && error.contains(why), "{form}: {error}");
        // Instead of another one, so that the number of rows is right.
        pieces.remove(at + 2);
        let error = judge(&whole.with(&pieces), None).err().unwrap_or_else(|| panic!("{form}"));
        assert!(error.starts_with(&format!("file:{line}: ")), "{form}: {error}");
    }
}

#[allow(clippy::too_many_lines, reason = "a table")]
#[test]
fn rows_that_cannot_be_read_name_their_line_and_what_was_expected() {
    for (form, line, row, why) in [
        (Form::Testfloat, 2, "3C 42 4G 01\n", "the result is \"4G\", expected hexadecimal, at most ff"),
        (Form::Testfloat, 2, "3C 42 148 01\n", "the result is \"148\", expected hexadecimal, at most ff"),
        (Form::Testfloat, 2, "3C 4x 48 01\n", "b is \"4x\", expected hexadecimal, at most ff"),
        (Form::Testfloat, 2, "3C 42\n", "the line ends where the result is expected"),
        (Form::Testfloat, 2, "3C 42 48 20\n", "the flags are \"20\", expected hexadecimal, at most 1f"),
        (
            Form::Testfloat,
            2,
            "3C 42 48 01 00\n",
            "expected the end of the line after the flags, found \"00\"",
        ),
        (Form::Testfloat, 2, "x: 3C 42 48 01\n", "\"x\" is not a number of a case"),
        (
            Form::Testfloat,
            2,
            "7: 3C 42 48 01\n",
            "some rows have the number of their case and others have none",
        ),
        (Form::Readmemh, 0, "3C_42_48_011\n", "has 9 digits, expected one word of 8, or of 6 without flags"),
        (Form::Readmemh, 0, "@x\n", "\"@x\" is not an address"),
        (Form::Csv, 3, "1,0x3C,0x42\n", "the line ends where another field is expected"),
        (Form::Csv, 3, "one,0x3C,0x42,0x48,0x01\n", "\"one\" is not a number of a case"),
        (Form::Csv, 3, "1,0x3C,0x42,,0x01\n", "the result is \"\""),
        (Form::Jsonl, 3, "{\"case\":1}\n", "it is not a row (missing field `result`"),
        (
            Form::Jsonl,
            3,
            "{\"case\":1,\"operands\":[\"3c\"],\"result\":\"1\"}\n",
            "it has 1 operands and noise words, expected 2",
        ),
        (
            Form::Fptest,
            6,
            "e4m3fn:+ =0 +1.4P0 +1.2P1 -> +1.0P2 x\n",
            "it has \"e4m3fn:+\" where the formats and operation are \"e4m3fn:*\"",
        ),
        (
            Form::Fptest,
            6,
            "e4m3fn:* > +1.4P0 +1.2P1 -> +1.0P2 x\n",
            "it has \">\" where the rounding are \"=0\"",
        ),
        (
            Form::Fptest,
            6,
            "e4m3fn:* =0 +1.4P0 +1.9P1 -> +1.0P2 x\n",
            "b is \"+1.9P1\", expected a number of its format",
        ),
        (
            Form::Fptest,
            6,
            "e4m3fn:* =0 +1.4P0 +1.2P99 -> +1.0P2 x\n",
            "b is \"+1.2P99\", expected a number of its format",
        ),
        (Form::Fptest, 6, "e4m3fn:* =0 +1.4P0 +1.2P1 -> # x\n", "the result is \"#\""),
        (Form::Fptest, 6, "e4m3fn:* =0 +1.4P0 +1.2P1 -> +1.0P2 q\n", "\"q\" names no exceptions"),
    ] {
        let whole = file(task(), form, "given:3c,41 given:3c,42");
        let error =
            judge(&edited(&whole, 1, |_| row.into()), None).err().unwrap_or_else(|| panic!("{form} {row}"));
        let line = if line == 0 { whole.first_row() + 2 } else { line };
        assert!(
            error.starts_with(&format!("file: line {line}: ")) && error.contains(why),
            "{form} {row}: {error}"
        );
    }
    let raw = file(task(), Form::Raw, "given:3c,41 given:3c,42");
    let with = |bytes: &[u8]| {
        judge(&File { bytes: bytes.to_vec(), written: raw.written.clone() }, None).err().unwrap()
    };
    assert!(with(&raw.bytes[..7]).contains("record 2: it has 3 bytes, expected 4"));
    assert!(with(&[0x3c, 0x41, 0x46, 0x41]).contains("record 1: the flags are 41, expected at most 1f"));
    let csv = file(task(), Form::Csv, "given:3c,41");
    let error = judge(&File { bytes: b"case,a,result\n".to_vec(), ..csv }, None).err().unwrap();
    assert!(
        error.contains("line 1: the first line names the columns, and \"b\" is not among them"),
        "{error}"
    );
}

/// Half a result is not a result.
#[test]
fn a_last_row_that_is_cut_is_an_error() {
    let whole = file(task(), Form::Testfloat, "given:3c,41 given:3c,42");
    let with = |end: &str| {
        let bytes = [b"3C 41 46 01\n", end.as_bytes()].concat();
        judge(&File { bytes, written: whole.written.clone() }, None)
    };
    for cut in ["3C 42 4", "3C 42 0x4", "3C 42 48 0"] {
        let error = with(cut).err().unwrap_or_else(|| panic!("{cut}"));
        assert!(error.starts_with("file: line 2: incomplete row: is the file cut?"), "{cut}: {error}");
        // A line with an end is what the device wrote.
        assert_eq!(with(&format!("{cut}\n")).unwrap().0.cases, 2, "{cut}");
    }
    for right in ["3C 42 48", "3C 42 0x48 01", "3C 42 48 -"] {
        assert_eq!(with(right).unwrap().0.cases, 2, "{right}");
    }
    let error = judge(&whole, Some((b"46 01\n4", Form::Testfloat))).err().unwrap();
    assert!(error.starts_with("answers: line 2: incomplete row"), "{error}");
}
