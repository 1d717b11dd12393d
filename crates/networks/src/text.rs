//! The text that character models learn: `data/README.md` says where it is from.

use std::sync::OnceLock;

/// Tokens that there are: the line break and printable ASCII.
pub const TOKENS: usize = 96;

const TEXT: &[u8] = include_bytes!("../data/topics.txt");

/// The tokens, split once and for ever: the last tenth is for testing.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// What is learnt.
    pub train: Vec<u8>,
    /// What is tested on.
    pub test: Vec<u8>,
}

/// The number of a character: 0 is the line break, `c - 31` printable ASCII; none of others.
#[must_use]
pub const fn token(c: u8) -> Option<u8> {
    match c {
        b'\n' => Some(0),
        b' '..=b'~' => Some(c - 31),
        _ => None,
    }
}

impl Text {
    /// The text.
    #[must_use]
    pub fn get() -> &'static Text {
        static SPLIT: OnceLock<Text> = OnceLock::new();
        SPLIT.get_or_init(|| {
            let mut train: Vec<u8> = TEXT.iter().filter_map(|&c| token(c)).collect();
            let test = train.split_off(train.len() / 10 * 9);
            Text { train, test }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_whole() {
        let text = Text::get();
        assert_eq!(text.train.len() + text.test.len(), TEXT.len());
        assert_eq!((TEXT.len(), text.test.len()), (199_767, 19_983));
        assert!(text.train.iter().chain(&text.test).all(|&t| usize::from(t) < TOKENS));
        let start: Vec<u8> = b"The \"assert\" statement\n***".iter().filter_map(|&c| token(c)).collect();
        assert_eq!(text.train[..start.len()], start);
        assert_eq!((token(b'\t'), token(0x80)), (None, None));
    }
}
