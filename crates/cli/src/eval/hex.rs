//! Hexadecimal digits, eight at a time: the bytes of one `u64`, the first digit in its highest byte.

/// One in each byte.
const EACH: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte.
const HIGH: u64 = 0x80 * EACH;

/// The number that the first `digits` bytes write, 1 to 16; none if one of them is no hexadecimal digit, or if `text`
/// has not eight bytes more than the digits before its last eight.
#[inline(always)]
pub fn read(text: &[u8], digits: usize) -> Option<u64> {
    match digits.checked_sub(8) {
        None | Some(0) => eight(text, digits),
        Some(upper) => Some(eight(text, upper)? << 32 | eight(text.get(upper..)?, 8)?),
    }
}

/// The number that the first `digits` bytes write, 1 to 8.
#[inline(always)]
fn eight(text: &[u8], digits: usize) -> Option<u64> {
    let bits = 8 * digits as u32;
    let bytes = u64::from_be_bytes(*text.first_chunk()?);
    // Zeros before the digits.
    let x = bytes >> (64 - bits) | (b'0' as u64 * EACH).unbounded_shl(bits);
    let small = x | (0x20 * EACH);
    let digit = at_least(x, b'0') & !at_least(x, b'9' + 1);
    let letter = at_least(small, b'a') & !at_least(small, b'f' + 1);
    if (digit | letter) & !x & HIGH != HIGH {
        return None;
    }
    let x = (x & (0x0F * EACH)) + 9 * (x >> 6 & EACH);
    let x = (x | x >> 4) & 0x00FF_00FF_00FF_00FF;
    let x = (x | x >> 8) & 0x0000_FFFF_0000_FFFF;
    Some((x | x >> 16) & 0xFFFF_FFFF)
}

/// In the highest bit of each byte, whether the byte is at least `low`, for bytes under 128.
#[inline(always)]
const fn at_least(x: u64, low: u8) -> u64 {
    (x & !HIGH) + (0x80 - low as u64) * EACH
}

/// Writes the low `digits` digits of a word, 1 to 16, at the start of `line`, and blanks up to eight bytes.
///
/// # Panics
/// If `line` is shorter than the digits or than eight bytes.
#[inline(always)]
pub fn write(line: &mut [u8], word: u64, digits: usize) {
    match digits.checked_sub(8) {
        None | Some(0) => line[..8].copy_from_slice(&digits_of(word as u32, digits).to_be_bytes()),
        Some(upper) => {
            line[..8].copy_from_slice(&digits_of((word >> 32) as u32, upper).to_be_bytes());
            line[upper..upper + 8].copy_from_slice(&digits_of(word as u32, 8).to_be_bytes());
        }
    }
}

/// The low digits of a word, 1 to 8, and blanks after them.
#[inline(always)]
fn digits_of(word: u32, digits: usize) -> u64 {
    let x = word as u64;
    let x = (x | x << 16) & 0x0000_FFFF_0000_FFFF;
    let x = (x | x << 8) & 0x00FF_00FF_00FF_00FF;
    let x = (x | x << 4) & (0x0F * EACH);
    let letter = (x + 6 * EACH) >> 4 & EACH;
    let text = x + b'0' as u64 * EACH + (b'A' - b'9' - 1) as u64 * letter;
    let bits = 8 * digits as u32;
    text << (64 - bits) | (b' ' as u64 * EACH).unbounded_shr(bits)
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn every_byte_at_every_place() {
        for digits in 1..=16 {
            for place in 0..digits {
                for byte in 0..=255u8 {
                    let mut text = *b"0123456789abCDEF  ......";
                    text[place] = byte;
                    let words = str::from_utf8(&text[..digits]).ok();
                    let want = words.filter(|_| byte != b'+').and_then(|w| u64::from_str_radix(w, 16).ok());
                    assert_eq!(read(&text, digits), want, "{byte:#x} at {place} of {digits}");
                }
            }
        }
        assert_eq!(read(b"0123456", 7), None);
        assert_eq!(read(b"0123456789abcde", 16), None);
    }

    #[test]
    fn what_is_written_is_read_and_no_more() {
        for digits in 1..=16 {
            for i in 0..1000 {
                let word = halfulp::noise::word(1, i) >> (64 - 4 * digits);
                let mut line = [b'-'; 24];
                write(&mut line, word, digits);
                assert_eq!(read(&line, digits), Some(word));
                let text = format!("{word:0digits$X}");
                assert_eq!(&line[..digits], text.as_bytes());
                assert!(line[digits..digits.max(8)].iter().all(|&byte| byte == b' '), "{text}");
                assert!(line[digits.max(8)..].iter().all(|&byte| byte == b'-'), "{text}");
            }
        }
    }
}
