//! Instructions of the CPU as subjects.

use crate::program::run;

#[test]
fn what_the_cpu_has_is_compared_and_what_it_lacks_is_said() {
    let mut ran = 0;
    for (engine, formats, profile) in [
        ("cpu:sse", "binary32 --op add --cases random:2000", "x86-sse"),
        ("cpu:fma", "binary32 --op fma --cases random:2000", "x86-sse"),
        ("cpu:f16c", "binary32 --from binary16", "x86-f16c"),
        ("cpu:avx512-fp16", "binary16 --op mul --cases random:2000", "x86-fp16"),
        ("cpu:avx512-bf16", "bfloat16 --from binary32 --cases random:2000", "x86-bf16"),
    ] {
        let found = run(&format!("verify {formats} --like {profile} --subject {engine} --quiet"));
        match found.code {
            2 => {
                let said = format!("{engine}: this CPU does not have these instructions");
                assert!(found.err.contains(&said), "{}", found.err);
            }
            code => {
                assert_eq!(code, 0, "{engine}: {}{}", found.out, found.err);
                assert!(found.out.trim_end().ends_with("all agree"), "{}", found.out);
                ran += 1;
            }
        }
    }
    assert_eq!(ran > 0, cfg!(target_arch = "x86_64"));
    let unknown = run("verify e2m1 --op add --subject cpu:mmx");
    assert!(
        unknown.code == 2 && unknown.err.contains("\"cpu:mmx\" names no instructions: expected cpu:sse, "),
        "{}",
        unknown.err
    );
}

/// NaNs are those of the instruction, which the law does not have, and the oracle `host` does not show.
#[test]
fn nans_are_as_they_come() {
    let case = "verify binary32 --op sub --round rne --saturate none --cases given:7f800000,7f800000 --against definition --quiet --subject";
    let found = run(&format!("{case} cpu:sse"));
    if cfg!(target_arch = "x86_64") {
        assert!(found.code == 1 && found.out.contains("0xffc00000"), "{}", found.out);
        assert_eq!(run(&format!("{case} host")).code, 0);
    }
}

/// Where results follow from steps no flags are compared, whatever the device reports: it was said not to report them.
#[test]
fn steps_compare_no_flags_and_say_so() {
    let asked = |cases: &str| {
        run(&format!(
            "verify binary16 --from binary32 --round rne --saturate none --cases {cases} --compare-nan any --against definition \
             --quiet --subject cpu:f16c"
        ))
    };
    let steps = asked("around:1");
    if steps.err.contains("this CPU does not have these instructions") || !cfg!(target_arch = "x86_64") {
        return eprintln!("not tried: {}", steps.err);
    }
    let said = " cases by steps, which are steps of results alone\n";
    assert!(
        steps.code == 0 && steps.out.contains("flags: not compared in ") && steps.out.contains(said),
        "{}",
        steps.out
    );
    assert!(!steps.out.contains("does not report"), "{}", steps.out);
    let each = asked("random:100");
    assert!(each.code == 0 && !each.out.contains("flags: "), "{}", each.out);
}
