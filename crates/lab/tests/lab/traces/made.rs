//! Traces that a test computes: float32 tensors, and optimizers with a fault planted in them.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::files::written;

/// Rows, a step each.
pub type Rows = Vec<Vec<f32>>;

/// A parameter: what an optimizer was given and what it made of it.
#[derive(Clone)]
pub struct Parameter {
    pub name: String,
    pub group: usize,
    pub device: &'static str,
    pub start: u64,
    pub gradient: Rows,
    pub weight: Rows,
    pub states: Vec<(&'static str, Rows)>,
}

impl Parameter {
    /// A parameter of group 0 on a CPU from the first step on, with its gradients and its weights before the first step.
    pub fn new(name: &str, gradient: Rows, weight: Vec<f32>) -> Parameter {
        Parameter {
            name: name.into(),
            group: 0,
            device: "cpu",
            start: 0,
            gradient,
            weight: vec![weight],
            states: Vec::new(),
        }
    }

    fn tensors(&self) -> impl Iterator<Item = (&str, &Rows)> {
        [("gradient", &self.gradient), ("weight", &self.weight)]
            .into_iter()
            .chain(self.states.iter().map(|(name, rows)| (*name, rows)))
    }
}

/// Writes a trace.
pub fn trace(file: &str, optimizer: &str, groups: &Value, parameters: &[Parameter]) -> PathBuf {
    let (mut head, mut data) = (Map::new(), Vec::new());
    let mut described = Vec::new();
    for p in parameters {
        for (what, rows) in p.tensors() {
            let from = data.len();
            rows.iter().flatten().for_each(|x| data.extend_from_slice(&x.to_le_bytes()));
            let tensor = json!({ "dtype": "F32", "shape": [rows.len(), rows[0].len()], "data_offsets": [from, data.len()] });
            head.insert(format!("{}/{what}", p.name), tensor);
        }
        let states: Vec<&str> = p.states.iter().map(|(name, _)| *name).collect();
        described.push(json!({
            "name": p.name, "group": p.group, "shape": [p.gradient[0].len()], "dtype": "float32", "start": p.start, "states": states, "device": p.device,
        }));
    }
    let steps = parameters[0].gradient.len().to_string();
    let metadata = json!({
        "halfulp-trace": "1", "optimizer": optimizer, "steps": steps, "groups": groups.to_string(), "parameters": json!(described).to_string(),
        "left-out": "0", "sample": "all", "torch": "none: a test made it",
    });
    head.insert("__metadata__".into(), metadata);
    written(file, &Value::Object(head), &data)
}

/// Numbers from -1 to 1.
pub fn noise(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    }
}

/// Rows of noise.
pub fn rows(steps: usize, elements: usize, seed: u64) -> Rows {
    let mut noise = noise(seed);
    (0..steps).map(|_| (0..elements).map(|_| noise()).collect()).collect()
}

/// What AdamW computed with.
#[derive(Clone, Copy)]
pub struct AdamW {
    pub rate: f64,
    pub betas: [f64; 2],
    pub decay: f64,
}

impl AdamW {
    /// Its group in a trace.
    pub fn group(&self) -> Value {
        json!({ "lr": self.rate, "betas": self.betas, "eps": 1e-8, "weight_decay": self.decay })
    }

    /// Steps a parameter as torch.optim.AdamW does on a CPU, but for its roots, which are the nearest here.
    pub fn run(&self, mut p: Parameter) -> Parameter {
        let n = p.weight[0].len();
        let (mut w, mut m, mut v) = (p.weight[0].clone(), vec![0_f32; n], vec![0_f32; n]);
        let (mut first, mut second) = (vec![m.clone()], vec![v.clone()]);
        for (s, g) in p.gradient.iter().enumerate() {
            let t = (p.start + s as u64 + 1) as f64;
            let [b1, b2] = self.betas;
            let step = (self.rate / (1.0 - b1.powf(t))) as f32;
            let root = (1.0 - b2.powf(t)).sqrt() as f32;
            for k in 0..n {
                m[k] = ((1.0 - b1) as f32).mul_add(g[k] - m[k], m[k]);
                v[k] = ((1.0 - b2) as f32 * g[k]).mul_add(g[k], b2 as f32 * v[k]);
                let denominator = v[k].sqrt() / root + 1e-8_f32;
                w[k] = w[k] * (1.0 - self.rate * self.decay) as f32 - step * m[k] / denominator;
            }
            p.weight.push(w.clone());
            first.push(m.clone());
            second.push(v.clone());
        }
        p.states = vec![("exp_avg", first), ("exp_avg_sq", second)];
        p
    }
}
