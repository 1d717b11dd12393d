//! The Python literal in the head of a .npy file, read once from front to back, however deep it is.

use halfulp::text::escaped;

/// What the literal of a head says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Literal {
    /// The type of the elements.
    pub descr: Descr,
    /// Whether the first index runs fastest.
    pub fortran_order: bool,
    /// The dimensions.
    pub shape: Vec<u64>,
}

/// The type of elements.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Descr {
    /// One of NumPy's by its name, such as `<f4`.
    Plain(String),
    /// A structure, as the file writes it.
    Structure(String),
}

/// Reads a literal.
///
/// # Errors
/// What is wrong, and at which byte.
pub fn read(text: &[u8]) -> Result<Literal, String> {
    let mut cursor = Cursor { text, at: 0 };
    let (mut descr, mut fortran_order, mut shape) = (None, None, None);
    cursor.expect(b'{')?;
    while !cursor.take(b'}') {
        let key = cursor.string()?;
        cursor.expect(b':')?;
        let is_new = match key.as_str() {
            "descr" => descr.replace(cursor.descr()?).is_none(),
            "fortran_order" => fortran_order.replace(cursor.boolean()?).is_none(),
            "shape" => shape.replace(cursor.shape()?).is_none(),
            _ => {
                return Err(format!("the key {} is none of descr, fortran_order, shape", brief(&key)));
            }
        };
        if !is_new {
            return Err(format!("the key {key} is there twice"));
        }
        if !cursor.take(b',') {
            cursor.expect(b'}')?;
            break;
        }
    }
    cursor.blanks();
    if cursor.at < text.len() {
        return Err(cursor.wrong("the end of the head"));
    }
    let missing = |key: &str| format!("the key {key} is missing");
    Ok(Literal {
        descr: descr.ok_or_else(|| missing("descr"))?,
        fortran_order: fortran_order.ok_or_else(|| missing("fortran_order"))?,
        shape: shape.ok_or_else(|| missing("shape"))?,
    })
}

