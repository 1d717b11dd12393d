//! What replaying a trace takes at most is told before it is read: beside the peak that is measured. A program of its own, with one test, because the
//! peak is the process's.
#![cfg(target_os = "linux")]

#[allow(dead_code)]
#[path = "lab/traces/files.rs"]
mod files;
#[allow(dead_code)]
#[path = "lab/traces/made.rs"]
mod made;

use halfulp_lab::experiment::Quiet;
use halfulp_lab::trace::{self, Against, Trace};
use made::{AdamW, Parameter};
use serde_json::json;

/// A number of kilobytes of /proc/self/status, in bytes.
fn status(key: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = text.lines().find(|line| line.starts_with(key)).expect("a line");
    1024 * line.split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok()).expect("a number")
}

/// The estimate, and what the resident memory grows by at most.
fn measured(name: &str, parameters: usize, elements: usize, steps: usize) -> (u64, u64) {
    let adamw = AdamW { rate: 1e-2, betas: [0.9, 0.99], decay: 0.01 };
    let one = |k: usize| {
        let start = made::rows(1, elements, k as u64 + 1).remove(0);
        let mut p = adamw.run(Parameter::new(&format!("p{k}"), made::rows(steps, elements, k as u64), start));
        // A fault, so that all is replayed with every fault: the last weight.
        let last = p.weight.last_mut().expect("weights");
        last[0] += 1.0;
        p
    };
    let all: Vec<Parameter> = (0..parameters).map(one).collect();
    let groups = json!([adamw.group()]);
    let path = made::trace(&format!("memory-{name}.safetensors"), "torch.optim.adamw.AdamW", &groups, &all);
    drop(all);
    let trace = Trace::open(&path).expect("a trace");
    let told = trace::memory(&trace, 2).expect("a known optimizer");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
    std::fs::write("/proc/self/clear_refs", "5").expect("the peak begins anew");
    let before = status("VmRSS");
    let against = Against { limit: told, ..Against::default() };
    let found = pool.install(|| trace::replay(&trace, &against, &Quiet)).expect("within its limit");
    let peak = status("VmHWM").saturating_sub(before);
    assert!(found.missed() > 0);
    let less = Against { limit: told - 1, ..Against::default() };
    assert!(trace::replay(&trace, &less, &Quiet).is_err(), "{name}: one byte less is too little");
    (told, peak)
}

/// Of which shape a process of its own measures.
const SHAPE: &str = "HALFULP_TEST_SHAPE";

/// Parameters, elements of each, steps.
const SHAPES: [(&str, [usize; 3]); 4] =
    [("one", [1, 1, 3000]), ("many-small", [800, 1, 12]), ("long", [2, 100, 200]), ("wide", [1, 4000, 10])];

#[test]
fn what_a_replay_takes_at_most_is_told_before() {
    if let Ok(shape) = std::env::var(SHAPE) {
        let (name, [parameters, elements, steps]) =
            SHAPES.into_iter().find(|(name, _)| *name == shape).expect("a shape");
        let (told, peak) = measured(name, parameters, elements, steps);
        println!("{told} told, {peak} measured");
        return;
    }
    for (name, _) in SHAPES {
        // What a process had and freed it may keep: a new one for each.
        let program = std::env::current_exe().expect("this program");
        let out = std::process::Command::new(program)
            .arg("--nocapture")
            .env(SHAPE, name)
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&out.stdout);
        let line = text
            .lines()
            .find(|line| line.ends_with(" measured"))
            .unwrap_or_else(|| panic!("{name}: {out:?}"));
        let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
        let [told, peak] = numbers[..] else { panic!("{line}") };
        println!("{name}: {line}");
        assert!(peak <= told, "{name}: {line}");
        // It is a bound that one can live with.
        assert!(told <= 16 * peak, "{name}: {line}");
    }
}
