//! Numbers, curves and tables of all networks.

use halfulp_lab::bound::Tally;
use halfulp_lab::experiment::Findings;
use halfulp_lab::report::{Axis, Curve, Curves, Figure, Role, Table};

use super::outcome::{Cell, Outcome, Quantized};
use super::settings::{AbcRun, Trained, described, diverged};
use super::{geometric, mean};
use crate::abc::{Kept, Ratios, balls, rationals};

/// One of the ratios.
type Ratio = fn(&Ratios<f64>) -> f64;

/// All networks of an optimizer.
struct Group<'g> {
    name: &'g str,
    outcomes: Vec<&'g Outcome>,
}

impl Group<'_> {
    fn quantized(&self, quantizer: usize) -> impl Iterator<Item = &Quantized> {
        self.outcomes.iter().map(move |outcome| &outcome.quantized[quantizer])
    }

    /// Means over networks, blocks and layers: the names that numbers begin with, and the numbers.
    fn summary(&self, quantizer: usize) -> [(&'static str, f64); 10] {
        let all = || self.quantized(quantizer);
        let layers = |k: usize| all().flat_map(move |q| q.layers.iter().map(move |layer| layer[k]));
        let sizes = |k: usize| mean(layers(k).map(|x| x.ln().abs()));
        let gains = all().flat_map(|q| q.blocks.iter().filter_map(|block| block.gain));
        let losses =
            self.outcomes.iter().map(|outcome| outcome.quantized[quantizer].loss - outcome.clean_loss);
        [
            ("R", geometric(all().map(|q| q.last().r))),
            ("R-of-logits", geometric(all().map(|q| q.logits))),
            ("gain", geometric(gains)),
            ("A-over-B", geometric(all().map(|q| q.last().a / q.last().b))),
            ("A-over-C", geometric(all().map(|q| q.last().a / q.last().c.abs()))),
            ("layer-gain", geometric(layers(2))),
            ("spectral", geometric(layers(0))),
            ("alignment", geometric(layers(1))),
            ("dominance", sizes(1) / sizes(0)),
            ("loss-rise", mean(losses)),
        ]
    }

    fn metrics(&self) -> [(&'static str, f64); 7] {
        let of = |f: fn(&Outcome) -> f64| mean(self.outcomes.iter().map(|outcome| f(outcome)));
        [
            ("loss", of(|o| o.loss)),
            ("steps", of(|o| o.steps as f64)),
            ("test-loss", of(|o| o.clean_loss)),
            ("mmr", of(|o| o.metrics.mmr)),
            ("mmr-of-mean", of(|o| o.metrics.mmr_of_mean)),
            ("kurtosis", of(|o| o.metrics.kurtosis)),
            ("feature-kurtosis", of(|o| o.metrics.feature_kurtosis)),
        ]
    }

    /// Behind each block the mean over networks of one of the ratios.
    fn curve(&self, quantizer: usize, what: Ratio) -> Vec<(f64, f64)> {
        let blocks = self.quantized(quantizer).map(|q| q.blocks.len()).max().unwrap_or(0);
        let at = |k: usize| geometric(self.quantized(quantizer).map(|q| what(&q.blocks[k].ratios)));
        (0..blocks).map(|k| ((k + 1) as f64, at(k))).collect()
    }
}

impl AbcRun {
    pub(super) fn findings(&self, cells: &[Cell], outcomes: &[Outcome], kept: &[Kept]) -> Findings {
        let group = |(k, one): (usize, &'_ Trained)| {
            let of = cells.iter().zip(outcomes).filter(|(cell, _)| cell.optimizer == k);
            (one.name.clone(), of.map(|(_, outcome)| outcome).collect::<Vec<_>>())
        };
        let named: Vec<_> = self.optimizers.iter().enumerate().map(group).collect();
        let groups: Vec<Group<'_>> =
            named.iter().map(|(name, outcomes)| Group { name, outcomes: outcomes.clone() }).collect();
        let mut found = Findings { settings: self.settings(kept), ..Findings::default() };
        self.numbers(&groups, &mut found);
        self.bounds(outcomes, kept, &mut found);
        found.figures = self.figures(&groups);
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
        all.push(("seeds".into(), format!("{:?}", self.seeds.as_slice())));
        all
    }

    fn numbers(&self, groups: &[Group<'_>], found: &mut Findings) {
        let heads = |first: &[&str], names: &[(&str, f64)]| {
            first
                .iter()
                .copied()
                .chain(names.iter().map(|(name, _)| *name))
                .map(String::from)
                .collect::<Vec<_>>()
        };
        let row = |first: &[&str], numbers: &[(&str, f64)]| {
            let cells = numbers.iter().map(|(_, x)| format!("{x:.4}"));
            first.iter().map(|cell| (*cell).into()).chain(cells).collect::<Vec<String>>()
        };
        let mut networks = Table {
            name: "networks".into(),
            title: "Networks at the common loss: means over seeds; outliers behind the last block".into(),
            ..Table::default()
        };
        let mut errors = Table { name: "errors".into(), title: "Quantization errors: geometric means over seeds, blocks and layers; the rise of the loss is an arithmetic one".into(), ..Table::default() };
        for group in groups {
            let metrics = group.metrics();
            networks.head = heads(&["optimizer"], &metrics);
            networks.rows.push(row(&[group.name], &metrics));
            found.numbers.extend(metrics.map(|(what, x)| (format!("{what}.{}", group.name), x)));
        }
        for (k, quantizer) in self.quantizers.iter().enumerate() {
            let first = groups[0].summary(k);
            for group in groups {
                let summary = group.summary(k);
                errors.head = heads(&["quantizer", "optimizer"], &summary);
                errors.rows.push(row(&[quantizer, group.name], &summary));
                for ((what, x), (_, of_first)) in summary.into_iter().zip(first) {
                    found.numbers.push((format!("{what}.{}.{quantizer}", group.name), x));
                    if group.name != groups[0].name {
                        let over = format!("{what}.{} over {}.{quantizer}", group.name, groups[0].name);
                        found.numbers.push((over, x / of_first));
                    }
                }
            }
        }
        found.tables.extend([networks, errors]);
    }

    /// Along the tracks, all networks together; and the identity once more on small networks, exactly.
    fn bounds(&self, outcomes: &[Outcome], kept: &[Kept], found: &mut Findings) {
        for (k, (name, kept)) in self.quantizers.iter().zip(kept).enumerate() {
            let mut merged: Vec<Tally> = Vec::new();
            for tally in outcomes.iter().flat_map(|outcome| &outcome.quantized[k].tallies) {
                match merged.iter_mut().find(|known| known.statement == tally.statement) {
                    Some(known) => known.merge(tally.clone()),
                    None => merged.push(tally.clone()),
                }
            }
            found.bounds.extend(merged.into_iter().map(|tally| (name.clone(), tally)));
            let seed = self.seeds.as_slice()[0];
            found
                .bounds
                .push((format!("{name}, small network in rationals"), rationals(&*kept.quantizer, seed)));
            found.bounds.push((format!("{name}, small network in intervals"), balls(&*kept.quantizer, seed)));
        }
    }

    fn figures(&self, groups: &[Group<'_>]) -> Vec<Figure> {
        let figure = |name: String, title: String, curves: Vec<Curve>| {
            Figure::Curves(Curves {
                name,
                title,
                x: Axis::linear("block"),
                y: Axis::log("squared error / squared activations"),
                curves,
            })
        };
        let mut all = Vec::new();
        for (k, quantizer) in self.quantizers.iter().enumerate() {
            let curve = |group: &Group<'_>| Curve::new(group.name, Role::Measured, group.curve(k, |r| r.r));
            let title = format!("R by depth, {quantizer}");
            all.push(figure(format!("R-{quantizer}"), title, groups.iter().map(curve).collect()));
        }
        for group in groups {
            let parts: [(&str, Ratio); 3] =
                [("A, propagated", |r| r.a), ("B, created", |r| r.b), ("|C|", |r| r.c.abs())];
            let curve = |(label, what)| Curve::new(label, Role::Measured, group.curve(0, what));
            let (name, quantizer) = (group.name, &self.quantizers[0]);
            let title = format!("A, B and |C| by depth, {name}, {quantizer}");
            all.push(figure(format!("parts-{name}-{quantizer}"), title, parts.map(curve).into()));
        }
        all
    }
}
