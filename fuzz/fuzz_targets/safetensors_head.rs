//! The reader of .safetensors heads takes what the format's own library takes, but no name twice, and finds the same tensors.
#![no_main]

use std::collections::HashSet;

use halfulp_fuzz::heads;
use halfulp_tensor::{Head, Kind};
use libfuzzer_sys::fuzz_target;
use safetensors::SafeTensors;
use safetensors::tensor::Metadata;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // The same as the text of a head, with a few bytes of data.
    for data in [0, 1, 4, 8, 24] {
        check(&[&(bytes.len() as u64).to_le_bytes()[..], bytes, &vec![0; data]].concat());
    }
});

fn check(file: &[u8]) {
    match (heads::read(file), SafeTensors::read_metadata(file)) {
        (Some((Kind::Safetensors, head)), Ok((_, metadata))) => same(file, &head, &metadata),
        (Some((Kind::Safetensors, _)), Err(error)) => panic!("the library finds it wrong: {error}"),
        // The library keeps one of several tensors of a name.
        (None, Ok(_)) => {
            assert!(heads::error(file).contains("twice") || heads::error(file).contains("duplicate"))
        }
        (Some((Kind::Npy, _)) | None, _) => {}
    }
}

fn same(file: &[u8], head: &Head, metadata: &Metadata) {
    let names: HashSet<&str> = head.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    assert_eq!((names.len(), metadata.tensors().len()), (head.tensors.len(), head.tensors.len()));
    let mut end = file.len() as u64 - metadata.data_len() as u64;
    for tensor in &head.tensors {
        let info = metadata.info(&tensor.name).expect("a tensor of the library's");
        assert_eq!(tensor.offset, end, "tensors stand side by side");
        end += tensor.bytes;
        assert_eq!(tensor.bytes, (info.data_offsets.1 - info.data_offsets.0) as u64);
        assert_eq!(tensor.shape, info.shape.iter().map(|n| *n as u64).collect::<Vec<_>>());
        assert_eq!(tensor.dtype, info.dtype.to_string());
        if let Some(element) = tensor.element {
            assert_eq!(tensor.count * element.size() as u64, tensor.bytes);
        }
    }
    assert_eq!(end, file.len() as u64);
}
