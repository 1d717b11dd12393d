//! Error feedback in a run: what is kept, and when.

use halfulp::noise;

use super::{Feedback, Keepers, Observer, PART, Proportion, Quantity, States, Storages, fill};
use crate::arithmetic::{Arithmetic, Coefficient};
use crate::experiment::Invalid;
use crate::storage::Keeper;
use crate::train::Seeds;

impl Storages {
    /// Whether errors can be given to the momentum of an optimizer with tensors kept so.
    ///
    /// # Errors
    /// What does not go together; the key is `feedback`.
    pub fn check_feedback(&self, proportion: Option<Proportion>) -> Result<(), Invalid> {
        let feedback = self.feedback;
        let wrong = |why: &str| Err(Invalid::new("feedback", format!("{}: {why}", feedback.name())));
        match proportion {
            _ if feedback == Feedback::None => Ok(()),
            _ if self.master || self.compensated => {
                wrong("expected neither master nor compensated weights beside it")
            }
            None => wrong(
                "expected an update proportional to a momentum that it takes before it is stored: sgd with a momentum and without nesterov, or adam with a beta1 above 0",
            ),
            Some(Proportion { divides: true, .. }) if feedback == Feedback::Exact => {
                wrong("expected an update without denominators, such as that of sgd, or the feedback eco")
            }
            Some(_) => Ok(()),
        }
    }
}

/// What feedback keeps in a run, and what stores weights and momentum where the steps do not.
pub(crate) struct Fed<N> {
    form: Feedback,
    keepers: Keepers,
    last: Vec<N>,
    denominator: Vec<N>,
}

impl<N: Clone> Fed<N> {
    /// Takes the storing of weights and momentum over from the keepers of a run. None where errors are not fed back.
    pub(crate) fn take(form: Feedback, keepers: &mut Keepers) -> Option<Fed<N>> {
        if form == Feedback::None {
            return None;
        }
        let fed = Fed { form, keepers: keepers.clone(), last: Vec::new(), denominator: Vec::new() };
        (keepers.weights, keepers.first) = (Keeper::Exact, Keeper::Exact);
        Some(fed)
    }

    /// Stores the weights that a run starts with.
    pub(crate) fn start<A: Arithmetic<Number = N>>(
        &mut self,
        a: &mut A,
        how: Proportion,
        seed: u64,
        states: &mut States<N>,
    ) {
        self.last = vec![a.number(0.0); states.weights.len()];
        let wanted = states.weights.clone();
        self.store_weights(a, seed, states);
        if self.form == Feedback::Exact {
            let by = a.coefficient(
                Coefficient::Given(-how.keep / (how.beta * how.step)),
                &mut self.keepers.coefficients,
            );
            let by = fill::<A>(&by, wanted.len());
            a.sub(&wanted, &states.weights, &mut self.last);
            a.mul(&by, &self.last, &mut states.first);
        }
    }

    /// After a step: stores the weights, gives their errors to the momentum, stores that.
    pub(crate) fn give_back<A: Arithmetic<Number = N>>(
        &mut self,
        a: &mut A,
        how: Proportion,
        seeds: &Seeds,
        states: &mut States<N>,
    ) {
        let wanted = states.weights.clone();
        self.store_weights(a, seeds.weights, states);
        let factor = match self.form {
            Feedback::Eco => how.keep / how.step * (1.0 - 1.0 / how.beta),
            _ => how.keep / how.step,
        };
        let mut constant =
            |c: f64| fill::<A>(&a.coefficient(Coefficient::Given(c), &mut self.keepers.coefficients), PART);
        let (factor, beta) = (constant(factor), constant(how.beta));
        let mut rooms: [Vec<N>; 2] = [factor.clone(), factor.clone()];
        for first in (0..wanted.len()).step_by(PART) {
            let range = first..(first + PART).min(wanted.len());
            let n = range.len();
            let [r, s] = rooms.each_mut().map(|room| &mut room[..n]);
            a.place(noise::word(seeds.operations, 8), first as u64);
            a.sub(&wanted[range.clone()], &states.weights[range.clone()], r);
            if self.form == Feedback::Exact {
                let last = &mut self.last[range.clone()];
                let error = r.to_vec();
                a.div(&error, &beta[..n], s);
                a.sub(last, s, r);
                last.clone_from_slice(&error);
            }
            a.mul(&factor[..n], r, s);
            if how.divides {
                a.mul(s, &self.denominator[range.clone()], r);
            } else {
                r.clone_from_slice(s);
            }
            let m = &mut states.first[range];
            a.add(m, r, s);
            m.clone_from_slice(s);
        }
        for range in self.keepers.tensors(states.first.len()) {
            let (m, first) = (&mut states.first[range.clone()], range.start as u64);
            a.store(self.keepers.first_of(range.len()), m, seeds.first, first);
        }
    }

    fn store_weights<A: Arithmetic<Number = N>>(&mut self, a: &mut A, seed: u64, states: &mut States<N>) {
        for range in self.keepers.tensors(states.weights.len()) {
            let (part, first) = (&mut states.weights[range.clone()], range.start as u64);
            a.store(&mut self.keepers.weights, part, seed, first);
        }
    }

    /// An observer that also keeps the denominators of the step.
    pub(crate) fn watching<'a, O: Observer<N>>(&'a mut self, observer: &'a mut O) -> Watching<'a, N, O> {
        Watching { denominator: &mut self.denominator, observer }
    }
}

/// See [`Fed::watching`].
pub(crate) struct Watching<'a, N, O> {
    denominator: &'a mut Vec<N>,
    observer: &'a mut O,
}

impl<N: Clone, O: Observer<N>> Observer<N> for Watching<'_, N, O> {
    fn see(&mut self, what: Quantity, first: usize, values: &[N]) {
        if what == Quantity::Denominator && !values.is_empty() {
            let end = first + values.len();
            if self.denominator.len() < end {
                self.denominator.resize(end, values[0].clone());
            }
            self.denominator[first..end].clone_from_slice(values);
        }
        self.observer.see(what, first, values);
    }
}
