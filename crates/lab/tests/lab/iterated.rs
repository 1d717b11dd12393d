//! Whole runs of Muon with Newton-Schulz steps in the place of polar factors.

use halfulp_lab::bound::muon::iterated::factor;
use halfulp_lab::bound::{Status, Tally, theorem_muon};
use halfulp_lab::optimizer::NewtonSchulz;
use halfulp_lab::problem::{Problem, Quadratic};
use halfulp_lab::storage::Storage;
use halfulp_lab::train::horizon::{Muon, Places};

use super::theorems::{bowl, muon};

/// Runs whose factors or steps are not those that they say they have.
#[test]
fn a_lost_sign_and_a_rate_of_a_tenth_exceed_the_bounds_of_the_iteration() {
    let problem = Quadratic::new(Quadratic::logspace(0.1, 1.0, 96), 0.03, 1.0, 4.0).shaped(8, 12);
    let constants = problem.constants();
    let needs = theorem_muon::Needs::of(&constants, "problem").unwrap();
    let sound = NewtonSchulz::exact();
    let iterated = |how: &NewtonSchulz| Places { iteration: Some(Box::new(how.clone())), ..Places::EXACT };
    let said = iterated(&sound);
    let settings = Muon { steps: 4096, eta: 0.75 / 512.0, beta: 1.0 - 1.0 / 64.0 };
    let observe = |real: Muon, factor: &NewtonSchulz| {
        let real = [1, 2, 3].map(|seed| real.measure(&problem, &iterated(factor), constants.domain, seed));
        let mut tallies = theorem_muon::statements(&said).map(Tally::new);
        let [known, measured] = &mut tallies;
        theorem_muon::Runs { muon: settings, places: &said, shape: [8, 12], needs, runs: &real }
            .observe(known, measured, "here");
        tallies.map(|tally| tally.status())
    };
    assert_eq!(observe(settings, &sound), [Status::Holds; 2]);
    let slow = Muon { eta: settings.eta / 10.0, ..settings };
    assert_eq!(observe(slow, &sound), [Status::Violated; 2]);
    // What was measured of a factor with the wrong sign says nothing of the run.
    let negated = NewtonSchulz { steps: 1, coefficients: [-1.0, 0.0, 0.0], ..sound };
    assert_eq!(observe(settings, &negated), [Status::Violated, Status::Vacuous]);
}

/// What is not certain of an iteration is a hypothesis that failed, and named.
#[test]
fn an_iteration_that_rounds_too_much_has_no_bound_beforehand() {
    let problem = bowl(0.1).shaped(3, 4);
    let constants = problem.constants();
    let needs = theorem_muon::Needs::of(&constants, "problem").unwrap();
    let coarse = NewtonSchulz::reference();
    let drowned = NewtonSchulz { epsilon: 1.0, ..NewtonSchulz::exact() };
    for (how, hypothesis) in [(coarse, 7), (drowned, 6)] {
        let places = Places { iteration: Some(Box::new(how)), ..Places::EXACT };
        let runs = [1, 2].map(|seed| muon(400).measure(&problem, &places, constants.domain, seed));
        let [mut known, mut measured] = theorem_muon::statements(&places).map(Tally::new);
        theorem_muon::Runs { muon: muon(400), places: &places, shape: [3, 4], needs, runs: &runs }.observe(
            &mut known,
            &mut measured,
            "here",
        );
        assert_eq!(known.failed.iter().position(|&n| n > 0), Some(hypothesis), "{known:?}");
        assert_eq!((measured.counts().evaluated, measured.counts().violated), (1, 0), "{measured:?}");
    }
}

/// Coefficients that are kept in 8 bits are not those that the bound is about.
#[test]
fn nothing_is_certain_of_coefficients_that_are_kept_in_a_few_bits() {
    let certain = |storage| {
        let how = NewtonSchulz { coefficient_storage: storage, ..NewtonSchulz::exact() };
        factor(&how, [1, 3], 1.0)
    };
    assert!(certain(Storage::Exact).is_some() && certain(Storage::binary32()).is_some());
    assert!(certain(Storage::named("e4m3fn").unwrap()).is_none());
}
