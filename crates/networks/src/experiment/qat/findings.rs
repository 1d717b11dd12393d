//! Numbers, tables and figures of all runs, and the law of each optimizer.

use halfulp_lab::bound::interval::Interval;
use halfulp_lab::experiment::Findings;
use halfulp_lab::report::{Axis, Curve, Curves, Figure, Role, Table};

use super::{QatRun, Trained, inner};
use crate::experiment::mean;
use crate::experiment::settings::{described, diverged};
use crate::law::{Fit, Fitter, GROUPS, Point, published};

/// What stands for training in full precision.
const FULL: &str = "full";

impl QatRun {
    pub(super) fn findings(&self, trained: &[Trained]) -> Findings {
        let mut found = Findings { settings: self.settings(), ..Findings::default() };
        found.tables.push(self.losses(trained, &mut found.numbers));
        let fits: Vec<Result<Fit, String>> =
            (0..self.optimizers.len()).map(|optimizer| self.fit(trained, optimizer)).collect();
        found.tables.push(self.laws(&fits, &mut found.numbers));
        found.tables.push(of_published(&mut found.numbers));
        found.figures = self.figures(trained, &fits);
        for run in trained {
            let of = format!(
                "{}, {}, {} parameters, seed {}",
                self.optimizers[run.cell.optimizer].name,
                self.format(run.cell.format),
                inner(&self.sizes[run.cell.size]),
                run.cell.seed
            );
            found.divergences.extend(diverged(of, self.steps, run.loss.as_ref().err()));
        }
        found
    }

    fn settings(&self) -> Vec<(String, String)> {
        let mut all: Vec<_> =
            self.optimizers.iter().map(|one| described(&one.name, &one.optimizer)).collect();
        let sizes: Vec<String> = self.sizes.iter().map(|size| inner(size).to_string()).collect();
        all.push(("quantized parameters".into(), sizes.join(", ")));
        all.push(("formats".into(), self.formats.join(", ")));
        all.push(("steps".into(), self.steps.to_string()));
        all.push(("delta of the fit".into(), self.delta.to_string()));
        all.push(("seeds".into(), format!("{:?}", self.seeds.as_slice())));
        all
    }

    pub(super) fn format(&self, number: usize) -> &str {
        number.checked_sub(1).map_or(FULL, |k| &self.formats[k])
    }