/// Text of the file in an error.
fn brief(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        None => format!("'{}'", escaped(text)),
        Some((end, _)) => format!("'{}...'", escaped(&text[..end])),
    }
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn wrong(&self, expected: &str) -> String {
        let found = match self.text.get(self.at) {
            None => "its end".into(),
            Some(byte) => format!("'{}'", byte.escape_ascii()),
        };
        format!("expected {expected} at byte {} of the text, found {found}", self.at)
    }

    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Whether this byte comes next, after blanks; then it is behind.
    fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        let is_next = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.take(byte) { Ok(()) } else { Err(self.wrong(&format!("'{}'", char::from(byte)))) }
    }

    /// A string in either kind of quotes. Escapes stand for themselves: no name that means anything here has one.
    fn string(&mut self) -> Result<String, String> {
        self.blanks();
        let start = self.at + 1;
        self.skip_string()?;
        Ok(String::from_utf8_lossy(&self.text[start..self.at - 1]).into_owned())
    }

    fn skip_string(&mut self) -> Result<(), String> {
        let quote = match self.text.get(self.at) {
            Some(&quote @ (b'\'' | b'"')) => quote,
            _ => return Err(self.wrong("a string")),
        };
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            // A backslash takes the byte after it along.
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == quote {
                return Ok(());
            }
        }
        self.at = self.text.len();
        Err(self.wrong("the end of a string"))
    }

    fn descr(&mut self) -> Result<Descr, String> {
        self.blanks();
        if self.text.get(self.at) != Some(&b'[') {
            return self.string().map(Descr::Plain);
        }
        let start = self.at;
        let mut open = 0usize;
        loop {
            match self.text.get(self.at) {
                None => return Err(self.wrong("the end of a list")),
                Some(b'\'' | b'"') => {
                    self.skip_string()?;
                    continue;
                }
                Some(b'[' | b'(') => open += 1,
                Some(b']' | b')') => open -= 1,
                Some(_) => {}
            }
            self.at += 1;
            if open == 0 {
                let text = String::from_utf8_lossy(&self.text[start..self.at]);
                return Ok(Descr::Structure(brief(&text)));
            }
        }
    }

    fn boolean(&mut self) -> Result<bool, String> {
        self.blanks();
        for (word, value) in [(&b"True"[..], true), (b"False", false)] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.wrong("True or False"))
    }

    fn shape(&mut self) -> Result<Vec<u64>, String> {
        self.expect(b'(')?;
        let mut shape = Vec::new();
        while !self.take(b')') {
            shape.push(self.dimension()?);
            if !self.take(b',') {
                self.expect(b')')?;
                if shape.len() == 1 {
                    return Err(format!(
                        "the shape ({}) is a number and no tuple: it lacks a comma",
                        shape[0]
                    ));
                }
                break;
            }
        }
        Ok(shape)
    }

    fn dimension(&mut self) -> Result<u64, String> {
        self.blanks();
        let start = self.at;
        let mut value = Some(0u64);
        while let Some(digit) = self.text.get(self.at).filter(|byte| byte.is_ascii_digit()) {
            value = value.and_then(|value| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
            self.at += 1;
        }
        if self.at == start {
            return Err(self.wrong("a dimension"));
        }
        // Python 2 writes long numbers with it.
        self.at += usize::from(self.text.get(self.at) == Some(&b'L'));
        value.ok_or_else(|| format!("the dimension at byte {start} of the text is beyond 64 bits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Literal, String> {
        read(text.as_bytes())
    }

    #[test]
    fn heads_as_numpy_and_others_write_them() {
        let literal = |descr: &str, fortran_order, shape: &[u64]| {
            Ok(Literal { descr: Descr::Plain(descr.into()), fortran_order, shape: shape.into() })
        };
        for (text, want) in [
            (
                "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }  \n",
                literal("<f4", false, &[3, 4]),
            ),
            ("{\"shape\":(7,),\"fortran_order\":True,\"descr\":\"|V2\"}", literal("|V2", true, &[7])),
            ("{'descr':'>f8','fortran_order':False,'shape':()}", literal(">f8", false, &[])),
            ("{'descr':'<f2','fortran_order':False,'shape':(2L, 0L, )}", literal("<f2", false, &[2, 0])),
        ] {
            assert_eq!(of(text), want, "{text}");
        }
        let structure =
            of("{'descr': [('a', '<f4', (2, 3)), ('])', '<i8')], 'fortran_order': False, 'shape': (3,)}");
        let descr = structure.expect("a literal").descr;
        assert_eq!(descr, Descr::Structure("'[('a', '<f4', (2, 3)), ('])', '<i8')]'".into()));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let with = |key: &str, value: &str| {
            let mut pairs = [("descr", "'<f4'"), ("fortran_order", "False"), ("shape", "(1,)")];
            pairs.iter_mut().filter(|pair| pair.0 == key).for_each(|pair| pair.1 = value);
            let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("'{key}': {value}")).collect();
            format!("{{{}}}", pairs.join(", "))
        };
        for (text, words) in [
            (String::new(), "expected '{' at byte 0"),
            ("{".into(), "expected a string at byte 1 of the text, found its end"),
            ("{'descr'".into(), "expected ':'"),
            ("{'descr: 1}".into(), "the end of a string"),
            ("{'descr\\".into(), "the end of a string"),
            ("{'descr': '<f4'}".into(), "fortran_order is missing"),
            ("{'descr': '<f4', 'descr': '<f4'}".into(), "descr is there twice"),
            ("{'\u{1b}[31m': 1}".into(), r"'\u{1b}[31m' is none of"),
            (with("shape", "(-1,)"), "expected a dimension"),
            (with("shape", "(3)"), "lacks a comma"),
            (with("shape", "[3]"), "expected '('"),
            (with("shape", "(1, 18446744073709551616)"), "beyond 64 bits"),
            (with("fortran_order", "true"), "True or False"),
            (with("descr", "[('a',"), "the end of a list"),
            (with("descr", "4"), "expected a string"),
            (with("", "") + "x", "the end of the head"),
        ] {
            let error = of(&text).expect_err(&text);
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn nesting_costs_no_time_and_no_stack() {
        for open in ["[", "(", "{", "[(", "'", "{'shape':", "{'descr':["] {
            for head in ["", "{'shape':", "{'descr':", "{'descr':["] {
                assert!(of(&(head.to_string() + &open.repeat(1_000_000))).is_err(), "{head}{open}");
            }
        }
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert!(of(&format!("{{'descr':{deep},'fortran_order':False,'shape':(1,)}}")).is_ok());
    }
}
