//! Block-wise storage beside the libraries: bits that bitsandbytes and torchao computed on a CPU (`tools/blockwise_golden.py` wrote them).

use halfulp_lab::storage::blockwise::{Map, Scheme, codebook};

/// One case of a file: four lines after its head.
struct Case {
    name: String,
    map: Map,
    signed: bool,
    block: usize,
    values: Vec<f32>,
    codes: Vec<u8>,
    scales: Vec<f32>,
    back: Vec<f32>,
}

fn numbers(line: &str) -> Vec<f32> {
    line.split(' ').map(|word| f32::from_bits(u32::from_str_radix(word, 16).unwrap())).collect()
}

fn map(word: &str) -> Map {
    match word {
        "linear" => Map::Linear,
        "dynamic" => Map::Dynamic,
        other => panic!("no code book is called {other}"),
    }
}

fn cases(text: &str) -> Vec<Case> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let case = |lines: &[&str]| {
        let head: Vec<&str> = lines[0].split(' ').collect();
        Case {
            name: lines[0].into(),
            map: map(head[1]),
            signed: head[2] == "signed",
            block: head[3].parse().unwrap(),
            values: numbers(lines[1]),
            codes: lines[2].split(' ').map(|word| u8::from_str_radix(word, 16).unwrap()).collect(),
            scales: numbers(lines[3]),
            back: numbers(lines[4]),
        }
    };
    lines.chunks(5).map(case).collect()
}

/// Bits, where all NaNs are one.
fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|x| if x.is_nan() { f32::NAN.to_bits() } else { x.to_bits() }).collect()
}

fn agrees(preset: &str, text: &str) {
    let cases = cases(text);
    assert!(cases.len() >= 44, "{} cases", cases.len());
    for case in cases {
        let scheme = Scheme::preset(preset, case.map, case.signed, case.block).unwrap();
        let (mut codes, mut scales) = (vec![0; case.values.len()], vec![0.0; case.scales.len()]);
        scheme.quantize(&case.values, &mut codes, &mut scales).unwrap();
        assert_eq!(bits(&scales), bits(&case.scales), "{preset}, {}", case.name);
        for (at, (ours, theirs)) in codes.iter().zip(&case.codes).enumerate() {
            let x = case.values[at];
            assert_eq!(ours, theirs, "{preset}, {}: element {at}, {x:e} ({:08x})", case.name, x.to_bits());
        }
        let mut back = vec![0.0; case.values.len()];
        scheme.dequantize(&codes, &scales, &mut back).unwrap();
        assert_eq!(bits(&back), bits(&case.back), "{preset}, {}", case.name);
        let mut stored = case.values.clone();
        scheme.store(&mut stored);
        assert_eq!(bits(&stored), bits(&case.back), "{preset}, {}", case.name);
    }
}

#[test]
fn code_books_are_those_of_bitsandbytes_and_torchao() {
    let text = include_str!("../data/blockwise/codebooks.txt");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines.len(), 8);
    for book in lines.chunks(2) {
        let head: Vec<&str> = book[0].split(' ').collect();
        let ours = codebook::entries(map(head[1]), head[2] == "signed");
        assert_eq!(bits(ours), bits(&numbers(book[1])), "{}", book[0]);
    }
}

#[test]
fn bitsandbytes_on_a_cpu() {
    agrees("bitsandbytes-cpu", include_str!("../data/blockwise/bitsandbytes-cpu.txt"));
}

#[test]
fn bitsandbytes_in_pytorch() {
    agrees("bitsandbytes-torch", include_str!("../data/blockwise/bitsandbytes-torch.txt"));
}

#[test]
fn torchao() {
    agrees("torchao", include_str!("../data/blockwise/torchao.txt"));
}
