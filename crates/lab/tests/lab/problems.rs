//! Problems: gradients against finite differences, constants against what is measured.

use halfulp_lab::problem::{Domain, Problem, ProblemSpec, symmetric};

const ALL: &[&str] = &[
    "quadratic = { dimension = 12 }",
    "quadratic = { shape = [3, 4], curvatures = [0.5, 2.0], noise = 0.0 }",
    "quadratic = { dimension = 5, optimum = 1.5 }",
    "rosenbrock = { dimension = 6, noise = 0.5 }",
    "rosenbrock = { dimension = 4, spread = 0.3 }",
    "matrix-quadratic = { shape = [3, 5] }",
    "factorization = { shape = [5, 4], rank = 2 }",
    "logistic = { batch = 16 }",
    "mlp = { hidden = 7, batch = 16 }",
];

fn read(text: &str) -> Result<ProblemSpec, String> {
    crate::keys::read(&format!("{{ {text} }}"))
}

fn spec(text: &str) -> ProblemSpec {
    read(text).unwrap()
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// A point at random, well inside the domain.
fn point(problem: &dyn Problem, domain: Domain, seed: u64) -> Vec<f64> {
    let n = problem.dimension();
    let size = match domain {
        Domain::Everywhere => 1.0,
        Domain::Box(radius) => radius.min(2.0),
        Domain::Ball(radius) => radius / (n as f64).sqrt(),
    };
    (0..n as u64).map(|i| size * symmetric(seed, i)).collect()
}

fn gradient(problem: &dyn Problem, at: &[f64]) -> Vec<f64> {
    let mut g = vec![f64::NAN; at.len()];
    problem.gradient(at, &mut g);
    g
}

#[test]
fn shapes_and_starting_points_fit() {
    for text in ALL {
        let problem = spec(text).build().unwrap();
        let elements: usize = problem.shapes().iter().map(|s| s.elements()).sum();
        assert_eq!(problem.dimension(), elements, "{text}");
        assert_eq!(problem.start(5).len(), elements, "{text}");
        assert_eq!(problem.start(5), problem.start(5), "{text}");
        assert!(problem.constants().domain.contains(&problem.start(5)), "{text}");
    }
}

/// The minimizer is the problem's and the starting points are the seeds'.
#[test]
fn minima_can_lie_elsewhere_and_starting_points_can_differ() {
    let bowl = spec("quadratic = { dimension = 5, curvatures = [2.0, 2.0], optimum = 1.5 }").build().unwrap();
    let mut x = vec![0.0; 5];
    let away = gradient(&*bowl, &x);
    assert!(norm(&away) > 0.5 && away.iter().all(|g| g.abs() <= 3.0), "{away:?}");
    x.iter_mut().zip(&away).for_each(|(x, g)| *x -= g / 2.0);
    assert_eq!((norm(&gradient(&*bowl, &x)), bowl.value(&x)), (0.0, 0.0));
    let valley = |text: &str| spec(text).build().unwrap();
    let (usual, spread) = (valley("rosenbrock = {}"), valley("rosenbrock = { spread = 0.3 }"));
    assert_eq!((usual.start(1), usual.start(2)), (vec![-1.2, 1.0], vec![-1.2, 1.0]));
    assert_ne!(spread.start(1), spread.start(2));
    assert!(spread.start(1).iter().zip(usual.start(1)).all(|(x, y)| (x - y).abs() <= 0.3));
}

/// Along random directions: central differences err by the third derivative times the square of the step, and by rounding over the step.
#[test]
fn gradients_are_those_of_finite_differences() {
    for text in ALL {
        let problem = spec(text).build().unwrap();
        let domain = problem.constants().domain;
        for seed in 0..4 {
            let at = point(&*problem, domain, seed);
            let g = gradient(&*problem, &at);
            for k in 0..3 {
                let way: Vec<f64> = (0..at.len() as u64).map(|i| symmetric(100 + k, i)).collect();
                let h = 1e-5 / norm(&way);
                let moved = |h: f64| at.iter().zip(&way).map(|(x, d)| x + h * d).collect::<Vec<_>>();
                let difference = (problem.value(&moved(h)) - problem.value(&moved(-h))) / (2.0 * h);
                let slope: f64 = g.iter().zip(&way).map(|(g, d)| g * d).sum();
                let scale = norm(&g) * norm(&way) + problem.value(&at).abs();
                assert!((difference - slope).abs() < 1e-6 * scale, "{text}: {difference} {slope}");
            }
        }
    }
}

#[test]
fn stochastic_gradients_average_to_the_gradient_and_keep_their_bounds() {
    for text in ALL {
        let problem = spec(text).build().unwrap();
        let constants = problem.constants();
        let at = point(&*problem, constants.domain, 1);
        let (g, steps) = (gradient(&*problem, &at), 400);
        let (mut mean, mut squares, mut sample) = (vec![0.0; g.len()], 0.0, vec![0.0; g.len()]);
        for step in 0..steps {
            problem.sample(&at, 9, step, &mut sample);
            let largest = sample.iter().fold(0.0f64, |a, x| a.max(x.abs()));
            assert!(constants.gradient_bound.get().is_none_or(|r| largest <= r), "{text}: {largest}");
            for ((m, s), g) in mean.iter_mut().zip(&sample).zip(&g) {
                *m += (s - g) / steps as f64;
                squares += (s - g).powi(2) / steps as f64;
            }
        }
        // The mean of so many is some five deviations of it at most.
        assert!(norm(&mean) <= 5.0 * (squares / steps as f64).sqrt(), "{text}");
        if let Some(sigma) = constants.deviation.get() {
            assert!(squares.sqrt() <= sigma * 1.1, "{text}: {} {sigma}", squares.sqrt());
        }
        if constants.deterministic {
            assert_eq!(squares, 0.0, "{text}");
        }
        let mut again = vec![0.0; g.len()];
        problem.sample(&at, 9, steps - 1, &mut again);
        assert_eq!(sample, again, "{text}");
    }
}

/// Between random points, and along the way in which the gradient changes most, which power iteration finds.
#[test]
fn smoothness_is_not_exceeded_and_mostly_nearly_reached() {
    for text in ALL {
        let problem = spec(text).build().unwrap();
        let constants = problem.constants();
        let Some(smoothness) = constants.smoothness.get() else { continue };
        let (at, h) = (problem.start(3), 1e-6);
        let n = at.len();
        let mut way: Vec<f64> = (0..n as u64).map(|i| symmetric(77, i)).collect();
        let mut found = 0.0;
        for _ in 0..60 {
            let size = norm(&way);
            way.iter_mut().for_each(|d| *d /= size);
            let moved = |h: f64| at.iter().zip(&way).map(|(x, d)| x + h * d).collect::<Vec<_>>();
            let (up, down) = (gradient(&*problem, &moved(h)), gradient(&*problem, &moved(-h)));
            let change: Vec<f64> = up.iter().zip(down).map(|(u, d)| (u - d) / (2.0 * h)).collect();
            found = norm(&change);
            assert!(found <= smoothness * (1.0 + 1e-6), "{text}: {found} {smoothness}");
            way = change;
        }
        let tight = text.contains("quadratic");
        assert!(!tight || found > 0.99 * smoothness, "{text}: {found} {smoothness}");
        for seed in 0..20 {
            let (x, y) = [seed, seed + 100].map(|seed| point(&*problem, constants.domain, seed)).into();
            let d: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x - y).collect();
            let (gx, gy) = (gradient(&*problem, &x), gradient(&*problem, &y));
            let dg: Vec<f64> = gx.iter().zip(&gy).map(|(x, y)| x - y).collect();
            assert!(norm(&dg) <= smoothness * norm(&d), "{text}");
        }
    }
}

