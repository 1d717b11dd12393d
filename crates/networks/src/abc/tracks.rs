//! Both tracks through a network, and what is evaluated along them.

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::bound::Tally;
use halfulp_lab::bound::ball::Ball;
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::product::Accumulator;

use super::linear::{Layer, Pair};
use super::statements::{IDENTITY, tally};
use super::subject::Subject;
use super::{Four, Ratios};
use crate::layer::{Blind, Forward, Linear, Watch};
use crate::network::{Input, Stage};
use crate::numerics::{Balls, Emulated};

/// What the tracks are computed in: binary64, products summed one after the other, by fused multiply-adds.
pub(crate) type Wide = Emulated<Plain<f64>>;

impl Subject<'_> {
    /// Both tracks of an input, named `of` in what is found.
    #[must_use]
    pub fn tracks(&self, input: Input<'_>, of: &str) -> Tracks {
        let kept = self.kept();
        let mut wide = wide();
        let mut tracks = Tracks { tokens: self.network.tokens(input), ..Tracks::default() };
        let start = self.network.rows(&forward(&mut wide, self.weights, &mut Blind), input);
        let mut both = [start.clone(), start];
        for stage in self.network.stages() {
            tracks.stage(self, &kept, stage, &mut both, of);
        }
        let [clean, quantized] = both;
        (tracks.clean, tracks.quantized) = (clean, quantized);
        tracks
    }
}

pub(crate) fn wide() -> Wide {
    Emulated::accumulating(Plain::default(), Accumulator::binary64())
}

pub(crate) fn forward<'f>(
    a: &'f mut Wide,
    weights: &'f [f64],
    watch: &'f mut dyn Watch<Wide>,
) -> Forward<'f, Wide> {
    Forward { a, weights, tape: None, watch }
}

/// What a stage is on both tracks, on average over the tokens.
#[derive(Clone, Debug)]
pub struct StageRatios {
    /// The stage.
    pub name: String,
    /// The ratios behind it.
    pub ratios: Ratios<f64>,
    /// `A` over the `R` before it; none where that is 0.
    pub gain: Option<f64>,
    /// What the clean track has there, row by row.
    pub activations: Vec<f64>,
}

impl StageRatios {
    /// Whether it is a block, and not a stage that makes the rows or the logits of the whole.
    #[must_use]
    pub fn is_block(&self) -> bool {
        self.name != "input" && self.name != "output"
    }
}

/// What was found along both tracks.
#[derive(Clone, Debug, Default)]
pub struct Tracks {
    /// Tokens, or rows.
    pub tokens: usize,
    /// The stages.
    pub stages: Vec<StageRatios>,
    /// The inner linear layers.
    pub layers: Vec<Layer>,
    /// What was evaluated: the statements of this module.
    pub tallies: Vec<Tally>,
    /// The clean logits, row by row.
    pub clean: Vec<f64>,
    /// The logits of the quantized network.
    pub quantized: Vec<f64>,
}

/// Keeps what goes into linear layers as it is declared, and records it.
pub(crate) struct Keep<'k, 's> {
    subject: &'k Subject<'s>,
    records: Vec<Pair>,
}

impl<'k, 's> Keep<'k, 's> {
    pub(crate) const fn of(subject: &'k Subject<'s>) -> Keep<'k, 's> {
        Keep { subject, records: Vec::new() }
    }
}

impl Watch<Wide> for Keep<'_, '_> {
    fn enter(&mut self, a: &mut Wide, layer: &Linear, x: &mut Vec<f64>) {
        if layer.inner {
            let kept = self.subject.of(layer);
            let given = x.clone();
            kept.quantizer.quantize(x, layer.shape[0]);
            a.accumulate_in(&kept.accumulator);
            self.records.push(Pair { given, kept: x.clone(), made: Vec::new() });
        }
    }

    fn leave(&mut self, a: &mut Wide, layer: &Linear, y: &mut Vec<f64>) {
        if let (true, Some(last)) = (layer.inner, self.records.last_mut()) {
            last.made.clone_from(y);
            a.accumulate_in(&Accumulator::binary64());
        }
    }
}

