//! `halfulp eval` as it is run: lines in, lines out, messages, exit codes.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use halfulp::format::catalog::lookup;
use halfulp::{Op, Operands, Task, apply, noise};

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_halfulp"))
        .arg("eval")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What the program writes for an input: standard output, standard error, exit code.
fn eval(arguments: &str, input: &str) -> (String, String, i32) {
    let mut child = start(&arguments.split_whitespace().collect::<Vec<_>>());
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_string();
    // At a bad line it stops reading, so that not all of the input may find its way in.
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(out.stdout), text(out.stderr), out.status.code().unwrap())
}

fn answers(cases: &[(&str, &str, &str)]) {
    for &(arguments, input, want) in cases {
        let (out, err, code) = eval(arguments, input);
        assert_eq!((out.trim_end(), err.as_str(), code), (want, "", 0), "eval {arguments} <<< {input}");
    }
}

#[test]
fn testfloat_names() {
    answers(&[
        ("f16_add", "7BFF 7BFF", "7BFF 7BFF 7C00 05"),
        ("f16_add", "7C00 FC00", "7C00 FC00 7E00 10"),
        ("f16_mul", "0001 0001", "0001 0001 0000 03"),
        ("f16_div", "3C00 0000", "3C00 0000 7C00 08"),
        ("f16_sqrt", "BC00", "BC00 7E00 10"),
        ("f16_sqrt", "4000", "4000 3DA8 01"),
        ("f16_rem", "4500 4200", "4500 4200 BC00 00"),
        ("f16_mulAdd", "3C00 3C00 C000", "3C00 3C00 C000 BC00 00"),
        ("f16_roundToInt", "3E00", "3E00 4000 00"),
        ("f16_roundToInt_x", "3E00", "3E00 4000 01"),
        ("f16_roundToInt_rx_minMag", "3E00", "3E00 3C00 01"),
        ("f64_lt", "7FF8000000000000 3FF0000000000000", "7FF8000000000000 3FF0000000000000 0 10"),
        ("f64_lt_quiet", "7FF8000000000000 3FF0000000000000", "7FF8000000000000 3FF0000000000000 0 00"),
        ("f32_eq", "7FC00000 7FC00000", "7FC00000 7FC00000 0 00"),
        ("f32_eq", "7F800001 7FC00000", "7F800001 7FC00000 0 10"),
        ("f32_eq_signaling", "7FC00000 7FC00000", "7FC00000 7FC00000 0 10"),
        ("f32_le", "80000000 00000000", "80000000 00000000 1 00"),
        ("e4m3fn_add", "7E 7E", "7E 7E 7F 05"),
        ("bf16_mul", "3F80 4000", "3F80 4000 4000 00"),
        ("float8_e4m3fn_sub", "38 38", "38 38 00 00"),
    ]);
}

#[test]
fn testfloat_conversions() {
    answers(&[
        ("f32_to_f16", "33000000", "33000000 0000 03"),
        ("f32_to_f16", "33000001", "33000001 0001 03"),
        ("f32_to_e5m2", "3F900000", "3F900000 3C 01"),
        ("ui32_to_f16", "0000FFFF", "0000FFFF 7C00 05"),
        ("i32_to_f16", "FFFFFFFF", "FFFFFFFF BC00 00"),
        ("i64_to_f64", "8000000000000001", "8000000000000001 C3E0000000000000 01"),
        ("f16_to_i32", "3E00", "3E00 00000002 00"),
        ("f16_to_i32_rx_near_even", "3E00", "3E00 00000002 01"),
        ("f16_to_i32_r_minMag", "3E00", "3E00 00000001 00"),
        ("f16_to_i32_rx_near_maxMag", "4100", "4100 00000003 01"),
        ("f16_to_i32", "7C00", "7C00 7FFFFFFF 10"),
        ("f16_to_i32 --nan least", "7C00", "7C00 80000000 10"),
        ("f16_to_ui32_r_minMag", "B800", "B800 00000000 00"),
        ("f16_to_ui32_rx_minMag", "B800", "B800 00000000 01"),
        ("f16_to_ui64", "BC00", "BC00 FFFFFFFFFFFFFFFF 10"),
        ("f16_to_ui64 --saturate finite", "BC00", "BC00 0000000000000000 10"),
    ]);
}

