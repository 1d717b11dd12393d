//! The wrappers of docs/devices.md are compiled and run: each around a unit that looks its answers up in vectors of this program, and around one
//! with a wrong answer. Where a tool is not there, the test says so.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::program::{run, verify};
use crate::tensors::folder;

/// The snippet of a language after a heading.
fn snippet(language: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/devices.md");
    let text = fs::read_to_string(path).expect("the document");
    let (_, section) = text.split_once("## Protocol 2").expect("a section on protocol 2");
    let snippet = section.split(&format!("```{language}\n")).nth(1).and_then(|rest| rest.split("```").next());
    snippet.unwrap_or_else(|| panic!("no snippet in {language}")).to_string()
}

/// Runs a tool; `false` if it is not there.
fn tool(folder: &TempDir, line: &[&str]) -> bool {
    let Ok(out) = Command::new(line[0]).args(&line[1..]).current_dir(folder.path()).output() else {
        eprintln!("{} is not here: not tried", line[0]);
        return false;
    };
    assert!(out.status.success(), "{line:?}: {}", String::from_utf8_lossy(&out.stderr));
    true
}

/// All products, in two forms; `wrong` spoils the answer to 3C times 41.
fn vectors(folder: &TempDir, wrong: bool) {
    let path = |name: &str| folder.path().join(name).display().to_string();
    for name in ["mul.bin", "mul.hex"] {
        assert_eq!(run(&format!("vectors mul e4m3fn --cases all -q -o {}", path(name))).code, 0);
    }
    if wrong {
        let hex = fs::read_to_string(path("mul.hex")).expect("vectors");
        fs::write(path("mul.hex"), hex.replace("3C_41_46_01", "3C_41_47_01")).expect("vectors");
        let mut bytes = fs::read(path("mul.bin")).expect("vectors");
        let row = bytes.chunks_exact_mut(4).find(|row| row[..2] == [0x3c, 0x41]).expect("a row");
        row[2] ^= 1;
        fs::write(path("mul.bin"), bytes).expect("vectors");
    }
}

/// Verifies a device whose unit is right, and one whose unit is not.
fn assert_verified(folder: &TempDir, device: &str) {
    let subject = format!("cmd2:sh -c 'cd {} && exec {device}'", folder.path().display());
    for wrong in [false, true] {
        vectors(folder, wrong);
        let (out, err, code) = verify(&["e4m3fn", "--quiet", "--subject", &subject]);
        assert_eq!(code, i32::from(wrong), "{device}: {err}{out}");
        assert!(!wrong || out.contains(": 1 mismatch, explained above"), "{device}: {out}");
        // Everything else is not claimed, and not run.
        assert!(out.contains("65,536 ") && out.contains("does not cover it"), "{device}: {out}");
    }
}

#[test]
fn the_wrapper_in_c_is_a_device() {
    let folder = folder();
    let unit = "#include <stdio.h>
unsigned multiply(unsigned a, unsigned b, unsigned *flags) {
    static unsigned char rows[65536][4];
    static int is_read;
    if (!is_read) {
        FILE *file = fopen(\"mul.bin\", \"rb\");
        is_read = file && fread(rows, 4, 65536, file) == 65536;
    }
    for (unsigned i = 0; i < 65536; i++) {
        unsigned at = ((a << 8 | b) + i) & 65535;
        if (rows[at][0] == a && rows[at][1] == b) {
            *flags = rows[at][3];
            return rows[at][2];
        }
    }
    return 0;
}
";
    fs::write(folder.path().join("unit.c"), unit).expect("a file");
    fs::write(folder.path().join("device.c"), snippet("c")).expect("a file");
    if tool(&folder, &["cc", "-O2", "-Wall", "-Werror", "-o", "device", "device.c", "unit.c"]) {
        assert_verified(&folder, "./device");
    }
}

#[test]
fn the_wrapper_in_python_is_a_device() {
    let folder = folder();
    let unit = "
def unit():
    data = open('mul.bin', 'rb').read()
    rows = {(data[i], data[i + 1]): (data[i + 2], data[i + 3]) for i in range(0, len(data), 4)}
    return lambda a, b: rows[a, b]

serve(unit())
";
    fs::write(folder.path().join("device.py"), snippet("python") + unit).expect("a file");
    if tool(&folder, &["python3", "-c", "pass"]) {
        assert_verified(&folder, "python3 device.py");
    }
}

#[test]
fn the_wrapper_in_systemverilog_is_a_device() {
    let folder = folder();
    let unit = "module unit(input [7:0] a, input [7:0] b, output [7:0] result, output [4:0] flags);
    reg [31:0] rows [0:65535];
    reg [15:0] answers [0:65535];
    integer i;
    initial begin
        $readmemh(\"mul.hex\", rows);
        for (i = 0; i < 65536; i = i + 1) answers[rows[i][31:16]] = rows[i][15:0];
    end
    assign result = answers[{a, b}][15:8];
    assign flags = answers[{a, b}][4:0];
endmodule
";
    fs::write(folder.path().join("unit.sv"), unit).expect("a file");
    fs::write(folder.path().join("device.sv"), snippet("systemverilog")).expect("a file");
    if tool(&folder, &["iverilog", "-g2012", "-o", "device", "device.sv", "unit.sv"]) {
        assert_verified(&folder, "vvp device");
        // A unit without its table answers with undefined digits, which are mismatches and no errors.
        let subject = format!("cmd2:sh -c 'cd {} && exec vvp device'", folder.path().display());
        let hex = fs::read_to_string(folder.path().join("mul.hex")).expect("vectors");
        fs::write(folder.path().join("mul.hex"), hex.replace("3C_41_47_01", "3C_41_xx_01")).expect("vectors");
        let (out, err, code) =
            verify(&["e4m3fn", "--op", "mul", "--cases", "given:3c,41", "--quiet", "--subject", &subject]);
        assert_eq!(code, 1, "{err}{out}");
        assert!(out.contains("undefined\n"), "{out}");
    }
}
