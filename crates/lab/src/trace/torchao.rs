//! The step of torchao's low-bit Adam and AdamW as `torch.compile` computes it on a CPU: binary32 throughout, every operation rounded, and what is kept is
//! rounded at the end.

use crate::arithmetic::{Arithmetic, Coefficient};
use crate::optimizer::ema::Factors;
use crate::optimizer::{Adam, Decay, Ema, Keepers, Observer, Quantity, States};
use crate::train::Seeds;

/// The name of this order among presets.
pub const PRESET: &str = "torchao-compiled";

/// `1 - beta^t` as it is computed: beta and the power in binary32.
fn bias(beta: f64, t: u64) -> f32 {
    1.0 - f64::from(beta as f32).powf(t as f64) as f32
}

/// How far that is from the exact one, relatively.
pub fn bias_error(beta: f64, t: u64) -> f64 {
    let exact = Coefficient::Bias { beta, t }.exact(128);
    ((exact.clone() - f64::from(bias(beta, t))) / exact).abs().to_f64()
}

/// The constants of a step that are computed in binary32. Bounds take them as they are: they are as far from the exact ones as binary32 has them.
struct Constants {
    /// Of the first moment, and the root of the second's.
    biases: [f64; 2],
    rate: f64,
    /// Of the weights, apart from their gradients; of the gradients, if they have it.
    decay: f64,
}

impl Constants {
    fn of(adam: &Adam, t: u64) -> Constants {
        let [first, second] =
            adam.betas.map(|beta| if adam.choices.bias_correction { bias(beta, t) } else { 1.0 });
        let (rate, decay) = (adam.rate as f32, adam.weight_decay as f32);
        let decay = if adam.choices.decay == Decay::Coupled { decay } else { rate * decay };
        Constants {
            biases: [first, second.sqrt()].map(f64::from),
            rate: f64::from(rate),
            decay: f64::from(decay),
        }
    }
}

/// One step of all elements.
pub fn step<A: Arithmetic, O: Observer<A::Number>>(
    adam: &Adam,
    a: &mut A,
    seeds: &Seeds,
    states: &mut States<A::Number>,
    gradient: &[A::Number],
    keepers: &mut Keepers,
    observer: &mut O,
) {
    let n = gradient.len();
    let mut constant = |c: Coefficient| vec![a.coefficient(c, &mut keepers.coefficients); n];
    let mut factors = |beta: f64| Factors {
        keep: constant(Coefficient::Given(beta)),
        add: constant(Coefficient::Complement(beta)),
    };
    let [first, second] = adam.betas.map(&mut factors);
    let Constants { biases, rate, decay } = Constants::of(adam, seeds.t);
    let [bias, root] = biases.map(|x| constant(Coefficient::Given(x)));
    let (rate, decay) = (constant(Coefficient::Given(rate)), constant(Coefficient::Given(decay)));
    let epsilon = constant(Coefficient::Given(adam.epsilon));
    let zero = a.number(0.0);
    let [mut r, mut s, mut sum, mut decayed, mut g] = std::array::from_fn(|_| vec![zero.clone(); n]);
    let States { weights: w, first: m, second: v, .. } = states;
    a.mul(&decay, w, &mut r);
    if adam.choices.decay == Decay::Coupled {
        a.add(gradient, &r, &mut g);
        decayed.clone_from_slice(w);
    } else {
        a.sub(w, &r, &mut decayed);
        g.clone_from_slice(gradient);
    }
    Ema::Lerp.step(a, &first, m, &g, [&mut r, &mut s, &mut sum], |_, _| {});
    observer.see(Quantity::First, 0, m);
    let mut square = g.clone();
    a.mul(&g, &g, &mut square);
    Ema::Lerp.step(a, &second, v, &square, [&mut r, &mut s, &mut sum], |_, _| {});
    observer.see(Quantity::Second, 0, v);
    a.sqrt(v, &mut r);
    a.div(&r, &root, &mut s);
    a.add(&s, &epsilon, &mut sum);
    a.div(m, &bias, &mut r);
    a.mul(&rate, &r, &mut s);
    a.div(&s, &sum, &mut r);
    observer.see(Quantity::Update, 0, &r);
    a.store(&mut keepers.first, m, seeds.first, 0);
    a.store(&mut keepers.second, v, seeds.second, 0);
    a.sub(&decayed, &r, w);
    observer.see(Quantity::Weights, 0, w);
    a.store(&mut keepers.weights, w, seeds.weights, 0);
}
