//! Numbers, curves and tables of all networks.

use halfulp_lab::bound::{Status, Tally};
use halfulp_lab::experiment::Findings;
use halfulp_lab::report::{Axis, Curve, Curves, Detection, Figure, Role, Table};

use super::outcome::{Cell, Drawn, NEVER, Outcome};
use super::settings::LogitsRun;
use crate::abc::Kept;
use crate::experiment::settings::{described, diverged};
use crate::logits::{Certificate, Certified, StageErrors};

/// All networks of an optimizer in one quantizer, over seeds.
struct Group<'g> {
    optimizer: &'g str,
    quantizer: &'g str,
    all: Vec<&'g (Certified, Drawn)>,
}

/// The median; NaN of nothing.
fn median(x: impl IntoIterator<Item = f64>) -> f64 {
    let mut x: Vec<f64> = x.into_iter().collect();
    x.sort_unstable_by(f64::total_cmp);
    let n = x.len();
    if n == 0 { f64::NAN } else { f64::midpoint(x[(n - 1) / 2], x[n / 2]) }
}

/// The larger; NaN if one is.
fn largest(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() { f64::NAN } else { x.max(y) }
}

impl<'g> Group<'g> {
    fn name(&self) -> String {
        format!("{}.{}", self.optimizer, self.quantizer)
    }

    fn certified(&self) -> impl Iterator<Item = &'g Certified> + '_ {
        self.all.iter().map(|(certified, _)| certified)
    }

    /// A number of each row behind a stage, counted from 0.
    fn rows(&self, stage: usize, number: impl Fn(&StageErrors, usize) -> f64) -> Vec<f64> {
        let stages = self.certified().map(|certified| &certified.stages[stage]);
        stages
            .flat_map(|stage| (0..stage.sizes.len()).map(|row| number(stage, row)).collect::<Vec<_>>())
            .collect()
    }

    fn stages(&self) -> usize {
        self.certified().map(|certified| certified.stages.len()).min().unwrap_or(0)
    }

    /// Of logits: the relative error, and of each certificate how many times the error it is and where it informs.
    fn logits(&self) -> Vec<(String, f64)> {
        let last = self.stages().saturating_sub(1);
        let mut all = vec![(
            "error".to_string(),
            median(self.rows(last, |stage, row| stage.measured[row] / stage.sizes[row])),
        )];
        for (k, how) in Certificate::ALL.iter().enumerate() {
            let factors = self.rows(last, |stage, row| stage.bounds[k][row] / stage.measured[row]);
            let informs = self.rows(last, |stage, row| {
                f64::from(u8::from(
                    stage.measured[row].is_finite() && stage.bounds[k][row] < stage.sizes[row],
                ))
            });
            let (proved, word) = (self.certified().map(|c| c.proved[k] as f64).sum::<f64>(), how.word());
            let rows = informs.len() as f64;
            all.push((format!("factor-{word}"), median(factors.iter().copied())));
            all.push((format!("most-{word}"), factors.into_iter().fold(0.0, largest)));
            all.push((format!("informs-{word}"), informs.iter().sum::<f64>() / rows));
            all.push((format!("proved-{word}"), proved / rows));
        }
        all
    }

    /// Of rounding by chance.
    fn drawn(&self) -> Vec<(String, f64)> {
        let sum = |k: usize| self.all.iter().map(|(_, drawn)| drawn.squares[k]).sum::<f64>();
        let [exceeded, places] = [
            self.all.iter().map(|(_, drawn)| drawn.exceeded as f64).sum::<f64>(),
            self.all.iter().map(|(_, drawn)| drawn.places as f64).sum::<f64>(),
        ];
        [
            ("exceeded", exceeded / places),
            ("factor-chance", (sum(1) / sum(0)).sqrt()),
            ("higher-order", (sum(3) / sum(2)).sqrt()),
            ("cut", (sum(4) / sum(2)).sqrt()),
        ]
        .map(|(name, x)| (name.to_string(), x))
        .into()
    }

    /// By depth: relative errors and certificates, medians over rows. The first layer, stage 0, is not quantized.
    fn figure(&self) -> Figure {
        let points = |number: &dyn Fn(&StageErrors, usize) -> f64| {
            (1..self.stages()).map(|k| (k as f64, median(self.rows(k, number)))).collect::<Vec<_>>()
        };
        let mut curves = vec![Curve::new(
            "measured",
            Role::Measured,
            points(&|stage, row| stage.measured[row] / stage.sizes[row]),
        )];
        for (k, how) in Certificate::ALL.iter().enumerate() {
            let of = points(&|stage, row| stage.bounds[k][row] / stage.sizes[row]);
            let until = of.iter().take_while(|(_, y)| *y < 1.0).last().map_or(0.0, |(x, _)| *x);
            let informs_until = (of.iter().any(|(_, y)| *y >= 1.0)).then_some(until);
            curves.push(Curve { informs_until, ..Curve::new(how.word(), Role::Bound, of) });
        }
        curves.push(Curve::new("trivial", Role::Reference, points(&|_, _| 1.0)));
        Figure::Curves(Curves {
            name: format!("depth-{}-{}", self.optimizer, self.quantizer),
            title: format!("Errors and certificates by depth, {}, {}", self.optimizer, self.quantizer),
            x: Axis::linear("block; the last one the logits"),
            y: Axis::log("error / size in exact arithmetic, median over rows"),
            curves,
        })
    }