#[test]
fn no_value_is_below_the_minimum_and_logistic_regression_nearly_reaches_it() {
    for text in ALL {
        let problem = spec(text).build().unwrap();
        let constants = problem.constants();
        let least = constants.minimum.get().unwrap();
        for seed in 0..5 {
            assert!(problem.value(&point(&*problem, constants.domain, seed)) >= least, "{text}");
        }
    }
    let problem = spec("logistic = {}").build().unwrap();
    let constants = problem.constants();
    let (l, least) = (constants.smoothness.get().unwrap(), constants.minimum.get().unwrap());
    let mut at = problem.start(0);
    for _ in 0..900 {
        let g = gradient(&*problem, &at);
        at.iter_mut().zip(g).for_each(|(x, g)| *x -= g / l);
    }
    let value = problem.value(&at);
    assert!(value >= least && value < least + 0.02, "{value} {least}");
    assert!(problem.accuracy(&at).unwrap() > 0.9);
}

#[test]
fn a_perceptron_learns_the_digits() {
    let problem = spec("mlp = {}").build().unwrap();
    let mut at = problem.start(1);
    let mut g = vec![0.0; at.len()];
    for step in 0..600 {
        problem.sample(&at, 2, step, &mut g);
        at.iter_mut().zip(&g).for_each(|(x, g)| *x -= 0.5 * g);
    }
    let accuracy = problem.accuracy(&at).unwrap();
    assert!(accuracy > 0.93, "{accuracy}");
}

#[test]
fn what_is_wrong_is_named() {
    for (text, key) in [
        ("quadratic = { dimension = 0 }", "problem.quadratic.dimension"),
        ("quadratic = { dimension = 4, shape = [2, 2] }", "problem.quadratic.dimension"),
        ("quadratic = { shape = [0, 2] }", "problem.quadratic.shape"),
        ("quadratic = { shape = [100000, 100000] }", "problem.quadratic.shape"),
        ("quadratic = { curvatures = [1.0, 0.5] }", "problem.quadratic.curvatures"),
        ("quadratic = { curvatures = [0.0, 0.5] }", "problem.quadratic.curvatures"),
        ("quadratic = { noise = -1.0 }", "problem.quadratic.noise"),
        ("quadratic = { noise = nan }", "problem.quadratic.noise"),
        ("quadratic = { start = 5.0 }", "problem.quadratic.radius"),
        ("rosenbrock = { dimension = 1 }", "problem.rosenbrock.dimension"),
        ("rosenbrock = { radius = 1.0 }", "problem.rosenbrock.radius"),
        ("matrix-quadratic = { left = [-1.0, 1.0] }", "problem.matrix-quadratic.left"),
        ("factorization = { rank = 9 }", "problem.factorization.rank"),
        ("factorization = { radius = 1.0 }", "problem.factorization.radius"),
        ("logistic = { batch = 0 }", "problem.logistic.batch"),
        ("mlp = { hidden = 0 }", "problem.mlp.hidden"),
    ] {
        let error = spec(text).build().err().unwrap_or_else(|| panic!("{text} was taken"));
        assert_eq!(error.key, key, "{text}: {error}");
    }
    assert!(read("quadratic = { dimensions = 3 }").is_err());
    assert!(read("cubic = {}").is_err());
}

#[test]
fn a_network_has_no_smoothness_and_says_why() {
    let constants = spec("mlp = {}").build().unwrap().constants();
    let error = constants.smoothness.require("run.theorem-adam.problem", "the smoothness L").unwrap_err();
    assert!(error.to_string().contains("Lipschitz"), "{error}");
}