#[test]
fn formats_and_policies_as_options() {
    let add = "add --format e4m3fn --round rne --saturate";
    answers(&[
        (&format!("{add} none"), "7E 7E", "7E 7E 7F 05"),
        (&format!("{add} finite"), "7E 7E", "7E 7E 7E 05"),
        (&format!("{add} SatPropagate"), "FE FE", "FE FE FE 05"),
        ("add --format e4m3fn --round rtz", "7E 7E", "7E 7E 7E 05"),
        (
            "fma --operands e4m3fn,e4m3fn,binary32 --result binary32",
            "38 38 3F800000",
            "38 38 3F800000 40000000 00",
        ),
        ("mul --operands e4m3fn,e5m2 --result binary16", "38 3C", "38 3C 3C00 00"),
        ("mul --format e4m3fn --result binary16", "38 38", "38 38 3C00 00"),
        ("convert --from binary64 --to e4m3fn", "3FD3333333333333", "3FD3333333333333 2A 01"),
        ("convert --from e2m1 --to e2m3", "7", "7 1C 00"),
        ("scaleb --format binary16", "3C00 FFFFFFFF", "3C00 FFFFFFFF 3800 00"),
        ("logb --operands binary16 --result i8", "4800", "4800 03 00"),
        ("class --format binary16", "FC00", "FC00 2 00"),
        ("total_order --operands e5m2,e5m2", "80 00", "80 00 1 00"),
        ("less_equal --format ue4m3", "01 02", "01 02 1 00"),
        ("add --format binary16 --flush-operands", "0001 0000", "0001 0000 0000 00"),
        ("add --format binary16 --flush-results", "0001 0001", "0001 0001 0000 03"),
        ("add --format binary16 --flush both", "0001 0001", "0001 0001 0000 00"),
        ("convert --from binary32 --to binary16", "387FF800", "387FF800 0400 01"),
        ("convert --from binary32 --to binary16 --tininess before", "387FF800", "387FF800 0400 03"),
        ("convert --from binary16 --to e2m1 --nan negative-zero", "7E00", "7E00 8 10"),
    ]);
}

#[test]
fn p3109s_operations_by_name_of_the_draft() {
    let (v4, july) = ("--standard p3109-v4.0", "--standard p3109-2026-07");
    let div = "div --format binary8p4se";
    answers(&[
        (div, "40 00", "40 00 7F 08"),
        (&format!("{div} {v4}"), "40 00", "40 00 80 00"),
        (&format!("{div} {july}"), "40 00", "40 00 80 00"),
        (&format!("copysign --format binary8p4se {v4}"), "40 80", "40 80 80 00"),
        (&format!("next_up --format binary8p4se {v4}"), "7F", "7F 80 00"),
        (&format!("total_order --format binary8p4se {v4}"), "80 00", "80 00 1 00"),
        (&format!("convert --from f32 --to binary8p4uf --round rtz {v4}"), "C0400000", "C0400000 00 00"),
        ("convert --from f32 --to binary8p4uf --round rtz", "C0400000", "C0400000 FF 10"),
        (&format!("convert --from f32 --to binary8p4sf {v4}"), "7F000000", "7F000000 7F 00"),
        (&format!("convert --from f32 --to binary8p4sf {july}"), "7F000000", "7F000000 80 00"),
    ]);
    let (_, err, code) = eval(&format!("{div} --standard p3109"), "");
    assert!(code == 2 && err.contains("ieee-754, p3109-v4.0 or p3109-2026-07"), "{err}");
}