    /// The bounds of logits, all layers' together, and which layers are at fault.
    fn bounds(&self, found: &mut Findings) {
        let of = format!("{}, {}", self.optimizer, self.quantizer);
        let mut merged: Vec<Tally> = Vec::new();
        for tally in self.certified().flat_map(|certified| &certified.tallies) {
            merge(&mut merged, tally);
        }
        let mut layers: Vec<(&str, Tally)> = Vec::new();
        for layer in self.certified().flat_map(|certified| &certified.layers) {
            match layers.iter_mut().find(|(name, _)| *name == layer.name) {
                Some((_, known)) => known.merge(layer.tally.clone()),
                None => layers.push((&layer.name, layer.tally.clone())),
            }
        }
        for (name, tally) in &layers {
            let counts = tally.counts();
            found.detections.push(Detection {
                detector: "layer-fault".into(),
                of: format!("{of}, {name}"),
                count: counts.violated,
                out_of: counts.evaluated,
                raised: tally.status() == Status::Violated,
                meaning: "the layer adds something to the error of what it is given that is not declared of it: another scale, other blocks, another accumulator".into(),
                expected: None,
            });
            merge(&mut merged, tally);
        }
        for (_, drawn) in self.all.iter().filter(|(_, drawn)| drawn.places > 0) {
            merge(&mut merged, &drawn.tally);
        }
        found.bounds.extend(merged.into_iter().map(|tally| (of.clone(), tally)));
    }
}

fn merge(all: &mut Vec<Tally>, tally: &Tally) {
    match all.iter_mut().find(|known| known.statement == tally.statement) {
        Some(known) => known.merge(tally.clone()),
        None => all.push(tally.clone()),
    }
}

impl LogitsRun {
    pub(super) fn findings(&self, cells: &[Cell], outcomes: &[Outcome], kept: &[Kept]) -> Findings {
        let mut found = Findings { settings: self.settings(kept), uniform: true, ..Findings::default() };
        let mut groups = Vec::new();
        for (o, optimizer) in self.optimizers.iter().enumerate() {
            for (q, quantizer) in self.quantizers.iter().enumerate() {
                let of = cells.iter().zip(outcomes).filter(|(cell, _)| cell.optimizer == o);
                let all = of.map(|(_, outcome)| &outcome.quantized[q]).collect();
                groups.push(Group { optimizer: &optimizer.name, quantizer, all });
            }
        }
        let title = "Logits: relative errors, and certificates over errors";
        table(&groups, ("logits", title), groups.iter().map(Group::logits), &mut found);
        if self.draws > 0 {
            let title = format!("Rounding by chance: limits of {} %", 100.0 * self.confidence);
            table(&groups, ("chance", &title), groups.iter().map(Group::drawn), &mut found);
        }
        for group in &groups {
            group.bounds(&mut found);
            found.figures.push(group.figure());
        }
        for (cell, outcome) in cells.iter().zip(outcomes) {
            let of = format!("{}, seed {}", self.optimizers[cell.optimizer].name, cell.seed);
            found.divergences.extend(diverged(of, outcome.steps, outcome.failed.as_ref()));
        }
        found
    }

    fn settings(&self, kept: &[Kept]) -> Vec<(String, String)> {
        let mut all = vec![("model".into(), self.model.settings())];
        all.extend(self.optimizers.iter().map(|one| described(&one.name, &one.optimizer)));
        for (name, kept) in self.quantizers.iter().zip(kept) {
            all.push((format!("quantizer {name}"), kept.quantizer.to_string()));
        }
        all.push(("accumulator".into(), self.accumulator.to_string()));
        all.push(("common loss".into(), format!("{} or less, every {} steps", self.loss, self.every)));
        all.push(("rows".into(), self.rows.to_string()));
        let draws =
            format!("{}, a limit with confidence {}, and one with 1 - {NEVER}", self.draws, self.confidence);
        all.push(("draws".into(), draws));
        all.push(("seeds".into(), format!("{:?}", self.seeds.as_slice())));
        all
    }
}

/// A row of numbers for each group, which are numbers of what is found, too.
fn table(
    groups: &[Group<'_>],
    (name, title): (&str, &str),
    numbers: impl Iterator<Item = Vec<(String, f64)>>,
    found: &mut Findings,
) {
    let mut table = Table { name: name.into(), title: title.into(), ..Table::default() };
    for (group, numbers) in groups.iter().zip(numbers) {
        let names = numbers.iter().map(|(name, _)| name.clone());
        table.head = ["optimizer", "quantizer"].map(String::from).into_iter().chain(names).collect();
        let cells = numbers.iter().map(|(_, x)| format!("{x:.4}"));
        let first = [group.optimizer, group.quantizer].map(String::from);
        table.rows.push(first.into_iter().chain(cells).collect());
        let name = group.name();
        found.numbers.extend(numbers.into_iter().map(|(what, x)| (format!("{what}.{name}"), x)));
    }
    found.tables.push(table);
}
