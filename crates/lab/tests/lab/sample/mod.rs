//! A report with everything in it, so that every way to show one can be looked at.

use halfulp_lab::bound::Hypothesis::{Assumed, Checked};
use halfulp_lab::bound::{Statement, Tally};
use halfulp_lab::report::{
    Axis, Check, Curve, Curves, Detection, Divergence, Expected, Figure, Heat, Outcome, Reference, Relation,
    Report, Role, Table,
};

static RUNNING: Statement = Statement {
    name: "ema.running",
    formula: "|m~_t - m_t| <= E_t,  E_t = beta E_{t-1} + u (beta |m~_{t-1}| + (1 - beta) |g_t|) + eta / 2,  E_0 = 0",
    source: "derived here, by induction over the steps",
    clause: "B5",
    measures: "|m~_t - m_t|, in units of the first moment",
    trivial: "the largest |m|",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no saturation"), Checked("0 < beta < 1")],
};

static STOCHASTIC: Statement = Statement {
    name: "ema.stochastic",
    formula: "P(|m~_T - m_T| > lambda) <= delta,  lambda = 2 u sqrt(ln(2 / delta) / (2 (1 - beta^2))) max|m|",
    source: "Azuma 1967, Hoeffding 1963 (Theorem 2), applied here",
    clause: "B5",
    measures: "|m~_T - m_T|",
    trivial: "the largest |m|",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("saturation never happens"), Assumed("rounding is unbiased")],
};

/// A report in which some things are not as asserted, and some are.
pub fn mixed() -> Report {
    let mut report = Report {
        name: "ema".into(),
        title: "Moving averages in low precision stay within their running bound".into(),
        about: vec![
            "An exponential moving average `m_t = beta m_{t-1} + (1 - beta) g_t` is stored in a small format after every \
             step. The error that this makes is bounded while it runs; the bound is evaluated with outward rounding."
                .into(),
            "Where beta is near 1 the update is smaller than half an ulp, and nearest rounding freezes the average.".into(),
        ],
        command: "halfulp bound run ema --seeds 0,1,2".into(),
        file: "name = \"ema\"\n\n[run.ema]\nbeta = [0.9, 0.99]\nformats = [\"bfloat16\", \"e4m3fn\"]\n".into(),
        settings: [
            ("formats", "bfloat16, e4m3fn"),
            ("rounding", "nearest-even, stochastic (16 bits)"),
            ("steps", "4096"),
            ("seeds", "0, 1, 2"),
        ]
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .into(),
        ..Report::default()
    };
    report.checks = checks();
    report.references = references();
    report.detections = detections();
    report.divergences = vec![Divergence {
        of: "e4m3fn, nearest-even, without master weights".into(),
        step: 311,
        why: "weight 17 became NaN: 448 + 32 overflows".into(),
        expected: false,
    }];
    report.figures = vec![curves(), grid(), few()];
    report.tables = vec![Table {
        name: "slopes".into(),
        title: "Slopes of the thresholds against log2 T".into(),
        head: ["component", "rounding", "slope", "predicted"].map(String::from).into(),
        rows: vec![
            ["V", "nearest-even", "1.02", "1"].map(String::from).into(),
            ["V", "stochastic", "0.48", "0.5"].map(String::from).into(),
        ],
    }];
    report
}

/// The same without what is not as asserted.
pub fn good() -> Report {
    let mut report = mixed();
    report.checks.retain(Check::passes);
    report.references.retain(Reference::passes);
    report.detections.retain(Detection::passes);
    report.divergences.clear();
    report
}

/// What a run that found this would have come to.
pub fn outcome(report: Report) -> Outcome {
    Outcome { name: report.name.clone(), seconds: 1.25, report: Ok(report) }
}

fn checks() -> Vec<Check> {
    let mut checks = Vec::new();
    for (k, format) in ["bfloat16", "e4m3fn", "e5m2", "e3m2"].into_iter().enumerate() {
        for (j, beta) in [0.9, 0.99, 0.999].into_iter().enumerate() {
            let mut tally = Tally::new(&RUNNING);
            let ratio = 0.15 + 0.07 * (k + 4 * j) as f64;
            for step in 1..=1000u32 {
                tally.step(step.into());
                let bound = 1e-3 * f64::from(step) / 1000.0;
                tally.observe(bound * ratio * f64::from(step % 97) / 97.0, bound, 1.0, || {
                    format!("step {step}, element 3")
                });
            }
            let check = Check::asserted(format!("{format}, nearest-even, beta {beta}"), tally);
            checks.push(check.within((k + j > 4).then_some([0.9, 1.0])));
        }
    }
    let mut violated = Tally::new(&RUNNING);
    violated.observe(1.5e-3, 1.25e-3, 1.0, || "step 12, element 3".into());
    checks.push(Check::asserted("e4m3fn, toward zero, beta 0.9", violated));
    let mut failed = Tally::new(&STOCHASTIC);
    failed.fail(0, || "step 1, element 0".into());
    checks.push(Check::asserted("bfloat16, nearest-even", failed));
    let mut vacuous = Tally::new(&STOCHASTIC);
    vacuous.observe(0.1, 2.0, 1.0, || "step 4096".into());
    checks.push(Check::reported("e2m1, stochastic", vacuous));
    checks
}

