//! Numbers, tables and figures of all networks.

use halfulp_lab::bound::interval::Interval;
use halfulp_lab::experiment::Findings;
use halfulp_lab::report::{Axis, Curve, Curves, Figure, Role, Table};

use super::correlations::{METRICS, Sample};
use super::networks::{Found, Network, Quantized};
use super::settings::{Candidate, PtqRun};
use crate::experiment::{geometric, mean};
use crate::quantizer::Form;

/// An optimizer at the learning rate that stands for it.
struct Group<'g> {
    name: &'g str,
    rate: f64,
    steps: f64,
    found: Vec<&'g Found>,
}

impl Group<'_> {
    fn quantized(&self, form: usize) -> impl Iterator<Item = &Quantized> {
        self.found.iter().map(move |found| &found.quantized[form])
    }

    /// Numbers of a format: those that are compared with the first optimizer's, then the interval of the rise.
    fn summary(&self, form: usize) -> [(&'static str, f64); 6] {
        let all = || self.quantized(form);
        let rise = |found: &&Found| found.quantized[form].loss - found.clean_loss;
        let rises: Vec<f64> = self.found.iter().map(rise).collect();
        let [low, high] = Interval::of(&rises).map_or([f64::NAN; 2], |i| [i.low, i.high]);
        [
            ("loss", mean(all().map(|q| q.loss))),
            ("rise", mean(rises)),
            ("R", geometric(all().map(Quantized::last))),
            ("gain", geometric(all().map(|q| q.gain))),
            ("rise-low", low),
            ("rise-high", high),
        ]
    }
}

impl PtqRun {
    pub(super) fn findings(&self, networks: &[Network], forms: &[Form]) -> Findings {
        let groups: Vec<Group<'_>> =
            self.optimizers.iter().enumerate().map(|(k, one)| group(networks, k, one)).collect();
        let sample = Sample::of(networks, self.optimizers.len(), self.resamples);
        let mut found = Findings { settings: self.settings(forms), ..Findings::default() };
        found.tables.push(networks_table(&groups, &mut found.numbers));
        found.tables.push(self.losses(&groups, &mut found.numbers));
        found.tables.push(self.correlations(&sample, &mut found.numbers));
        found.tables.push(self.formats_table(&sample, &mut found.numbers));
        found.tables.extend(self.left_out(networks, &mut found.numbers));
        found.figures = self.figures(&groups, networks);
        found
    }

    fn settings(&self, forms: &[Form]) -> Vec<(String, String)> {
        let mut all = vec![("model".into(), self.model.settings())];
        for one in &self.optimizers {
            let settings = one.optimizer.build("").map_or_else(|e| e.to_string(), |o| o.settings());
            let value = format!("{} at the rates {:?}, else {settings}", one.optimizer.name(), one.rates);
            all.push((format!("optimizer {}", one.name), value));
        }
        for (name, form) in self.formats.iter().zip(forms) {
            all.push((format!("format {name}"), form.to_string()));
        }
        all.push(("common loss".into(), format!("{} or less, every {} steps", self.loss, self.every)));
        all.push(("most steps".into(), self.steps.to_string()));
        all.push(("rows".into(), self.rows.to_string()));
        all.push(("resamples".into(), self.resamples.to_string()));
        all.push(("seeds".into(), format!("{:?}", self.seeds.as_slice())));
        all
    }

