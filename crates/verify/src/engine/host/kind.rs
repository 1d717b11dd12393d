//! The formats that instructions work on.

use halfulp::{Facts, Nans, Overflow, Sign};

/// The formats that instructions work on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::engine) enum Kind {
    F16,
    Bf16,
    F32,
    F64,
    I32,
    I64,
}

const fn ieee(width: u32, precision: u32) -> Facts {
    Facts {
        width,
        precision,
        bias: (1 << (width - precision - 1)) - 1,
        sign: Sign::SignMagnitude,
        nans: Nans::Top((1 << (precision - 1)) - 1),
        overflow: Overflow::Infinity,
        subnormals: true,
    }
}

const fn integer(width: u32) -> Facts {
    let (precision, bias) = (width, 2 - width as i32);
    let (sign, nans, overflow) = (Sign::TwosComplement, Nans::None, Overflow::Largest);
    Facts { width, precision, bias, sign, nans, overflow, subnormals: true }
}

const KINDS: [(Facts, Kind); 6] = [
    (ieee(16, 11), Kind::F16),
    (ieee(16, 8), Kind::Bf16),
    (ieee(32, 24), Kind::F32),
    (ieee(64, 53), Kind::F64),
    (integer(32), Kind::I32),
    (integer(64), Kind::I64),
];

impl Kind {
    pub(in crate::engine) fn of(facts: &Facts) -> Option<Kind> {
        KINDS.iter().find(|(known, _)| known == facts).map(|&(_, kind)| kind)
    }

    pub(in crate::engine) const fn bits(self) -> u32 {
        match self {
            Kind::F16 | Kind::Bf16 => 16,
            Kind::F32 | Kind::I32 => 32,
            Kind::F64 | Kind::I64 => 64,
        }
    }

    /// All bits of a code.
    pub(in crate::engine) const fn mask(self) -> u64 {
        u64::MAX >> (64 - self.bits())
    }

    /// The largest and the least integer; of no meaning for the others.
    pub(in crate::engine) const fn ends(self) -> (u64, u64) {
        (self.mask() >> 1, 1 << (self.bits() - 1))
    }

    /// The code of a result, NaNs made canonical.
    pub(in crate::engine) const fn canonical(self, code: u64) -> u64 {
        let code = code & self.mask();
        let (infinity, quiet) = match self {
            Kind::F16 => (0x7c00, 0x0200),
            Kind::Bf16 => (0x7f80, 0x0040),
            Kind::F32 => (0x7f80_0000, 0x0040_0000),
            Kind::F64 => (0x7ff0_0000_0000_0000, 0x0008_0000_0000_0000),
            Kind::I32 | Kind::I64 => return code,
        };
        if code & (self.mask() >> 1) > infinity { infinity | quiet } else { code }
    }
}