fn references() -> Vec<Reference> {
    let reference = |what: &str, expected, found, within| Reference {
        what: what.into(),
        relation: Relation::Agrees,
        expected: Expected::Value(expected),
        source: "Défossez, Bottou, Bach, Usunier 2022, section 4".into(),
        found,
        within,
        note: String::new(),
    };
    vec![
        reference("frozen.bfloat16", 0.7312, 0.7308, Some([0.72, 0.74])),
        Reference {
            note: "another stream of noise".into(),
            ..reference("error.e4m3fn", 3.1e-7, 3.3e-7, Some([3e-7, 3.2e-7]))
        },
        reference("slope", 1.0, 1.02, None),
    ]
}

fn detections() -> Vec<Detection> {
    let detection = |detector: &str, of: &str, count, raised, expected| {
        Detection {
        detector: detector.into(),
        of: of.into(),
        count,
        out_of: 131_072,
        raised,
        meaning: "Writes that left the stored number as it was, though the update was not zero: it was less than half an ulp.".into(),
        expected,
    }
    };
    vec![
        detection("frozen-writes", "bfloat16, beta 0.999", 95_812, true, Some(true)),
        detection("frozen-writes", "bfloat16, beta 0.9", 312, false, Some(false)),
        detection("frozen-writes", "e4m3fn, beta 0.999", 131_072, true, None),
        detection("saturation", "e4m3fn", 3, false, Some(true)),
    ]
}

fn curves() -> Figure {
    let steps = || (1..4096).map(f64::from);
    let mut curves = Vec::new();
    for (label, size) in [("bfloat16", 4e-3), ("e4m3fn", 6e-2)] {
        let bound = |t: f64| size * (1.0 - (-t / 100.0).exp());
        let wave = |t: f64| bound(t) * (0.3 + 0.25 * (t / 37.0).sin() + 0.1 * (t * 1.7).cos());
        curves.push(Curve {
            label: format!("measured, {label}"),
            role: Role::Measured,
            points: steps().map(|t| (t, wave(t))).collect(),
            informs_until: None,
        });
        curves.push(Curve {
            label: format!("bound, {label}"),
            role: Role::Bound,
            points: steps().map(|t| (t, bound(t))).collect(),
            informs_until: None,
        });
    }
    curves.push(Curve {
        label: "trivially true: the largest |m|".into(),
        role: Role::Reference,
        points: vec![(1.0, 0.8), (4095.0, 0.8)],
        informs_until: None,
    });
    curves[0].points[700..900].iter_mut().for_each(|p| p.1 = 0.0);
    Figure::Curves(Curves {
        name: "error".into(),
        title: "Error of the stored first moment and its running bound".into(),
        x: Axis::log("step"),
        y: Axis::log("|m~ - m|, in units of the gradient"),
        curves,
    })
}

fn few() -> Figure {
    let mantissas = [1.0, 2.0, 3.0, 7.0, 10.0, 23.0];
    let curve = |k: usize, label: &str| Curve {
        label: label.into(),
        role: Role::Measured,
        points: mantissas.iter().map(|&m| (m, 1.0 / (1.0 + m * (k + 1) as f64 / 4.0))).collect(),
        informs_until: None,
    };
    let names = [
        "gradients G",
        "weights W",
        "first moment M",
        "second moment V",
        "all four together, with stochastic rounding",
    ];
    Figure::Curves(Curves {
        name: "ablation".into(),
        title: "Final loss by stored mantissa bits".into(),
        x: Axis::linear("mantissa bits M"),
        y: Axis::linear("final loss"),
        curves: names.iter().enumerate().map(|(k, name)| curve(k, name)).collect(),
    })
}

fn grid() -> Figure {
    let (columns, rows) = (9usize, 8usize);
    let cell =
        |m: usize, t: usize| if m + t > 14 { f64::NAN } else { 2f64.powi(t as i32 - 2 * m as i32 - 1) };
    Figure::Heat(Heat {
        name: "log-t".into(),
        title: "How much larger the final gradient norm is than in full precision, by horizon and mantissa"
            .into(),
        x: ("steps T".into(), (0..columns).map(|t| format!("{}", 64usize << t)).collect()),
        y: ("mantissa bits M".into(), (0..rows).map(|m| format!("{}", m + 1)).collect()),
        value: "relative excess of the gradient norm".into(),
        cells: (0..rows).map(|m| (0..columns).map(|t| cell(m, t)).collect()).collect(),
        log: true,
        marked: (0..6).map(|k| (k / 2 + 2, k)).collect(),
        mark: "fewest bits with an excess below 5 %".into(),
    })
}