#[test]
fn noise_is_one_more_column() {
    // 1 + 1/32 lies a quarter of the way to the next e4m3fn number: with 4 bits, 12 to 15 go up.
    let input = "3F840000 b\n3F840000 C\n3F840000 1c\n3F840000 0xFFFFFFFFFFFFFFFB\n";
    let want = "3F840000 B 38 01\n3F840000 C 39 01\n3F840000 C 39 01\n3F840000 B 38 01";
    answers(&[
        ("f32_to_e4m3fn --round sr-a:4", input, want),
        ("f32_to_e4m3fn --round sr-a:4", input, want),
        ("convert --from f32 --to e4m3fn --round StochasticA:4", input, want),
        ("add --format e4m3fn --round sr-b:12", "38 1 7FF", "38 01 7FF 38 01"),
    ]);
}

#[test]
fn blanks_prefixes_and_line_ends() {
    let want = "38 48 4A 00\n38 48 4A 00\n38 48 4A 00\n38 48 4A 00";
    answers(&[
        ("e4m3fn_add", "38 48\n 0x38\t0X48 \n38 48\r\n038 00000000000000000048", want),
        ("e4m3fn_add", "\n38 48\n\r\n  \n38 48\n38 48\n38 48\n\n", want),
        ("e4m3fn_add", "", ""),
        ("e4m3fn_add", "\n", ""),
    ]);
}

#[test]
fn bad_lines_are_named_and_the_good_ones_before_are_out() {
    let cases = [
        ("3g 48", "line 3, column 2: expected a hexadecimal digit, found 'g'"),
        ("38,48", "line 3, column 3: expected a hexadecimal digit, found ','"),
        ("38 \u{e9}", "line 3, column 4: expected a hexadecimal digit, found '\\xc3'"),
        ("38 148", "line 3, column 4: operand 2 of 2 has more than its 8 bits"),
        ("0x100000000000000038 48", "line 3, column 1: operand 1 of 2 has more than its 8 bits"),
        ("38", "line 3, column 3: expected operand 2 of 2, found the end of the line"),
        ("38 48 4A", "line 3, column 7: expected the end of the line after 2 words"),
        ("38 0x", "line 3, column 6: expected hexadecimal digits after 0x"),
        ("-38 48", "line 3, column 1: expected a hexadecimal digit, found '-'"),
    ];
    for (bad, message) in cases {
        for end in ["", "\n", "\n38 48\n"] {
            let (out, err, code) = eval("e4m3fn_add", &format!("38 48\n\n{bad}{end}"));
            assert_eq!((out.as_str(), code), ("38 48 4A 00\n", 2), "{bad}");
            assert_eq!(err.trim_end(), format!("halfulp: {message}"));
        }
    }
    let (out, err, code) = eval("f16_sqrt --round sr-a:8", "3C00 0\n4000");
    assert_eq!((out.as_str(), code), ("3C00 00 3C00 00\n", 2));
    assert!(err.contains("line 2, column 5: expected the noise word"), "{err}");
    let (out, err, code) = eval("f16_sqrt", &format!("3C00\n{}", " ".repeat(1 << 20)));
    assert_eq!((out.as_str(), code), ("3C00 3C00 00\n", 2));
    assert!(err.contains("line 2") && err.contains("expected the end of the line"), "{err}");
}

