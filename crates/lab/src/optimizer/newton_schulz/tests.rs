use super::*;
use crate::storage::Storage;

fn random(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
    let word = |i: usize, j: usize| halfulp::noise::word(seed, (i * columns + j) as u64);
    DMatrix::from_fn(rows, columns, |i, j| (word(i, j) >> 11) as f64 / (1u64 << 52) as f64 - 1.0)
}

fn phi(s: f64) -> f64 {
    let [a, b, c] = NewtonSchulz::COEFFICIENTS;
    a * s + b * s.powi(3) + c * s.powi(5)
}

#[test]
fn every_singular_value_goes_through_the_polynomial() {
    for (rows, columns) in [(3, 5), (5, 3), (4, 4)] {
        let m = random(rows, columns, 1);
        let svd = crate::matrix::singular(&m).expect("finite");
        let norm = m.norm() + 1e-7;
        let values = svd.values.map(|s| (0..5).fold(s / norm, |s, _| phi(s)));
        let expected = &svd.left * DMatrix::from_diagonal(&values) * &svd.right;
        let found = NewtonSchulz::exact().orthogonalize(&m, 0).expect("choices that go together");
        assert!((found - expected).amax() < 1e-12, "{rows} x {columns}");
    }
}

#[test]
fn transposing_changes_the_cost_and_hardly_the_result() {
    let m = random(9, 4, 2);
    let how = NewtonSchulz::exact();
    let without = NewtonSchulz { transpose: false, ..how.clone() };
    let trace = how.trace(&m, 0).expect("choices");
    assert!(trace.transposed && trace.start.shape() == (4, 9) && trace.result().shape() == (9, 4));
    let [with, without] = [how, without].map(|h| h.orthogonalize(&m, 0).expect("choices"));
    assert_eq!(with, trace.result());
    assert!((with - without).amax() < 1e-12);
}

#[test]
fn every_intermediate_is_a_number_of_the_storage() {
    let how = NewtonSchulz::reference();
    let trace = how.trace(&random(8, 12, 3), 0).expect("choices");
    let mut kept = how.storage.keeper().expect("a storage");
    for step in &trace.steps {
        let all = [
            &step.gram,
            &step.scaled,
            &step.square,
            &step.linear,
            &step.polynomial,
            &step.product,
            &step.multiple,
            &step.next,
        ];
        for m in all {
            let mut stored = m.clone();
            kept.store(stored.as_mut_slice(), 0, 0);
            assert_eq!(stored, *m);
        }
    }
    assert_eq!(trace.iterates().count(), 6);
}

#[test]
fn rounding_once_and_rounding_twice_differ() {
    let m = random(16, 16, 4);
    let twice = NewtonSchulz::reference();
    let once = NewtonSchulz { elementwise: Elementwise::Once, ..twice.clone() };
    let [x, y] = [&twice, &once].map(|how| how.orthogonalize(&m, 0).expect("choices"));
    assert!((&x - &y).amax() < 0.05);
    let zero = DMatrix::zeros(3, 4);
    assert_eq!(once.orthogonalize(&zero, 0), Ok(zero.clone()));
    assert_eq!(twice.orthogonalize(&zero, 0), Ok(zero));
}

#[test]
fn coefficients_pass_through_their_storage() {
    let how = NewtonSchulz {
        coefficient_storage: Storage::named("e4m3fn").expect("a format"),
        ..NewtonSchulz::reference()
    };
    assert_eq!(how.stored_coefficients(), Ok([3.5, -5.0, 2.0]));
    let [a, ..] = NewtonSchulz::reference().stored_coefficients().expect("a storage");
    assert_eq!(a, f64::from(3.4445f32));
}
