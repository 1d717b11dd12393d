//! Beside every number, what is known of its distance from the one that exact arithmetic has in its place.
//!
//! Three things are known, each by rules of its own: a signed [enclosure], how far the number can be [at worst](magnitude), and how far it is
//! [but for a small chance](chance). The first takes what every rounding was, the others what it can have been; all need nothing but the operands.

mod bounded;
mod chance;
mod enclosure;
mod magnitude;
mod sign;

pub use bounded::Bounded;
pub use chance::Chance;

use bounded::operand;

use super::plain::Native;
use super::{Arithmetic, Coefficient, Operation};
use crate::bound::Tally;
use crate::bound::ball::Ball;
use crate::bound::outward::Upper;
use crate::bound::quantization::Errors;
use crate::bound::rounding::{ROUNDING, Stores, of_constant};
use crate::storage::Keeper;

/// Any arithmetic in `f32` or `f64`, and the errors of everything that it computes.
#[derive(Clone, Debug)]
pub struct Running<A> {
    inner: A,
    deviation: Upper,
    stores: Stores,
    first: u64,
    tally: Tally,
    /// The inner arithmetic's kernels, once they were used.
    kernels: Option<Keeper>,
}

/// One rounding: what it changed, and what it can have changed.
#[derive(Clone, Copy)]
struct Rounding {
    change: Ball,
    most: Upper,
    sound: bool,
}

impl<A> Running<A> {
    /// The errors of an arithmetic. Of what is stored by chance nothing is known but the worst.
    #[must_use]
    pub fn new(inner: A) -> Running<A> {
        Running::within(inner, Upper::UNKNOWN)
    }

    /// The same, where sums of chances are taken to be within so many spreads of 0: see [`deviation`](crate::bound::running::deviation).
    #[must_use]
    pub fn within(inner: A, deviation: Upper) -> Running<A> {
        Running {
            inner,
            deviation,
            stores: Stores::default(),
            first: 0,
            tally: Tally::new(&ROUNDING),
            kernels: None,
        }
    }

    /// How many spreads a sum of chances may be beyond 0.
    #[must_use]
    pub const fn deviation(&self) -> Upper {
        self.deviation
    }

    /// Every rounding, as it went.
    #[must_use]
    pub const fn roundings(&self) -> &Tally {
        &self.tally
    }

    /// Looks at one rounding: `exact` contains what was to be rounded to `z`.
    fn rounding(&mut self, what: &str, k: usize, z: f64, exact: Ball, most: Upper) -> Rounding {
        let (change, at) = (Ball::exact(z) - exact, self.first + k as u64);
        self.tally.observe(change.least(), most.get(), f64::INFINITY, || format!("{what} of element {at}"));
        Rounding { change, most, sound: change.least() <= most.get() }
    }
}

impl Rounding {
    /// Nothing was rounded.
    const NONE: Rounding = Rounding { change: Ball::ZERO, most: Upper::ZERO, sound: true };
    /// Nothing is known of it.
    const UNKNOWN: Rounding = Rounding { change: Ball::UNKNOWN, most: Upper::UNKNOWN, sound: false };
}

impl<V: Native, A: Arithmetic<Number = V>> Running<A> {
    /// The result of an operation, what is known of it, and what was rounded.
    fn bounded(&mut self, op: Operation, of: [Bounded<V>; 3], k: usize, value: V) -> (Bounded<V>, Rounding) {
        let (z, errors) = (value.wide(), self.inner.errors_of(op));
        let exact = enclosure::result(op, of.map(|x| x.wide()));
        if errors.saturates(exact.middle()) {
            let at = self.first + k as u64;
            self.tally.fail(0, || format!("{} of element {at}", op.name()));
            return (Bounded::unknown(value), Rounding::UNKNOWN);
        }
        let most = errors.of_result(z);
        let r = self.rounding(op.name(), k, z, exact, most);
        let chance = chance::carried(op, of.map(|x| (x.wide(), x.chance)), self.deviation);
        let number = Bounded {
            value,
            error: enclosure::carried(op, of.map(|x| (x.wide(), x.error))) + r.change,
            worst: magnitude::carried(op, of.map(|x| (x.wide(), x.worst))) + most,
            chance: chance.and(most),
            sound: r.sound && of.iter().all(|x| x.sound),
        };
        (number, r)
    }

