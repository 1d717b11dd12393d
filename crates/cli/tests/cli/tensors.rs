//! Files of tensors for tests: where they are, and what is in them.
#![allow(dead_code)] // Each test program uses its part.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A file that another program wrote; `data/quantize/README.md` says which.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/quantize").join(name)
}

/// A new folder for a test.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

/// The names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A .safetensors file, read by the format's description alone.
pub struct Safetensors {
    head: Value,
    data: Vec<u8>,
}

impl Safetensors {
    pub fn read(path: &Path) -> Safetensors {
        let bytes = std::fs::read(path).expect("a file");
        let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
        assert_eq!(length % 8, 0, "data begin at a multiple of eight");
        let head = serde_json::from_slice(&bytes[8..8 + length]).expect("JSON");
        Safetensors { head, data: bytes[8 + length..].to_vec() }
    }

    pub fn names(&self) -> Vec<&str> {
        let names = self.head.as_object().expect("an object").keys();
        names.map(String::as_str).filter(|name| *name != "__metadata__").collect()
    }

    pub fn metadata(&self, key: &str) -> &str {
        self.head["__metadata__"][key].as_str().expect("a text")
    }

    pub fn dtype(&self, name: &str) -> &str {
        self.head[name]["dtype"].as_str().expect("a text")
    }

    pub fn shape(&self, name: &str) -> &Value {
        &self.head[name]["shape"]
    }

    pub fn bytes(&self, name: &str) -> &[u8] {
        let at = |i: usize| self.head[name]["data_offsets"][i].as_u64().expect("an offset") as usize;
        &self.data[at(0)..at(1)]
    }

    pub fn f32s(&self, name: &str) -> Vec<f32> {
        self.bytes(name).as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
    }

    pub fn f64s(&self, name: &str) -> Vec<f64> {
        self.bytes(name).as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect()
    }
}

/// A .npy file's head and its data.
pub fn npy(path: &Path) -> (String, Vec<u8>) {
    let bytes = std::fs::read(path).expect("a file");
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\0");
    let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!((10 + length) % 64, 0, "NumPy wants data at a multiple of 64");
    let head = String::from_utf8(bytes[10..10 + length].to_vec()).expect("a text");
    (head.trim_end().into(), bytes[10 + length..].to_vec())
}

/// Writes a .npy file of one dimension.
pub fn write_npy(path: &Path, dtype: &str, count: u64, data: &[u8]) {
    let mut head = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': ({count},), }}");
    let length = (10 + head.len() + 1).next_multiple_of(64) - 10;
    head.push_str(&" ".repeat(length - 1 - head.len()));
    let start =
        [&b"\x93NUMPY\x01\0"[..], &(length as u16).to_le_bytes(), head.as_bytes(), b"\n", data].concat();
    std::fs::write(path, start).expect("a file");
}

/// Writes a .npy file of so many binary32 zeros that takes no room on the disk.
pub fn zeros(path: &Path, count: u64) {
    write_npy(path, "<f4", count, &[]);
    let file = std::fs::OpenOptions::new().write(true).open(path).expect("a file");
    let head = file.metadata().expect("a file").len();
    file.set_len(head + 4 * count).expect("a sparse file");
}
