//! The recorded traces, and changed ones.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// The folder of halfulp-lab, in which these are whichever package builds them.
pub fn package() -> PathBuf {
    let building = Path::new(env!("CARGO_MANIFEST_DIR"));
    if building.join("tests").is_dir() { building.into() } else { building.join("../lab") }
}

/// A trace of tests/data.
pub fn recorded(name: &str) -> PathBuf {
    package().join("tests/data/traces").join(format!("{name}.safetensors"))
}

/// A file of its own for a test.
pub fn own(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("traces");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

/// The head and the data of a trace.
pub fn parts(name: &str) -> (Value, Vec<u8>) {
    let bytes = std::fs::read(recorded(name)).expect("a file");
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    let head = serde_json::from_slice(&bytes[8..8 + length]).expect("a head");
    (head, bytes[8 + length..].to_vec())
}

/// A trace with this head and these data.
pub fn written(name: &str, head: &Value, data: &[u8]) -> PathBuf {
    let mut text = head.to_string().into_bytes();
    text.resize(text.len().next_multiple_of(8), b' ');
    let path = own(name);
    let bytes = [&(text.len() as u64).to_le_bytes()[..], &text, data].concat();
    std::fs::write(&path, bytes).expect("a file");
    path
}

/// A trace in which one number of a tensor, of so many bytes, has another code.
pub fn edited(name: &str, tensor: &str, place: usize, bytes: usize, change: impl Fn(u64) -> u64) -> PathBuf {
    let (head, mut data) = parts(name);
    let start = head[tensor]["data_offsets"][0].as_u64().expect("a tensor") as usize + place * bytes;
    let mut word = [0; 8];
    word[..bytes].copy_from_slice(&data[start..start + bytes]);
    let changed = change(u64::from_le_bytes(word)).to_le_bytes();
    data[start..start + bytes].copy_from_slice(&changed[..bytes]);
    let short = tensor.replace(['/', '.', ' '], "-");
    written(&format!("{name}-{short}-{place}.safetensors"), &head, &data)
}

/// Changes a text of the metadata that is JSON.
pub fn metadata(head: &mut Value, key: &str, change: impl Fn(&mut Value)) {
    let text = head["__metadata__"][key].as_str().expect("a text").to_string();
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    change(&mut value);
    head["__metadata__"][key] = json!(value.to_string());
}