    /// Difference, product and result of `m + c (x - m)`; the product is none where it is not rounded.
    fn lerped(
        &mut self,
        [c, x, m]: [Bounded<V>; 3],
        k: usize,
        [d, result]: [V; 2],
        product: Option<V>,
    ) -> [Bounded<V>; 3] {
        let none = Bounded::exact(V::of(0.0));
        let (difference, first) = self.bounded(Operation::Sub, [x, m, none], k, d);
        let (product, second, (by_operations, last)) = match product {
            Some(p) => {
                let (product, second) = self.bounded(Operation::Mul, [c, difference, none], k, p);
                (product, second, self.bounded(Operation::Add, [m, product, none], k, result))
            }
            None => (none, Rounding::NONE, self.bounded(Operation::Fma, [c, difference, m], k, result)),
        };
        let change = Ball::exact(c.wide()) * first.change + second.change + last.change;
        let most = Upper::of(c.wide()) * first.most + second.most + last.most;
        let result = Bounded {
            error: enclosure::lerp([c, x, m].map(|x| (x.wide(), x.error))) + change,
            worst: magnitude::lerp([c, x, m].map(|x| (x.wide(), x.worst))) + most,
            chance: chance::lerp([c, x, m].map(|x| (x.wide(), x.chance))).and(most),
            ..by_operations
        };
        [difference, product, result]
    }

    /// What was stored in a format is a number of it: storing it once more changes nothing. Which elements are not.
    fn foreign(&mut self, keeper: &mut Keeper, stored: &[V], seed: u64, first: u64) -> Vec<bool> {
        let Keeper::Format(_) = keeper else { return vec![false; stored.len()] };
        let mut again = stored.to_vec();
        keeper.store(&mut again, seed, first);
        let pairs = stored.iter().zip(&again).map(|(x, y)| (x.wide(), y.wide()));
        pairs.map(|(x, y)| x.is_finite() && x != y).collect()
    }

    fn values(numbers: &[Bounded<V>]) -> Vec<V> {
        numbers.iter().map(|x| x.value).collect()
    }
}

impl<V: Native, A: Arithmetic<Number = V>> Arithmetic for Running<A> {
    type Number = Bounded<V>;

    fn compute(&mut self, op: Operation, operands: [&[Bounded<V>]; 3], to: &mut [Bounded<V>]) {
        let [a, b, c] = operands.map(Self::values);
        let mut results = vec![V::of(0.0); to.len()];
        self.inner.compute(op, [&a, &b, &c], &mut results);
        for (k, (z, value)) in to.iter_mut().zip(results).enumerate() {
            *z = self.bounded(op, operands.map(|x| operand(x, k)), k, value).0;
        }
    }

    fn number(&self, x: f64) -> Bounded<V> {
        Bounded::exact(self.inner.number(x))
    }

    fn coefficient(&self, coefficient: Coefficient, kept: &mut Keeper) -> Bounded<V> {
        let value = self.inner.coefficient(coefficient, kept);
        let (exact, distance) = (coefficient.exact(256), coefficient.exact(256) - value.wide());
        // The constant itself is right to 2^-250 of its value.
        let slack = Upper::of(exact.to_f64()) * Upper::of(2f64.powi(-250));
        let middle = -distance.to_f64();
        let error = Ball::around(middle, Upper::of(middle) * Upper::of(f64::EPSILON) + slack);
        let (worst, x) = (error.magnitude(), Upper::of(exact.to_f64()));
        // Computed in binary64, passed through a storage, rounded to the arithmetic.
        let computed = x * Upper::of(coefficient.slack() + 2.0 * f64::EPSILON);
        let stored = of_constant(kept, (x + computed).get());
        let most = computed + stored + self.inner.errors().of_result(value.wide());
        let sound = error.least() <= most.get();
        Bounded { value, error, worst, chance: Chance::constant(worst), sound }
    }

