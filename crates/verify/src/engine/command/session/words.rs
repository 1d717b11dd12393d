//! The binary form: words of fixed width, little-endian.
//!
//! A header of 20 bytes announces a task, whose text follows, or a batch of its cases. Each operand takes 1, 2, 4 or 8 bytes; under stochastic
//! rounding a noise word of 4 bytes follows. The device answers each batch with a header of 8 bytes, the number of the batch and of its cases, then
//! the results, each in 1, 2, 4 or 8 bytes and, unless the manifest says `flags none`, with a byte of flags.

use halfulp::{Op, Rounding, Saturation, Stochastic, Task};

/// Bytes of a header to the device.
pub const HEADER: usize = 20;

/// Bytes of a header from the device.
pub const ANSWER_HEADER: usize = 8;

/// What follows a header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The text of a task: as many bytes as the count says.
    Task = 1,
    /// As many cases as the count says.
    Cases = 2,
}

/// A header to the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    pub kind: Kind,
    /// The numbers of operation, rounding and saturation.
    pub codes: [u8; 3],
    /// Bytes of a case and of an answer.
    pub sizes: [u8; 2],
    /// The number of the task.
    pub task: u32,
    /// The number of the batch.
    pub batch: u32,
    pub count: u32,
}

impl Header {
    pub fn bytes(&self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[0] = self.kind as u8;
        bytes[1..4].copy_from_slice(&self.codes);
        bytes[4..6].copy_from_slice(&self.sizes);
        for (place, word) in [(8, self.task), (12, self.batch), (16, self.count)] {
            bytes[place..place + 4].copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// `None` for bytes of another kind.
    pub fn read(bytes: &[u8; HEADER]) -> Option<Header> {
        let kind = match bytes[0] {
            1 => Kind::Task,
            2 => Kind::Cases,
            _ => return None,
        };
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Some(Header {
            kind,
            codes: [bytes[1], bytes[2], bytes[3]],
            sizes: [bytes[4], bytes[5]],
            task: word(8),
            batch: word(12),
            count: word(16),
        })
    }
}

/// A header from the device.
pub fn answer_header(batch: u32, count: u32) -> [u8; ANSWER_HEADER] {
    let mut bytes = [0; ANSWER_HEADER];
    bytes[..4].copy_from_slice(&batch.to_le_bytes());
    bytes[4..].copy_from_slice(&count.to_le_bytes());
    bytes
}

/// The numbers of operation, rounding and saturation. An operation without a number of its own has 0: the task's text names it.
pub fn codes(task: &Task) -> [u8; 3] {
    let op = match task.op {
        Op::Add => 1,
        Op::Sub => 2,
        Op::Mul => 3,
        Op::Div => 4,
        Op::Sqrt => 5,
        Op::Fma => 6,
        Op::Convert => 7,
        _ => 0,
    };
    let rounding = match task.policy.rounding {
        Rounding::NearestEven => 0,
        Rounding::NearestAway => 1,
        Rounding::TowardZero => 2,
        Rounding::TowardPositive => 3,
        Rounding::TowardNegative => 4,
        Rounding::ToOdd => 5,
        Rounding::Stochastic { variant: Stochastic::A, .. } => 6,
        Rounding::Stochastic { variant: Stochastic::B, .. } => 7,
        Rounding::Stochastic { variant: Stochastic::C, .. } => 8,
    };
    let saturation = match task.policy.saturation {
        Saturation::None => 0,
        Saturation::Finite => 1,
        Saturation::Propagate => 2,
    };
    [op, rounding, saturation]
}

#[cfg(test)]
mod tests {
    use halfulp::Policy;
    use halfulp::format::catalog::lookup;

    use super::*;

    #[test]
    fn headers_have_their_bytes_in_place() {
        let header = Header {
            kind: Kind::Cases,
            codes: [3, 2, 1],
            sizes: [4, 5],
            task: 6,
            batch: 0x0102,
            count: 0x030405,
        };
        let bytes = header.bytes();
        assert_eq!(bytes, [2, 3, 2, 1, 4, 5, 0, 0, 6, 0, 0, 0, 2, 1, 0, 0, 5, 4, 3, 0]);
        assert_eq!(Header::read(&bytes), Some(header));
        assert_eq!(Header::read(&[b'h'; HEADER]), None);
        assert_eq!(answer_header(0x0102, 3), [2, 1, 0, 0, 3, 0, 0, 0]);
        let format = lookup("e2m1").unwrap();
        let fma = Task::within(Op::Fma, format);
        let fma = fma.with_policy(Policy::IEEE.rounding("sr-b:3".parse().unwrap()));
        let sub = Task::within(Op::Mul, format)
            .with_policy(Policy::IEEE.rounding(Rounding::ToOdd).saturation(Saturation::Finite));
        assert_eq!((codes(&fma), codes(&sub)), ([6, 7, 0], [3, 5, 1]));
    }
}
