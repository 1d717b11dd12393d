use super::*;

/// The published values of the offset basis and of "foobar" (draft-eastlake-fnv).
#[test]
fn the_digest_is_fnv_1a() {
    assert_eq!(fnv(b""), 0xcbf2_9ce4_8422_2325);
    assert_eq!(fnv(b"foobar"), 0x8594_4171_f739_67e8);
}

fn all_files() -> Vec<(&'static str, String)> {
    FILES.iter().map(|(peer, text)| (*peer, (*text).to_string())).collect()
}

fn read(files: &[(&'static str, String)], packed: &[u8]) -> Result<Tables, String> {
    let files: Vec<(&'static str, &str)> = files.iter().map(|(peer, text)| (*peer, &text[..])).collect();
    Tables::read(&files, packed)
}

#[test]
fn whole_tables_are_read() {
    assert_eq!(read(&all_files(), PACKED).as_ref(), Tables::built_in().as_deref());
    assert!(Tables::built_in().unwrap().all().len() > 100);
}

/// Every byte of a table, changed by one bit, and the table cut short in its last line.
#[test]
fn a_damaged_file_is_refused() {
    let mut files = all_files();
    let onnx = files.iter().position(|(peer, _)| *peer == "onnx").unwrap();
    let text = files[onnx].1.clone();
    let mut refused = |damaged: String| {
        files[onnx].1 = damaged;
        let only = &files[onnx..=onnx];
        assert_eq!(
            read(only, &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]),
            Err("the recorded table onnx is damaged".into())
        );
    };
    for index in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[index] ^= 1;
        refused(String::from_utf8(bytes).unwrap());
    }
    for cut in 1..25 {
        refused(text[..text.len() - cut].to_string());
    }
}

/// Bytes here and there of the packed answers, changed; some of them do not even unpack.
#[test]
fn damaged_pairs_are_refused() {
    let files = all_files();
    for index in (0..PACKED.len()).step_by(PACKED.len() / 8) {
        let mut packed = PACKED.to_vec();
        packed[index] ^= 1;
        assert!(read(&files, &packed).is_err(), "byte {index}");
    }
    assert!(read(&files, &PACKED[..PACKED.len() - 1]).is_err());
}
