//! What there is is shown: every format, every value.

use super::*;

/// Every format there is describes itself, and its first and last codes, whatever they are.
#[test]
fn every_format_is_shown() {
    let list = json("formats --json");
    let builtin = list["formats"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap().to_string());
    let odd = ["i2", "u2", "i64", "u64", "binary3p1se", "binary3p3ue", "binary16p1uf", "binary16p16ue"];
    for name in builtin.chain(odd.map(String::from)) {
        let d = json(&format!("show {name} --json"));
        for code in [&d["largest"]["code"], &d["least"]["code"], &d["smallest"]["code"], &d["canonical_nan"]]
        {
            if let Some(code) = code.as_str() {
                let shown = json(&format!("show {name} {code} --json"));
                assert_eq!(shown["code"], code, "{name}");
            }
        }
        let largest = d["largest"]["decimal"].as_str().unwrap();
        let back = json(&format!("show {name} {largest} --json"));
        assert_eq!(back["results"][0]["code"], d["largest"]["code"], "{name}");
    }
}

/// Tables without decimals: of binary16p1ue they have 541 MB.
#[test]
fn tables_in_hexadecimal_are_the_same_without_decimals() {
    for name in ["e4m3fn", "e8m0", "i4", "binary5p1ue"] {
        let (whole, hex) =
            (run(&format!("show {name} --all")).out, run(&format!("show {name} --all --hex")).out);
        let without = |line: &str| {
            let columns: Vec<&str> = line.split("  ").filter(|column| !column.trim().is_empty()).collect();
            columns[..4].iter().map(|column| column.trim().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(
            whole.lines().map(without).collect::<Vec<_>>(),
            hex.lines().map(without).collect::<Vec<_>>()
        );
        assert!(hex.lines().all(|line| line.trim_end() == line), "{hex}");
        assert!(!hex.contains("DECIMAL"), "{hex}");
        let (whole, hex) =
            (json(&format!("show {name} --all --json")), json(&format!("show {name} --all --hex --json")));
        for (whole, hex) in whole["codes"].as_array().unwrap().iter().zip(hex["codes"].as_array().unwrap()) {
            let mut whole = whole.clone();
            assert!(whole.as_object_mut().unwrap().remove("decimal").is_some());
            assert_eq!(&whole, hex);
        }
    }
    let wide = run("show binary16p1ue --all --hex");
    assert_eq!((wide.code, wide.out.lines().count()), (0, 65_537));
    assert!(wide.out.len() < 8_000_000, "{}", wide.out.len());
    assert!(told("show e4m3fn --hex").contains("--all"));
}

#[test]
fn show_every_value() {
    let text = shown("show e2m1 --all");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 17);
    assert_eq!(lines[1], "0x0   0 00 0  +zero           0x0p+0     0");
    assert_eq!(lines[2], "0x1   0 00 1  +subnormal      0x1p-1     0.5");
    assert_eq!(lines[16], "0xf   1 11 1  -normal         -0x1.8p+2  -6");
    let all = json("show binary16 --all --json");
    assert_eq!(all["codes"].as_array().unwrap().len(), 65536);
    assert_eq!(all["codes"][0x3c00]["decimal"], "1");
    // Columns stay aligned down to the last digit.
    for format in ["e4m3fn", "e5m2fnuz", "e8m0", "ue5m3", "mxint8", "bfloat16", "binary5p1se", "i8"] {
        let text = shown(&format!("show {format} --all"));
        let start = text.find("DECIMAL").unwrap();
        for line in text.lines() {
            assert_eq!(&line[start - 2..start], "  ", "{format}: {line}");
            assert_ne!(&line[start..=start], " ", "{format}: {line}");
        }
    }
}
