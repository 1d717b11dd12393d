//! The fitter on runs of known laws, and on the published ones.

use super::*;

fn law() -> Law {
    Law { size: [5.0, 0.35], data: Some([4.0, 0.25]), floor: 0.5, efficiency: vec![1.0, 0.7, 0.2] }
}

/// Runs of all sizes, data and groups that follow a law, but for a factor `exp(noise)`.
fn runs(law: &Law, noise: impl Fn(usize) -> f64) -> Vec<Point> {
    let mut all = Vec::new();
    for k in 0..5 * 4 * 3 {
        let (size, data) = (3e5 * 4f64.powi(k as i32 % 5), 1e7 * 5f64.powi(k as i32 / 5 % 4));
        let mut point = Point { size, data, group: k / 20, loss: 1.0 };
        point.loss = law.loss(&point) * noise(k).exp();
        all.push(point);
    }
    all
}

fn distance(found: &Law, of: &Law) -> f64 {
    let numbers = |law: &Law| -> Vec<f64> {
        let data = law.data.into_iter().flatten();
        law.size.into_iter().chain(data).chain([law.floor]).chain(law.efficiency.clone()).collect()
    };
    numbers(found).iter().zip(numbers(of)).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
}

#[test]
fn a_known_law_is_found() {
    let with_data = law();
    let without = Law { data: None, ..law() };
    for law in [with_data, without] {
        let points = runs(&law, |_| 0.0);
        let fit = Fitter { data: law.data.is_some(), delta: 1e-3 }.fit(&points, 3).expect("a fit");
        assert!(distance(&fit.law, &law) < 1e-5 && fit.cost < 1e-16, "{fit:?}");
    }
}

/// Every seventh run is off by a fifth: the Huber loss passes over them, squares do not, and a run in the wrong group is no fit.
#[test]
fn outliers_move_squares_and_not_the_huber_loss() {
    let law = Law { data: None, ..law() };
    let points = runs(&law, |k| if k % 7 == 3 { 0.2 } else { 0.0 });
    let of = |delta: f64| Fitter { data: false, delta }.fit(&points, 3).expect("a fit");
    let [robust, squares] = [1e-4, f64::INFINITY].map(|delta| distance(&of(delta).law, &law));
    assert!(robust < 0.02 && squares > 5.0 * robust, "{robust} {squares}");
    let mut swapped = runs(&law, |_| 0.0);
    swapped.iter_mut().for_each(|point| point.group = [0, 2, 1][point.group]);
    let fit = Fitter { data: false, delta: 1e-3 }.fit(&swapped, 3).expect("a fit");
    assert!((fit.law.efficiency[1] - 0.2).abs() < 1e-4 && (fit.law.efficiency[2] - 0.7).abs() < 1e-4);
    swapped[7].group = 1;
    let off = Fitter { data: false, delta: 1e-3 }.fit(&swapped, 3).expect("a fit");
    assert!(off.cost > 1e6 * fit.cost.max(1e-16), "{} {}", off.cost, fit.cost);
}

#[test]
fn derivatives_are_those_of_differences() {
    let (law, h) = (law(), 1e-6);
    for point in runs(&law, |_| 0.0) {
        for (k, derivative) in law.row(&point).into_iter().enumerate() {
            let along = |by: f64| {
                law.moved(&nalgebra::DVector::from_fn(7, |i, _| if i == k { by } else { 0.0 }))
                    .loss(&point)
                    .ln()
            };
            let difference = (along(h) - along(-h)) / (2.0 * h);
            assert!((difference - derivative).abs() < 1e-7, "{k}: {difference} {derivative}");
        }
    }
}

#[test]
fn too_little_is_refused() {
    let (points, fitter) = (runs(&law(), |_| 0.0), Fitter { data: true, delta: 1e-3 });
    for (points, groups, expected) in [
        (&points[..6], 3, "6 runs for a law of 7 parameters"),
        (&points[..20], 3, "group 1 has no run"),
        (&points[..], 2, "a group below 2"),
        (&[points.clone(), vec![Point { loss: 0.0, ..points[0] }]].concat(), 3, "expected numbers above 0"),
    ] {
        let error = fitter.fit(points, groups).expect_err(expected);
        assert!(error.contains(expected), "{error}");
    }
    assert!(Fitter { delta: f64::NAN, ..fitter }.fit(&points, 3).is_err());
}

/// The parameters that QuEST's notebook prints, at its cost: `7.38431448432692e-10` of residuals in thousandths. Its Huber loss at 1 is that of squares.
fn notebook() -> (Law, f64) {
    let efficiency = [
        1.0,
        2.05046859e-02,
        1.51870911e-01,
        4.33126203e-01,
        6.91831718e-01,
        1.01619263,
        1.55770373e-02,
        7.84119072e-02,
        3.22107861e-01,
        6.03270679e-01,
        9.37628722e-01,
        1.38419575e-01,
        4.13717453e-01,
        6.53058816e-01,
        8.40434222e-01,
        3.81222089e-01,
        6.29639028e-01,
    ];
    let law = Law {
        size: [2.09605662, 6.27265220e-02],
        data: Some([4.45912547, 2.41288351e-01]),
        floor: -6.55478434,
        efficiency: efficiency.into(),
    };
    (law, 7.38431448432692e-4)
}

#[test]
fn published_runs_give_the_published_law() {
    let points = published();
    assert_eq!(points.len(), 104);
    let (theirs, cost) = notebook();
    let evaluated = theirs.cost(&points, f64::INFINITY);
    assert!((evaluated / cost - 1.0).abs() < 1e-6, "{evaluated} and {cost}");
    // A wrong efficiency is noticed.
    let mut wrong = theirs.clone();
    wrong.efficiency[4] *= 1.01;
    assert!(wrong.cost(&points, f64::INFINITY) > cost * (1.0 + 1e-5));
    let ours = Fitter { data: true, delta: f64::INFINITY }.fit(&points, GROUPS.len()).expect("a fit");
    assert!(ours.cost <= cost * (1.0 + 1e-6), "{} and {cost}", ours.cost);
    for ((group, ours), theirs) in GROUPS.iter().zip(&ours.law.efficiency).zip(&theirs.efficiency) {
        assert!((ours / theirs - 1.0).abs() < 0.02, "{group}: {ours} and {theirs}");
    }
}
