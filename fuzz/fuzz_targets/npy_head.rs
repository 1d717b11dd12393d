//! The reader of .npy heads: any bytes are a head or an error of one line, and what is a head is the same head once it is written out.
#![no_main]

use halfulp_fuzz::heads::{self, Counted};
use halfulp_tensor::{Head, Kind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = heads::read(bytes);
    // The same as the text of a head, in each version, with as many zeros after it as an array of a few elements has.
    for version in [1u8, 2, 3] {
        for data in [0, 4, 8, 64] {
            let file = file(version, bytes, data);
            if let Some((Kind::Npy, head)) = heads::read(&file) {
                check(&file, &head);
            }
        }
    }
});

fn file(version: u8, text: &[u8], data: usize) -> Vec<u8> {
    let length = (text.len() as u32).to_le_bytes();
    let length = if version == 1 { &length[..2] } else { &length };
    // A text too long for version 1.0 is cut by its own length.
    [b"\x93NUMPY", &[version, 0][..], length, text, &vec![0; data]].concat()
}

fn check(file: &[u8], head: &Head) {
    let [tensor] = &head.tensors[..] else { panic!("{} tensors", head.tensors.len()) };
    let element = tensor.element.expect("arrays of other elements are errors");
    assert_eq!(tensor.shape.iter().product::<u64>(), tensor.count);
    assert_eq!(tensor.count * element.size() as u64, tensor.bytes);
    assert_eq!(tensor.offset + tensor.bytes, file.len() as u64);
    let dimensions: String = tensor.shape.iter().map(|n| format!("{n},")).collect();
    let order = if head.fortran_order { "True" } else { "False" };
    let text = format!("{{'shape':({dimensions}),'descr':'{}','fortran_order':{order}}}", tensor.dtype);
    let start = [b"\x93NUMPY\x02\0", &(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat();
    let length = start.len() as u64 + tensor.bytes;
    let (_, again) =
        heads::read_from(&mut Counted::new(&start), length).expect("what is written out is read");
    let same = |head: &Head| {
        (head.tensors[0].dtype.clone(), head.tensors[0].shape.clone(), head.fortran_order, head.big_endian)
    };
    assert_eq!(same(&again), same(head), "{text}");
}
