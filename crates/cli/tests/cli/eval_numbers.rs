//! `halfulp eval` on numbers, with results alone, in pipes; and what it says of options that change nothing.

use std::io::Write as _;
use std::process::Stdio;

use crate::program::command;
use halfulp::format::catalog::lookup;
use halfulp::text::decimal;

/// What `eval` makes of an input: standard output, standard error, exit code.
fn eval(arguments: &str, input: &str) -> (String, String, i32) {
    let mut command = command(&format!("eval {arguments}"));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_string();
    // At a bad line it stops reading.
    let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let out = child.wait_with_output().expect("it ends");
    writer.join().expect("it wrote");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(out.stdout), text(out.stderr), out.status.code().expect("an exit code"))
}

#[test]
fn numbers_are_rounded_to_nearest_whatever_the_operation_does() {
    for (arguments, input, want) in [
        ("mul --format e4m3fn", "1.5 -0.3", "3C AA AF 00"),
        ("abs --format e4m3fn", "  -0x1.8p0\t", "BC 3C 00"),
        ("add --format e4m3fn", "inf 1e9", "7F 7F 7F 00"),
        ("add --format e5m2", "inf -1e-9", "7C 80 7C 00"),
        ("convert --from binary64 --to e4m3fn", "0.3", "3FD3333333333333 2A 01"),
        // 17 lies between 16 and 18, a tie: to even, though the operation rounds up. Both operands are 16.
        ("add --format e4m3fn --round rup --saturate finite", "17 17", "58 58 60 00"),
        ("fma --operands e4m3fn,e4m3fn,binary32 --result binary32", "1 1 1", "38 38 3F800000 40000000 00"),
        ("convert --from binary32 --to e4m3fn --round sr-a:8", "0.3 ff", "3E99999A FF 2A 01"),
        ("less --format e2m1", "-6 100", "F 7 1 00"),
        ("sqrt --format i8", "9", "09 03 00"),
    ] {
        let (out, err, code) = eval(&format!("{arguments} --decimal"), input);
        assert_eq!((out.trim_end(), err.as_str(), code), (want, "", 0), "eval {arguments} <<< {input}");
    }
}

/// Every number of a format is read as its code.
#[test]
fn every_number_of_a_format_is_its_code() {
    let format = lookup("e4m3fn").expect("a name");
    let numbers: Vec<u64> = (0..256).filter(|code| code & 0x7f != 0x7f).collect();
    let input: String = numbers.iter().map(|&code| decimal(&format, code) + "\n").collect();
    let want: String = numbers.iter().map(|code| format!("{code:02X} {code:02X} 00\n")).collect();
    let (out, ..) = eval("convert --from e4m3fn --to e4m3fn --decimal", &input);
    assert_eq!(out, want);
}

#[test]
fn what_is_no_number_is_named_with_its_place() {
    for (arguments, input, why) in [
        (
            "add --format e4m3fn",
            "1 2\n1 x2\n",
            "line 2, column 3: operand 2 of 2 is not a number: expected one such as -0.3",
        ),
        (
            "add --format e4m3fn",
            "1 2\n\n 1\n",
            "line 3, column 3: expected operand 2 of 2, found the end of the line",
        ),
        ("add --format e4m3fn", "1 2 3\n", "line 1, column 5: expected the end of the line after 2 words"),
        (
            "sqrt --format e4m3fn --round sr-a:8",
            "1 0xg0\n",
            "line 1, column 5: expected a hexadecimal digit, found 'g'",
        ),
        (
            "sqrt --format e4m3fn --round sr-a:8",
            "1 0x\n",
            "line 1, column 5: expected hexadecimal digits after 0x",
        ),
        (
            "sqrt --format e4m3fn --round sr-a:8",
            "1 11111111111111111\n",
            "line 1, column 3: the noise word has more than its 64 bits",
        ),
        ("sqrt --format e4m3fn", "\u{fffd}\n", "line 1, column 1: operand 1 of 1 is not a number"),
    ] {
        let (_, err, code) = eval(&format!("{arguments} --decimal"), input);
        assert_eq!(code, 2, "{input}");
        assert!(err.contains(why), "{input}: {err}");
    }
    // What was right before is answered.
    let (out, ..) = eval("sqrt --format e4m3fn --decimal", "4\nx\n");
    assert_eq!(out, "48 40 00\n");
}

/// The results of one are the operands of the next: (1.5 * 1.5) in binary32, and its root.
#[test]
fn results_alone_go_into_another_eval() {
    let (products, _, code) = eval("mul --format e4m3fn --results", "3C 3C\n38 38\n7e 7e");
    assert_eq!((products.as_str(), code), ("41\n38\n7F\n", 0));
    let (wide, ..) = eval("convert --from e4m3fn --to binary32 --results", &products);
    assert_eq!(wide, "40100000\n3F800000\n7FC00000\n");
    let (roots, ..) = eval("f32_sqrt --results", &wide);
    assert_eq!(roots, "3FC00000\n3F800000\n7FC00000\n");
    // Truth values and classes are one digit; wide codes have all of theirs.
    assert_eq!(eval("less --format binary64 --results --decimal", "1 2\n2 1\n").0, "1\n0\n");
    assert_eq!(eval("f64_sqrt --results --decimal", "4").0, "4000000000000000\n");
    assert_eq!(eval("sqrt --format e2m1 --results", "0\n\n6\n").0, "0\n4\n");
}

/// An operation without a number for a result takes the whole policy, as devices are told it, and says what changes nothing.
#[test]
fn options_that_change_nothing_are_named() {
    let (out, err, code) = eval("less --format e4m3fn --round rtz --saturate finite --nan zero", "38 40");
    assert_eq!((out.as_str(), code), ("38 40 1 00\n", 0));
    assert_eq!(
        err,
        "halfulp: less: nothing is rounded, so these change no answer: --round, --saturate, --nan\n"
    );
    let (_, err, _) = eval("class --format e4m3fn --flush-operands", "38");
    assert_eq!(err, "halfulp: class: nothing is rounded, so these change no answer: --flush-operands\n");
    // These change answers, or are the usual ones.
    for arguments in [
        "less --format e4m3fn --flush-operands",
        "less --format e4m3fn --round rne",
        "abs --format e4m3fn --round rtz",
    ] {
        let operands = if arguments.starts_with("abs") { "38" } else { "38 40" };
        assert_eq!(eval(arguments, operands).1, "", "{arguments}");
    }
    let found = crate::program::run("verify e2m1 --op less,equal --round rtz,rup --tininess before");
    assert_eq!(found.code, 0, "{}", found.err);
    assert_eq!(
        found.err,
        "halfulp: equal,less: nothing is rounded, so these change no answer: --round, --tininess\n"
    );
    assert_eq!(crate::program::run("verify e2m1 --op less --round rtz --quiet").err, "");
    assert_eq!(crate::program::run("verify e2m1 --op less,add --round rtz").err, "");
}