    /// Optimizer by format: how the loss rises, with its interval over seeds.
    fn losses(&self, groups: &[Group<'_>], numbers: &mut Vec<(String, f64)>) -> Table {
        let mut head = vec!["optimizer".to_owned(), "clean".into()];
        head.extend(self.formats.iter().cloned());
        let mut rows = Vec::new();
        for group in groups {
            let clean = mean(group.found.iter().map(|found| found.clean_loss));
            numbers.push((format!("clean-loss.{}", group.name), clean));
            let mut row = vec![group.name.to_owned(), format!("{clean:.4}")];
            for (k, format) in self.formats.iter().enumerate() {
                let found = group.summary(k);
                numbers.extend(found.map(|(what, x)| (format!("{what}.{}.{format}", group.name), x)));
                if group.name != groups[0].name {
                    let of = format!("{} over {}.{format}", group.name, groups[0].name);
                    let pairs = found.into_iter().zip(groups[0].summary(k)).take(4);
                    numbers.extend(pairs.map(|((what, x), (_, first))| (format!("{what}.{of}"), x / first)));
                }
                let [rise, low, high] = [1, 4, 5].map(|k: usize| found[k].1);
                row.push(format!("{rise:+.4} [{low:+.4}, {high:+.4}]"));
            }
            rows.push(row);
        }
        let title = "Loss on training rows: clean, and its rise by quantization; means over seeds, each end of an interval one-sided at 95 % by Student's t";
        Table { name: "losses".into(), title: title.into(), head, rows }
    }

    fn correlations(&self, sample: &Sample<'_>, numbers: &mut Vec<(String, f64)>) -> Table {
        let mut rows = Vec::new();
        for (k, format) in self.formats.iter().enumerate() {
            for metric in &METRICS {
                let name = metric.name;
                let [found, lead] = [sample.correlation(metric, k), sample.lead(metric, k)];
                for (what, estimate) in [
                    (format!("spearman.{name}.{format}"), found),
                    (format!("lead.R over {name}.{format}"), lead),
                ] {
                    numbers.push((format!("{what}.low"), estimate.low));
                    numbers.push((format!("{what}.high"), estimate.high));
                    numbers.push((what, estimate.value));
                }
                let [low, high] = sample.within(metric, k);
                let range = |value: f64, low: f64, high: f64| format!("{value:+.2} [{low:+.2}, {high:+.2}]");
                rows.push(vec![
                    format.clone(),
                    name.into(),
                    range(found.value, found.low, found.high),
                    range(lead.value, lead.low, lead.high),
                    format!("{low:+.2} to {high:+.2}"),
                    found.undefined.to_string(),
                ]);
            }
        }
        let head =
            ["format", "metric", "rank correlation", "R's minus that", "within an optimizer", "undefined"];
        let title = "Rank correlation (Spearman) of metrics with the loss after quantization, over all networks at the common loss; 95 % by a bootstrap of optimizers, then of their networks";
        let head = head.map(String::from).into();
        Table { name: "correlations".into(), title: title.into(), head, rows }
    }

    /// The formats, over all networks, and each beside those before it.
    fn formats_table(&self, sample: &Sample<'_>, numbers: &mut Vec<(String, f64)>) -> Table {
        let summary = |k: usize| {
            let all = || sample.found.iter().map(|found| &found.quantized[k]);
            let rises = sample.found.iter().map(|found| found.quantized[k].loss - found.clean_loss);
            let clean = mean(sample.found.iter().map(|found| found.clean_loss));
            let rise = mean(rises);
            [
                ("weight-error", geometric(all().map(|q| q.weight_error))),
                ("mean-R", geometric(all().map(Quantized::last))),
                ("mean-rise", rise),
                ("relative-rise", rise / clean),
            ]
        };
        let mut rows = Vec::new();
        for (k, format) in self.formats.iter().enumerate() {
            let found = summary(k);
            rows.push(
                [format.clone()].into_iter().chain(found.iter().map(|(_, x)| format!("{x:.3e}"))).collect(),
            );
            numbers.extend(found.map(|(what, x)| (format!("{what}.{format}"), x)));
            for (before, of) in self.formats[..k].iter().enumerate() {
                let pairs = found.into_iter().zip(summary(before)).take(3);
                numbers
                    .extend(pairs.map(|((what, x), (_, y))| (format!("{what}.{format} over {of}"), x / y)));
            }
        }
        let head = [
            "format",
            "squared error of weights",
            "R behind the last block",
            "rise of the loss",
            "over the clean loss",
        ];
        let title =
            "Formats: all networks at the common loss; geometric means of errors, arithmetic ones of losses";
        let head = head.map(String::from).into();
        Table { name: "formats".into(), title: title.into(), head, rows }
    }

    /// The networks that did not come to the common loss: in no comparison.
    fn left_out(&self, networks: &[Network], numbers: &mut Vec<(String, f64)>) -> Option<Table> {
        let failed = |network: &Network| {
            let why = network.found.as_ref().err()?;
            let one = &self.optimizers[network.cell.optimizer];
            let rate = one.rates[network.cell.rate];
            Some(vec![one.name.clone(), rate.to_string(), network.cell.seed.to_string(), why.clone()])
        };
        let rows: Vec<_> = networks.iter().filter_map(failed).collect();
        numbers.push(("networks".into(), networks.len() as f64));
        numbers.push(("left-out".into(), rows.len() as f64));
        let head = ["optimizer", "rate", "seed", "why"].map(String::from).into();
        let title =
            format!("Left out: {} of {} networks did not reach the common loss", rows.len(), networks.len());
        (!rows.is_empty()).then(|| Table { name: "left-out".into(), title, head, rows })
    }

    fn figures(&self, groups: &[Group<'_>], networks: &[Network]) -> Vec<Figure> {
        let mut all = Vec::new();
        for (k, format) in self.formats.iter().enumerate() {
            let curve = |group: &Group<'_>| {
                let blocks = group.quantized(k).map(|q| q.r.len()).max().unwrap_or(0);
                let at = |b: usize| ((b + 1) as f64, geometric(group.quantized(k).map(|q| q.r[b])));
                Curve::new(group.name, Role::Measured, (0..blocks).map(at).collect())
            };
            all.push(Figure::Curves(Curves {
                name: format!("R-{format}"),
                title: format!("R by depth, {format}"),
                x: Axis::linear("block"),
                y: Axis::log("squared error / squared activations"),
                curves: groups.iter().map(curve).collect(),
            }));
        }
        // In the first format: the paper's.
        for metric in [&METRICS[0], &METRICS[2], &METRICS[4]] {
            let curve = |(k, one): (usize, &Candidate)| {
                let own = networks.iter().filter(|network| network.cell.optimizer == k);
                let sample = own.filter_map(|network| network.found.as_ref().ok());
                let mut points: Vec<_> = sample
                    .map(|found| ((metric.of)(found, &found.quantized[0]), found.quantized[0].loss))
                    .collect();
                points.sort_by(|x, y| x.0.total_cmp(&y.0));
                Curve::new(one.name.clone(), Role::Measured, points)
            };
            let format = &self.formats[0];
            all.push(Figure::Curves(Curves {
                name: format!("loss-by-{}-{format}", metric.name),
                title: format!("Loss after quantization by {}, {format}: a point for each network, those of an optimizer joined", metric.name),
                x: if metric.name == "R" { Axis::log("R behind the last block") } else { Axis::linear(metric.name) },
                y: Axis::linear("loss on training rows"),
                curves: self.optimizers.iter().enumerate().map(curve).collect(),
            }));
        }
        all
    }
}

/// The networks of an optimizer at the rate that stands for it: of the rates at which most seeds come to the common loss, that of the fewest steps, of
/// those the least.
fn group<'g>(networks: &'g [Network], optimizer: usize, one: &'g Candidate) -> Group<'g> {
    let at = |rate: usize| {
        let own = networks.iter().filter(move |n| n.cell.optimizer == optimizer && n.cell.rate == rate);
        let own: Vec<_> = own.filter_map(|n| n.found.as_ref().ok().map(|found| (n.steps, found))).collect();
        let steps = mean(own.iter().map(|(steps, _)| *steps as f64));
        Group {
            name: &one.name,
            rate: one.rates[rate],
            steps,
            found: own.into_iter().map(|(_, f)| f).collect(),
        }
    };
    let better = |x: &Group<'_>, y: &Group<'_>| {
        x.found.len() > y.found.len() || x.found.len() == y.found.len() && x.steps < y.steps
    };
    (1..one.rates.len()).map(at).fold(at(0), |best, next| if better(&next, &best) { next } else { best })
}

fn networks_table(groups: &[Group<'_>], numbers: &mut Vec<(String, f64)>) -> Table {
    let mut rows = Vec::new();
    for group in groups {
        let of = |f: fn(&Found) -> f64| mean(group.found.iter().map(|found| f(found)));
        let found = [
            ("rate", group.rate),
            ("seeds", group.found.len() as f64),
            ("steps", group.steps),
            ("mmr", of(|f| f.outliers.mmr)),
            ("mmr-of-mean", of(|f| f.outliers.mmr_of_mean)),
            ("kurtosis", of(|f| f.outliers.kurtosis)),
            ("feature-kurtosis", of(|f| f.outliers.feature_kurtosis)),
        ];
        rows.push([group.name.to_owned()].into_iter().chain(found.iter().map(|(_, x)| number(*x))).collect());
        numbers.extend(found.map(|(what, x)| (format!("{what}.{}", group.name), x)));
    }
    let head = ["optimizer", "rate", "seeds", "steps", "mmr", "mmr of mean", "kurtosis", "feature kurtosis"]
        .map(String::from);
    let title = "Networks at the common loss, at the rate by which most seeds reach it in the fewest steps; outliers behind the last block";
    Table { name: "networks".into(), title: title.into(), head: head.into(), rows }
}

fn number(x: f64) -> String {
    format!("{:.4}", x).trim_end_matches('0').trim_end_matches('.').to_owned()
}
