//! Where operations on a tensor round.

use halfulp_tensor::Element;

use super::kept::narrow;
use super::method::Within;

/// Where operations on a tensor round.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Rounds {
    /// As PyTorch does: binary32 within a kernel, the tensor's type between kernels. For binary32 and binary64 tensors that is their own arithmetic.
    Kernels,
    /// The same, where roots of binary32 and binary64 are right to an ulp only: Intel's MKL, by which PyTorch takes them on a CPU.
    #[default]
    Roots,
    /// binary32 throughout; only what is kept is rounded to the tensor's type.
    Stored,
    /// Every operation is rounded to the tensor's type.
    Every,
    /// binary64 throughout; only what is kept is rounded.
    Wide,
}

/// All, by the names that arguments have.
pub const ROUNDS: [(&str, Rounds); 5] = [
    ("kernels", Rounds::Kernels),
    ("roots", Rounds::Roots),
    ("f32", Rounds::Stored),
    ("every", Rounds::Every),
    ("f64", Rounds::Wide),
];

impl std::str::FromStr for Rounds {
    type Err = String;

    fn from_str(text: &str) -> Result<Rounds, String> {
        let known = ROUNDS.iter().find(|(name, _)| *name == text);
        known.map(|(_, rounds)| *rounds).ok_or_else(|| {
            let names: Vec<&str> = ROUNDS.iter().map(|(name, _)| *name).collect();
            format!("expected one of {}", names.join(", "))
        })
    }
}

impl Rounds {
    /// Whether the arithmetic on weights of a type is another one than those before it; not where it is the same as another one's.
    pub const fn differs(self, weights: Element, roots: bool) -> bool {
        match weights {
            Element::F64 => matches!(self, Rounds::Kernels) || (roots && matches!(self, Rounds::Roots)),
            Element::F32 => {
                matches!(self, Rounds::Kernels | Rounds::Wide) || (roots && matches!(self, Rounds::Roots))
            }
            Element::F16 | Element::Bf16 => !matches!(self, Rounds::Roots),
        }
    }

    /// The arithmetic on weights of a type.
    pub fn within(self, weights: Element) -> Within {
        let is_narrow = matches!(weights, Element::F16 | Element::Bf16);
        match self {
            Rounds::Roots if weights == Element::F64 => Within::Roots64(None),
            Rounds::Roots if weights == Element::F32 => Within::Roots32(None),
            _ if weights == Element::F64 => Within::F64,
            Rounds::Wide => Within::F64,
            Rounds::Kernels | Rounds::Roots if is_narrow => Within::Kernels(narrow(weights)),
            Rounds::Every if is_narrow => Within::Every(narrow(weights)),
            Rounds::Kernels | Rounds::Roots | Rounds::Stored | Rounds::Every => Within::F32,
        }
    }
}