#[test]
fn bad_arguments_say_what_was_expected() {
    let cases = [
        ("foo", "no operation is called foo: expected a TestFloat name"),
        ("add", "add needs formats: FORMAT, --operands FORMAT,..."),
        ("f16_add --format e5m2", "f16_add says its formats itself"),
        ("f16_to_i32_r_minMag --round rne", "says its rounding itself"),
        ("add --format nonsense", "FORMAT: "),
        ("add --format fp4", "e2m1"),
        ("add --operands e5m2", "--operands: add takes 2 operands, 1 format was given"),
        ("add --operands e5m2,e4m3fn", "several formats need --result"),
        ("convert --from e5m2", "convert needs the format of the result: --to FORMAT"),
        ("add --format e5m2 --round up", "'--round <ROUNDING>': \"up\" is not a rounding: expected rne"),
        ("add e5m2 --round sr-a", "1 to 32, as in sr-a:8"),
        ("add e5m2 --round sr-a:33", "1 to 32 bits of noise after the colon"),
        ("add e5m2 --format e5m2", "cannot be used with"),
        ("add e4m3fn --operands e4m3fn,e5m2", "FORMAT and --operands: each says what the operands are"),
        ("add e4m3fn --operands e4m3fn,e5m2", "`halfulp eval add --operands FORMAT,... --result FORMAT`"),
        ("convert --operands e5m2 --from e5m2 --to e2m1", "--operands and --from: each says"),
        ("plus e4m3fn", "no operation is called plus: did you mean add? expected"),
        ("add --format e5m2 --saturate yes", "none, finite or propagate"),
        ("add --format i64", "more than 53 bits of precision"),
        ("next_up --format e5m2 --result e4m3fn", "works within one format"),
    ];
    for (arguments, message) in cases {
        let (out, err, code) = eval(arguments, "00 00\n");
        assert_eq!((out.as_str(), code), ("", 2), "{arguments}: {err}");
        assert!(err.contains(message), "{arguments}: {err}");
    }
}

#[test]
fn many_lines_stay_in_order_and_agree_with_the_library() {
    let format = lookup("binary32").unwrap();
    let task = Task::within(Op::Fma, format);
    let (mut input, mut want) = (String::new(), String::new());
    for i in 0..60_000 {
        let [a, b, c] = [0, 1, 2].map(|j| noise::word(j, i) >> 32);
        input.push_str(&format!("{a:x} {b:08X}  {c:X}\n"));
        let answer = apply(&task, Operands::new(a, b, c));
        want.push_str(&format!("{a:08X} {b:08X} {c:08X} {:08X} {:02X}\n", answer.code, answer.flags.bits()));
    }
    let (out, err, code) = eval("f32_mulAdd", &input);
    assert!(out == want);
    assert_eq!((err.as_str(), code), ("", 0));
}

#[test]
fn an_answer_comes_before_the_next_line() {
    let mut child = start(&["f16_sqrt"]);
    let mut stdin = child.stdin.take().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || stdout.lines().for_each(|line| drop(sender.send(line.unwrap()))));
    let wait = Duration::from_secs(20);
    stdin.write_all(b"4400\n").unwrap();
    assert_eq!(receiver.recv_timeout(wait).unwrap(), "4400 4000 00");
    stdin.write_all(b"3C00\n44").unwrap();
    assert_eq!(receiver.recv_timeout(wait).unwrap(), "3C00 3C00 00");
    stdin.write_all(b"00\n").unwrap();
    assert_eq!(receiver.recv_timeout(wait).unwrap(), "4400 4000 00");
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child = start(&["f16_sqrt"]);
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    drop(stdin.write_all("3C00\n".repeat(100_000).as_bytes()));
    drop(stdin);
    let out = child.wait_with_output().unwrap();
    assert_eq!(out.status.code(), Some(0));
    assert_eq!(String::from_utf8(out.stderr).unwrap(), "");
}

#[test]
fn eval_is_a_device_that_verify_finds_no_fault_with() {
    let program = env!("CARGO_BIN_EXE_halfulp");
    let device = format!(
        "cmd:{program} eval {{op}} --operands {{operands}} --result {{result}} --round {{round}} \
         --saturate {{saturate}} --tininess {{tininess}} --flush {{flush}} --nan {{nan}}"
    );
    let out = Command::new(program)
        .args([
            "verify",
            "e2m1",
            "--op",
            "add,fma,sqrt,convert,less,class,scaleb",
            "--saturate",
            "none,finite",
        ])
        .args(["--subject", &device, "--against", "scalar"])
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(0), "{text}");
    assert!(text.contains("all agree"), "{text}");
}
