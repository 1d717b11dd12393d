//! File types: those that are supported, and others by their first bytes.

/// The supported file types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// NumPy: a single array.
    Npy,
    /// Safetensors: named tensors.
    Safetensors,
}

impl Kind {
    /// The extension of file names.
    pub const fn extension(self) -> &'static str {
        match self {
            Kind::Npy => "npy",
            Kind::Safetensors => "safetensors",
        }
    }
}
/// The type of a file, and what to do with it, if its first bytes are those of another type of tensor file.
///
/// A .safetensors file begins with the length of its head: one below 2^32 is never taken for another kind.
pub fn foreign(first: [u8; 8]) -> Option<&'static str> {
    const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";
    let is_length = u64::from_le_bytes(first) <= u64::from(u32::MAX);
    match first {
        _ if first == HDF5 => {
            Some("an HDF5 file (.h5): read its arrays with h5py, and save them with numpy.save")
        }
        _ if is_length => None,
        [b'P', b'K', 3, 4, ..] => Some(
            "a zip archive, as PyTorch's .pt, .pth and .bin are and NumPy's .npz: \
             save its tensors with safetensors.torch.save_file, or an array with numpy.save",
        ),
        [0x80, 2..=5, ..] => Some(
            "a Python pickle, as PyTorch's older .pt and .bin are: save its tensors with safetensors.torch.save_file",
        ),
        [b'G', b'G', b'U', b'F', ..] => Some(
            "a GGUF file, whose tensors are quantized already: take the model that it was made from, saved as .safetensors",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::foreign;

    #[test]
    fn first_bytes_name_the_file() {
        for (first, word) in [
            (*b"PK\x03\x04\x00\x00\x08\x08", "PyTorch"),
            (*b"\x80\x02}q\x00(X\x0c", "pickle"),
            (*b"GGUF\x03\x00\x00\x00", "GGUF"),
            (*b"\x89HDF\r\n\x1a\n", "HDF5"),
        ] {
            assert!(foreign(first).is_some_and(|what| what.contains(word)), "{word}");
        }
    }

    /// Heads of 640 and of 0x04034b50 bytes begin like a pickle and like a zip archive.
    #[test]
    fn a_length_is_no_magic_number() {
        for length in [640u64, 0x0403_4b50, 0x4655_4747] {
            assert_eq!(foreign(length.to_le_bytes()), None);
        }
    }
}