    /// The losses of an optimizer, a format and a size that are there, with their seeds.
    fn of<'t>(
        trained: &'t [Trained],
        [optimizer, format, size]: [usize; 3],
    ) -> impl Iterator<Item = (u64, f64)> + 't {
        let own = move |run: &&Trained| {
            [run.cell.optimizer, run.cell.format, run.cell.size] == [optimizer, format, size]
        };
        trained.iter().filter(own).filter_map(|run| Some((run.cell.seed, *run.loss.as_ref().ok()?)))
    }

    /// Optimizer by format, of the largest networks: how much higher the loss is than that in full precision, seed by seed.
    fn losses(&self, trained: &[Trained], numbers: &mut Vec<(String, f64)>) -> Table {
        let largest = self.sizes.len() - 1;
        let mut rows = Vec::new();
        let mut first = Vec::new();
        for (k, one) in self.optimizers.iter().enumerate() {
            let full: Vec<(u64, f64)> = QatRun::of(trained, [k, 0, largest]).collect();
            let clean = mean(full.iter().map(|(_, loss)| *loss));
            numbers.push((format!("loss.{}.{FULL}", one.name), clean));
            let mut row = vec![one.name.clone(), format!("{clean:.4}")];
            for (f, format) in self.formats.iter().enumerate() {
                let runs = QatRun::of(trained, [k, f + 1, largest]);
                let pair = |(seed, loss)| Some(loss - full.iter().find(|(of, _)| *of == seed)?.1);
                let drops: Vec<f64> = runs.filter_map(pair).collect();
                let [low, high] = Interval::of(&drops).map_or([f64::NAN; 2], |i| [i.low, i.high]);
                let drop = mean(drops);
                let of = format!("{}.{format}", one.name);
                numbers.extend([
                    (format!("drop.{of}"), drop),
                    (format!("drop.{of}.low"), low),
                    (format!("drop.{of}.high"), high),
                ]);
                row.push(format!("{drop:+.4} [{low:+.4}, {high:+.4}]"));
                match k {
                    0 => first.push(drop),
                    _ => numbers.push((
                        format!("drop.{} over {}.{format}", one.name, self.optimizers[0].name),
                        drop / first[f],
                    )),
                }
            }
            rows.push(row);
        }
        let head =
            ["optimizer", FULL].into_iter().map(String::from).chain(self.formats.iter().cloned()).collect();
        let title = "Loss on test images of the largest networks: in full precision, and by how much it is higher if quantized in training; means over seeds, each end of an interval one-sided at 95 % by Student's t";
        Table { name: "losses".into(), title: title.into(), head, rows }
    }

    fn fit(&self, trained: &[Trained], optimizer: usize) -> Result<Fit, String> {
        let own = trained.iter().filter(|run| run.cell.optimizer == optimizer);
        let point = |run: &Trained| {
            let size = inner(&self.sizes[run.cell.size]) as f64;
            Some(Point { size, data: 1.0, group: run.cell.format, loss: *run.loss.as_ref().ok()? })
        };
        let points: Vec<Point> = own.filter_map(point).collect();
        Fitter { data: false, delta: self.delta }.fit(&points, self.formats.len() + 1)
    }

    fn laws(&self, fits: &[Result<Fit, String>], numbers: &mut Vec<(String, f64)>) -> Table {
        let mut rows = Vec::new();
        for (one, fit) in self.optimizers.iter().zip(fits) {
            let fit = match fit {
                Ok(fit) => fit,
                Err(why) => {
                    rows.push(vec![one.name.clone(), format!("no fit: {why}")]);
                    continue;
                }
            };
            let [a, alpha] = fit.law.size;
            let mut row = vec![one.name.clone(), format!("{:.4e}", a.exp()), format!("{alpha:.4}")];
            row.extend([format!("{:.4}", fit.law.floor.exp()), format!("{:.3e}", fit.cost)]);
            numbers.push((format!("alpha.{}", one.name), alpha));
            numbers.push((format!("floor.{}", one.name), fit.law.floor.exp()));
            for (format, rho) in self.formats.iter().zip(&fit.law.efficiency[1..]) {
                numbers.push((format!("rho.{}.{format}", one.name), *rho));
                row.push(format!("{rho:.4}"));
            }
            rows.push(row);
        }
        let mut head: Vec<String> = ["optimizer", "A", "alpha", "E", "cost"].map(String::from).into();
        head.extend(self.formats.iter().map(|format| format!("rho of {format}")));
        rows.iter_mut().for_each(|row| row.resize(head.len(), String::new()));
        let title = "The law L = A / (N rho)^alpha + E, N the quantized parameters and L the loss on test images, by the Huber loss of logarithms";
        Table { name: "laws".into(), title: title.into(), head, rows }
    }

    fn figures(&self, trained: &[Trained], fits: &[Result<Fit, String>]) -> Vec<Figure> {
        let sizes: Vec<f64> = self.sizes.iter().map(|size| inner(size) as f64).collect();
        let figure = |(k, (one, fit)): (usize, (&super::Candidate, &Result<Fit, String>))| {
            let mut curves = Vec::new();
            for format in 0..=self.formats.len() {
                let at = |size: usize| mean(QatRun::of(trained, [k, format, size]).map(|(_, loss)| loss));
                let points = sizes.iter().enumerate().map(|(size, &n)| (n, at(size))).collect();
                curves.push(Curve::new(self.format(format), Role::Measured, points));
                if let Ok(fit) = fit {
                    let law = |&size: &f64| {
                        (size, fit.law.loss(&Point { size, data: 1.0, group: format, loss: 1.0 }))
                    };
                    let label = format!("law of {}", self.format(format));
                    curves.push(Curve::new(label, Role::Reference, sizes.iter().map(law).collect()));
                }
            }
            Figure::Curves(Curves {
                name: format!("law-{}", one.name),
                title: format!("Loss by size, {}: means over seeds, and the law", one.name),
                x: Axis::log("quantized parameters"),
                y: Axis::log("loss on test images"),
                curves,
            })
        };
        self.optimizers.iter().zip(fits).enumerate().map(figure).collect()
    }
}

/// The same fitter on the published runs of QuEST: what says whether it can be relied on.
fn of_published(numbers: &mut Vec<(String, f64)>) -> Table {
    let points = published();
    let fit = Fitter { data: true, delta: f64::INFINITY }.fit(&points, GROUPS.len());
    let mut rows = Vec::new();
    if let Ok(fit) = fit {
        for (group, rho) in GROUPS.iter().zip(&fit.law.efficiency) {
            let runs = points.iter().filter(|point| GROUPS[point.group] == *group).count();
            numbers.push((format!("published-rho.{group}"), *rho));
            rows.push(vec![(*group).into(), runs.to_string(), format!("{rho:.4}")]);
        }
        numbers.push(("published-alpha".into(), fit.law.size[1]));
        numbers.push(("published-cost".into(), fit.cost));
    }
    let head = ["kept", "runs", "rho"].map(String::from).into();
    let title = "The fitter on the 104 published runs of QuEST, L = A / (N rho)^alpha + B / D^beta + E, by least squares of logarithms as published";
    Table { name: "published".into(), title: title.into(), head, rows }
}