    fn value(&self, x: &Bounded<V>) -> f64 {
        x.wide()
    }

    fn store(&mut self, keeper: &mut Keeper, values: &mut [Bounded<V>], seed: u64, first: u64) {
        self.first = first;
        let before: Vec<f64> = values.iter().map(Bounded::wide).collect();
        let mut stored = Self::values(values);
        self.inner.store(keeper, &mut stored, seed, first);
        let after: Vec<f64> = stored.iter().map(|x| x.wide()).collect();
        let allowed = self.stores.allowed(keeper, &before, &after);
        let foreign = self.foreign(keeper, &stored, seed, first);
        for (k, ((x, value), allowed)) in values.iter_mut().zip(stored).zip(allowed).enumerate() {
            let Ok(allowed) = allowed else {
                self.tally.fail(0, || format!("store of element {}", first + k as u64));
                *x = Bounded::unknown(value);
                continue;
            };
            // What is not a number of the storage cannot be a rounding.
            let most = if foreign[k] { Upper::ZERO } else { allowed.most };
            let r = self.rounding("store", k, value.wide(), Ball::exact(before[k]), most);
            let chance = match allowed.chance {
                Some([gap, bias]) => x.chance.stored(gap, bias),
                None => x.chance.and(r.most),
            };
            let (error, worst, sound) = (x.error + r.change, x.worst + r.most, x.sound && r.sound);
            *x = Bounded { value, error, worst, chance, sound };
        }
    }

    fn place(&mut self, seed: u64, first: u64) {
        self.first = first;
        self.inner.place(seed, first);
    }

    fn errors(&self) -> Errors {
        self.inner.errors()
    }

    fn errors_of(&self, op: Operation) -> Errors {
        self.inner.errors_of(op)
    }

    fn kernels(&self) -> Option<&Keeper> {
        self.inner.kernels()
    }

    fn written(&mut self, values: &mut [Bounded<V>]) {
        let Some(mut keeper) = self.kernels.take().or_else(|| self.inner.kernels().cloned()) else { return };
        self.store(&mut keeper, values, 0, self.first);
        self.kernels = Some(keeper);
    }

    /// By the linear recurrence: `x - m` and `m` come from the same average, so that errors must not count twice.
    fn lerp(
        &mut self,
        c: &[Bounded<V>],
        x: &[Bounded<V>],
        m: &mut [Bounded<V>],
        [d, p, sum]: [&mut [Bounded<V>]; 3],
        fused: bool,
    ) {
        let [vc, vx, mut vm] = [&c[..m.len()], x, &*m].map(Self::values);
        let mut rooms = [&*d, &*p, &*sum].map(Self::values);
        let [vd, vp, vs] = &mut rooms;
        self.inner.lerp(&vc, &vx, &mut vm, [vd, vp, vs], fused);
        for k in 0..m.len() {
            let product = (!fused).then_some(vp[k]);
            [d[k], p[k], m[k]] = self.lerped([c[k], x[k], m[k]], k, [vd[k], vm[k]], product);
            sum[k] = m[k];
        }
    }

    fn sign(&mut self, x: &[Bounded<V>], to: &mut [Bounded<V>]) {
        let mut results = vec![V::of(0.0); to.len()];
        self.inner.sign(&Self::values(x), &mut results);
        for ((z, x), value) in to.iter_mut().zip(x).zip(results) {
            *z = sign::bounded(x, value, self.deviation);
        }
    }

    /// In exact arithmetic nothing is lost: all that is in a compensation is its error.
    fn compensated(&mut self, c: &mut [Bounded<V>]) {
        for x in c {
            let error = Ball::exact(x.wide());
            let worst = error.magnitude();
            *x = Bounded { value: x.value, error, worst, chance: Chance::of(worst), sound: x.sound };
        }
    }
}