/// Records what goes into linear layers, and what comes out.
#[derive(Default)]
struct Record(Vec<Pair>);

impl Watch<Wide> for Record {
    fn enter(&mut self, _: &mut Wide, layer: &Linear, x: &mut Vec<f64>) {
        if layer.inner {
            self.0.push(Pair { given: x.clone(), kept: x.clone(), made: Vec::new() });
        }
    }

    fn leave(&mut self, _: &mut Wide, layer: &Linear, y: &mut Vec<f64>) {
        if let (true, Some(last)) = (layer.inner, self.0.last_mut()) {
            last.made.clone_from(y);
        }
    }
}

impl Tracks {
    fn stage(
        &mut self,
        subject: &Subject<'_>,
        kept: &[f64],
        stage: &Stage,
        both: &mut [Vec<f64>; 2],
        of: &str,
    ) {
        let mut a = wide();
        let mut run = |weights: &[f64], watch: &mut dyn Watch<Wide>, x: &[f64]| {
            stage.forward(&mut forward(&mut a, weights, watch), x.to_vec())
        };
        let keep = || Keep::of(subject);
        let (mut on_clean, mut on_quantized) = (Record::default(), keep());
        let [h, hq] = both;
        let clean = run(subject.weights, &mut on_clean, h);
        let clean_of_quantized = run(subject.weights, &mut Blind, hq);
        let quantized_of_clean = run(kept, &mut keep(), h);
        let quantized = run(kept, &mut on_quantized, hq);
        let linears = stage.linears().filter(|layer| layer.inner);
        for ((layer, clean), quantized) in linears.zip(on_clean.0).zip(on_quantized.records) {
            self.layers.push(Layer::of(subject, kept, layer, [clean, quantized], of, &mut self.tallies));
        }
        let four = Four {
            clean: &clean[..],
            clean_of_quantized: &clean_of_quantized,
            quantized_of_clean: &quantized_of_clean,
            quantized: &quantized,
        };
        let at = |token: usize| format!("{of}, {}, token {token}", stage.name);
        let ratios = mean(four, self.tokens, tally(&mut self.tallies, &IDENTITY), at);
        let before = self.stages.last().map_or(0.0, |stage| stage.ratios.r);
        let gain = (before > 0.0).then(|| ratios.a / before);
        self.stages.push(StageRatios { name: stage.name.clone(), ratios, gain, activations: clean.clone() });
        *both = [clean, quantized];
    }
}

/// The means over the tokens, each computed in intervals from what the tracks have.
fn mean(
    four: Four<'_, f64>,
    tokens: usize,
    identity: &mut Tally,
    at: impl Fn(usize) -> String,
) -> Ratios<f64> {
    let mut balls = Balls::default();
    let mut sum = Ratios::<f64>::default();
    let columns = four.clean.len() / tokens;
    for token in 0..tokens {
        let row =
            |x: &[f64]| x[token * columns..][..columns].iter().map(|&x| Ball::exact(x)).collect::<Vec<_>>();
        let rows = [four.clean, four.clean_of_quantized, four.quantized_of_clean, four.quantized].map(row);
        let [clean, clean_of_quantized, quantized_of_clean, quantized] = rows.each_ref().map(Vec::as_slice);
        let four = Four { clean, clean_of_quantized, quantized_of_clean, quantized };
        let one = Ratios::of(&mut balls, four);
        observe(identity, &one, || at(token));
        let part = 1.0 / tokens as f64;
        for (to, from) in [(&mut sum.r, one.r), (&mut sum.a, one.a), (&mut sum.b, one.b), (&mut sum.c, one.c)]
        {
            *to += part * from.middle();
        }
    }
    sum
}

/// Evaluates the identity for one token, if it has an error.
pub(super) fn observe(identity: &mut Tally, ratios: &Ratios<Ball>, at: impl FnOnce() -> String) {
    let defect = ratios.defect(&mut Balls::default());
    match defect.radius() == Upper::UNKNOWN {
        true => identity.fail(1, at),
        false if ratios.r.middle() == 0.0 && defect.middle() == 0.0 => {}
        false => identity.observe(defect.middle().abs(), defect.radius().get(), ratios.r.middle(), at),
    }
}
